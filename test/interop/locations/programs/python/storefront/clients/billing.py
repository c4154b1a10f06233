import os

import httpx


class PaymentRefused(Exception):
    pass


class BillingClient:
    def __init__(self) -> None:
        self._base = os.environ.get("BILLING_URL", "http://127.0.0.1:8001")

    async def charge(self, order_id: int, amount: float) -> dict:
        async with httpx.AsyncClient() as client:
            answer = await client.post(  # span: POST [url.full|http.url=*/invoices]
                f"{self._base}/invoices",
                json={"order": order_id, "amount": amount},
            )
        if answer.status_code == 402:
            raise PaymentRefused(f"order {order_id}")
        return answer.json()

    async def refund(self, order_id: int) -> None:
        async with httpx.AsyncClient() as client:
            await client.post(f"{self._base}/invoices/{order_id}/refund")  # span: POST [url.full|http.url=*/refund]
