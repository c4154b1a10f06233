"""XGBoost's and LightGBM's own boosters; their estimators are scikit-learn's kind."""

from .shown import Rows, with_columns
from .tap import Tap, wrap

# A DMatrix gives its numbers back as a copy of all of them.
_MOST_CELLS = 100_000


class _Booster(Tap):
    def __init__(self):
        self.own = self.library + "."
        super().__init__()


class _Xgboost(_Booster):
    library = "xgboost"

    def arguments(self, of, method, names, args, kwargs):
        given = super().arguments(of, method, names, args, kwargs)
        if "data" in given:
            rows = given["data"]
            matrix = type(rows).__name__ in ("DMatrix", "QuantileDMatrix")
            given["data"] = _matrix(rows) if matrix else with_columns(rows, of.feature_names)
        return given


def _matrix(matrix):
    """Rows of a DMatrix: what is missing in it is None."""
    count, width = matrix.num_row(), matrix.num_col()
    if not 0 < count * width <= _MOST_CELLS or matrix.num_nonmissing() > _MOST_CELLS:
        return matrix
    held = matrix.get_data()
    rows = []
    for at in range(min(count, 100)):
        row = [None] * width
        begin, end = held.indptr[at], held.indptr[at + 1]
        for column, value in zip(held.indices[begin:end].tolist(), held.data[begin:end].tolist()):
            row[column] = value
        rows.append(row)
    return Rows(matrix.feature_names or ["f%d" % at for at in range(width)], rows, count)


class _Lightgbm(_Booster):
    library = "lightgbm"

    def arguments(self, of, method, names, args, kwargs):
        given = super().arguments(of, method, names, args, kwargs)
        if "data" in given:
            given["data"] = with_columns(given["data"], of.feature_name())
        return given


def tap_xgboost(module):
    tap = _Xgboost()
    for name in ("predict", "inplace_predict"):
        wrap(module.Booster, name, tap)


def tap_lightgbm(module):
    wrap(module.Booster, "predict", _Lightgbm())
