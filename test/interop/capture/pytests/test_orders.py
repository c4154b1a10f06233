"""Tests of every kind with spans of their own under the program's provider; what Spanline makes of them is tested."""

import unittest

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("orders")


@pytest.fixture
def order():
    with tracer.start_as_current_span("make order"):
        return 7


@pytest.fixture
def anyio_backend():
    return "asyncio"


class TestOrders:
    @pytest.mark.parametrize("currency", ["eur", "usd"])
    def test_total(self, order, currency):
        with tracer.start_as_current_span("total"):
            check(currency)


def check(currency):
    if currency != "eur":
        raise ValueError("no dollars\nthey are not taken")


@pytest.mark.anyio
@pytest.mark.parametrize("count", [1, 2])
async def test_waits(count):
    with tracer.start_as_current_span("awaited"):
        pass


class TestAwaited(unittest.IsolatedAsyncioTestCase):
    async def test_isolated(self):
        with tracer.start_as_current_span("isolated"):
            pass


@pytest.mark.skip(reason="later")
def test_later():
    pass


@pytest.mark.xfail
def test_known():
    raise ValueError("known")
