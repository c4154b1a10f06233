import os
from concurrent import futures

import grpc
from opentelemetry.instrumentation.grpc import GrpcInstrumentorServer
from shoptel import start_telemetry

import stock_pb2_grpc
from servicers.stock import StockServicer


def serve() -> None:
    start_telemetry()
    GrpcInstrumentorServer().instrument()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    stock_pb2_grpc.add_StockServicer_to_server(StockServicer(), server)
    server.add_insecure_port(f"127.0.0.1:{os.environ['PORT']}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    serve()
