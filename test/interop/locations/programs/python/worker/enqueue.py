"""Puts jobs on the queue and works them off in a thread, as the local set-up does."""
from celery.contrib.testing.worker import start_worker
from opentelemetry import trace

from app import app
from jobs.emails import handle_bounce, send_receipt
from jobs.reports import nightly

tracer = trace.get_tracer(__name__)


def enqueue_all():
    with tracer.start_as_current_span("enqueue"):  # span: enqueue
        jobs = [
            send_receipt.delay(41),  # span: apply_async/jobs.emails.send_receipt [parent=enqueue]
            handle_bounce.apply_async(("nobody@example.com",)),  # span: apply_async/emails.bounce
            nightly.delay("2026-01-01"),  # span: apply_async/jobs.reports.nightly
        ]
    return jobs


if __name__ == "__main__":
    with start_worker(app, perform_ping_check=False, pool="solo"):
        for job in enqueue_all():
            job.get(propagate=False, timeout=20)
    trace.get_tracer_provider().shutdown()
