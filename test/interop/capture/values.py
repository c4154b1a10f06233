"""Prints how values are written, hostile ones too, by name. Run with `_spanline` on the path."""
import array
import collections
import dataclasses
import datetime
import decimal
import enum
import json
import sys

import pydantic
from _spanline import describe


class Hostile:
    """Whoever asks it anything ends the program."""

    def __getattribute__(self, name):
        raise SystemExit(name)

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __hash__ = __bool__ = __getattribute__


class HostileType(type):
    __getattribute__ = __hash__ = __eq__ = Hostile.__getattribute__


class OfHostileType(metaclass=HostileType):
    pass


class HostileDict(dict):
    items = keys = __iter__ = __len__ = __getitem__ = Hostile.__getattribute__


@dataclasses.dataclass
class Point:
    x: int
    near: list
    secret: str = dataclasses.field(default="hidden", repr=False)


@dataclasses.dataclass(slots=True)
class Slotted:
    x: int


class Order(pydantic.BaseModel):
    item: str
    count: int = 1
    token: str = pydantic.Field("hidden", repr=False)


class Colour(enum.Enum):
    RED = 1


Pair = collections.namedtuple("Pair", "first second")
within = [1]
within.append(within)
deep = 1
for _ in range(40):
    deep = [deep]


def generator():
    yield 1


values = {
    "plain": [None, True, 1, 1.5, "a\"\n\u2028\u00e9", float("nan"), float("inf"), float("-inf")],
    "half a pair": "\ud800x",
    "keys": {1: "int", (1, "a"): "tuple", None: "none", b"b": "bytes"},
    "bytes": b"abc" * 100,
    "set": {1},
    "hostile": [Hostile(), OfHostileType(), HostileDict(a=1)],
    "dataclass": Point(1, [2]),
    "slots": Slotted(1),
    "pydantic": Order(item="cup"),
    "enum": Colour.RED,
    "pair": Pair(1, 2),
    "within": within,
    "deep": deep,
    "generator": generator(),
    "function": generator,
    "date": datetime.datetime(2026, 1, 2, 3, 4, 5),
    "decimal": decimal.Decimal("1.5"),
    "huge": 10**5000,
    "numbers": [0.5, 0.0, float("nan")] * 1000,
    "in turns": [0.0, 1.0, 2.0, 3.0, 4.0] * 40_000,
    "typed": array.array("f", [1, 2]),
    "records": [{"a": 1, "b": "x"}, {"a": 2, "b": None}],
    "secrets": [{"user": "bob", "password": "hunter2", "n": 1}] * 2,
    "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes"}],
    "long list": [None] * 250,
    "long dict": {str(at): at for at in range(250)},
    "long text": "x" * 70_000,
}
written = {name: json.loads(describe.text(value)) for name, value in values.items()}
sizes = {
    "texts": len(describe.text(["\u20ac" * 60_000] * 50).encode()),
    "lists": len(describe.text([[[str(at) * 40 for at in range(100)]] * 100] * 100).encode()),
    "numbers": len(describe.text([[at / 7 for at in range(2000)]] * 100).encode()),
    "escapes": len(describe.text(["\x01" * 60_000] * 4).encode()),
}
json.dump({"written": written, "sizes": sizes, "libraries": sorted({"numpy", "pandas", "torch"} & set(sys.modules))}, sys.stdout)
