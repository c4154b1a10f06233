"""
What a type is called and what an object keeps, read without its code, and the pieces of JSON text that values are made of.
"""

from json.encoder import encode_basestring as quoted

MOST_DEPTH = 6
MOST_ITEMS = 100
MOST_STRING = 64 * 1024
MOST_TEXT = 256 * 1024
MOST_REPR = 200
MOST_NUMBERS = 1024
MOST_ROWS = 100

type_own_name = type.__dict__["__name__"].__get__
type_module = type.__dict__["__module__"].__get__
type_order = type.__dict__["__mro__"].__get__
type_fields = type.__dict__["__dict__"].__get__

PLAIN_KINDS = {id(int), id(float), id(bool), id(type(None))}


def inherits(kind, base):
    """`issubclass` that asks neither type: a metaclass may say what it likes, of equality too."""
    for one in type_order(kind):
        if one is base:
            return True
    return False


def type_name(kind):
    """`module.Name` of a type."""
    module = type_module(kind)
    return "%s.%s" % (module, type_own_name(kind)) if type(module) is str else type_own_name(kind)


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
        for kind in type_order(type(value)):
            slot = type_fields(kind).get(name)
            if slot is not None and type(slot).__name__ == "member_descriptor":
                try:
                    found[name] = slot.__get__(value)
                except AttributeError:
                    pass
                break
    return found


def cut_text(value, most):
    """The beginning of a text and how many characters were left out, or all of it."""
    if len(value) <= most:
        return value
    return '%s\u2026{"$cut":%d}' % (value[:most], len(value) - most)


def thing(kind, shown, more=""):
    """What is told of an object that has no JSON form."""
    return '{"$object":%s,"repr":%s%s}' % (quoted(type_name(kind)), quoted(shown[:MOST_REPR]), more)


def key_text(key):
    """A key of a dictionary as text."""
    kind = type(key)
    if kind is str:
        return key
    if id(kind) in PLAIN_KINDS:
        return plain(None, key, 0).strip('"')
    if inherits(kind, str):
        return str.__str__(key)
    if kind is tuple and all(id(type(one)) in PLAIN_KINDS or type(one) is str for one in key[:8]):
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


def plain(_writer, value, _depth):
    """A number, a truth value or None."""
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
