import os

from opentelemetry import trace
from opentelemetry.instrumentation.langchain import LangchainInstrumentor
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from shoptel import start_telemetry

start_telemetry()
OpenAIInstrumentor().instrument()
LangchainInstrumentor().instrument()

from agent.planner import Planner  # noqa: E402
from agent.summary import summarise  # noqa: E402
from agent.memory import remember  # noqa: E402

tracer = trace.get_tracer("assistant")


def answer(question: str) -> str:
    with tracer.start_as_current_span("answer question") as span:  # span: answer question
        span.set_attribute("question.length", len(question))
        plan = Planner(os.environ.get("MODEL", "gpt-4o-mini")).plan(question)
        remember(question, plan)
        return summarise(plan)


if __name__ == "__main__":
    print(answer("Which tea is in stock?"))
    trace.get_tracer_provider().shutdown()
