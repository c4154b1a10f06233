"""Serves a request that takes about a millisecond of the processor; with OTEL set, instrumented as its documentation says."""

import os
import time

from fastapi import FastAPI

WORK = 25_000
app = FastAPI()

if os.environ.get("OTEL"):
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FastAPIInstrumentor.instrument_app(app)


@app.get("/work")
async def work():
    total = 0
    for each in range(WORK):
        total += each
    return {"total": total}


@app.get("/cpu")
async def cpu():
    return {"seconds": time.process_time()}
