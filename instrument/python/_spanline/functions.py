"""
Traces the functions that the user chose: `SPANLINE_TRACE_FUNCTIONS`, a JSON array of `/path/of/file.py#Qualified.name`. Their
modules are compiled as rewrite.py has them, in memory alone: what Python keeps in `__pycache__` is never ours.
"""

import builtins
import importlib.machinery
import os
import sys

from . import begin as beginning
from . import imports

# Names of functions by file, and the files' last names, which tell most others apart at once.
_names = {}
_last = set()
_known = {}
# What is known of a place in the code, by the id of what it told.
_sites = {}
_running = {}


def prepare(listed):
    """`listed` is the text of the variable."""
    import json

    for entry in json.loads(listed):
        path, _, name = entry.rpartition("#") if type(entry) is str else ("", "", "")
        if path and name:
            _names.setdefault(_same(path), set()).add(name)
            _last.add(os.path.normcase(os.path.basename(path)))
            _last.add(os.path.basename(_same(path)))
    if not _names:
        return
    builtins.__spanline_call__ = _called
    builtins.__spanline_return__ = _returned
    builtins.__spanline_yield__ = _yielded
    builtins.__spanline_resume__ = _resumed
    builtins.__spanline_pause__ = _paused
    builtins.__spanline_main__ = _main
    _hook_loader()
    sys.path_hooks.append(_main_finder)
    # Children of multiprocessing and debuggers read the program's first file by themselves.
    imports.after("runpy", _hook_run)
    imports.after("_pydevd_bundle.pydevd_runpy", _hook_run)
    _trace_imported()


def _same(path):
    return os.path.normcase(os.path.realpath(path))


def _wanted(path):
    """The names of functions to trace in a file."""
    if os.path.normcase(os.path.basename(path)) not in _last:
        return None
    if path not in _known:
        _known[path] = _names.get(_same(path))
    return _known[path]


def _compiled(source, path, main=False):
    """None when there is nothing to trace in it, or it cannot be done."""
    names = _wanted(path)
    if names is None:
        return None
    from . import rewrite

    try:
        return rewrite.compiled(source, path, names, main)
    except SyntaxError:
        return None
    except Exception:
        beginning.say(path)
        return None


def _hook_loader():
    loader = importlib.machinery.SourceFileLoader
    original = loader.get_code

    def get_code(self, fullname):
        found = None
        try:
            path = self.get_filename(fullname)
            if _wanted(path) is not None:
                found = _compiled(self.get_data(path), path)
        except Exception:
            beginning.say("get_code")
        return original(self, fullname) if found is None else found

    loader.get_code = get_code


def _hook_run(module):
    original = module._get_code_from_file

    def _get_code_from_file(*args):
        found = original(*args)
        path = os.fsdecode(args[-1])
        if _wanted(path) is not None:
            with open(path, "rb") as file:
                code = _compiled(file.read(), path)
            if code is not None:
                return (code,) + found[1:] if isinstance(found, tuple) else code
        return found

    module._get_code_from_file = _get_code_from_file


# The file that Python was started with is read by no loader: it is, when something on `sys.path_hooks` takes it for a
# folder with a `__main__` in it.


def _main_finder(path):
    if path and _wanted(path) is not None and _is_starting() and os.path.isfile(path):
        with open(path, "rb") as file:
            code = _compiled(file.read(), path, main=True)
        if code is not None:
            sys.path_hooks.remove(_main_finder)
            return _Main(path, code)
    raise ImportError(path)


def _is_starting():
    """Whether it is Python itself that asks: `runpy.run_path` does too, and reads files by `_get_code_from_file`."""
    try:
        sys._getframe(2)
        return False
    except ValueError:
        return True


class _Main:
    def __init__(self, path, code):
        self._path = path
        self._code = code

    def find_spec(self, name, target=None):
        return importlib.machinery.ModuleSpec(name, self, origin=self._path) if name == "__main__" else None

    def get_code(self, name):
        return self._code

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self._code, module.__dict__)


def _main():
    """The first file begins: has everything as it is without us."""
    module = sys._getframe(1).f_globals
    path = module["__file__"]
    module.update(__spec__=None, __package__=None, __cached__=None)
    module["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
    sys.path_importer_cache.pop(path, None)
    if path in sys.path[:1]:
        sys.path[:1] = [] if getattr(sys.flags, "safe_path", False) else [os.path.dirname(os.path.realpath(path))]
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _excepthook


def _excepthook(kind, error, trace):
    """Without what started the first file."""
    while trace is not None and os.path.basename(trace.tb_frame.f_code.co_filename) in ("<frozen runpy>", "runpy.py"):
        trace = trace.tb_next
    sys.__excepthook__(kind, error if trace is None else error.with_traceback(trace), trace)


def _trace_imported():
    """Functions of modules that something imported before us."""
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if type(path) is str and _wanted(path) is not None:
            with open(path, "rb") as file:
                code = _compiled(file.read(), path)
            if code is not None:
                _replace_codes(code, path)


def _replace_codes(module_code, path):
    import gc

    found = {}
    waiting = [module_code]
    while waiting:
        code = waiting.pop()
        waiting.extend(one for one in code.co_consts if isinstance(one, type(code)))
        found[code.co_name, code.co_firstlineno] = code
    function = type(_replace_codes)
    for one in gc.get_objects():
        if type(one) is function and one.__code__.co_filename == path:
            code = found.get((one.__code__.co_name, one.__code__.co_firstlineno))
            if code is not None and code.co_freevars == one.__code__.co_freevars:
                one.__code__ = code


# What traced code calls. A call is known by its frame: a variable for it would be seen in `locals()`.


def _called(told, values):
    """`told` is known to the code alone: pickled, it may run in a process that has not compiled it."""
    try:
        known = _sites.get(id(told))
        if known is None:
            known = _add(told)
        call = known[1](known[0], values)
        if call.recording:
            return _Running(call, id(sys._getframe(1)))
    except Exception:
        beginning.say("call")
    return _UNTRACED


def _add(told):
    from . import calls

    name, file, line, names = told
    # What was told is kept, so that nothing else gets its id.
    known = _sites[id(told)] = (calls.Site(name, names, file, line), calls.begin, told)
    return known


class _Untraced:
    """Where nothing is recorded, and in a process that ends."""

    __slots__ = ()

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        pass


_UNTRACED = _Untraced()


class _Running:
    __slots__ = ("_call", "_key")

    def __init__(self, call, key):
        self._call = call
        self._key = key
        call.value = None
        _running[key] = call

    def __enter__(self):
        self._call.__enter__()

    def __exit__(self, kind, error, trace):
        _running.pop(self._key, None)
        return self._call.__exit__(kind, error, trace)


def _returned(value):
    call = _running.get(id(sys._getframe(1)))
    if call is not None:
        call.value = value
    return value


def _yielded(value):
    call = _running.get(id(sys._getframe(1)))
    if call is not None:
        call.gave(value)
        call.pause()
    return value


def _paused(value):
    call = _running.get(id(sys._getframe(1)))
    if call is not None:
        call.pause()
    return value


def _resumed(value):
    call = _running.get(id(sys._getframe(1)))
    if call is not None:
        call.resume()
    return value
