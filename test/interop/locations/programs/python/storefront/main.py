import os

import uvicorn
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from shoptel import start_telemetry

start_telemetry()
HTTPXClientInstrumentor().instrument()

from api import orders, users  # noqa: E402
from db.repository import engine, prepare  # noqa: E402

prepare()
SQLAlchemyInstrumentor().instrument(engine=engine)

app = FastAPI(title="storefront")
app.include_router(orders.router, prefix="/api/v1")
app.include_router(users.router, prefix="/api/v1")


@app.get("/healthz")
async def healthz():  # span: GET /healthz # span: GET /healthz http send
    return {"ok": True}


FastAPIInstrumentor.instrument_app(app)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
