"""Sends what has ended before the process goes, where Python itself would not: SIGTERM and its like, forked children."""

import _thread
import functools
import os
import signal
import sys
import threading
import time
import weakref

from . import begin, imports, remind

# A receiver that is gone must not hold up a restart.
_PATIENCE_S = 2.0
_providers = weakref.WeakSet()
_armed = False


def keep(provider):
    """Flushes `provider` when the process is told to end. `atexit` already does on a normal end."""
    _providers.add(provider)
    _arm()


def _arm():
    global _armed
    if _armed:
        return
    _armed = True
    _arm_signals()
    imports.after("multiprocessing.util", _arm_children)


# Those that end Python at once, without `atexit`, unless they are handled; SIGHUP when a terminal is closed.
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_set_handler, _handler_of = signal.signal, signal.getsignal


def _arm_signals():
    """
    Ours stands where the default would: now, and where the program puts the default back, as uvicorn does before it sends
    the signal that it stopped for to itself. The program is told of the default. A handler of its own comes to a
    normal end.
    """
    signal.signal = functools.wraps(_set_handler)(_set)
    signal.getsignal = functools.wraps(_handler_of)(lambda number: _seen(_handler_of(number)))
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _ENDING:
        if _handler_of(number) == signal.SIG_DFL:
            _set_handler(number, _on_end)


def _set(number, handler):
    is_default = number in _ENDING and not callable(handler) and handler == signal.SIG_DFL
    return _seen(_set_handler(number, _on_end if is_default else handler))


def _seen(handler):
    return signal.SIG_DFL if handler is _on_end else handler


_going = set()


def _on_end(number, _frame):
    if number in _going:
        return
    _going.add(number)
    try:
        flush_all()
    finally:
        _set_handler(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _is_unseen(number):
    return number not in _going and _handler_of(number) is _on_end


def flush_all():
    """
    Exports what has ended, for at most two seconds; in another thread, as this one may hold the exporter's lock, and not
    by `threading`, as a signal may have come while this one holds a lock of that.
    """
    providers = list(_providers)
    done = _thread.allocate_lock()
    done.acquire()
    try:
        _thread.start_new_thread(_flush, (providers, done))
    except RuntimeError:
        # From Python 3.12 on there are no new threads once the interpreter ends; the SDK is then about to send.
        _settle(providers)
        return
    done.acquire(timeout=_PATIENCE_S)


def _flush(providers, done):
    for provider in providers:
        try:
            provider.force_flush(int(_PATIENCE_S * 1000))
        except Exception:
            begin.say("flush")
    _settle(providers)
    done.release()


def _settle(providers):
    """Waits for what is being shut down: that no longer takes a flush, and sends what it has by a thread of its own."""
    end = time.monotonic() + _PATIENCE_S
    try:
        threads = [thread for provider in providers for thread in _last_senders(provider)]
        while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
            time.sleep(0.005)
    except Exception:
        begin.say("flush")


def _last_senders(provider):
    for processor in getattr(getattr(provider, "_active_span_processor", None), "_span_processors", ()):
        # Older SDKs have all in the processor, by other names.
        batch = getattr(processor, "_batch_processor", processor)
        thread = getattr(batch, "_worker_thread", None) or getattr(batch, "worker_thread", None)
        if thread is not None and (getattr(batch, "_shutdown", False) or getattr(batch, "done", False)):
            yield thread


class _Children:
    """What multiprocessing keeps a weak reference to."""


_children = _Children()


def _arm_children(util):
    """
    A child of multiprocessing that was forked ends without `atexit`, and forgets what its parent arranged. One that was
    spawned is told to end, by a pool, while it runs `atexit`.
    """
    util.register_after_fork(_children, lambda _: _at_end(util))
    process = sys.modules.get("multiprocessing.process")
    if process is not None and (
        process.parent_process() is not None or getattr(process.current_process(), "_inheriting", False)
    ):
        _at_end(util)


def _at_end(util):
    util.Finalize(None, flush_all, exitpriority=1)
    remind.watch(_ENDING, _is_unseen)
