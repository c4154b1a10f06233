"""ONNX Runtime: sessions, by the names of their inputs and outputs."""

import os
import weakref

from .tap import NOTHING, Tap, base_name, wrap

_known = weakref.WeakKeyDictionary()
# What a model without a version says.
_NO_VERSION = (0, 2**63 - 1, -(2**63))


class _Session(Tap):
    library = "onnxruntime"

    def name(self, of, method):
        return "onnxruntime.InferenceSession.%s" % method

    def facts(self, of, method):
        found = _known.get(of)
        if found is None:
            found = _known[of] = _of_model(of)
        return found

    def arguments(self, of, method, names, args, kwargs):
        feed = args[1] if len(args) > 1 else kwargs.get("input_feed")
        return dict(dict.items(feed)) if isinstance(feed, dict) else None

    def returned(self, of, method, result, args, kwargs):
        if not isinstance(result, (list, tuple)):
            return NOTHING
        wanted = (args[0] if args else kwargs.get("output_names")) or [one.name for one in of.get_outputs()]
        return dict(zip(wanted, result))


class _Bound(_Session):
    """Inputs and outputs lie where they were bound, on another device perhaps."""

    def arguments(self, of, method, names, args, kwargs):
        return None

    def returned(self, of, method, result, args, kwargs):
        return NOTHING


def _of_model(of):
    meta = of.get_modelmeta()
    path = base_name(getattr(of, "_model_path", None))
    found = {"spanline.call.model": os.path.splitext(path)[0] or meta.graph_name}
    if meta.version not in _NO_VERSION:
        found["spanline.call.model.version"] = str(meta.version)
    return found


def tap_sessions(module):
    wrap(module.Session, "run", _Session())
    for name in ("run_with_iobinding", "run_with_ort_values"):
        wrap(module.Session, name, _Bound())
