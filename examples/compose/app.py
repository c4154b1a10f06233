"""A small service of the standard library whose only dependency is OpenTelemetry's SDK with its defaults."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("greeter")


def greet(name: str) -> str:
    with tracer.start_as_current_span("model.greet") as span:
        span.set_attribute("model.input_features", json.dumps({"name": name}))
        time.sleep(0.05)
        answer = f"Hello, {name}!"
        span.set_attribute("model.output_prediction", answer)
        return answer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with tracer.start_as_current_span("GET /", kind=trace.SpanKind.SERVER):
            name = parse_qs(urlparse(self.path).query).get("name", ["world"])[0]
            body = greet(name).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8090), Handler).serve_forever()
