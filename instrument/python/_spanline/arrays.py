"""
Arrays, tensors and tables as describe.py writes them: dtype, shape, facts of all values or of an even sample, the first numbers.

A library is asked only by what its own types define, and only when a value of it is here. What is on a GPU stays there but for
a few numbers.
"""

import sys

from .tables import table
from .texts import cut_text, number_text, quoted, thing, type_name, type_order

_MOST_FACTS = 1_000_000
_SAMPLE = 100_000
# What is moved from a device at once.
_MOVED = 4096


def _tensor(writer, dtype, shape, facts, data, sampled=0, more=""):
    """`sampled`: how many numbers the facts are of, where these are not all."""
    low, high, mean, nans, zeros = facts
    if sampled and nans is not None:
        # Of a sample, as many as there would be in all.
        size = 1
        for length in shape:
            size *= int(length)
        nans, zeros = [round(count * size / max(1, sampled)) for count in (nans, zeros)]
    return '{"$tensor":{"dtype":%s,"shape":[%s],"min":%s,"max":%s,"mean":%s,"nan":%s,"zeros":%s%s%s,"data":[%s]}}' % (
        quoted(str(dtype)[:100]),
        ",".join([str(int(length)) for length in shape]),
        _fact(low),
        _fact(high),
        _fact(mean),
        "null" if nans is None else int(nans),
        "null" if zeros is None else int(zeros),
        ',"sampled":true' if sampled else "",
        more,
        data,
    )


def even_step(size, most):
    """
    The step by which at most about `most` of `size` values are looked at. A prime: what repeats, as the columns of a table do,
    must not be met at the same place each time.
    """
    step = -(-size // most)
    if step <= 1:
        return 1
    while any(step % by == 0 for by in range(2, int(step**0.5) + 1)):
        step += 1
    return step


def _part(count, size):
    return count if count < size else 0


_NONE = (None, None, None, None, None)


def _fact(value):
    if value is None:
        return "null"
    if type(value) in (bool, int):
        return str(int(value))
    shown = float.__repr__(float(value))
    return "null" if shown in ("nan", "inf", "-inf") else shown


def _numbers(values, digits="%r"):
    """Numbers separated by commas; those that are not finite as texts, NaN as null."""
    if not values:
        return ""
    joined = (digits + ",") * len(values) % tuple(values)
    # Neither `nan` nor `inf` can be without an n.
    if "n" not in joined:
        return joined[:-1]
    return ",".join(["null" if value != value else _one(value, digits) for value in values])


def _one(value, digits):
    shown = digits % value
    return number_text(float(value)) if "n" in shown else shown


def of_numbers(writer, sample, first, size, dtype):
    """A list of numbers; `sample` is even and may be the whole."""
    total = sum(sample)
    finite, nans = sample, 0
    if total - total != 0:
        finite = [value for value in sample if value - value == 0]
        nans = sum(1 for value in sample if value != value)
    if finite:
        facts = (min(finite), max(finite), (total if finite is sample else sum(finite)) / len(finite), nans, finite.count(0))
    else:
        facts = (None, None, None, nans, 0)
    count = writer.share_of_numbers(size)
    if any(type(value) is int and value.bit_length() > 1024 for value in first):
        return None
    return _tensor(writer, dtype, (size,), facts, _numbers(first[:count]), _part(len(sample), size))


def array(writer, value, depth):
    base = sys.modules["array"].array
    size = base.__len__(value)
    code = base.typecode.__get__(value)
    step = even_step(size, 10_000)
    sample = base.__getitem__(value, slice(0, None, step)).tolist()
    if code in "uw":
        return thing(type(value), "".join(sample))
    return of_numbers(writer, sample, base.__getitem__(value, slice(0, 1024)).tolist(), size, "array('%s')" % code)


def sizes(writer, value, depth):
    return "[%s]" % ",".join([str(int(length)) for length in tuple.__getitem__(value, slice(0, 100))])


# numpy

_DIGITS = {"float16": "%.5g", "float32": "%.9g"}


def numpy(writer, value, depth, dtype=None, more="", digits=None):
    np = sys.modules["numpy"]
    base = np.ndarray
    mapped = any(type_name(kind) in ("numpy.memmap", "numpy.core.memmap.memmap") for kind in type_order(type(value)))
    if type(value) is not base:
        value = base.view(value, base)
    kind, shape, size = value.dtype.kind, value.shape, value.size
    if kind == "O":
        items = value.reshape(-1)[:100].tolist()
        return writer.inside(value, depth, size, lambda: writer.items(items, size, depth))
    dtype = dtype or value.dtype.name if kind != "V" else "structured"
    count = writer.share_of_numbers(size)
    first = value.reshape(-1)[:count] if value.flags.c_contiguous else value.flat[:count]
    if kind not in "biuf":
        return _tensor(writer, dtype, shape, _NONE, _texts(writer, first, kind))
    most = 0 if mapped else _MOST_FACTS
    if size > most:
        step = even_step(size, _MOVED if mapped else _SAMPLE)
        sample = value.reshape(-1)[::step] if value.flags.c_contiguous else value.flat[::step]
    else:
        step, sample = 1, value
    digits = digits or _DIGITS.get(dtype, "%r")
    if kind == "b":
        first = first.view(np.uint8)
    elif dtype in ("longdouble", "float128", "float96"):
        first = first.astype(np.float64)
    return _tensor(writer, dtype, shape, _numpy_facts(np, sample, kind), _numbers(first.tolist(), digits), _part(sample.size, size), more)


def _texts(writer, first, kind):
    if kind == "V":
        return ",".join([quoted(cut_text(str(one), 200)) for one in first[:16].tolist()])
    parts = []
    for one in first.tolist()[:100]:
        if writer.left <= 0:
            break
        shown = one.decode("latin-1") if type(one) is bytes else str(one)
        parts.append(quoted(cut_text(shown, 200)))
        writer.left -= len(parts[-1])
    return ",".join(parts)


def _numpy_facts(np, values, kind):
    size = values.size
    if size == 0:
        return (None, None, None, 0, 0)
    zeros = size - np.count_nonzero(values)
    if kind != "f":
        if kind == "b":
            return (int(zeros == 0), int(zeros < size), (size - zeros) / size, 0, zeros)
        low, high = np.minimum.reduce(values, axis=None), np.maximum.reduce(values, axis=None)
        return (int(low), int(high), float(np.add.reduce(values, axis=None, dtype=np.float64)) / size, 0, zeros)
    with np.errstate(all="ignore"):
        nans = 0
        low, high = float(np.minimum.reduce(values, axis=None)), float(np.maximum.reduce(values, axis=None))
        if not (low - low == 0 and high - high == 0):
            nans = int(np.count_nonzero(np.isnan(values)))
            values = values[np.isfinite(values)]
            if values.size == 0:
                return (None, None, None, nans, zeros)
            low, high = float(np.minimum.reduce(values)), float(np.maximum.reduce(values))
        mean = float(np.add.reduce(values, axis=None, dtype=np.float64)) / values.size
    return (low, high, mean, nans, zeros)


def numpy_scalar(writer, value, depth):
    np = sys.modules["numpy"]
    kind = value.dtype.kind
    if kind in "biuf":
        return writer.value(float(value) if kind == "f" else value.item(), depth)
    if kind in "US":
        return writer.value(value.item(), depth)
    return thing(type(value), str(value) if type(value) in (np.datetime64, np.timedelta64, np.complex64, np.complex128) else "")


# torch


def torch(writer, value, depth):
    module = sys.modules["torch"]
    if type(value) not in (module.Tensor, module.nn.Parameter) or _is_traced(module):
        return _torch_shape(module, writer, value)
    device = value.device.type
    more = "" if device == "cpu" else ',"device":%s' % quoted(str(value.device)[:40])
    if device == "meta" or value.layout is not module.strided or value.is_quantized:
        return _torch_shape(module, writer, value, more)
    dtype = str(value.dtype).replace("torch.", "")
    try:
        found = value.detach()
        if device == "cpu" and dtype != "bfloat16" and "numpy" in sys.modules:
            return numpy(writer, found.resolve_conj().resolve_neg().numpy(), depth, dtype, more)
        return _torch_moved(module, writer, found, device, dtype, more)
    except Exception:
        return _torch_shape(module, writer, value, more)


def _torch_shape(module, writer, value, more=""):
    with module._C.DisableTorchFunctionSubclass():
        shape, dtype = tuple(value.shape), str(value.dtype).replace("torch.", "")
    return _tensor(writer, dtype, [length if type(length) is int else 0 for length in shape], _NONE, "", 0, more)


def _is_traced(module):
    """While torch records what runs, what we ask of a tensor would be recorded too."""
    if module.jit.is_tracing() or module.jit.is_scripting():
        return True
    compiler = getattr(module, "compiler", None)
    return bool(getattr(compiler, "is_compiling", bool)())


def _torch_moved(module, writer, value, device, dtype, more):
    size = value.numel()
    count = writer.share_of_numbers(size)
    most = _MOST_FACTS if device == "cpu" else _MOVED
    with module.no_grad():
        if value.is_contiguous():
            flat = value.view(-1)
        elif size <= most:
            flat = value.reshape(-1)
        else:
            # Flattening it would copy it: what the first of each dimension hold.
            flat = value[(0,) * (value.dim() - 1)]
        step = even_step(flat.numel(), _SAMPLE if device == "cpu" else _MOVED) if size > most else 1
        sample, first = flat[::step].cpu(), flat[:count].cpu()
        if value.is_complex():
            return _tensor(writer, dtype, value.shape, _NONE, "", 0, more)
        if value.is_floating_point():
            sample, first = sample.double(), first.double()
            nans = int(sample.isnan().sum())
            finite = sample[sample.isfinite()]
        else:
            nans, finite = 0, sample.double()
            first = first.to(module.int64)
        zeros = int((sample == 0).sum())
        facts = (None, None, None, nans, zeros)
        if finite.numel() > 0:
            facts = (float(finite.min()), float(finite.max()), float(finite.mean()), nans, zeros)
        digits = {"bfloat16": "%.4g", "float16": "%.5g", "float32": "%.9g"}.get(dtype, "%r")
        sampled = _part(sample.numel(), size)
        return _tensor(writer, dtype, value.shape, facts, _numbers(first.tolist(), digits), sampled, more)


# tensorflow, jax, cupy


def tensorflow(writer, value, depth):
    shape = getattr(value, "shape", None)
    dims = [int(length) if length is not None else 0 for length in shape] if shape.rank is not None else []
    dtype = value.dtype.name
    device = str(getattr(value, "device", "") or "")
    moved = bool(device) and "CPU" not in device
    more = ',"device":%s' % quoted(device[-40:]) if moved else ""
    size = 1
    for length in dims:
        size *= length
    if not hasattr(value, "_numpy") and not hasattr(value, "numpy") or (moved and size > _MOVED):
        return _tensor(writer, dtype, dims, _NONE, "", 0, more)
    try:
        return numpy(writer, sys.modules["numpy"].asarray(value.numpy()), depth, dtype, more)
    except Exception:
        return _tensor(writer, dtype, dims, _NONE, "", 0, more)


def jax(writer, value, depth):
    dtype = str(value.dtype)
    try:
        on_host = all(device.platform == "cpu" for device in value.devices())
        more = "" if on_host else ',"device":%s' % quoted(str(next(iter(value.devices())))[:40])
        if (on_host or value.size <= _MOVED) and value.is_fully_addressable and dtype != "bfloat16":
            return numpy(writer, sys.modules["numpy"].asarray(value), depth, dtype, more)
    except Exception:
        more = ""
    return _tensor(writer, dtype, value.shape, _NONE, "", 0, more)


def shape_only(writer, value, depth):
    return _tensor(writer, value.dtype, value.shape, _NONE, "")


def cupy(writer, value, depth):
    more = ',"device":"cuda"'
    if value.size <= _MOVED:
        return numpy(writer, value.get(), depth, None, more)
    count = writer.share_of_numbers(_MOVED)
    first = value.ravel()[:count].get() if value.flags.c_contiguous else None
    data = "" if first is None else _numbers(first.tolist())
    return _tensor(writer, value.dtype.name, value.shape, _NONE, data, 1, more)


def sparse(writer, value, depth):
    """What is kept of a sparse matrix are its values that are not zero."""
    np = sys.modules["numpy"]
    held = getattr(value, "data", None)
    if type(held) is not np.ndarray or held.dtype.kind not in "biuf":
        return thing(type(value), "%s %s" % (tuple(value.shape), value.dtype))
    size = 1
    for length in value.shape:
        size *= int(length)
    low, high, mean, nans, _ = _numpy_facts(np, held[: _MOST_FACTS], held.dtype.kind)
    kept = int(np.count_nonzero(held[: _MOST_FACTS]))
    if kept < size and low is not None:
        low, high, mean = min(low, 0), max(high, 0), mean * held.size / size
    facts = (low, high, mean, nans, size - kept)
    more = ',"layout":"sparse"'
    return _tensor(writer, value.dtype.name, value.shape, facts, "", 0, more)


# Tables


def _frame(writer, columns, values, count):
    """`values`: of each column the cells of the first rows."""
    most = 1000
    more = "" if len(columns) <= most else ',"column_count":%d' % len(columns)
    return table(writer, columns[:most], zip(*values[:most]), count, more)


def pandas_frame(writer, value, depth):
    count, width = value.shape
    head = value if count <= 100 and width <= 1000 else value.iloc[:100, :1000]
    columns = [_column(name) for name in head.columns.tolist()]
    # All at once: a column by itself takes pandas some 25 µs.
    rows = head.to_numpy(dtype=object).tolist()
    values = list(zip(*rows)) if rows else [()] * len(columns)
    return _frame(writer, columns + [""] * (width - len(columns)), values, count)


def _column(name):
    return name if type(name) is str else str(name) if type(name) in (int, float, tuple) else type_name(type(name))


def pandas_series(writer, value, depth):
    """A row of a table has its names; a long one is an array."""
    held = value.to_numpy()
    if 0 < held.size <= 100 and value.index.dtype.kind == "O":
        return _frame(writer, [_column(name) for name in value.index.tolist()], [[cell] for cell in value.tolist()], 1)
    return writer.value(held, depth)


def pandas_index(writer, value, depth):
    return writer.value(value.to_numpy(), depth)


def polars_frame(writer, value, depth):
    head = value.head(100)
    columns = list(value.columns)
    values = [head.to_series(at).to_list() for at in range(min(1000, len(columns)))]
    return _frame(writer, columns, values, value.height)


def polars_series(writer, value, depth):
    size = value.len()
    if value.dtype.is_numeric() and value.null_count() == 0:
        step = even_step(size, 10_000)
        return of_numbers(writer, value.gather_every(step).to_list(), value.head(1024).to_list(), size, str(value.dtype))
    return writer.items(value.head(100).to_list(), size, depth)


def arrow_table(writer, value, depth):
    head = value.slice(0, 100)
    columns = list(value.column_names)
    values = [head.column(at).to_pylist() for at in range(min(1000, len(columns)))]
    return _frame(writer, columns, values, value.num_rows)
