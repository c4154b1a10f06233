"""A child of multiprocessing ends a span; the parent has set the SDK up and exports once a minute."""
import multiprocessing
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def work():
    with trace.get_tracer("forks").start_as_current_span("in the child"):
        pass


def main():
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    sys.stdout.write(str(child.exitcode))


if __name__ == "__main__":
    main()
