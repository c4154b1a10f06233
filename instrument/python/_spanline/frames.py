"""Which code is the user's, and where in it a call is being made."""

import functools
import os
import re
import sys
import sysconfig

_USERS = {}
_QUALIFIED = hasattr(type(sys._getframe().f_code), "co_qualname")
_SITE = re.compile(r"[\\/](?:site-packages|dist-packages)[\\/]")


def _library_folders():
    folders = set()
    for name in ("stdlib", "platstdlib"):
        folder = sysconfig.get_path(name)
        if folder:
            folders.add(os.path.normcase(os.path.realpath(folder)) + os.sep)
            folders.add(os.path.normcase(os.path.abspath(folder)) + os.sep)
    return tuple(folders)


_LIBRARIES = _library_folders()
# Generators and asynchronous generators, see `inspect`.
_GENERATES = 0x20 | 0x200
# Takes `*args` and `**kwargs`: with a function in its closure, what a decorator puts in the place of that function.
_ANYTHING = 0x04 | 0x08


def is_users(filename):
    """Whether a file is neither of Python, nor installed, nor without a file. Editable installs are the user's."""
    found = _USERS.get(filename)
    if found is None:
        found = _USERS[filename] = _look(filename)
    return found


def _look(filename):
    if filename.startswith("<") or _SITE.search(filename):
        return False
    return not os.path.normcase(os.path.abspath(filename)).startswith(_LIBRARIES)


# Where a thread of control begins anew: what stands below only waits for it and did not make the call.
_LOOPS = {
    ("_run", "events.py"),
    ("run_step", "events.py"),
    ("process_request", "socketserver.py"),
    ("_handle_request_noblock", "socketserver.py"),
    ("handle_request", "sync.py"),
    ("run_asgi", "httptools_impl.py"),
}

# Functions of libraries that start a span for a function of the user's, and the variable it can be reached from.
_CALLERS = {"_trace_prerun": "task", "_call_with_config": "self", "_acall_with_config": "self"}


# What to do at a frame, by the id of its code object; the code is kept, so that no other gets its id. Hashing code is slow.
_PASS, _TAKE, _LOOK = 0, 1, 2
_passing = set()
_kinds = {}
_MOST_KINDS = 50_000


def first_user_frame(frame):
    """
    The innermost frame of the user's code as `(code, line)`, or the user's function that a decorator on the way wraps
    as `(code, 0)`. None when the call was not made by the user's code. Decorators and context managers of the user's
    own are passed over: the span is that of the function or the `with` they are put on.
    """
    helper = None
    passing = _passing
    while frame is not None:
        code = frame.f_code
        if id(code) in passing:
            frame = frame.f_back
            continue
        known = _kinds.get(id(code))
        kind = known[0] if known is not None else _kind_of(code)
        if kind == _TAKE:
            return code, frame.f_lineno
        if kind == _LOOK:
            found = _look_at(frame, code)
            if found is _STOP:
                return helper
            if found is not None:
                if found[1] >= 0:
                    return found
                helper = helper or (code, frame.f_lineno)
        frame = frame.f_back
    return helper


_STOP = (None, 0)


def _kind_of(code):
    name = code.co_name
    wraps = (code.co_flags & _ANYTHING == _ANYTHING and code.co_freevars) or name in _CALLERS
    if is_users(code.co_filename):
        kind = _LOOK if wraps or code.co_flags & _GENERATES else _TAKE
    else:
        kind = _LOOK if wraps or (name, os.path.basename(code.co_filename)) in _LOOPS else _PASS
    if len(_kinds) >= _MOST_KINDS:
        _kinds.clear()
        _passing.clear()
    _kinds[id(code)] = (kind, code)
    if kind == _PASS:
        _passing.add(id(code))
    return kind


def _look_at(frame, code):
    """The place, `_STOP`, None to go on, or a helper's place with a line below 0."""
    name = code.co_name
    held = (_CALLERS[name],) if name in _CALLERS else code.co_freevars if code.co_flags & _ANYTHING == _ANYTHING else ()
    wrapped = _wrapped(frame, held) if held else None
    if wrapped is not None:
        return wrapped, 0
    if is_users(code.co_filename):
        helps = code.co_flags & _GENERATES and _is_entered(frame.f_back)
        return code, -1 if helps else frame.f_lineno
    return _STOP if (name, os.path.basename(code.co_filename)) in _LOOPS else None


def _is_entered(frame):
    """Whether a generator is run as the beginning of a `with`."""
    if frame is None or frame.f_code.co_name not in ("__enter__", "__aenter__"):
        return False
    return os.path.basename(frame.f_code.co_filename) in ("contextlib.py", "_decorator.py")


def _wrapped(frame, names):
    variables = frame.f_locals
    for name in names:
        held = variables.get(name)
        code = code_of(held) if callable(held) or name in ("task", "self") else None
        if code is not None and is_users(code.co_filename):
            return code
    return None


def code_of(function):
    """The code that runs when a handler is called: through partials, decorators, bound methods, tasks. Else None."""
    for _ in range(16):
        if isinstance(function, functools.partial):
            function = function.func
        elif getattr(function, "__wrapped__", None) is not None:
            function = function.__wrapped__
        elif hasattr(function, "__func__"):
            function = function.__func__
        else:
            break
    code = getattr(function, "__code__", None)
    if code is not None:
        return code
    if isinstance(function, type):
        return None
    # Tasks of Celery, runnables of LangChain.
    for inner in ("run", "func"):
        held = getattr(function, inner, None)
        if callable(held):
            return code_of(held)
    return getattr(getattr(type(function), "__call__", None), "__code__", None)


def def_line(code):
    """The line of `def`: the first line of a code object is that of its first decorator."""
    import linecache

    pattern = re.compile(r"\s*(?:async\s+)?def\s+%s\b" % re.escape(code.co_name))
    for line in range(code.co_firstlineno, code.co_firstlineno + 60):
        text = linecache.getline(code.co_filename, line)
        if not text:
            break
        if pattern.match(text):
            return line
    return code.co_firstlineno


def name_of(code):
    return code.co_qualname if _QUALIFIED else code.co_name
