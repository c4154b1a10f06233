"""Rows of values under names, as a table of at most 100 rows."""

import re
from json import loads

from .texts import MOST_DEPTH, MOST_ITEMS, MOST_REPR, MOST_ROWS, PLAIN_KINDS, cut_text, key_text, quoted, type_name

_NUMBERS = {id(int), id(float)}
_MOST_CELLS = 5000
_CELLS = PLAIN_KINDS | {id(str)}


def as_records(writer, value, base, size):
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
    names = ",".join(quoted(cut_text(key_text(column), MOST_REPR)) for column in columns)
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
        return quoted(cut_text(value, 0)) if value else '""'
    found = writer.value(value, MOST_DEPTH)
    if not found.startswith('{"$object"'):
        return found
    # A date, a decimal: what it looks like.
    return quoted(loads(found)["repr"] or type_name(type(value)))
