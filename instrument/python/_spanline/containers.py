"""What Python keeps values in: lists, dictionaries, sets, bytes and what is made of them."""

import sys

from .tables import as_records
from .texts import MOST_ITEMS, MOST_NUMBERS, inherits, thing, type_fields, type_order

_NUMBERS = {id(int), id(float)}


def of_bytes(_writer, value, _depth):
    kind = type(value)
    if inherits(kind, bytes):
        head, size = bytes.__getitem__(value, slice(0, 48)), bytes.__len__(value)
    elif inherits(kind, bytearray):
        head, size = bytes(bytearray.__getitem__(value, slice(0, 48))), bytearray.__len__(value)
    else:
        size = value.nbytes
        head = bytes(value[:48]) if value.contiguous and value.ndim == 1 and value.itemsize == 1 else b""
    return thing(kind, "%s%s" % (repr(head), "\u2026" if size > len(head) else ""), ',"size":%d' % size)


def of_list(writer, value, depth):
    base = list if inherits(type(value), list) else tuple
    size = base.__len__(value)
    if size > 1:
        found = _as_numbers(writer, value, base, size) if size > MOST_ITEMS else None
        found = found or as_records(writer, value, base, size)
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


def of_named_tuple(writer, value, depth):
    names = ()
    for kind in type_order(type(value)):
        names = type_fields(kind).get("_fields", ())
        if names:
            break
    held = tuple.__getitem__(value, slice(0, None))
    if type(names) is not tuple or len(names) != len(held):
        return of_list(writer, value, depth)
    return writer.inside(value, depth, len(held), lambda: writer.members(zip(names, held), len(held), depth))


def of_dict(writer, value, depth):
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


def of_set(writer, value, depth):
    base = set if inherits(type(value), set) else frozenset
    size = base.__len__(value)
    return writer.inside(value, depth, size, lambda: writer.items(_first(base.__iter__(value)), size, depth))


def of_deque(writer, value, depth):
    base = sys.modules["collections"].deque
    size = base.__len__(value)
    return writer.inside(value, depth, size, lambda: writer.items(_first(base.__iter__(value)), size, depth))
