"""Calls libraries that are made like real ones, and prints the spans and what the program itself saw, as JSON."""

import _thread
import asyncio
import gc
import inspect
import json
import os
import sys
import time
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "site-packages"))

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import faiss
import wrapt
import onnxruntime
import torch
from llama_cpp.llama import Llama
from qdrant_client.async_qdrant_client import AsyncQdrantClient
from sklearn.base import ClassifierMixin, Forest, Pipeline, Tree

memory = InMemorySpanExporter()
saw = {}
session = onnxruntime.InferenceSession("/models/fraud.onnx")
# Nobody records yet.
saw["before"] = session.run(None, {"X": [[1, 2]]})
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(memory))
trace.set_tracer_provider(provider)


def spans():
    found = [
        {
            "name": span.name,
            "root": span.parent is None,
            "error": [event.attributes["exception.type"] for event in span.events],
            "status": span.status.status_code.name,
            **span.attributes,
        }
        for span in memory.get_finished_spans()
    ]
    memory.clear()
    return found


class Net(torch.nn.Module):
    version = "2"

    def __init__(self):
        self.inner = Inner()

    def forward(self, rows, scale=1):
        return self.inner(rows)


class Inner(torch.nn.Module):
    def forward(self, rows):
        return rows


def stop_the_clock():
    """What is let through in a second is let through once."""
    tap, now = sys.modules["_spanline.taps.tap"], time.monotonic_ns()
    tap.time = types.SimpleNamespace(monotonic_ns=lambda: now, time_ns=time.time_ns)


def onnx():
    run = type(session).run
    saw["run"] = [run.__name__, str(inspect.signature(run)), run.__doc__, isinstance(session, onnxruntime.InferenceSession)]
    session.run(["label"], {"X": [[1, 2]]})
    session.run(None, input_feed={"X": [[1, 2]]})
    session.run_with_iobinding(object())
    try:
        session.run(None, {"Y": []})
    except ValueError as error:
        saw["error"] = str(error)


def estimators():
    tree = Tree().fit([[1]])
    tree.predict([[1], [2]])
    Forest().predict([[1]])
    Pipeline([("shape", Tree()), ("tree", tree)]).predict([[3]])
    Tree.transform(tree, X=[[4]])
    saw["mixin"] = issubclass(Tree, ClassifierMixin)


def modules():
    net = Net()
    saw["forward"] = net.eval()([[1.0]], scale=2)
    student = Net()
    for _ in range(1000):
        student([[1.0]])


def often():
    for _ in range(1000):
        session.run(None, {"X": [[1]]})


def llama():
    model = Llama("/models/small.gguf")
    model.create_chat_completion([{"role": "user", "content": "two and three?"}], max_tokens=4)
    saw["pieces"] = [chunk["choices"][0]["text"] for chunk in model.create_completion("2+3=", stream=True)]
    for _ in model.create_completion("2+3=", stream=True):
        break
    gc.collect()
    model.create_completion("2+3=", stream=True).close()
    model.embed("a hammer")


def qdrant():
    found = asyncio.run(AsyncQdrantClient().query_points("notes", [0.1, 0.2], limit=1))
    saw["points"] = len(found.points)


def in_a_bare_thread():
    """Nobody's frame stands below the call."""
    done = _thread.allocate_lock()
    done.acquire()
    _thread.start_new_thread(session.run, (None, {"X": Last(done)}))
    done.acquire()


class Last(list):
    """Says when the call is over: nothing else in it is the program's."""

    def __init__(self, done):
        self.done = done

    def __del__(self):
        self.done.release()


def suppressed():
    from opentelemetry import context

    token = context.attach(context.set_value("suppress_instrumentation", True))
    session.run(None, {"X": [[1]]})
    context.detach(token)


def instrumented():
    """A module of an instrumentation calls the method: it makes a span of its own."""
    other = types.ModuleType("openinference.instrumentation.onnx")
    exec("def call(session):\n    return session.run(None, {'X': [[1]]})", other.__dict__)
    other.call(session)
    wrapper = types.ModuleType("openinference.instrumentation.qdrant")
    exec("def call(wrapped, of, args, kwargs):\n    return wrapped(*args, **kwargs)", wrapper.__dict__)
    wrapt.wrap_function_wrapper(AsyncQdrantClient, "query_points", wrapper.call)
    qdrant()


if "_spanline.taps.tap" in sys.modules:
    stop_the_clock()
answers = {}
for part in (onnx, estimators, modules, often, llama, qdrant, in_a_bare_thread, suppressed, instrumented):
    with provider.get_tracer("program").start_as_current_span("program"):
        part()
    answers[part.__name__] = [span for span in spans() if span["name"] != "program"]
session.run(None, {"X": [[5]]})
answers["alone"] = spans()
print(json.dumps({"saw": saw, **answers}))
