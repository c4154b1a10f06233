"""
Says of spans that run for long that they have started, so that running and hung calls are seen: as Logfire does, by a
span of type `pending_span` whose parent is the span announced. Sent through the program's own exporters, only those that
send to this machine.
"""

import collections
import os
import re
import threading
import time

from . import begin

# What ends sooner is not announced.
_OLD_NS = 400_000_000
_EVERY_S = 0.2
# A flood of spans is seen by those that end.
_MOST_WAITING = 4096
_MOST_AT_ONCE = 64
_HERE = re.compile(r"^(?:\w+://)?(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?|host\.docker\.internal)(?:[:/]|$)")

_waiting = collections.deque(maxlen=_MOST_WAITING)
_providers = []
_thread = None


def prepare(provider):
    """Announces the spans of `provider` from now on."""
    if "spanline.run.id=" not in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""):
        return False
    _providers.append(provider)
    if len(_providers) == 1 and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_in_child)
    return True


def started(span):
    """A span of a prepared provider has started."""
    global _thread
    _waiting.append(span)
    if _thread is None:
        _thread = threading.Thread(target=_watch, name="spanline-starts", daemon=True)
        _thread.start()


def _in_child():
    global _thread
    _thread = None
    _waiting.clear()


def _watch():
    mine = threading.current_thread()
    while _thread is mine:
        time.sleep(_EVERY_S)
        try:
            due = _due(time.time_ns() - _OLD_NS)
            if due:
                _announce(due)
        except Exception:
            begin.say("starts")


def _due(before):
    """Those that started before a time and still run; at most so many, the others are left out."""
    due = []
    while _waiting:
        span = _waiting[0]
        if span.start_time is not None and span.start_time > before:
            break
        _waiting.popleft()
        if span.end_time is None and len(due) < _MOST_AT_ONCE:
            due.append(span)
    return due


def _announce(spans):
    from opentelemetry import context

    key = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", "suppress_instrumentation")
    token = context.attach(context.set_value(key, True))
    try:
        announced = [_announcement(span) for span in spans]
        for exporter in _exporters():
            exporter.export(announced)
    finally:
        context.detach(token)


def _announcement(span):
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    from opentelemetry.trace import SpanContext

    of = span.context
    parent = span.parent.span_id if span.parent is not None else 0
    return ReadableSpan(
        name=span.name,
        context=SpanContext(of.trace_id, RandomIdGenerator().generate_span_id(), False, of.trace_flags),
        parent=of,
        resource=span.resource,
        attributes={
            **dict(span.attributes or {}),
            "logfire.span_type": "pending_span",
            "logfire.pending_parent_id": format(parent, "016x"),
            "spanline.process": _process(),
        },
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        start_time=span.start_time,
        end_time=span.start_time,
    )


def _process():
    """Which process this is on which machine, so that a span is known to have ended with it; see `src/engine`."""
    import platform

    try:
        return "%d@%s/%s" % (os.getpid(), platform.node(), os.readlink("/proc/self/ns/pid"))
    except OSError:
        return "%d@%s" % (os.getpid(), platform.node())


def _exporters():
    found = {}
    for provider in _providers:
        several = getattr(getattr(provider, "_active_span_processor", None), "_span_processors", ())
        for processor in several:
            exporter = getattr(processor, "span_exporter", None)
            endpoint = getattr(exporter, "_endpoint", None)
            if isinstance(endpoint, str) and _HERE.match(endpoint):
                found[id(exporter)] = exporter
    return list(found.values())
