"""
A span for a call, with what went in and what came out: of functions the user chose to trace and of libraries' own.

    with calls.begin(SITE, values) as call:
        call.value = original(*args, **kwargs)

It is the parent of what the call starts. Where nothing is recorded `begin` gives an object that does nothing.
"""

import functools
import inspect
import sys
import time
from threading import get_ident

from . import begin as beginning
from . import standby

_SUPPRESSED = "suppress_instrumentation"
# What a generator gives is kept up to this many items.
_MOST_YIELDED = 100
_MOST_YIELDED_TEXT = 128 * 1024
_NOTHING = object()
_api = None
# Threads that are in the middle of starting or ending a span.
_busy = set()


class Site:
    """
    Where a call stands: the name of its span, the names of its arguments, and either the file and line of a function or,
    for a function of a library, the name of the library.
    """

    __slots__ = ("name", "names", "attributes")

    def __init__(self, name, names=(), file=None, line=0, library=None):
        self.name = name
        self.names = names
        self.attributes = {}
        if library is not None:
            self.attributes["spanline.call.library"] = library
        if file is not None:
            self.attributes["code.file.path"] = file
            self.attributes["code.line.number"] = line
            self.attributes["code.function.name"] = name


class _Off:
    """A call that nobody records: one for all of them, so that it keeps nothing."""

    __slots__ = ()
    recording = False
    value = property(lambda self: None, lambda self, value: None)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def gave(self, value):
        pass

    def pause(self):
        pass

    def resume(self):
        pass


_OFF = _Off()


class _Api:
    """What is used of OpenTelemetry, looked up once a provider is there."""

    def __init__(self, trace):
        from opentelemetry import context

        self.trace = trace
        self.provider = trace._TRACER_PROVIDER
        self.context = context
        self.keys = [_SUPPRESSED, getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", _SUPPRESSED)]
        self.tracer = trace.get_tracer("spanline")
        self.kind = trace.SpanKind.INTERNAL


def _ready():
    """None while the program has set no provider and ours does not stand in: looking must cost nothing, and set none."""
    global _api
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None or (getattr(trace, "_TRACER_PROVIDER", None) is None and not standby.active):
        return None
    _api = _Api(trace)
    return _api


def begin(site, values):
    """
    A call of `site` that is about to be made with `values`, one for each of its names, or a function without arguments
    that gives a dictionary of them, or None for not to say, asked when the call is recorded; it may still change the
    site. To be entered. Never throws.
    """
    try:
        api = _api
        if api is None or api.trace._TRACER_PROVIDER is not api.provider:
            api = _ready()
            if api is None:
                return _OFF
        current = api.context.get_current()
        for key in api.keys:
            if current.get(key):
                return _OFF
        # What a processor of the program's calls while a span starts or ends is no call of the program's.
        thread = get_ident()
        if thread in _busy:
            return _OFF
        _busy.add(thread)
        try:
            return _begin(api, site, values, current)
        finally:
            _busy.discard(thread)
    except Exception:
        beginning.say("begin")
        return _OFF


def _begin(api, site, values, current):
    from . import describe

    above = api.trace.get_current_span(current).get_span_context()
    if above.is_valid and not above.trace_flags.sampled:
        return _OFF
    if callable(values):
        values = values()
        names = list(values or ())
        shown = None if values is None else describe.fields(names, [values[name] for name in names])
    else:
        shown = describe.fields(site.names, values)
    attributes = dict(site.attributes)
    if shown is not None:
        attributes["spanline.call.arguments"] = shown
    span = api.tracer.start_span(site.name, kind=api.kind, attributes=attributes)
    if not span.is_recording():
        return _OFF
    return _Call(api, span, current)


class _Call:
    __slots__ = ("recording", "span", "value", "_api", "_before", "_within", "_yielded", "_more", "_left", "_inside")

    def __init__(self, api, span, before):
        self.recording = True
        self.span = span
        # What it returns: to be set before it is left.
        self.value = _NOTHING
        self._api = api
        self._before = before
        self._within = api.trace.set_span_in_context(span, before)
        self._yielded = None
        self._more = 0
        self._left = _MOST_YIELDED_TEXT
        self._inside = False

    def __enter__(self):
        self.resume()
        return self

    def __exit__(self, kind, error, trace):
        try:
            end = time.time_ns()
            self.pause()
            _busy.add(get_ident())
            if error is not None and kind is not GeneratorExit:
                self._failed(error, end)
            elif self._yielded is not None or self.value is not _NOTHING:
                self.span.set_attribute("spanline.call.return", self._result())
            self.span.end(end)
        except Exception:
            beginning.say("end")
        finally:
            _busy.discard(get_ident())
        return False

    def gave(self, value):
        """A generator gives `value` and is not finished."""
        if self._yielded is None:
            self._yielded = []
        if len(self._yielded) >= _MOST_YIELDED or self._left <= 0:
            self._more += 1
            return
        from . import describe

        # Written at once: kept until the end, they would stay in memory.
        shown = describe.text(value)
        self._yielded.append(shown)
        self._left -= len(shown)

    def pause(self):
        """What is started from now on is not within the call, until it goes on."""
        if not self._inside:
            return
        self._inside = False
        context = self._api.context
        # Unless somebody else has taken its place: by a token of another context one would be told off.
        if context.get_current() is self._within:
            context.attach(self._before)

    def resume(self):
        if self._inside:
            return
        self._inside = True
        context = self._api.context
        self._before = context.get_current()
        context.attach(self._within)

    def _result(self):
        from . import describe

        if self._yielded is None:
            return describe.text(self.value)
        return describe.joined(self._yielded, self._more)

    def _failed(self, error, at):
        """As the SDK records what a span's block throws."""
        trace = self._api.trace
        self.span.record_exception(error, timestamp=at)
        shown = "%s: %s" % (type(error).__name__, error)
        self.span.set_status(trace.Status(trace.StatusCode.ERROR, shown))


def wrap(function, site, arguments=None, result=None, when=None):
    """
    A function that calls `function` in a span of its own and is otherwise as it: asynchronous, generating or plain.
    `arguments(*args, **kwargs)` gives the dictionary to record, by default what the signature names them; `result(value)`
    what to record of what it returns; `when(*args, **kwargs)` whether to record at all. What these throw is dropped.
    """
    named = arguments or _named_by(function)

    def call(args, kwargs):
        try:
            if when is not None and not when(*args, **kwargs):
                return _OFF
        except Exception:
            beginning.say("when")
            return _OFF
        return begin(site, lambda: _asked(named, args, kwargs))

    def returned(value):
        try:
            return value if result is None else result(value)
        except Exception:
            beginning.say("result")
            return _NOTHING

    if inspect.isasyncgenfunction(function):

        @functools.wraps(function)
        async def traced(*args, **kwargs):
            with call(args, kwargs) as one:
                async for value in function(*args, **kwargs):
                    one.gave(value)
                    one.pause()
                    yield value
                    one.resume()

    elif inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def traced(*args, **kwargs):
            with call(args, kwargs) as one:
                value = await function(*args, **kwargs)
                if one.recording:
                    one.value = returned(value)
                return value

    elif inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def traced(*args, **kwargs):
            with call(args, kwargs) as one:
                made = function(*args, **kwargs)
                try:
                    go_on, given = made.send, None
                    while True:
                        try:
                            value = go_on(given)
                        except StopIteration as end:
                            return end.value
                        one.gave(value)
                        one.pause()
                        try:
                            go_on, given = made.send, (yield value)
                        except GeneratorExit:
                            raise
                        except BaseException as thrown:
                            go_on, given = made.throw, thrown
                        one.resume()
                finally:
                    made.close()

    else:

        @functools.wraps(function)
        def traced(*args, **kwargs):
            with call(args, kwargs) as one:
                value = function(*args, **kwargs)
                if one.recording:
                    one.value = returned(value)
                return value

    return traced


def _asked(named, args, kwargs):
    try:
        return named(*args, **kwargs)
    except Exception:
        beginning.say("arguments")
        return {}


def _named_by(function):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return lambda *args, **kwargs: {**{str(at): value for at, value in enumerate(args)}, **kwargs}
    return lambda *args, **kwargs: dict(signature.bind(*args, **kwargs).arguments)
