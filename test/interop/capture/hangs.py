"""Serves a question that is never answered; prints a line once it is asked."""
import threading

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("hangs")

with tracer.start_as_current_span("request"):
    with tracer.start_as_current_span("soon over"):
        pass
    with tracer.start_as_current_span("model call", attributes={"gen_ai.request.model": "small"}):
        input()
