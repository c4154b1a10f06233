"""Answers each request with the trace it belongs to: whoever asked knows which spans have ended."""

import asyncio
import os

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

VERSION = 0

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("service")
app = FastAPI()


@app.get("/work")
async def work():
    with tracer.start_as_current_span("work") as span:
        await asyncio.sleep(0.001)
        return {"trace": format(span.get_span_context().trace_id, "032x"), "version": VERSION, "pid": os.getpid()}


@app.get("/hang")
async def hang():
    with tracer.start_as_current_span("model call"):
        await asyncio.sleep(3600)


FastAPIInstrumentor.instrument_app(app, exclude_spans=["receive", "send"])
