"""How a call of a library's method becomes a span. Whatever goes wrong here, the call goes on as it would without."""

import contextvars
import functools
import inspect
import os
import sys
import time

from .. import begin, calls, describe, frames

# Libraries within whose calls we are, in this thread or task: of each only the outermost call is a span.
_inside = contextvars.ContextVar("spanline_taps", default=())

# Who calls a method from here has made a span of the call already, or will.
_INSTRUMENTATIONS = (
    "opentelemetry.instrumentation.",
    "openinference.instrumentation.",
    "traceloop.",
    "openlit.",
    "langtrace_python_sdk.",
    "logfire.",
)

# Values of one kind of call are described so often at most; beyond, its spans go without them.
_DESCRIBED_PER_S = 200
_DESCRIBED_AT_ONCE = 400


# A result that is not to be shown.
NOTHING = object()


class Rate:
    """Lets through `per_second`, and `burst` at once."""

    __slots__ = ("_burst", "_left", "_per_ns", "_at")

    def __init__(self, per_second, burst):
        self._burst = self._left = burst
        self._per_ns = per_second / 1e9
        self._at = time.monotonic_ns()

    def take(self):
        now = time.monotonic_ns()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_ns)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Tap:
    """
    One library's calls. What is below is asked for each call: a subclass reads its library's objects there; what it
    throws leaves out what it was asked for.
    """

    library = ""
    # Other libraries whose calls within ours are not spans of their own.
    covers = ()
    # Modules whose calls are the library's own affair: the user did not make them.
    own = ()

    def __init__(self):
        self._inside = (self.library,) + tuple(self.covers)
        self.rate = Rate(_DESCRIBED_PER_S, _DESCRIBED_AT_ONCE)

    def passes(self, of, caller, frame):
        """The call is made by the library itself, or is none to be shown. `caller` is the module that makes it."""
        return bool(self.own) and caller.startswith(self.own)

    def name(self, of, method):
        return "%s.%s.%s" % (self.library, type(of).__name__, method)

    def facts(self, of, method):
        """Attributes that are known without looking at values: the model and its version."""
        found = {"spanline.call.model": type(of).__name__}
        version = version_of(of)
        if version:
            found["spanline.call.model.version"] = version
        return found

    def arguments(self, of, method, names, args, kwargs):
        """Values by name, None for not to say; `args` are without `self`, `names` those of the parameters."""
        return named(names, args, kwargs)

    def asks(self, of, method, given):
        """Attributes besides; `given` are the arguments."""
        return {}

    def returned(self, of, method, result, args, kwargs):
        """The value as it is shown, or NOTHING."""
        return result

    def answers(self, of, method, result):
        """Attributes besides."""
        return {}

    def gather(self, method, result, began):
        """
        What gathers the pieces of a stream, when the result is one: `add(piece)`, `result()`, `facts()`. The call began
        at `began`, in nanoseconds since the epoch.
        """
        return None


def named(names, args, kwargs):
    """A call's arguments by name, `self` left out of both."""
    found = list(names[: len(args)])
    found += ["arg%d" % at for at in range(len(found), len(args))]
    return {**dict(zip(found, args)), **kwargs}


def version_of(of):
    """A version that an object or its class keeps in a plain field."""
    for held in (getattr(of, "__dict__", {}), *(kind.__dict__ for kind in type(of).__mro__[:-1])):
        for name in ("version", "model_version", "__version__"):
            found = held.get(name)
            if type(found) in (str, int, float) and found != "":
                return str(found)[:200]
    return ""


def is_inside(library):
    """Whether a call of a library is being made in this thread or task."""
    return library in _inside.get()


def wrap(owner, name, tap):
    """Makes each call of `owner.name`, when the class itself has it, a span; once, and unless someone else does."""
    original = owner.__dict__.get(name)
    if original is None or getattr(original, "__spanline_tap__", None) is not None or _is_instrumented(original):
        return
    if not callable(original):
        return
    setattr(owner, name, tapped(original, name, tap))


def _is_instrumented(method):
    """wrapt's wrappers know the function that is called around the method."""
    around = getattr(method, "_self_wrapper", None)
    around = getattr(around, "func", around)
    return str(getattr(around, "__module__", "")).startswith(_INSTRUMENTATIONS)


def _is_wrapped(args, method):
    """An instrumentation has put itself before the method since: what awaits the call does not tell who made it."""
    for kind in type(args[0]).__mro__ if args else ():
        if method in kind.__dict__:
            return _is_instrumented(kind.__dict__[method])
    return False


class _Held:
    """Keeps the method: a function in the closure of ours would be taken for a handler of the program, see frames.py."""

    __slots__ = ("call", "method", "names")

    def __init__(self, original, method):
        self.call = original
        self.method = method
        code = frames.code_of(original)
        self.names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount] if code is not None else ()


def tapped(original, method, tap):
    """A function like `original`."""
    held = _Held(original, method)
    library = tap.library

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def call(*args, **kwargs):
            if library in _inside.get() or _is_wrapped(args, method):
                return await held.call(*args, **kwargs)
            begun = _begin(tap, held, args, kwargs)
            if begun is None:
                return await held.call(*args, **kwargs)
            try:
                result = await held.call(*args, **kwargs)
            except BaseException as error:
                begun.fail(error)
                raise
            return begun.finish(result)

    else:

        @functools.wraps(original)
        def call(*args, **kwargs):
            if library in _inside.get():
                return held.call(*args, **kwargs)
            begun = _begin(tap, held, args, kwargs)
            if begun is None:
                return held.call(*args, **kwargs)
            try:
                result = held.call(*args, **kwargs)
            except BaseException as error:
                begun.fail(error)
                raise
            return begun.finish(result)

    call.__spanline_tap__ = library
    return call


def module_of(frame):
    """The name of the module that a frame runs, as text."""
    name = frame.f_globals.get("__name__") if frame is not None else None
    return name if type(name) is str else ""


def _caller():
    """Who called the method; None in a thread that began with it."""
    frame = sys._getframe(2).f_back
    while frame is not None and module_of(frame).startswith("_spanline."):
        frame = frame.f_back
    return frame


def _begin(tap, held, args, kwargs):
    """The call as a span, current from now on; None when there is to be none."""
    try:
        frame = _caller()
        caller = module_of(frame)
        if not args or caller.startswith(_INSTRUMENTATIONS) or tap.passes(args[0], caller, frame):
            return None
        site = calls.Site("%s.%s" % (tap.library, held.method), library=tap.library)
        described = tap.rate.take()
        # Asked for only when the call is recorded.
        call = calls.begin(site, lambda: _arguments(tap, held, args, kwargs, site, described))
        return _Call(call, tap, held.method, args, kwargs, described) if call.recording else None
    except Exception:
        begin.say("a tap of %s" % tap.library)
        return None


def _arguments(tap, held, args, kwargs, site, described):
    of, given = args[0], None
    try:
        site.name = tap.name(of, held.method)
        site.attributes.update(tap.facts(of, held.method))
        if described:
            given = tap.arguments(of, held.method, held.names, args[1:], kwargs)
            site.attributes.update(tap.asks(of, held.method, given))
        else:
            site.attributes["spanline.call.undescribed"] = True
    except Exception:
        begin.say("arguments of %s" % tap.library)
    return given


class _Call:
    """A call that is being made."""

    __slots__ = ("_call", "_tap", "_method", "_args", "_kwargs", "_before", "_described", "_began")

    def __init__(self, call, tap, method, args, kwargs, described):
        self._call, self._tap, self._method, self._described = call, tap, method, described
        self._args, self._kwargs = args, kwargs
        self._before = _inside.set(_inside.get() + tap._inside)
        call.__enter__()
        self._began = time.time_ns()

    def _leave(self):
        try:
            _inside.reset(self._before)
        except ValueError:
            # A coroutine that is closed from another context.
            pass

    def fail(self, error):
        self._leave()
        self._call.__exit__(type(error), error, None)

    def finish(self, result):
        """The result of the call, or what stands for a stream."""
        ended = time.time_ns()
        self._leave()
        try:
            self._call.pause()
            gathered = self._tap.gather(self._method, result, self._began)
            if gathered is not None:
                return _Stream(result, self, gathered)
        except Exception:
            begin.say("a stream of %s" % self._tap.library)
        self.end(result, ended, {})
        return result

    def end(self, result, ended, more):
        span, tap, args, self._args = self._call.span, self._tap, self._args, None
        if self._described:
            try:
                shown = tap.returned(args[0], self._method, result, args[1:], self._kwargs)
                if shown is not NOTHING:
                    span.set_attribute("spanline.call.return", describe.text(shown))
                span.set_attributes({**tap.answers(args[0], self._method, result), **more})
            except Exception:
                begin.say("the result of %s" % tap.library)
        try:
            span.end(ended)
        except Exception:
            begin.say("the end of a call of %s" % tap.library)


class _Stream:
    """A generator of a library's; its call ends with it: at its end, its error, when it is closed or dropped."""

    def __init__(self, inner, call, gathered):
        self._inner, self._call, self._gathered = inner, call, gathered

    def __iter__(self):
        return self

    def __next__(self):
        try:
            item = next(self._inner)
        except StopIteration:
            self._end()
            raise
        except BaseException as error:
            self._end(error)
            raise
        try:
            self._gathered.add(item)
        except Exception:
            begin.say("a piece of a stream")
        return item

    def send(self, value):
        return next(self) if value is None else self._inner.send(value)

    def throw(self, *error):
        return self._inner.throw(*error)

    def close(self):
        try:
            self._inner.close()
        finally:
            self._end()

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def __del__(self):
        try:
            self._end()
        except Exception:
            pass

    def _end(self, error=None):
        call, self._call = self._call, None
        if call is None:
            return
        if error is not None:
            call.fail(error)
        else:
            call.end(self._gathered.result(), time.time_ns(), self._gathered.facts())


def base_name(path):
    """The last part of a path or address of a model, as text; empty without one."""
    return os.path.basename(str(path).rstrip("/\\"))[:200] if isinstance(path, (str, os.PathLike)) else ""
