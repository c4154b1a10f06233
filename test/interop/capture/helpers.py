"""Spans started through decorators and context managers, as a module of the user's own has them; prints their places."""
import asyncio
import contextlib
import functools
import json
import threading

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult


class Places(SpanExporter):
    def __init__(self):
        self.found = {}

    def export(self, spans):
        for span in spans:
            path = str(span.attributes.get("code.file.path", ""))
            place = [path.rsplit("/", 1)[-1], span.attributes.get("code.line.number"), span.attributes.get("code.function.name")]
            self.found[span.name] = place
        return SpanExportResult.SUCCESS


places = Places()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(places))
tracer = provider.get_tracer("helpers")


def traced(function):
    @functools.wraps(function)
    def anything(*args, **kwargs):
        with tracer.start_as_current_span("by a decorator of the program"):
            return function(*args, **kwargs)

    return anything


@contextlib.contextmanager
def step(name):
    with tracer.start_as_current_span(name):
        yield


@traced
def decorated():
    pass


@tracer.start_as_current_span("by the decorator of the API")
def by_the_api():
    pass


class Model:
    def predict(self):
        with tracer.start_as_current_span("in a method"):
            pass


async def waits():
    await asyncio.sleep(0)
    with tracer.start_as_current_span("in a task"):
        pass


def main():
    decorated()
    by_the_api()
    with step("by a context manager"):
        pass
    Model().predict()
    asyncio.run(waits())
    thread = threading.Thread(target=lambda: tracer.start_span("in a thread").end())
    thread.start()
    thread.join()
    tracer.start_span("says it itself", attributes={"code.line.number": 7}).end()
    tracer.start_span("serves", kind=trace.SpanKind.SERVER).end()
    print(json.dumps(places.found))


main()
