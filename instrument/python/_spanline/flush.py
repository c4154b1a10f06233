"""Sends what has ended before the process goes, where Python itself would not: SIGTERM, forked children."""

import os
import signal
import sys
import threading
import weakref

from . import begin, imports

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
    _arm_signal()
    imports.after("multiprocessing.util", _arm_children)


def _arm_signal():
    # A handler of the program's own comes to a normal end, or set itself after us and calls us back.
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _on_term)


def _on_term(number, _frame):
    signal.signal(number, signal.SIG_DFL)
    flush_all()
    os.kill(os.getpid(), number)


def flush_all():
    """Exports what has ended, for at most two seconds; in another thread, as this one may hold the exporter's lock."""
    providers = list(_providers)
    thread = threading.Thread(target=_flush, args=(providers,), name="spanline-flush", daemon=True)
    thread.start()
    thread.join(_PATIENCE_S)


def _flush(providers):
    for provider in providers:
        try:
            provider.force_flush(int(_PATIENCE_S * 1000))
        except Exception:
            begin.say("flush")


class _Children:
    """What multiprocessing keeps a weak reference to."""


_children = _Children()


def _arm_children(util):
    """A child of multiprocessing that was forked ends without `atexit`, and forgets what its parent arranged."""
    util.register_after_fork(_children, lambda _: _at_end(util))
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        _at_end(util)


def _at_end(util):
    util.Finalize(None, flush_all, exitpriority=1)
