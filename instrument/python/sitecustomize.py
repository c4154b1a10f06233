"""Loaded by Python at start when this folder is on PYTHONPATH; then runs the sitecustomize it stands before."""

import importlib.machinery
import importlib.util
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles our modules under a name in angle brackets: debuggers do not step or stop in code without a file."""

    def get_code(self, fullname):
        return compile(self.get_data(self.path), "<%s>" % fullname, "exec", dont_inherit=True)


class _Finder:
    """Finds the modules of `_spanline`, and nothing else."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "_spanline" and not name.startswith("_spanline."):
            return None
        place = os.path.join(_HERE, *name.split("."))
        package = os.path.isdir(place)
        file = os.path.join(place, "__init__.py") if package else place + ".py"
        if not os.path.isfile(file):
            return None
        return importlib.util.spec_from_file_location(
            name, file, loader=_Loader(name, file), submodule_search_locations=[place] if package else None
        )


def _run_next():
    """A module of this name that we hide runs as it would without us, its errors included."""
    others = [folder for folder in sys.path if os.path.abspath(folder or ".") != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


try:
    sys.meta_path.insert(0, _Finder)
    from _spanline import begin

    begin.begin()
except Exception:  # A program never fails because of us.
    if os.environ.get("SPANLINE_CAPTURE_DEBUG"):
        sys.excepthook(*sys.exc_info())

_run_next()
