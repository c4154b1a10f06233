"""Torch: the outermost call of a module; of the steps of a training loop only a few."""

import functools

from .. import frames
from .tap import Rate, Tap, is_inside, named, tapped, version_of, wrap

# Steps of a training loop that are shown.
_TRAINING_PER_S = 2
_TRAINING_AT_ONCE = 3


class _Modules(Tap):
    library = "torch"
    # Replicas in their threads.
    own = ("torch.nn.parallel.", "torch.fx.", "torch.jit.", "torch.onnx.", "torch.export.")

    def __init__(self, torch):
        super().__init__()
        self._torch = torch
        self._steps = Rate(_TRAINING_PER_S, _TRAINING_AT_ONCE)
        self._tracing = getattr(getattr(torch, "_C", None), "_get_tracing_state", None)

    def passes(self, of, caller, frame):
        if super().passes(of, caller, frame) or (self._tracing is not None and self._tracing() is not None):
            return True
        return of.training and self._torch.is_grad_enabled() and not self._steps.take()

    def name(self, of, method):
        inner = _inner(of)
        own = type(inner).__module__.startswith("torch.") and not _is_generated(inner)
        return "%s%s.forward" % ("torch." if own else "", _class_name(inner))

    def facts(self, of, method):
        inner = _inner(of)
        found = {"spanline.call.model": _class_name(inner)}
        version = version_of(inner)
        if version:
            found["spanline.call.model.version"] = version
        if of.training:
            found["spanline.call.training"] = True
        return found

    def arguments(self, of, method, names, args, kwargs):
        inner = _inner(of)
        if _is_scripted(inner):
            names = [one.name for one in inner.forward.schema.arguments][1:]
        else:
            code = frames.code_of(type(inner).forward)
            names = code.co_varnames[1 : code.co_argcount] if code is not None else ()
        return named(names, args, kwargs)


def _inner(of):
    """The module that torch.compile made a compiled one of."""
    held = of.__dict__.get("_modules")
    return held.get("_orig_mod", of) if type(held) is dict else of


def _is_scripted(module):
    return type(module).__module__.startswith("torch.jit.")


def _is_generated(module):
    return type(module).__module__.startswith(("torch.jit.", "torch.fx."))


def _class_name(module):
    """Of a TorchScript module the class it was made of."""
    name = module.original_name if _is_scripted(module) else None
    return name if type(name) is str else type(module).__name__


class _Generation(Tap):
    """A text that a model of transformers writes: one call, not one a token."""

    library = "transformers"
    covers = ("torch",)

    def name(self, of, method):
        return "transformers.%s.generate" % type(of).__name__


def tap_modules(module):
    original = module.nn.Module.__dict__["__call__"]
    outermost = tapped(original, "__call__", _Modules(module))
    compiling = getattr(getattr(module, "compiler", None), "is_compiling", None) or (lambda: False)

    # What torch.compile reads of it is the first condition, which is true there: compiled code is as it would be without.
    @functools.wraps(original)
    def __call__(*args, **kwargs):
        if compiling() or is_inside("torch"):
            return original(*args, **kwargs)
        return outermost(*args, **kwargs)

    module.nn.Module.__call__ = __call__


def tap_generation(module):
    wrap(module.GenerationMixin, "generate", _Generation())
