import logging
import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def start_telemetry() -> None:
    """Spans to where OTEL_EXPORTER_OTLP_* says; logs stay on stdout."""
    provider = TracerProvider(resource=Resource.create({"deployment.environment.name": "dev"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"))
