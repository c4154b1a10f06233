from celery import shared_task
from opentelemetry import trace

from jobs.emails import send_receipt


@shared_task(bind=True)
def nightly(self, day):  # span: run/jobs.reports.nightly
    tracer = trace.get_tracer("reports")
    for part in ("sales", "stock"):
        with tracer.start_as_current_span(f"report.{part}"):  # span: report.sales # span: report.stock
            pass
    send_receipt.delay(1)  # span: apply_async/jobs.emails.send_receipt [parent=run/jobs.reports.nightly]
    return day
