"""
Values of a program as JSON text, bounded: what went into a call and what came out, see docs/launch.md.

Runs no code of the program: what a value is, is read from its type and from the fields it keeps, never by `isinstance`,
attributes or `repr` of types that are not known. Libraries are known by the modules of the types; none is imported.
"""

import re
import sys
from json import loads
from json.encoder import encode_basestring as _quoted

MOST_DEPTH = 6
MOST_ITEMS = 100
MOST_STRING = 64 * 1024
MOST_TEXT = 256 * 1024
MOST_REPR = 200
MOST_NUMBERS = 1024
MOST_ROWS = 100
# Numbers of arrays written in one text; then each is short.
_ALL_NUMBERS = 8 * MOST_NUMBERS
_FEW_NUMBERS = 16
MOST_KNOWN = 2000

_type_name = type.__dict__["__name__"].__get__
_type_module = type.__dict__["__module__"].__get__
_type_order = type.__dict__["__mro__"].__get__
_type_fields = type.__dict__["__dict__"].__get__

_PLAIN_KEYS = {id(int), id(float), id(bool), id(type(None))}
# What writes a value, by the id of its type; the type is kept, so that no other gets its id. Hashing types may be theirs.
_known = {}


def text(value):
    """JSON text of a value, at most 256 KiB of UTF-8. Never throws."""
    return _whole(lambda writer: writer.value(value, 0))


def fields(names, values):
    """JSON text of an object of names and values, side by side. Never throws."""
    return _whole(lambda writer: writer.members(zip(names, values), len(names), 0))


def joined(texts, more=0):
    """JSON text of a list of values that are written already; `more` were left out, and those that make it too long."""
    kept = []
    left = MOST_TEXT - 4096
    for text_of_one in texts:
        left -= len(text_of_one.encode("utf-8", "backslashreplace"))
        if left < 0:
            break
        kept.append(text_of_one)
    more += len(texts) - len(kept)
    return "[%s]" % ",".join(kept + (['{"$cut":%d}' % more] if more > 0 else []))


def inherits(kind, base):
    """`issubclass` that asks neither type: a metaclass may say what it likes, of equality too."""
    for one in _type_order(kind):
        if one is base:
            return True
    return False


def also(kind, write):
    """Values of a type of our own are written by `write(writer, value, depth)`."""
    _BY_NAME[type_name(kind)] = write


def type_name(kind):
    """`module.Name` of a type."""
    module = _type_module(kind)
    return "%s.%s" % (module, _type_name(kind)) if type(module) is str else _type_name(kind)


def _whole(write):
    for most in (MOST_TEXT - 4096, MOST_TEXT // 8):
        try:
            found = write(_Writer(most))
            try:
                size = len(found) if found.isascii() else len(found.encode())
            except UnicodeEncodeError:
                # Half of a pair: JSON writes it as an escape.
                found = found.encode("utf-8", "backslashreplace").decode()
                size = len(found.encode())
            if size <= MOST_TEXT:
                return found
        except Exception:
            return '{"$object":"?","repr":""}'
    return '{"$cut":1}'


def cut_text(value, most):
    """The beginning of a text and how many characters were left out, or all of it."""
    if len(value) <= most:
        return value
    return '%s\u2026{"$cut":%d}' % (value[:most], len(value) - most)


class _Writer:
    """One text being written: what may still be added to it, and the containers that are open."""

    def __init__(self, left):
        self.left = left
        self.numbers = _ALL_NUMBERS
        self._open = set()

    def value(self, value, depth):
        kind = type(value)
        known = _known.get(id(kind))
        if known is None:
            known = _learn(kind)
        left = self.left
        try:
            found = known[0](self, value, depth)
        except Exception:
            found = thing(kind, "")
        # Texts within it were counted on the way.
        self.left = left - (len(found) if found.isascii() else len(found.encode("utf-8", "backslashreplace")))
        return found

    def string(self, value):
        return _quoted(cut_text(value, max(0, min(MOST_STRING, self.left - 64))))

    def inside(self, value, depth, size, write):
        """What `write()` gives of a container, unless it is too deep or within itself."""
        if id(value) in self._open:
            return thing(type(value), "\u2026")
        if depth >= MOST_DEPTH and size > 0:
            return '{"$cut":%d}' % size
        self._open.add(id(value))
        try:
            return write()
        finally:
            self._open.discard(id(value))

    def items(self, values, size, depth):
        """A list of which the first are `values`."""
        parts = []
        for value in values:
            if len(parts) >= MOST_ITEMS or self.left <= 0:
                break
            parts.append(self.value(value, depth + 1))
        if len(parts) < size:
            parts.append('{"$cut":%d}' % (size - len(parts)))
        return "[%s]" % ",".join(parts)

    def members(self, pairs, size, depth):
        """An object of keys that are made texts."""
        parts = []
        for key, value in pairs:
            if len(parts) >= MOST_ITEMS or self.left <= 0:
                break
            name = _quoted(cut_text(key_text(key), MOST_REPR))
            self.left -= len(name)
            parts.append("%s:%s" % (name, self.value(value, depth + 1)))
        if len(parts) < size:
            parts.append('"$cut":%d' % (size - len(parts)))
        return "{%s}" % ",".join(parts)

    def share_of_numbers(self, size):
        """How many numbers of an array are written."""
        count = min(size, MOST_NUMBERS if self.numbers >= MOST_NUMBERS else _FEW_NUMBERS)
        count = min(count, max(0, self.left // 24))
        self.numbers -= count
        return count


def thing(kind, shown, more=""):
    """What is told of an object that has no JSON form."""
    return '{"$object":%s,"repr":%s%s}' % (_quoted(type_name(kind)), _quoted(shown[:MOST_REPR]), more)


def key_text(key):
    kind = type(key)
    if kind is str:
        return key
    if id(kind) in _PLAIN_KEYS:
        return _number(None, key, 0).strip('"')
    if inherits(kind, str):
        return str.__str__(key)
    if kind is tuple and all(id(type(one)) in _PLAIN_KEYS or type(one) is str for one in key[:8]):
        return repr(key[:8])
    if kind is bytes:
        return repr(key[:64])
    return type_name(kind)


def number_text(value):
    """A float as JSON: what is not finite as a text, as JSON has none."""
    shown = float.__repr__(value)
    if shown == "nan":
        return '"NaN"'
    if shown == "inf":
        return '"Infinity"'
    return '"-Infinity"' if shown == "-inf" else shown


def _number(_writer, value, _depth):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    kind = type(value)
    if kind is float:
        return number_text(value)
    if inherits(kind, float):
        return number_text(float.__float__(value))
    value = int.__int__(value)
    # Longer ones are slow to write, and refused by Python.
    if value.bit_length() > 1024:
        return thing(int, "%d bits" % value.bit_length())
    return int.__repr__(value)


def _string(writer, value, _depth):
    return writer.string(value if type(value) is str else str.__str__(value))


def _bytes(_writer, value, _depth):
    kind = type(value)
    if inherits(kind, bytes):
        head, size = bytes.__getitem__(value, slice(0, 48)), bytes.__len__(value)
    elif inherits(kind, bytearray):
        head, size = bytes(bytearray.__getitem__(value, slice(0, 48))), bytearray.__len__(value)
    else:
        size = value.nbytes
        head = bytes(value[:48]) if value.contiguous and value.ndim == 1 and value.itemsize == 1 else b""
    return thing(kind, "%s%s" % (repr(head), "\u2026" if size > len(head) else ""), ',"size":%d' % size)


def _list(writer, value, depth):
    base = list if inherits(type(value), list) else tuple
    size = base.__len__(value)
    if size > 1:
        found = _as_numbers(writer, value, base, size) if size > MOST_ITEMS else None
        found = found or _as_records(writer, value, base, size)
        if found is not None:
            return found
    first = base.__getitem__(value, slice(0, MOST_ITEMS))
    return writer.inside(value, depth, size, lambda: writer.items(first, size, depth))


def _as_numbers(writer, value, base, size):
    """A list of nothing but numbers, longer than lists are written, is an array; looked at is an even sample."""
    from . import arrays

    sample = base.__getitem__(value, slice(0, None, arrays.even_step(size, 10_000)))
    kinds = set(map(id, map(type, sample)))
    first = base.__getitem__(value, slice(0, MOST_NUMBERS))
    kinds.update(map(id, map(type, first)))
    if not kinds <= _NUMBERS:
        return None
    return arrays.of_numbers(writer, sample, first, size, "float" if id(float) in kinds else "int")


_NUMBERS = {id(int), id(float)}
_MOST_CELLS = 5000
_CELLS = _PLAIN_KEYS | {id(str)}


def _as_records(writer, value, base, size):
    """A list of dictionaries of the same few keys and plain values, numbers among them, is a table."""
    rows = base.__getitem__(value, slice(0, MOST_ROWS))
    first = rows[0]
    if type(first) is not dict or not 0 < len(first) <= MOST_ITEMS:
        return None
    columns = list(first)
    numbers = False
    for row in rows:
        if type(row) is not dict or list(row) != columns:
            return None
        for cell in row.values():
            kind = type(cell)
            if id(kind) not in _CELLS or (kind is str and len(cell) > MOST_REPR):
                return None
            numbers = numbers or kind is float or kind is int
    if not numbers or any(type(column) is not str for column in columns):
        return None
    return table(writer, columns, (row.values() for row in rows), size)


# Masking goes by the name before a value, which cells have not: texts of such columns are left out.
_SECRET = re.compile(
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secret|credential|cookie|authorization|token|jwt|(?:api|access|private|auth)[^a-z]?key)s?$",
    re.IGNORECASE,
)


def table(writer, columns, rows, count, more=""):
    """`rows` of as many values as there are columns; of wide ones fewer are written."""
    secret = {at for at, column in enumerate(columns) if _SECRET.search(key_text(column))}
    names = ",".join(_quoted(cut_text(key_text(column), MOST_REPR)) for column in columns)
    writer.left -= len(names)
    most = max(4, min(MOST_ROWS, _MOST_CELLS // max(1, len(columns))))
    template = ",".join(["%r"] * len(columns))
    parts = []
    for row in rows:
        if len(parts) >= most or writer.left <= 0:
            break
        row = tuple(row)
        shown = template % row if _NUMBERS.issuperset(map(id, map(type, row))) else "n"
        if "n" in shown:
            shown = ",".join([_cell(writer, cell, at in secret) for at, cell in enumerate(row)])
        else:
            writer.left -= len(shown)
        parts.append("[%s]" % shown)
    shape = (names, ",".join(parts), count, more)
    return '{"$table":{"columns":[%s],"rows":[%s],"row_count":%d%s}}' % shape


def _cell(writer, value, is_secret):
    if is_secret and type(value) is str:
        return _quoted(cut_text(value, 0)) if value else '""'
    found = writer.value(value, MOST_DEPTH)
    if not found.startswith('{"$object"'):
        return found
    # A date, a decimal: what it looks like.
    return _quoted(loads(found)["repr"] or type_name(type(value)))


def _dict(writer, value, depth):
    size = dict.__len__(value)
    pairs = _first(dict.items(value))
    return writer.inside(value, depth, size, lambda: writer.members(pairs, size, depth))


def _first(values):
    """At most as many as are written; of what another thread changes meanwhile, those before."""
    found = []
    try:
        for value in values:
            found.append(value)
            if len(found) > MOST_ITEMS:
                break
    except RuntimeError:
        pass
    return found


def _set(writer, value, depth):
    base = set if inherits(type(value), set) else frozenset
    size = base.__len__(value)
    return writer.inside(value, depth, size, lambda: writer.items(_first(base.__iter__(value)), size, depth))


def _deque(writer, value, depth):
    base = sys.modules["collections"].deque
    size = base.__len__(value)
    return writer.inside(value, depth, size, lambda: writer.items(_first(base.__iter__(value)), size, depth))


def kept(value, slots=()):
    """The fields an object keeps, by name, read without its code: those of `__dict__`, and slots of these names."""
    found = {}
    try:
        held = object.__getattribute__(value, "__dict__")
        if inherits(type(held), dict):
            found.update((key, one) for key, one in dict.items(held) if type(key) is str)
    except AttributeError:
        pass
    for name in slots:
        if name in found:
            continue
        for kind in _type_order(type(value)):
            slot = _type_fields(kind).get(name)
            if slot is not None and type(slot).__name__ == "member_descriptor":
                try:
                    found[name] = slot.__get__(value)
                except AttributeError:
                    pass
                break
    return found


def _members_of(writer, value, depth, names, hidden=0):
    held = kept(value, names)
    pairs = [(name, held[name]) for name in names if name in held]
    size = len(pairs) + hidden
    return writer.inside(value, depth, size, lambda: writer.members(pairs, size, depth))


def _declared(name):
    """A writer of the fields that a class declares in its attribute `name`; those it leaves out of `repr` are left out."""

    def write(writer, value, depth):
        declared = None
        for kind in _type_order(type(value)):
            declared = _type_fields(kind).get(name)
            if declared is not None:
                break
        if type(declared).__name__ == "dict":
            names = [key for key, field in declared.items() if _is_shown(field)]
        else:
            names = [field.name for field in declared if _is_shown(field)]
        return _members_of(writer, value, depth, names, len(declared) - len(names))

    return write


def _is_shown(field):
    return getattr(field, "repr", True) is not False


def _pydantic(writer, value, depth):
    held = kept(value, ("__pydantic_extra__",))
    more = held.pop("__pydantic_extra__", None)
    declared = {}
    for kind in reversed(_type_order(type(value))):
        for name in ("__fields__", "model_fields", "__pydantic_fields__"):
            found = _type_fields(kind).get(name)
            if type(found) is dict:
                declared.update(found)
    pairs = [(key, one) for key, one in held.items() if _is_shown(declared.get(key)) and not key.startswith("__")]
    if type(more) is dict:
        pairs += more.items()
    size = len(pairs) + sum(1 for key in held if not _is_shown(declared.get(key)))
    return writer.inside(value, depth, size, lambda: writer.members(pairs, size, depth))


def _user_dict(writer, value, depth):
    held = kept(value).get("data")
    if held is None or not inherits(type(held), dict):
        return thing(type(value), "")
    return _dict(writer, held, depth)


def _enum(_writer, value, _depth):
    name = kept(value).get("_name_")
    kind = type(value)
    return thing(kind, "%s.%s" % (_type_name(kind), name) if type(name) is str else _type_name(kind))


def _named(_writer, value, _depth):
    """Functions, classes, modules, generators, coroutines: their name."""
    kind = type(value)
    name = ""
    if inherits(kind, type):
        name = type_name(value)
    else:
        for key in ("__qualname__", "__name__"):
            try:
                name = object.__getattribute__(value, key)
                break
            except AttributeError:
                pass
    return thing(kind, name if type(name) is str else "")


def _shown(_writer, value, _depth):
    """What Python itself or a library prints of a small value."""
    return thing(type(value), repr(value))


def _written(_writer, value, _depth):
    """What Python itself writes of a small value."""
    return thing(type(value), str(value))


def _time(_writer, value, _depth):
    known = sys.modules["datetime"]
    base = next(one for one in (known.datetime, known.date, known.time) if inherits(type(value), one))
    zone = None if base is known.date else base.tzinfo.__get__(value)
    if zone is not None and _type_module(type(zone)).split(".")[0] not in ("datetime", "zoneinfo", "pytz", "dateutil"):
        return thing(type(value), "")
    return thing(type(value), base.isoformat(value))


def _error(_writer, value, _depth):
    held = BaseException.args.__get__(value)
    shown = held[0] if held and type(held[0]) is str else ""
    return thing(type(value), shown)


def _picture(_writer, value, _depth):
    held = kept(value)
    mode, size = held.get("_mode", held.get("mode")), held.get("_size", held.get("size"))
    if type(mode) is not str or type(size) is not tuple:
        return thing(type(value), "")
    width, height = int(size[0]), int(size[1])
    more = ',"mode":%s,"size":[%d,%d]' % (_quoted(mode), width, height)
    return thing(type(value), "%s %d\u00d7%d" % (mode, width, height), more)


def _missing(_writer, _value, _depth):
    return "null"


def _plain(_writer, value, _depth):
    return thing(type(value), "")


def _of_arrays(name):
    def write(writer, value, depth):
        from . import arrays

        return getattr(arrays, name)(writer, value, depth)

    return write


# By `module.Name` of the type or one it inherits from, in that order.
_BY_NAME = {
    "builtins.memoryview": _bytes,
    "builtins.function": _named,
    "builtins.method": _named,
    "builtins.builtin_function_or_method": _named,
    "builtins.module": _named,
    "builtins.type": _named,
    "builtins.generator": _named,
    "builtins.coroutine": _named,
    "builtins.async_generator": _named,
    "builtins.BaseException": _error,
    "array.array": _of_arrays("array"),
    "collections.deque": _deque,
    "collections.UserDict": _user_dict,
    "enum.Enum": _enum,
    "datetime.datetime": _time,
    "datetime.date": _time,
    "datetime.time": _time,
    "numpy.ndarray": _of_arrays("numpy"),
    "numpy.generic": _of_arrays("numpy_scalar"),
    "torch.Tensor": _of_arrays("torch"),
    "tensorflow.python.framework.tensor.Tensor": _of_arrays("tensorflow"),
    "tensorflow.python.framework.ops.Tensor": _of_arrays("tensorflow"),
    "tensorflow.python.ops.resource_variable_ops.BaseResourceVariable": _of_arrays("tensorflow"),
    "jaxlib.xla_extension.ArrayImpl": _of_arrays("jax"),
    "jaxlib._jax.ArrayImpl": _of_arrays("jax"),
    "jax._src.array.ArrayImpl": _of_arrays("jax"),
    "jax.core.Tracer": _of_arrays("shape_only"),
    "jax._src.core.Tracer": _of_arrays("shape_only"),
    "cupy.ndarray": _of_arrays("cupy"),
    "scipy.sparse._base._spbase": _of_arrays("sparse"),
    "scipy.sparse._base.spmatrix": _of_arrays("sparse"),
    "pandas.core.frame.DataFrame": _of_arrays("pandas_frame"),
    "pandas.DataFrame": _of_arrays("pandas_frame"),
    "pandas.core.series.Series": _of_arrays("pandas_series"),
    "pandas.Series": _of_arrays("pandas_series"),
    "pandas.core.indexes.base.Index": _of_arrays("pandas_index"),
    "pandas.Index": _of_arrays("pandas_index"),
    "polars.dataframe.frame.DataFrame": _of_arrays("polars_frame"),
    "polars.series.series.Series": _of_arrays("polars_series"),
    "pyarrow.lib.Table": _of_arrays("arrow_table"),
    "PIL.Image.Image": _picture,
    "pydantic.main.BaseModel": _pydantic,
    "pydantic.v1.main.BaseModel": _pydantic,
    "torch.Size": _of_arrays("sizes"),
}
# By `module.Name` of the very type: what a class made of it prints is not known.
_EXACT = {
    "builtins.range": _shown,
    "builtins.complex": _shown,
    "builtins.ellipsis": _shown,
    "decimal.Decimal": _written,
    "fractions.Fraction": _written,
    "uuid.UUID": _written,
    "datetime.timedelta": _written,
    "datetime.timezone": _written,
    "zoneinfo.ZoneInfo": _written,
    "pathlib.PosixPath": _written,
    "pathlib._local.PosixPath": _written,
    "pathlib._local.WindowsPath": _written,
    "pathlib.WindowsPath": _written,
    "pathlib.PurePosixPath": _written,
    "pathlib.PureWindowsPath": _written,
    "ipaddress.IPv4Address": _written,
    "ipaddress.IPv6Address": _written,
    "re.Pattern": _shown,
    "torch.device": _written,
    "torch.dtype": _shown,
    "pandas._libs.tslibs.timestamps.Timestamp": _written,
    "pandas._libs.tslibs.timedeltas.Timedelta": _written,
    "pandas.Timestamp": _written,
    "pandas.Timedelta": _written,
    "pandas._libs.tslibs.nattype.NaTType": _missing,
    "pandas._libs.missing.NAType": _missing,
    "pandas.api.typing.NaTType": _missing,
    "pandas.api.typing.NAType": _missing,
}


_BASES = (
    (str, _string),
    (bytes, _bytes),
    (bytearray, _bytes),
    (int, _number),
    (float, _number),
    (dict, _dict),
    (set, _set),
    (frozenset, _set),
    (list, _list),
)


def _learn(kind):
    try:
        found = _writer_of(kind)
    except Exception:
        found = _plain
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[id(kind)] = found = (found, kind)
    return found


def _writer_of(kind):
    order = _type_order(kind)
    if id(kind) in _PLAIN_KEYS:
        return _number
    found = _EXACT.get(type_name(kind))
    if found is not None:
        return found
    for one in order[:-1]:
        found = _BY_NAME.get(type_name(one))
        if found is not None:
            return found
    for base, write in _BASES:
        if inherits(kind, base):
            return write
    names = [name for one in order for name in _type_fields(one)]
    if inherits(kind, tuple):
        return _named_tuple if "_fields" in names else _list
    for name in ("__dataclass_fields__", "__attrs_attrs__"):
        if name in names:
            return _declared(name)
    return _plain


def _named_tuple(writer, value, depth):
    names = ()
    for kind in _type_order(type(value)):
        names = _type_fields(kind).get("_fields", ())
        if names:
            break
    held = tuple.__getitem__(value, slice(0, None))
    if type(names) is not tuple or len(names) != len(held):
        return _list(writer, value, depth)
    return writer.inside(value, depth, len(held), lambda: writer.members(zip(names, held), len(held), depth))
