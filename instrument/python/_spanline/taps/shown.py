"""Values that a library knows more of than they say themselves: rows of numbers whose columns have names."""

from .. import describe, tables
from ..texts import MOST_ROWS

_MOST_COLUMNS = 2000


class Rows:
    """Some rows and the names of their columns, of which there are `count` rows."""

    __slots__ = ("columns", "rows", "count")

    def __init__(self, columns, rows, count):
        self.columns, self.rows, self.count = columns, rows, count


def _write(writer, value, _depth):
    return tables.table(writer, value.columns, value.rows, value.count)


describe.also(Rows, _write)


def with_columns(value, columns):
    """A numpy array of two dimensions as rows, when it has as many columns as there are names; else the value itself."""
    kind = type(value)
    if columns is None or kind.__name__ != "ndarray" or kind.__module__ != "numpy" or value.ndim != 2:
        return value
    count, width = value.shape
    if not 0 < width <= _MOST_COLUMNS or len(columns) != width or value.dtype.kind not in "biufUSO":
        return value
    names = columns.tolist() if hasattr(columns, "tolist") else list(columns)
    return Rows([name if type(name) is str else str(name) for name in names], value[: MOST_ROWS].tolist(), count)
