"""
Calls of models as spans, with what went in and came out, once the program imports the library: which ones is said here,
how each is read in the other files, how a call becomes a span in `tap.py`.
"""

import importlib
import os

from .. import begin, imports

# The module that is waited for, and the file here whose `tap_NAME` prepares it.
_MODULES = {
    "onnxruntime.capi.onnxruntime_inference_collection": ("onnx", "sessions"),
    "sklearn.base": ("estimators", "estimators"),
    "xgboost.core": ("boosters", "xgboost"),
    "lightgbm.basic": ("boosters", "lightgbm"),
    "torch": ("modules", "modules"),
    "transformers.generation.utils": ("modules", "generation"),
    "sentence_transformers": ("sentences", "sentences"),
    "llama_cpp.llama": ("llama", "llama"),
    "faiss": ("vectors", "faiss"),
    "chromadb.api.models.Collection": ("vectors", "chroma"),
    "chromadb.api.models.AsyncCollection": ("vectors", "chroma"),
    "qdrant_client.qdrant_client": ("vectors", "qdrant"),
    "qdrant_client.async_qdrant_client": ("vectors", "qdrant"),
}


def prepare():
    """Unless `SPANLINE_TAPS` says no."""
    if os.environ.get("SPANLINE_TAPS", "").strip().lower() in ("0", "false", "off", "no"):
        return
    for name, (file, library) in _MODULES.items():
        imports.after(name, _tapping(file, library))


def _tapping(file, library):
    def tap(module):
        try:
            # With the library, not with its first call. Nothing of ours is loaded for a library that is not imported.
            importlib.import_module("_spanline.arrays")
            found = importlib.import_module("%s.%s" % (__name__, file))
            getattr(found, "tap_" + library)(module)
        except Exception:
            begin.say("taps of %s" % library)

    return tap
