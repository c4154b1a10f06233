from fastapi import APIRouter, HTTPException

from db import repository
from services.checkout import CheckoutService
from services.pricing import quote

router = APIRouter(prefix="/orders", tags=["orders"])
checkout = CheckoutService()


@router.get("")
def list_orders():  # span: GET /api/v1/orders # span: GET /api/v1/orders http send
    return repository.recent_orders(limit=20)


@router.get("/{order_id}")
def get_order(order_id: int):  # span: GET /api/v1/orders/{order_id} # span: GET /api/v1/orders/{order_id} http send
    order = repository.find_order(order_id)
    if order is None:
        raise HTTPException(status_code=404)
    return order


@router.post("", status_code=201)
async def create_order(order: dict):  # span: POST /api/v1/orders # span: POST /api/v1/orders http receive # span: POST /api/v1/orders http send
    price = quote(order["sku"], order["quantity"])
    return await checkout.place(order, price)


@router.post("/{order_id}/refund")
async def refund_order(order_id: int):  # span: POST /api/v1/orders/{order_id}/refund # span: POST /api/v1/orders/{order_id}/refund http send
    return await checkout.refund(order_id)
