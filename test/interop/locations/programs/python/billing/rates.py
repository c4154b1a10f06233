import os

import requests
from opentelemetry import trace


class RateService:
    tracer = trace.get_tracer("billing.rates")
    SPAN = "rates.convert"

    def convert(self, amount: float, currency: str) -> float:
        with self.tracer.start_as_current_span(self.SPAN):  # span: rates.convert
            return amount * self._fetch(currency)

    def _fetch(self, currency: str) -> float:
        base = os.environ["SEARCH_URL"]
        answer = requests.get(f"{base}/rates/{currency}", timeout=5)  # span: GET [url.full|http.url=*/rates/*]
        return float(answer.json()["rate"])
