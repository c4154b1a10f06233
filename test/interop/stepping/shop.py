"""Debugged by run.ts: what calls Spanline's processors is one step away, and the last call makes them raise inside."""

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

provider = TracerProvider()
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")
processors = provider._active_span_processor._span_processors
assert processors, "nothing was attached"


def place_order():
    span = tracer.start_span("order")
    for processor in processors:
        breakpoint()
        processor.on_start(span)
        processor.on_end(span)
        processor.on_start(object())


place_order()
try:
    raise ValueError("own")
except ValueError:
    pass
