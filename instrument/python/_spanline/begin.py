"""The only module that every program loads: waits for the OpenTelemetry SDK to be imported."""

import os
import sys

from . import imports


def begin():
    """Arranges that the SDK is prepared once the program imports it. Imports nothing but what Python has loaded."""
    imports.after("opentelemetry.sdk.trace", _prepare)
    imports.after("opentelemetry.instrumentation.auto_instrumentation", _keep_in_front)
    imports.after("_pytest.config", _tests)
    listed = os.environ.get("SPANLINE_TRACE_FUNCTIONS")
    if listed:
        try:
            from . import functions

            functions.prepare(listed)
        except Exception:
            say("SPANLINE_TRACE_FUNCTIONS")
    folder = os.environ.get("SPANLINE_PYTHON_PACKAGES")
    if folder:
        from . import packages

        packages.start(folder)


def _prepare(module):
    from . import flush, handlers, stamp, starts, taps

    stamp.prepare(module, flush.keep, starts.prepare, starts.started)
    handlers.prepare()
    taps.prepare()


def _keep_in_front(module):
    from . import front

    front.keep(module)


def _tests(module):
    from . import tests

    tests.prepare(module)


def say(where):
    """Prints the error being handled, when asked to: a program never fails, and says nothing, because of us."""
    if os.environ.get("SPANLINE_CAPTURE_DEBUG"):
        sys.stderr.write("spanline: in %s:\n" % where)
        sys.excepthook(*sys.exc_info())
