"""Scores orders for fraud, traced with the OpenTelemetry SDK over OTLP/gRPC (localhost:4317 by default)."""

import argparse
import json
import math
import random

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "fraud-scoring", SERVICE_VERSION: "1.0.0"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer(__name__)

FEATURES = ["order_value", "account_age_days", "failed_logins", "ships_abroad"]

# The feature store: what is known about a customer. The address of the last one was never filled in.
CUSTOMERS = {
    "alice": {"account_age_days": 1220, "failed_logins": 0, "country": "DE", "address": {"country": "DE"}},
    "bruno": {"account_age_days": 90, "failed_logins": 4, "country": "PT", "address": {"country": "KR"}},
    "chloé": {"account_age_days": 210, "failed_logins": 2, "country": "FR", "address": {"country": "FR"}},
    "dario": {"account_age_days": 25, "failed_logins": 2, "country": "IT", "address": None},
}

REQUESTS = [
    {"order_id": "ORD-1", "customer": "alice", "order_value": 42.5},
    {"order_id": "ORD-2", "customer": "bruno", "order_value": 890.0},
    {"order_id": "ORD-3", "customer": "chloé", "order_value": 120.0},
    {"order_id": "ORD-4", "customer": "dario", "order_value": 65.0},
]


class FraudModel:
    """Logistic regression by hand: gradient descent over examples drawn from a fixed seed."""

    name = "fraud-logreg"
    version = "2.3.1"

    def __init__(self, examples=400, epochs=20, rate=0.02):
        draw = random.Random(7)
        rows, labels = [], []
        for _ in range(examples):
            row = [draw.uniform(5, 1000), draw.uniform(0, 2000), draw.randrange(8), draw.randrange(2)]
            risk = row[0] / 250 - row[1] / 700 + row[2] * 0.7 + row[3] * 1.2 - 2 + draw.gauss(0, 2)
            rows.append(row)
            labels.append(1 if risk > 0 else 0)
        columns = list(zip(*rows))
        self.means = [sum(column) / len(column) for column in columns]
        self.deviations = [
            math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
            for column, mean in zip(columns, self.means)
        ]
        self.weights, self.bias = [0.0] * len(FEATURES), 0.0
        for _ in range(epochs):
            for row, label in zip(rows, labels):
                scaled = self.scale(row)
                error = self.probability(scaled) - label
                self.weights = [weight - rate * error * value for weight, value in zip(self.weights, scaled)]
                self.bias -= rate * error

    def scale(self, row):
        return [(value - mean) / deviation for value, mean, deviation in zip(row, self.means, self.deviations)]

    def probability(self, scaled):
        score = self.bias + sum(weight * value for weight, value in zip(self.weights, scaled))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


model = FraudModel()


def fetch_features(request):
    with tracer.start_as_current_span("fetch_features") as span:
        customer = CUSTOMERS[request["customer"]]
        features = {
            "order_value": request["order_value"],
            "account_age_days": customer["account_age_days"],
            "failed_logins": customer["failed_logins"],
            "ships_abroad": customer["address"]["country"] != customer["country"],
        }
        span.set_attribute("features.source", "customers")
        span.set_attribute("features.data", str(features))
        return features


def model_predict(features):
    with tracer.start_as_current_span("model_predict") as span:
        span.set_attribute("model.name", model.name)
        span.set_attribute("model.version", model.version)
        span.set_attribute("model.input_features", json.dumps(features))
        scaled = model.scale([float(features[name]) for name in FEATURES])
        probability = model.probability(scaled)
        prediction = {"label": "fraud" if probability >= 0.5 else "ok", "probability": round(probability, 4)}
        span.set_attribute("model.scaled_features", scaled)
        span.set_attribute("model.output_prediction", str(prediction))
        span.set_attribute("model.confidence", max(probability, 1 - probability))
        return prediction


def post_process_result(request, prediction):
    with tracer.start_as_current_span("post_process_result") as span:
        decision = {"fraud": "review", "ok": "ship"}[prediction["label"]]
        result = {"order_id": request["order_id"], "decision": decision, **prediction}
        span.set_attribute("result.data", json.dumps(result))
        return result


def inference_request(request):
    with tracer.start_as_current_span("inference_request", kind=trace.SpanKind.SERVER) as span:
        span.set_attribute("order.id", request["order_id"])
        span.set_attribute("customer.id", request["customer"])
        features = fetch_features(request)
        prediction = model_predict(features)
        return post_process_result(request, prediction)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=len(REQUESTS), help="how many requests to make")
    count = parser.parse_args().count
    for number in range(count):
        request = REQUESTS[number % len(REQUESTS)]
        try:
            print(json.dumps(inference_request(request)))
        except Exception as error:
            print(json.dumps({"order_id": request["order_id"], "error": repr(error)}))
    provider.shutdown()


if __name__ == "__main__":
    main()
