"""Spans of children of every kind; prints their traces, of which each has one span."""

import concurrent.futures
import multiprocessing
import os
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


def work(kind):
    with trace.get_tracer("children").start_as_current_span(kind) as span:
        return format(span.get_span_context().trace_id, "032x")


def several(kind, answers):
    answers.put([work(kind) for _ in range(20)])


def main():
    found = []
    for kind in ("fork", "spawn", "forkserver"):
        kinds = multiprocessing.get_context(kind)
        answers = kinds.SimpleQueue()
        child = kinds.Process(target=several, args=(kind, answers))
        child.start()
        found += answers.get()
        child.join()
        # A pool ends its children by SIGTERM.
        with kinds.Pool(2) as pool:
            found += pool.map(work, ["pool"] * 20)
        with concurrent.futures.ProcessPoolExecutor(2, kinds) as executor:
            found += executor.map(work, ["executor"] * 20)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, work("os.fork").encode())
        sys.exit()
    os.wait()
    found.append(os.read(reading, 100).decode())
    print("\n".join(found))


if __name__ == "__main__":
    main()
