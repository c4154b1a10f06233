import grpc
from opentelemetry import trace

import stock_pb2
import stock_pb2_grpc

tracer = trace.get_tracer(__name__)


class OutOfStock(Exception):
    pass


class StockServicer(stock_pb2_grpc.StockServicer):
    def GetLevel(self, request, context):  # span: /shop.inventory.v1.Stock/GetLevel [kind=server]
        with tracer.start_as_current_span("count items"):  # span: count items
            return stock_pb2.Level(sku=request.id, count=3)

    def Reserve(self, request, context):  # span: /shop.inventory.v1.Stock/Reserve [kind=server]
        self._take(request.id)
        return stock_pb2.Level(sku=request.id, count=2)

    def Watch(self, request, context):  # span: /shop.inventory.v1.Stock/Watch [kind=server]
        for count in range(2):
            yield stock_pb2.Level(sku=request.id, count=count)

    def _take(self, sku):
        with tracer.start_as_current_span("take from shelf"):  # span: take from shelf
            if sku == "none":
                raise OutOfStock(sku)
