"""Runs a function right after a module was imported, or at once when it is."""

import importlib.util
import sys

_waiting = {}
_finding = set()


def after(name, action):
    """`action(module)` once `name` has been imported. Several actions of one name run in order; errors are dropped."""
    module = sys.modules.get(name)
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        _run(action, module)
        return
    if not _waiting and _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    _waiting.setdefault(name, []).append(action)


def _run(action, module):
    try:
        action(module)
    except Exception:
        from . import begin

        begin.say("what follows the import of %s" % module.__name__)


class _Finder:
    """Stands before all others; for a name nobody waits for it costs one look into a dictionary."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _waiting or name in _finding:
            return None
        _finding.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            _finding.discard(name)
        if spec is None or not hasattr(spec.loader, "exec_module"):
            return None
        spec.loader = _Loader(spec.loader)
        return spec


class _Loader:
    """The loader it wraps, and the actions after it."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        spec = module.__spec__
        if spec is not None and spec.loader is self:
            spec.loader = self._loader
            module.__loader__ = self._loader
        self._loader.exec_module(module)
        for action in _waiting.pop(module.__name__, ()):
            _run(action, module)
