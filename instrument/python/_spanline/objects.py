"""What is told of objects of Python's and of libraries' types, by the names of these."""

import sys

from . import containers
from .texts import inherits, kept, quoted, thing, type_fields, type_module, type_name, type_order, type_own_name


def _members_of(writer, value, depth, names, hidden=0):
    held = kept(value, names)
    pairs = [(name, held[name]) for name in names if name in held]
    size = len(pairs) + hidden
    return writer.inside(value, depth, size, lambda: writer.members(pairs, size, depth))


def declared_in(name):
    """A writer of the fields that a class declares in its attribute `name`; those it leaves out of `repr` are left out."""

    def write(writer, value, depth):
        declared = None
        for kind in type_order(type(value)):
            declared = type_fields(kind).get(name)
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
    for kind in reversed(type_order(type(value))):
        for name in ("__fields__", "model_fields", "__pydantic_fields__"):
            found = type_fields(kind).get(name)
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
    return containers.of_dict(writer, held, depth)


def _enum(_writer, value, _depth):
    name = kept(value).get("_name_")
    kind = type(value)
    return thing(kind, "%s.%s" % (type_own_name(kind), name) if type(name) is str else type_own_name(kind))


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
    if zone is not None and type_module(type(zone)).split(".")[0] not in ("datetime", "zoneinfo", "pytz", "dateutil"):
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
    more = ',"mode":%s,"size":[%d,%d]' % (quoted(mode), width, height)
    return thing(type(value), "%s %d\u00d7%d" % (mode, width, height), more)


def _missing(_writer, _value, _depth):
    return "null"


def nothing(_writer, value, _depth):
    return thing(type(value), "")


def _of_arrays(name):
    def write(writer, value, depth):
        from . import arrays

        return getattr(arrays, name)(writer, value, depth)

    return write


# By `module.Name` of the type or one it inherits from, in that order.
BY_NAME = {
    "builtins.memoryview": containers.of_bytes,
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
    "collections.deque": containers.of_deque,
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
EXACT = {
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
