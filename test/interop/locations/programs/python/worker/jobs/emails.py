from opentelemetry import trace

from app import app

tracer = trace.get_tracer(__name__)


@app.task
def send_receipt(order_id):  # span: run/jobs.emails.send_receipt
    with tracer.start_as_current_span("render template"):  # span: render template
        body = f"Thank you for order {order_id}"
    return deliver(body)


@app.task(name="emails.bounce")
def handle_bounce(address):  # span: run/emails.bounce
    raise ConnectionError(f"no mailbox {address}")


def deliver(body):
    with tracer.start_as_current_span("deliver"):  # span: deliver
        return len(body)
