"""Prints the CPU time of a call in microseconds: traced or not, without arguments and with arrays of 1,000 floats."""

import array
import json
import statistics
import sys
import time

from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

if "without" not in sys.argv:
    provider = TracerProvider()
    provider.add_span_processor(SpanProcessor())
    trace.set_tracer_provider(provider)

CALLS = 300
ROUNDS = 25


def nothing():
    return None


def few(customer, amount, options):
    return amount


def floats(values):
    return None


def cost(function, *arguments):
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            function(*arguments)
        times.append((time.process_time() - began) / CALLS * 1e6)
    return statistics.median(times)


numbers = [at / 7 for at in range(1000)]
found = {
    "nothing": cost(nothing),
    "few": cost(few, "c-17", 12.5, {"currency": "EUR", "retries": 3}),
    "floats": cost(floats, array.array("d", numbers)),
}
try:
    import numpy

    found["numpy"] = cost(floats, numpy.array(numbers))
except ImportError:
    pass
print(json.dumps(found))
