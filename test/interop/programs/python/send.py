"""Sends a known set of spans and log records with the OpenTelemetry SDK and prints, as one line of JSON, what it sent.

usage: python send.py <http|grpc>   where it goes is left to OTEL_EXPORTER_OTLP_*
"""

import json
import logging
import os
import sys

from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

transport = sys.argv[1]
if transport == "http":
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

resource = Resource.create({"service.name": "interop-python", "deployment.environment.name": "interop"})
tracer_provider = TracerProvider(resource=resource)
tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(tracer_provider)
logger_provider = LoggerProvider(resource=resource)
logger_provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
set_logger_provider(logger_provider)

tracer = trace.get_tracer("interop.program", "1.2.3")
logger = logging.getLogger("interop.program")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(LoggingHandler(logger_provider=logger_provider))

sent = {}


def note(key, span):
    """Notes what the SDK itself says of a span that ended."""
    ids = span.get_span_context()
    sent[key] = {
        "traceId": trace.format_trace_id(ids.trace_id),
        "spanId": trace.format_span_id(ids.span_id),
        "start": str(span.start_time),
        "end": str(span.end_time),
    }


def fail():
    raise TypeError("it failed")


with tracer.start_as_current_span("interop.root", kind=SpanKind.SERVER) as root:
    root.set_attributes(
        {
            "value.string": "plain",
            "value.empty": "",
            "value.unicode": "Grüße 👋 漢字 \u202e\u0007 <b>&amp;</b>",
            "value.int": -42,
            "value.bigInt": 2**62 + 1,
            "value.double": 0.1,
            "value.bool": True,
            "value.strings": ["a", "ü", ""],
            "value.ints": [1, 2, 3],
            "value.doubles": [1.5, -2.25],
            "value.bools": [True, False],
            "value.long": "é漢👋a" * int(os.environ.get("INTEROP_LONG", 20_480)),
            "value.nan": float("nan"),
            "value.infinity": float("-inf"),
        }
    )
    logger.info("started")
    try:
        with tracer.start_as_current_span("interop.failing") as failing:
            failing.add_event("checkpoint", {"step": 3, "note": "ü"})
            with tracer.start_as_current_span("interop.inner", kind=SpanKind.CLIENT) as inner:
                logger.warning("inner is slow", extra={"slow.ms": 12})
                inner.set_status(Status(StatusCode.OK))
            note("inner", inner)
            fail()
    except TypeError:
        note("failing", failing)
note("root", root)

links = [Link(root.get_span_context(), {"link.reason": "follows"})]
with tracer.start_as_current_span("interop.linked", kind=SpanKind.PRODUCER, links=links) as linked:
    pass
note("linked", linked)

tracer_provider.shutdown()
logger_provider.shutdown()
print(json.dumps(sent))
