import os

import uvicorn
from opentelemetry.instrumentation.starlette import StarletteInstrumentor
from shoptel import start_telemetry
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from routes.rates import latest_rate
from routes.search import SearchEndpoint, suggest

start_telemetry()

app = Starlette(
    routes=[
        Route("/rates/{currency}", latest_rate),
        Mount("/search", routes=[Route("/", SearchEndpoint), Route("/suggest", suggest, methods=["GET"])]),
    ]
)
StarletteInstrumentor.instrument_app(app)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
