"""MLflow's tracing: a span of a chat model around openai, and a decorated retriever."""

import os

from spans import MODEL_URL, QUESTION, SYSTEM, TOOLS, finish, processor

os.environ["OTEL_SERVICE_NAME"] = "fixture"
os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = f"{MODEL_URL}/v1/traces"
os.environ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf"

import mlflow
from mlflow.entities import SpanType
from mlflow.tracing import provider
from mlflow.tracing import set_span_chat_tools
from mlflow.tracing.constant import SpanAttributeKey
from openai import OpenAI

mlflow.set_tracking_uri(MODEL_URL)
client = OpenAI(base_url=f"{MODEL_URL}/v1", api_key="none")


@mlflow.trace(span_type=SpanType.RETRIEVER)
def search(query):
    return [{"page_content": "Refunds within 30 days.", "metadata": {"score": 0.91}}]


def chat(**request):
    with mlflow.start_span(name="Completions", span_type=SpanType.CHAT_MODEL) as span:
        span.set_inputs(request)
        if "tools" in request:
            set_span_chat_tools(span, request["tools"])
        response = client.chat.completions.create(**request)
        span.set_outputs(response.model_dump(exclude_none=True))
        usage = response.usage
        span.set_attribute(
            SpanAttributeKey.CHAT_USAGE,
            {
                "input_tokens": usage.prompt_tokens,
                "output_tokens": usage.completion_tokens,
                "total_tokens": usage.total_tokens,
            },
        )


# Its own provider is there after the first span.
search("first")
provider.provider.get().add_span_processor(processor())
search("refund policy")
messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
chat(model="gpt-4o-mini", messages=messages, tools=TOOLS, temperature=0.2)
chat(model="gpt-4o-mini", messages=messages)
finish()
