"""A program whose libraries brought an SDK, which it sets up only late. Prints which spans went by which provider."""

import asyncio
import json
import logging
import os
import sys
from types import SimpleNamespace

from fastapi import FastAPI
from opentelemetry import trace

tracer = trace.get_tracer("library")
app = FastAPI()
told = logging.Handler()
said = []
told.emit = lambda record: said.append(record.getMessage())
logging.getLogger("opentelemetry").addHandler(told)


@app.get("/ask")
async def ask():
    return chosen(1)


def chosen(value):
    with tracer.start_as_current_span("inner"):
        return value


async def request():
    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        pass

    await app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/ask",
            "raw_path": b"/ask",
            "query_string": b"",
            "headers": [],
            "server": ("here", 80),
            "client": ("there", 1),
        },
        receive,
        send,
    )


def names(spans):
    return [span.name for span in spans if " http " not in span.name and span.kind is not None]


ours = []


def catch():
    """What the provider that stands in would send."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    def export(self, spans, *args, **kwargs):
        ours.extend(spans)
        return SpanExportResult.SUCCESS

    OTLPSpanExporter.export = export


def flush():
    standby = sys.modules.get("_spanline.standby")
    if standby is not None and standby._provider is not None:
        standby._provider.force_flush()


catch()
hidden = trace.get_tracer_provider()
asyncio.run(request())



class OfLibrary:
    """Registered by a library, for what it tells its makers: not the program's."""

    resource = SimpleNamespace(attributes={"service.name": "crewAI-telemetry"})


if os.environ.get("OF_LIBRARY"):
    trace.set_tracer_provider(OfLibrary())
flush()
before = names(ours)

from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402

theirs = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(theirs))
trace.set_tracer_provider(provider)
asyncio.run(request())
flush()
print(
    json.dumps(
        {
            "proxy": isinstance(hidden, trace.ProxyTracerProvider),
            "before": before,
            "after": names(ours)[len(before) :],
            "theirs": names(theirs.get_finished_spans()),
            "theirsIsSet": trace.get_tracer_provider() is provider,
            "said": said,
        }
    )
)
