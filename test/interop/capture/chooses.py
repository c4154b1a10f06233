"""
Calls the functions of chosen.py and prints the spans of it, and beside them what must be the same whether they are traced:
lines as a debugger is told them, tracebacks, signatures, sources, what is pickled, the names of the module.
"""
import asyncio
import inspect
import json
import multiprocessing
import os
import pickle
import sys
import traceback

import chosen
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

events = []


class Kept(SpanExporter):
    spans = []

    def export(self, spans):
        self.spans += spans
        return SpanExportResult.SUCCESS


trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(Kept()))


def watch(frame, event, _argument):
    if os.path.basename(frame.f_code.co_filename) != "chosen.py":
        return None
    events.append([frame.f_code.co_name, event, frame.f_lineno])
    return watch


def in_this_file(value):
    return value


in_this_file("while it is read")


def in_child(value):
    return [in_this_file(value), [span.name for span in Kept.spans]]


def fails():
    try:
        chosen.Ranker().predict([1], threshold=-1)
    except ValueError:
        return traceback.format_exc()


async def asynchronous():
    await asyncio.gather(chosen.waits("a"), chosen.waits("b"))
    async for one in chosen.streams(2):
        chosen.factorial(0)


def calls():
    ranker = chosen.Ranker()
    chosen.registered["predict"](ranker, [1, 2], 3, 4, threshold=5, extra=6)
    chosen.Ranker.make(1), chosen.Ranker.check(2), ranker.size, ranker.greet()
    ranker.size = 3
    chosen.outer(1)(2)
    generator = chosen.numbers(3)
    next(generator)
    chosen.factorial(0)
    generator.send(True)
    generator.close()
    list(chosen.delegates(2))
    chosen.loops(2)
    asyncio.run(asynchronous())
    with chosen.step("a"):
        chosen.factorial(0)
    chosen.says_nothing()
    chosen.factorial(1)
    chosen.branches(0), chosen.branches(1)
    chosen.untouched(1)


def lines():
    if sys.version_info < (3, 11):
        return "lines that are added are seen"
    # Newer ones close a generator without running it, unless it has something to do at its end.
    return [event for event in events if sys.version_info < (3, 13) or event[0] != "numbers"]


def told(span, names):
    return {
        "name": span.name,
        "parent": names.get(span.parent and span.parent.span_id, ""),
        "line": span.attributes["code.line.number"],
        "in": json.loads(span.attributes["spanline.call.arguments"]),
        "out": json.loads(span.attributes.get("spanline.call.return", '"-"')),
        "status": span.status.status_code.name,
        "events": [event.name for event in span.events],
    }


if __name__ == "__main__":
    sys.settrace(watch)
    calls()
    failure = fails()
    sys.settrace(None)
    for _ in chosen.batches(150):
        pass
    in_this_file(2)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        child = pool.map(in_child, [7])
    names = {span.context.span_id: span.name for span in Kept.spans}
    same = {
        "events": lines(),
        "failure": failure,
        "signature": str(inspect.signature(chosen.Ranker.predict)),
        "source": inspect.getsource(chosen.numbers),
        "wrapped": [hasattr(chosen.numbers, "__wrapped__"), chosen.Ranker.predict.__wrapped__.__qualname__],
        "kinds": [inspect.isgeneratorfunction(chosen.numbers), inspect.iscoroutinefunction(chosen.waits), inspect.isasyncgenfunction(chosen.streams)],
        "pickled": pickle.loads(pickle.dumps(chosen.numbers)) is chosen.numbers,
        "kept": chosen.Batch.most,
        "module": sorted(vars(chosen)),
        "main": [str(__spec__), __package__, __file__, sys.path[0], sys.argv, sorted(globals())],
        "current": trace.get_current_span().get_span_context().span_id,
    }
    spans = [told(span, names) for span in Kept.spans]
    json.dump({"spans": spans, "same": same, "child": child[0]}, sys.stdout)
