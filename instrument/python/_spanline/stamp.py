"""Says on every span where in the user's code it was started: `code.file.path`, `code.line.number`, `code.function.name`."""

import contextvars
import os
import sys

from . import begin, frames

_PLACED = ("code.file.path", "code.filepath", "code.line.number", "code.lineno")
_serving = contextvars.ContextVar("spanline_serving", default=None)
_places = {}


def prepare(module, keep, watch, started):
    """
    Gives every TracerProvider made from now on our processor. `keep(provider)` is told of each; `started(span)` of every
    span of those that `watch(provider)` says yes to.
    """
    Stamp = _processor_class(module)
    start = module.TracerProvider.__init__

    def __init__(self, *args, **kwargs):
        start(self, *args, **kwargs)
        try:
            self.add_span_processor(Stamp(started if watch(self) else None))
            keep(self)
        except Exception:
            begin.say("TracerProvider")

    __init__.__wrapped__ = start
    __init__.__doc__ = start.__doc__
    module.TracerProvider.__init__ = __init__


def _processor_class(module):
    from opentelemetry.trace import SpanKind

    served = (SpanKind.SERVER, SpanKind.CONSUMER)

    class Stamp(module.SpanProcessor):
        def __init__(self, started):
            self._started = started

        def on_start(self, span, parent_context=None):
            try:
                if self._started is not None:
                    self._started(span)
                if _is_placed(span):
                    return
                if span.kind in served:
                    # Its handler has not been called yet.
                    _serving.set(span)
                    if span.kind is SpanKind.SERVER:
                        return
                found = frames.first_user_frame(sys._getframe(1))
                if found is not None and (found[1] == 0 or span.kind not in served):
                    _set(span, _place(*found))
            except Exception:
                begin.say("on_start")

        def force_flush(self, timeout_millis=30000):
            return True

    return Stamp


def _is_placed(span):
    attributes = getattr(span, "_attributes", None)
    held = getattr(attributes, "_dict", None)
    if held is None:
        held = span.attributes or ()
    for key in _PLACED:
        if key in held:
            return True
    return False


def _set(span, place):
    """
    `set_attributes` looks at every value anew, which costs more than finding the place. Ours are known to be what an
    attribute may be: where the SDK keeps its attributes as its newer versions do, and has room, they are put there.
    """
    attributes = getattr(span, "_attributes", None)
    held = getattr(attributes, "_dict", None)
    lock = getattr(attributes, "_lock", None)
    most = getattr(attributes, "maxlen", 0)
    if held is None or lock is None or most is None or len(held) + len(place) > most:
        span.set_attributes(place)
        return
    with lock:
        held.update(place)


def _place(code, line):
    key = (id(code), line)
    known = _places.get(key)
    place = known[0] if known is not None else None
    if place is None:
        place = {
            "code.file.path": os.path.abspath(code.co_filename),
            "code.line.number": line or frames.def_line(code),
            "code.function.name": frames.name_of(code),
        }
        # Generated code must not fill the memory.
        if len(_places) < 10000:
            _places[key] = (place, code)
    return place


def handled_by(function):
    """The server or consumer span of the call being served was made for `function`. Never throws."""
    try:
        span = _serving.get()
        if span is None or not span.is_recording() or _is_placed(span):
            return
        code = frames.code_of(function)
        if code is not None and frames.is_users(code.co_filename):
            _set(span, _place(code, 0))
    except Exception:
        begin.say("handled_by")
