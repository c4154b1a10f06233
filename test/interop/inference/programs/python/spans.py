"""Collects what a program records and prints it as OTLP/JSON: {"traces": ..., "logs": ...}."""

import base64
import json
import os
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

MODEL_URL = os.environ.get("MODEL_URL", "http://127.0.0.1:1")

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
TOOLS = [
    {
        "type": "function",
        "function": {"name": "get_weather", "description": "Weather of a city", "parameters": WEATHER},
    }
]
SYSTEM = "Answer in one sentence."
QUESTION = "What is the weather in Paris?"


class SpanList(SpanExporter):
    def __init__(self):
        self.spans = []

    def export(self, spans):
        self.spans.extend(spans)
        return SpanExportResult.SUCCESS

    def shutdown(self):
        pass


class LogList:
    def __init__(self):
        self.records = []

    def export(self, batch):
        self.records.extend(batch)

    def shutdown(self):
        pass

    def force_flush(self, timeout_millis=0):
        return True


spans = SpanList()
logs = LogList()


def set_up():
    """A tracer and a logger provider of our own, made the global ones."""
    resource = Resource.create({"service.name": "fixture"})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(SimpleLogRecordProcessor(logs))
    set_logger_provider(loggers)
    try:  # Events had an API of their own until 1.38.
        from opentelemetry._events import set_event_logger_provider
        from opentelemetry.sdk._events import EventLoggerProvider

        set_event_logger_provider(EventLoggerProvider(logger_provider=loggers))
    except ImportError:
        pass
    return provider


def processor():
    """For libraries that make their own provider."""
    return SimpleSpanProcessor(spans)


def hex_ids(node):
    if isinstance(node, list):
        for one in node:
            hex_ids(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("traceId", "spanId", "parentSpanId") and isinstance(value, str):
                node[key] = base64.b64decode(value).hex()
            else:
                hex_ids(value)


def finish():
    """Prints everything; the last thing a program does."""
    out = {}
    if spans.spans:
        out["traces"] = MessageToDict(encode_spans(spans.spans), use_integers_for_enums=True)
    if logs.records:
        out["logs"] = MessageToDict(encode_logs(logs.records), use_integers_for_enums=True)
    hex_ids(out)
    sys.stdout.write("\n" + json.dumps(out) + "\n")
    sys.stdout.flush()
    os._exit(0)
