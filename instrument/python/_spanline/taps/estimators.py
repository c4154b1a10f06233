"""
Estimators made after scikit-learn's: its own, those of XGBoost, LightGBM and others, and the program's. Their classes are
met as they are made, as scikit-learn imports its modules late.
"""

from .. import begin
from ..texts import MOST_ITEMS
from .shown import with_columns
from .tap import Tap, is_inside, module_of, tapped, version_of, wrap

_METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")
# Frames of scikit-learn that stand between a method and who calls it.
_BETWEEN = ("sklearn.utils._set_output", "sklearn.utils.metaestimators", "sklearn.utils.deprecation")
_NUMBERED = ("predict_proba", "predict_log_proba", "decision_function")


class _Estimators(Tap):
    own = ("xgboost.", "lightgbm.", "imblearn.")

    def __init__(self, library):
        self.library = library
        super().__init__()

    def passes(self, of, caller, frame):
        """
        What an estimator asks of those in it, in its threads too, while it is trained or tested, is its own affair; but
        a booster within a pipeline is asked something else than the pipeline.
        """
        while caller in _BETWEEN:
            frame = frame.f_back
            caller = module_of(frame)
        if caller.startswith("sklearn."):
            return self.library == "sklearn" or not is_inside("sklearn")
        return caller.startswith(self.own)

    def name(self, of, method):
        kind = type(of)
        library = kind.__module__.partition(".")[0]
        return "%s.%s" % (kind.__name__ if library == "__main__" else "%s.%s" % (library, kind.__name__), method)

    def facts(self, of, method):
        found = {"spanline.call.model": _model_name(of)}
        version = version_of(of)
        if version:
            found["spanline.call.model.version"] = version
        return found

    def arguments(self, of, method, names, args, kwargs):
        given = super().arguments(of, method, names, args, kwargs)
        for name in given:
            given[name] = with_columns(given[name], feature_names(of))
            break
        return given

    def returned(self, of, method, result, args, kwargs):
        if method in _NUMBERED:
            return with_columns(result, _kept(of, "classes_"))
        # Names of classes are words, not numbers.
        words = type(result).__name__ == "ndarray" and result.dtype.kind in "OSU" and result.ndim == 1
        return result.tolist() if words and result.size <= MOST_ITEMS else result


def _model_name(of):
    """A pipeline is known by what it is made of."""
    name = type(of).__name__
    steps = getattr(of, "__dict__", {}).get("steps")
    if type(steps) is list and 0 < len(steps) <= 20 and all(type(step) is tuple and len(step) == 2 for step in steps):
        inner = [type(one).__name__ if not isinstance(one, str) else one for _, one in steps]
        name = "%s(%s)" % (name, ", ".join(inner))
    return name[:200]


def feature_names(of):
    """The columns an estimator was fitted with; those of a pipeline are its first step's."""
    for _ in range(4):
        booster = getattr(of, "__dict__", {}).get("_Booster")
        if booster is not None and type(booster).__module__ == "xgboost.core":
            return booster.feature_names
        found = _kept(of, "feature_names_in_")
        if found is not None:
            return found
        steps = getattr(of, "__dict__", {}).get("steps")
        inner = steps[0][1] if steps else getattr(of, "__dict__", {}).get("best_estimator_")
        if inner is None or isinstance(inner, str):
            return None
        of = inner
    return None


def _kept(of, name):
    held = getattr(of, "__dict__", {})
    if name in held:
        return held[name]
    # XGBoost's and LightGBM's, and pipelines' classes, are properties of libraries.
    for kind in type(of).__mro__[:-1]:
        if name in kind.__dict__:
            known = kind.__module__.partition(".")[0] in ("sklearn", "xgboost", "lightgbm")
            return getattr(of, name, None) if known else None
    return None


_taps = {}


def _tap_class(kind):
    """The methods of a class and of those it inherits from, once. Classes of `__main__` may be sent elsewhere by value."""
    for one in kind.__mro__[:-1]:
        if one.__module__ == "__main__":
            continue
        library = one.__module__.partition(".")[0]
        library = library if library in ("xgboost", "lightgbm") else "sklearn"
        tap = _taps.get(library)
        if tap is None:
            tap = _taps[library] = _Estimators(library)
        for name in _METHODS:
            method = one.__dict__.get(name)
            if method is None:
                continue
            inner = getattr(type(method), "__name__", "") == "_AvailableIfDescriptor" and getattr(method, "fn", None)
            if inner:
                if getattr(inner, "__spanline_tap__", None) is None:
                    method.fn = tapped(inner, name, tap)
            elif type(method).__name__ == "function" or hasattr(method, "_self_wrapper"):
                wrap(one, name, tap)


def tap_estimators(module):
    base = module.BaseEstimator
    own = base.__dict__.get("__init_subclass__")

    def __init_subclass__(cls, **kwargs):
        if own is not None:
            own.__get__(None, cls)(**kwargs)
        else:
            super(base, cls).__init_subclass__(**kwargs)
        try:
            _tap_class(cls)
        except Exception:
            begin.say("the class %s" % cls.__name__)

    base.__init_subclass__ = classmethod(__init_subclass__)
    met = set()
    waiting = [base]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in met:
                met.add(kind)
                waiting.append(kind)
                _tap_class(kind)
