from openai import OpenAI
from opentelemetry import trace

tracer = trace.get_tracer(__name__)
client = OpenAI(max_retries=0)


def embed(text: str) -> list[float]:
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding  # span: embeddings text-embedding-3-small


def remember(question: str, plan: str) -> None:
    with tracer.start_as_current_span(name="memory.store"):  # span: memory.store
        for text in (question, plan):
            embed(text)
