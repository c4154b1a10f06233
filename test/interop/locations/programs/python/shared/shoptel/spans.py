"""What the shop's services share for their own spans."""
import functools
from contextlib import contextmanager

from opentelemetry import trace

tracer = trace.get_tracer("shoptel")


def traced(name: str):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with tracer.start_as_current_span(name):
                return function(*args, **kwargs)

        return wrapper

    return decorate


@contextmanager
def step(name: str, **attributes):
    with tracer.start_as_current_span(name, attributes=attributes) as span:
        yield span


def observe(function):
    """A span that is named like the function."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with tracer.start_as_current_span(function.__qualname__):
            return function(*args, **kwargs)

    return wrapper
