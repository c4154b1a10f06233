"""
Makes spans in a program that has an SDK which nothing sets up, for as long as that is so: the provider of this module is
never registered. Tracers that the API hands out before there is a provider ask it for theirs, span by span, until the
program registers its own; that one has all spans from then on, and none is made by both.
"""

import os
import sys
import threading

from . import begin

# Telemetry that a library sends to its makers: registered as the program's provider, it would get the program's spans.
_OF_LIBRARIES = ("crewAI-telemetry",)

active = False

_lock = threading.RLock()
_provider = None
_making = False


def start(home, folder):
    """`home` is the folder of the interpreter whose packages were looked at: another one's are not known."""
    global active
    if os.path.dirname(os.path.abspath(sys.executable)) != home or _set_up_by_environment():
        return
    sys.path.append(folder)
    from opentelemetry import trace

    # All of it now: a first span shall not wait for it.
    _exporter_class()
    _hand_out(trace)
    active = True
    _instrument()


def _set_up_by_environment():
    if os.environ.get("OTEL_PYTHON_TRACER_PROVIDER") or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return True
    if "otlp" not in os.environ.get("OTEL_TRACES_EXPORTER", "otlp"):
        return True
    # `opentelemetry-instrument`, `ddtrace-run` and their like start the program with a sitecustomize of their own.
    return any(
        os.path.isfile(os.path.join(entry, "sitecustomize.py"))
        for entry in os.environ.get("PYTHONPATH", "").replace("\\", "/").split(os.pathsep)
        if entry.rstrip("/").endswith(("/auto_instrumentation", "/bootstrap"))
    )


def _instrument():
    """As the SDK's own start does, without what registers providers."""
    from opentelemetry.instrumentation.auto_instrumentation import _load
    from opentelemetry.instrumentation.distro import DefaultDistro

    _load._load_instrumentors(DefaultDistro())


def _hand_out(trace):
    proxy = trace.ProxyTracer
    begin_proxy, own, register = proxy.__init__, proxy._tracer, trace.set_tracer_provider

    def __init__(self, *args, **kwargs):
        begin_proxy(self, *args, **kwargs)
        self._spanline = (args, kwargs)

    def _tracer(self):
        found = own.fget(self)
        if trace._TRACER_PROVIDER is not None:
            return found
        try:
            return _ours(self) or found
        except Exception:
            begin.say("standby")
            return found

    def set_tracer_provider(tracer_provider, *args, **kwargs):
        resource = getattr(tracer_provider, "resource", None)
        if getattr(resource, "attributes", {}).get("service.name") not in _OF_LIBRARIES:
            register(tracer_provider, *args, **kwargs)

    set_tracer_provider.__wrapped__ = register
    set_tracer_provider.__doc__ = register.__doc__
    proxy.__init__ = __init__
    proxy._tracer = property(_tracer)
    trace.set_tracer_provider = set_tracer_provider


def _ours(proxy):
    made = getattr(proxy, "_spanline", None)
    if made is None:
        return None
    # Third: the tracer, once there is one.
    if len(made) == 3:
        return made[2]
    provider = _own_provider()
    if provider is None:
        return None
    tracer = provider.get_tracer(*made[0], **made[1])
    proxy._spanline = made + (tracer,)
    return tracer


def _own_provider():
    """At the first span: a program that sets a provider has done so by then. None while it is being made."""
    global _provider, _making
    if _provider is not None:
        return _provider
    with _lock:
        if _provider is None and not _making:
            _making = True
            try:
                from opentelemetry.sdk.trace import TracerProvider
                from opentelemetry.sdk.trace.export import BatchSpanProcessor

                provider = TracerProvider()
                provider.add_span_processor(BatchSpanProcessor(_exporter_class()()))
                _provider = provider
            finally:
                _making = False
        return _provider


def _exporter_class():
    names = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    if next((os.environ[name] for name in names if os.environ.get(name)), "") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    import opentelemetry.sdk.trace.export  # noqa: F401

    return OTLPSpanExporter
