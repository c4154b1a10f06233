"""Asks the inventory; run with `python client.py`."""
import os

import grpc
from opentelemetry import trace
from opentelemetry.instrumentation.grpc import GrpcInstrumentorClient
from shoptel import start_telemetry

start_telemetry()
GrpcInstrumentorClient().instrument()

import stock_pb2  # noqa: E402
import stock_pb2_grpc  # noqa: E402

tracer = trace.get_tracer("inventory.client")


class StockClient:
    def __init__(self, channel):
        self.stub = stock_pb2_grpc.StockStub(channel)

    def level(self, sku):
        return self.stub.GetLevel(stock_pb2.Sku(id=sku)).count  # span: /shop.inventory.v1.Stock/GetLevel [kind=client]

    def reserve(self, sku):
        try:
            self.stub.Reserve(stock_pb2.Sku(id=sku))  # span: /shop.inventory.v1.Stock/Reserve [kind=client]
        except grpc.RpcError:
            return False
        return True

    def watch(self, sku):
        return [level.count for level in self.stub.Watch(stock_pb2.Sku(id=sku))]  # span: /shop.inventory.v1.Stock/Watch [kind=client]


def main():
    with grpc.insecure_channel(os.environ["INVENTORY"]) as channel:
        client = StockClient(channel)
        with tracer.start_as_current_span("inventory check"):  # span: inventory check
            client.level("tea")
            client.reserve("tea")
            client.reserve("none")
            client.watch("tea")


if __name__ == "__main__":
    main()
    trace.get_tracer_provider().shutdown()
