"""
Sees to it that a signal reaches the main thread of a child of multiprocessing. Python runs handlers between two
instructions of the main thread: one that comes right before it waits for a lock (or that the system gave to another
thread) is not seen until the wait is over. Where the default would have ended the child, `Pool.terminate` would then
wait for it without end.
"""

import _thread
import os
import signal
import time

from . import begin

_EVERY_S = 0.05
_MOST = 100
_writing = -1
_is_hooked = False


def watch(numbers, is_unseen):
    """Repeats signals of `numbers` to this thread, the main one, while `is_unseen(number)`. Where nobody else watches."""
    global _writing, _is_hooked
    if not hasattr(signal, "pthread_kill") or not hasattr(os, "register_at_fork"):
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    except ValueError:
        before = None
    if before != -1:
        if before is not None:
            signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)
        return
    _writing = writing
    if not _is_hooked:
        _is_hooked = True
        os.register_at_fork(after_in_child=_in_child)
    _thread.start_new_thread(_watch, (reading, _thread.get_ident(), numbers, is_unseen))


def _in_child():
    """What a child is told must not be read by its parent."""
    if _writing == -1:
        return
    try:
        before = signal.set_wakeup_fd(-1)
        if before not in (-1, _writing):
            signal.set_wakeup_fd(before)
    except Exception:
        begin.say("fork")


def _watch(reading, main, numbers, is_unseen):
    try:
        while True:
            came = os.read(reading, 64)
            if not came:
                return
            for number in numbers:
                if number in came:
                    _remind(main, number, is_unseen)
    except OSError:
        return
    except Exception:
        begin.say("signals")


def _remind(main, number, is_unseen):
    for _ in range(_MOST):
        time.sleep(_EVERY_S)
        if not is_unseen(number):
            return
        signal.pthread_kill(main, number)
