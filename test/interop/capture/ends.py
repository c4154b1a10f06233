"""Ends a span, and is told to end at the worst moment: while its last spans are sent, or while it starts a thread."""
import os
import signal
import sys
import threading
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

when = sys.argv[1]


class Exporter(OTLPSpanExporter):
    def export(self, spans):
        if when == "sending":
            signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)
            time.sleep(0.2)
        return super().export(spans)


provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(Exporter()))
trace.set_tracer_provider(provider)
with trace.get_tracer("ends").start_as_current_span(when):
    pass
if when == "starting":
    with threading._active_limbo_lock:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
