"""Tells which function of the user's serves a request, by framework, right before it is called."""

import functools
import inspect

from . import imports
from .stamp import handled_by


def prepare():
    imports.after("starlette.routing", _starlette)
    imports.after("fastapi.routing", _fastapi)
    imports.after("flask.app", _flask)
    imports.after("django.core.handlers.base", _django)
    imports.after("grpc", _grpc)


def _wrap(owner, name, before):
    """`before(*args)` runs ahead of each call of `owner.name`, when the class itself has it."""
    original = owner.__dict__.get(name)
    if original is None:
        return

    @functools.wraps(original)
    def call(*args, **kwargs):
        before(*args, **kwargs)
        return original(*args, **kwargs)

    setattr(owner, name, call)


def _method_of(view, method):
    """The function of a class-based view that answers `method`; the view itself when it is a function."""
    owner = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    if isinstance(owner, type):
        return getattr(owner, method.lower(), None) or getattr(owner, "dispatch", None)
    return view


def _route(self, scope, *_args, **_kwargs):
    try:
        handled_by(_method_of(self.endpoint, scope.get("method", "websocket")))
    except AttributeError:
        pass


def _starlette(module):
    _wrap(module.Route, "handle", _route)
    _wrap(module.WebSocketRoute, "handle", _route)


def _fastapi(module):
    for name in ("APIRoute", "APIWebSocketRoute"):
        _wrap(getattr(module, name), "handle", _route)


def _flask(module):
    from flask import request

    def before(self, *_args, **_kwargs):
        try:
            handled_by(_method_of(self.view_functions.get(request.endpoint), request.method))
        except (AttributeError, RuntimeError):
            pass

    _wrap(module.Flask, "dispatch_request", before)


def _django(module):
    original = module.BaseHandler.resolve_request

    @functools.wraps(original)
    def resolve_request(self, request, *args, **kwargs):
        match = original(self, request, *args, **kwargs)
        try:
            handled_by(_method_of(match.func, request.method))
        except AttributeError:
            pass
        return match

    module.BaseHandler.resolve_request = resolve_request


def _grpc(module):
    for name in ("unary_unary", "unary_stream", "stream_unary", "stream_stream"):
        _grpc_kind(module, name + "_rpc_method_handler")


def _grpc_kind(module, name):
    original = getattr(module, name)

    @functools.wraps(original)
    def handler(behavior, *args, **kwargs):
        return original(_announced(behavior), *args, **kwargs)

    setattr(module, name, handler)


def _announced(behavior):
    """The same kind of function as `behavior`: servers ask whether it is asynchronous, and whether it generates."""
    if inspect.isasyncgenfunction(behavior):

        @functools.wraps(behavior)
        async def announced(*args, **kwargs):
            handled_by(behavior)
            async for answer in behavior(*args, **kwargs):
                yield answer

    elif inspect.iscoroutinefunction(behavior):

        @functools.wraps(behavior)
        async def announced(*args, **kwargs):
            handled_by(behavior)
            return await behavior(*args, **kwargs)

    else:

        @functools.wraps(behavior)
        def announced(*args, **kwargs):
            handled_by(behavior)
            return behavior(*args, **kwargs)

    return announced
