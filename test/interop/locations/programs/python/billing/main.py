import os

from flask import Flask
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
RequestsInstrumentor().instrument()
SQLite3Instrumentor().instrument()

from views.health import health  # noqa: E402
from views.invoices import invoices  # noqa: E402


def create_app() -> Flask:
    app = Flask(__name__)
    FlaskInstrumentor().instrument_app(app)
    app.register_blueprint(invoices, url_prefix="/invoices")
    app.register_blueprint(health)
    return app


if __name__ == "__main__":
    create_app().run("127.0.0.1", int(os.environ["PORT"]))
