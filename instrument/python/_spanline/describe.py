"""
Values of a program as JSON text, bounded: what went into a call and what came out, see docs/launch.md.

Runs no code of the program: what a value is, is read from its type and from the fields it keeps, never by `isinstance`,
attributes or `repr` of types that are not known. Libraries are known by the modules of the types; none is imported.
"""

from . import containers, objects
from .texts import (
    MOST_DEPTH,
    MOST_ITEMS,
    MOST_NUMBERS,
    MOST_REPR,
    MOST_STRING,
    MOST_TEXT,
    PLAIN_KINDS,
    cut_text,
    inherits,
    key_text,
    plain,
    quoted,
    thing,
    type_fields,
    type_name,
    type_order,
)

# Numbers of arrays written in one text; then each is short.
_ALL_NUMBERS = 8 * MOST_NUMBERS
_FEW_NUMBERS = 16
MOST_KNOWN = 2000

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


def also(kind, write):
    """Values of a type of our own are written by `write(writer, value, depth)`."""
    objects.BY_NAME[type_name(kind)] = write


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
        return quoted(cut_text(value, max(0, min(MOST_STRING, self.left - 64))))

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
            name = quoted(cut_text(key_text(key), MOST_REPR))
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


def _string(writer, value, _depth):
    return writer.string(value if type(value) is str else str.__str__(value))


_BASES = (
    (str, _string),
    (bytes, containers.of_bytes),
    (bytearray, containers.of_bytes),
    (int, plain),
    (float, plain),
    (dict, containers.of_dict),
    (set, containers.of_set),
    (frozenset, containers.of_set),
    (list, containers.of_list),
)


def _learn(kind):
    try:
        found = _writer_of(kind)
    except Exception:
        found = objects.nothing
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[id(kind)] = found = (found, kind)
    return found


def _writer_of(kind):
    order = type_order(kind)
    if id(kind) in PLAIN_KINDS:
        return plain
    found = objects.EXACT.get(type_name(kind))
    if found is not None:
        return found
    for one in order[:-1]:
        found = objects.BY_NAME.get(type_name(one))
        if found is not None:
            return found
    for base, write in _BASES:
        if inherits(kind, base):
            return write
    names = [name for one in order for name in type_fields(one)]
    if inherits(kind, tuple):
        return containers.of_named_tuple if "_fields" in names else containers.of_list
    for name in ("__dataclass_fields__", "__attrs_attrs__"):
        if name in names:
            return objects.declared_in(name)
    return objects.nothing
