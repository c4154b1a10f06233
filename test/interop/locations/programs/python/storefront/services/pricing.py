from opentelemetry import trace

from services import discounts

tracer = trace.get_tracer(__name__)

QUOTE_SPAN = "pricing.quote"


def quote(sku: str, quantity: int) -> float:
    with tracer.start_as_current_span(QUOTE_SPAN):  # span: pricing.quote
        base = _base_price(sku)
        return discounts.apply(base * quantity, quantity)


def _base_price(sku: str) -> float:
    span = tracer.start_span("pricing.base")  # span: pricing.base
    try:
        return 10.0 + len(sku)
    finally:
        span.end()
