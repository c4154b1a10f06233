from opentelemetry import trace

from clients.billing import BillingClient, PaymentRefused
from db import repository

tracer = trace.get_tracer(__name__)


class CheckoutService:
    def __init__(self) -> None:
        self.billing = BillingClient()

    @tracer.start_as_current_span("checkout.place")
    async def place(self, order: dict, price: float) -> dict:  # span: checkout.place
        with tracer.start_as_current_span("checkout.reserve") as span:  # span: checkout.reserve
            span.set_attribute("order.sku", order["sku"])
            order_id = repository.insert_order(order["sku"], order["quantity"], price)
        try:
            invoice = await self.billing.charge(order_id, price)
        except PaymentRefused as error:
            trace.get_current_span().record_exception(error)
            invoice = None
        return {"id": order_id, "invoice": invoice}

    async def refund(self, order_id: int) -> dict:
        with tracer.start_as_current_span(f"refund order {order_id}"):  # span: refund order 1
            await self.billing.refund(order_id)
        return {"refunded": order_id}
