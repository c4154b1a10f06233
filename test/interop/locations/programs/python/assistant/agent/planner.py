from openai import OpenAI
from opentelemetry import trace

from tools.registry import run_tool

tracer = trace.get_tracer(__name__)


class Planner:
    def __init__(self, model: str) -> None:
        self.client = OpenAI(max_retries=0)
        self.model = model

    @tracer.start_as_current_span("Planner.plan")
    def plan(self, question: str) -> str:  # span: Planner.plan
        completion = self.client.chat.completions.create(  # span: chat gpt-4o-mini [parent=Planner.plan]
            model=self.model,
            messages=[{"role": "user", "content": question}],
        )
        run_tool("stock_level", sku="tea")
        run_tool("convert", amount=2)
        try:
            run_tool("weather", city="Oslo")
        except KeyError:
            pass
        return completion.choices[0].message.content or ""
