"""A forked child waits for a lock, and another of its threads gets the signal that ends it; prints how it ended."""
import multiprocessing
import signal
import sys
import threading
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def tell():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)


def work(lock):
    with trace.get_tracer("unseen").start_as_current_span("in the child"):
        pass
    threading.Thread(target=tell).start()
    lock.acquire()


def main():
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    kinds = multiprocessing.get_context("fork")
    lock = kinds.Lock()
    lock.acquire()
    child = kinds.Process(target=work, args=(lock,))
    child.start()
    child.join(30)
    sys.stdout.write(str(child.exitcode))
    child.kill()


if __name__ == "__main__":
    main()
