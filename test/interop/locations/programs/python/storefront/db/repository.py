from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from db.models import Base, Order, User

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def prepare() -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([User(id=7, email="seven@example.com"), Order(id=1, sku="tea", quantity=1, price=4.5)])
        session.commit()


def recent_orders(limit: int) -> list[dict]:
    with Session(engine) as session:
        rows = session.scalars(select(Order).order_by(Order.id.desc()).limit(limit))  # span: SELECT [db.statement=*FROM orders ORDER BY*] # span: connect [parent=GET /api/v1/orders]
        return [{"id": row.id, "sku": row.sku} for row in rows]


def find_order(order_id: int) -> dict | None:
    with engine.connect() as connection:  # span: connect [parent=GET /api/v1/orders/{order_id}]
        row = connection.execute(text("SELECT id, sku, price FROM orders WHERE id = :id"), {"id": order_id}).first()  # span: SELECT [db.statement=SELECT id, sku, price FROM orders*]
    return None if row is None else {"id": row.id, "sku": row.sku, "price": row.price}


def insert_order(sku: str, quantity: int, price: float) -> int:
    with Session(engine) as session:
        order = Order(sku=sku, quantity=quantity, price=price)
        session.add(order)
        session.commit()  # span: INSERT # span: connect [parent=checkout.reserve]
        return order.id  # span: SELECT [parent=checkout.reserve]


def find_user(user_id: int) -> dict:
    with engine.connect() as connection:  # span: connect [parent=GET /api/v1/users/{user_id}]
        row = connection.execute(text("SELECT id, email FROM users WHERE id = :id"), {"id": user_id}).first()  # span: SELECT [db.statement=SELECT id, email FROM users*]
    return {"id": row.id, "email": row.email} if row else {"id": user_id, "email": ""}


def forget_user(user_id: int) -> None:
    with engine.begin() as connection:  # span: connect [parent=DELETE /api/v1/users/{user_id}]
        connection.execute(text("DELETE FROM users WHERE id = :id"), {"id": user_id})  # span: DELETE
