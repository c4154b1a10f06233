"""
Every test of pytest is a span that what the program does for it stands under: named by its node id, with its outcome, and
setup, call and teardown inside it (https://opentelemetry.io/docs/specs/semconv/registry/attributes/test/).
"""

import functools
import inspect
import os
import time
import traceback

from . import begin, frames

_PLUGIN = "spanline"
_MOST_MESSAGE = 1000
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def prepare(config):
    """Puts a plugin of ours into every pytest of this process; `config` is `_pytest.config`. Options stay the user's."""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    manager = config.PytestPluginManager
    start = manager.__init__

    @functools.wraps(start)
    def __init__(self, *args, **kwargs):
        start(self, *args, **kwargs)
        try:
            self.register(_plugin(config.hookimpl), _PLUGIN)
        except Exception:
            begin.say("pytest")

    manager.__init__ = __init__


class _Api:
    """What is used of OpenTelemetry, imported when the first test begins."""

    def __init__(self):
        from opentelemetry import context, trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        # Of our own: programs set the global one, and tests look at what it was given.
        provider = TracerProvider(resource=Resource.create({} if named else {"service.name": "pytest"}))
        provider.add_span_processor(BatchSpanProcessor(_exporter()))
        self.context, self.trace = context, trace
        self.tracer = provider.get_tracer("spanline.pytest")
        self.flush = provider.force_flush


def _exporter():
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter()


class _Span:
    """A span below that of a context; the current one until it ends."""

    def __init__(self, api, name, attributes, outer):
        self._api = api
        self.ended = None
        self.span = api.tracer.start_span(name, outer, attributes=attributes)
        self.context = api.trace.set_span_in_context(self.span)
        self._token = api.context.attach(self.context)

    def fail(self, message):
        self.span.set_status(self._api.trace.Status(self._api.trace.StatusCode.ERROR, message))

    def leave(self):
        """Is not the current one any more; what became of it is not known yet."""
        self.ended = time.time_ns()
        self._api.context.detach(self._token)

    def end(self):
        if self.ended is None:
            self.leave()
        self.span.end(self.ended)


def _plugin(hookimpl):
    outermost = hookimpl(hookwrapper=True, tryfirst=True)

    class Plugin:
        def __init__(self):
            self._api = None
            self._tried = False
            self._tests = {}
            # The part of a test that ran last, until it is known what became of it.
            self._part = None

        def _of(self, item):
            return self._tests.get(item.nodeid)

        def _start(self, item):
            if not self._tried:
                self._tried = True
                # Without an SDK there is nothing to say it by.
                self._api = _Api() if _has_sdk() else None
            if self._api is None or item.config.getoption("export_traces", False):
                return
            suite = item.nodeid.rpartition("::")[0]
            attributes = {"test.case.name": item.nodeid, "test.case.result.status": "pass", **_place(item)}
            if suite:
                attributes["test.suite.name"] = suite
            self._tests[item.nodeid] = _Span(self._api, item.nodeid, attributes, self._api.context.Context())

        def _begin(self, name, item):
            test = self._of(item)
            return None if test is None else _Span(self._api, name, _place(item), test.context)

        @outermost
        def pytest_runtest_protocol(self, item):
            _quiet(self._start, item)
            yield
            test = self._tests.pop(item.nodeid, None)
            if test is not None:
                _quiet(test.end)

        @outermost
        def pytest_runtest_setup(self, item):
            self._part = _quiet(self._begin, "setup", item)
            yield
            _quiet(self._leave)

        @outermost
        def pytest_runtest_call(self, item):
            part = self._part = _quiet(self._begin, "call", item)
            restore = _quiet(_keep_context, self._api, part, item) if part is not None else None
            yield
            if restore is not None:
                _quiet(restore)
            _quiet(self._leave)

        @outermost
        def pytest_runtest_teardown(self, item):
            self._part = _quiet(self._begin, "teardown", item)
            yield
            _quiet(self._leave)

        def _leave(self):
            if self._part is not None:
                self._part.leave()

        @outermost
        def pytest_fixture_setup(self, fixturedef):
            span = _quiet(self._fixture, fixturedef)
            outcome = yield
            _quiet(_end_fixture, span, outcome)

        def _fixture(self, fixturedef):
            code = frames.code_of(fixturedef.func)
            if not self._tests or code is None or not frames.is_users(code.co_filename):
                return None
            # In setup, or in the fixture that asked for this one.
            return _Span(self._api, "fixture %s" % fixturedef.argname, _place_of(code), self._api.context.get_current())

        @outermost
        def pytest_runtest_makereport(self, item, call):
            outcome = yield
            _quiet(self._report, item, call, outcome)

        def _report(self, item, call, outcome):
            test, part = self._of(item), self._part
            self._part = None
            report = outcome.get_result() if outcome.excinfo is None else None
            if test is None or report is None:
                return
            if report.failed:
                test.span.set_attribute("test.case.result.status", "fail")
                error = call.excinfo.value if call.excinfo is not None else None
                message = "" if error is None else _first_line(error)
                for span in (test, part):
                    if span is not None:
                        span.fail(message)
                if error is not None:
                    test.span.record_exception(error, {"exception.stacktrace": _trace(error)})
            elif report.skipped and not hasattr(report, "wasxfail"):
                # No value of the convention: it knows pass and fail.
                test.span.set_attribute("test.case.result.status", "skip")
            if part is not None:
                part.end()

        @hookimpl(trylast=True)
        def pytest_sessionfinish(self):
            # Workers of xdist leave without `atexit`.
            if self._api is not None:
                from . import flush

                flush.flush_all()

    return Plugin()


def _quiet(action, *args):
    try:
        return action(*args)
    except Exception:
        begin.say("pytest")
        return None


def _has_sdk():
    import importlib.util

    try:
        return importlib.util.find_spec("opentelemetry.sdk.trace") is not None
    except ImportError:
        return False


def _end_fixture(span, outcome):
    if span is None:
        return
    error = outcome.excinfo[1] if outcome.excinfo is not None else None
    if error is not None and type(error).__name__ != "Skipped":
        span.fail(_first_line(error))
    span.end()


def _keep_context(api, span, item):
    """Plugins for asynchronous tests run them in a task that was made before: the test itself goes into its span."""
    function = getattr(item, "obj", None)
    if not inspect.iscoroutinefunction(function):
        return None

    @functools.wraps(function)
    async def call(*args, **kwargs):
        __tracebackhide__ = True
        token = api.context.attach(span.context)
        try:
            return await function(*args, **kwargs)
        finally:
            api.context.detach(token)

    item.obj = call
    # Those of unittest are called by name.
    instance = getattr(item, "instance", None)
    by_name = hasattr(instance, "assertEqual") and getattr(instance, item.name, None) == function
    if by_name:
        setattr(instance, item.name, call)

    def restore():
        item.obj = function
        if by_name:
            delattr(instance, item.name)

    return restore


def _place(item):
    function = getattr(item, "function", None)
    code = frames.code_of(function) if function is not None else None
    if code is not None:
        return _place_of(code)
    path, line, _name = item.reportinfo()
    place = {"code.file.path": os.path.abspath(str(path))}
    if line is not None:
        place["code.line.number"] = line + 1
    return place


def _place_of(code):
    return {
        "code.file.path": os.path.abspath(code.co_filename),
        "code.line.number": frames.def_line(code),
        "code.function.name": frames.name_of(code),
    }


def _first_line(error):
    text = str(error).strip().split("\n", 1)[0]
    return ("%s: %s" % (type(error).__name__, text) if text else type(error).__name__)[:_MOST_MESSAGE]


def _trace(error):
    """From where the user's code begins: pytest and what it calls hooks by is no part of the program."""
    step = error.__traceback__
    while step is not None and not frames.is_users(step.tb_frame.f_code.co_filename):
        step = step.tb_next
    return "".join(traceback.format_exception(type(error), error, step or error.__traceback__))
