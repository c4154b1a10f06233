"""Prints the CPU time of a span in microseconds, started by the user's code itself and 25 calls deep in a library."""

import json
import statistics
import time

from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

provider = TracerProvider()
provider.add_span_processor(SpanProcessor())
tracer = provider.get_tracer("bench")
SPANS = 2000
ROUNDS = 25


def library(source):
    names = {"time": time, "tracer": tracer, "SPANS": SPANS}
    exec(compile(source, "/usr/lib/python3/site-packages/library/module.py", "exec"), names)
    return names


LOOP = """
def loop():
    began = time.process_time()
    for _ in range(SPANS):
        tracer.start_span("work").end()
    return (time.process_time() - began) / SPANS * 1e6

def deep(levels):
    return deep(levels - 1) if levels > 0 else loop()
"""

own = {"time": time, "tracer": tracer, "SPANS": SPANS}
exec(compile(LOOP, __file__, "exec"), own)
others = library(LOOP)
# The first round of each fills the caches.
own["loop"](), others["deep"](25)
near, far = [], []
for _ in range(ROUNDS):
    near.append(own["loop"]())
    far.append(others["deep"](25))
print(json.dumps({"near": statistics.median(near), "far": statistics.median(far)}))
