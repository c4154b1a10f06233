from celery import Celery
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from shoptel import start_telemetry

app = Celery("worker", broker="memory://", backend="cache+memory://", include=["jobs.emails", "jobs.reports"])
app.conf.worker_hijack_root_logger = False
start_telemetry()
CeleryInstrumentor().instrument()
