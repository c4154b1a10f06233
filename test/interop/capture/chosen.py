"""Functions of every kind, chosen to be traced by the tests; they know nothing of it."""
from __future__ import annotations

import asyncio
import contextlib
import functools

registered = {}


def register(function):
    registered[function.__name__] = function
    return function


def wrapped(function):
    @functools.wraps(function)
    def anything(*args, **kwargs):
        return function(*args, **kwargs)

    return anything


class Base:
    def greet(self):
        return "base"


class Ranker(Base):
    @register
    @wrapped
    def predict(self, features, /, scale=2, *rest, threshold, **more):
        """Has a text."""
        try:
            if threshold < 0:
                raise ValueError("no such threshold")
            return [
                one * scale
                for one in features
            ]
        finally:
            self.asked = True

    @classmethod
    def make(cls, count):
        return count

    @staticmethod
    def check(value): return value

    @property
    def size(self):
        return 5

    @size.setter
    def size(self, value):
        self._size = value

    def greet(self):
        return super().greet() + "!"


def outer(first):
    total = 3

    def inner(second):
        nonlocal total
        total += second
        return first + total

    return inner


def numbers(count):
    for at in range(count):
        got = yield at
        if got:
            factorial(0)


def delegates(count):
    result = yield from numbers(count)
    return result


def loops(count):
    for at in range(count):
        if at == 1:
            count += 1


async def waits(value):
    await asyncio.sleep(0)
    return value


async def streams(count):
    for at in range(count):
        yield await waits(at)


@contextlib.contextmanager
def step(name):
    yield name


def says_nothing():
    """Only a text."""


def factorial(number):
    return 1 if number == 0 else number * factorial(number - 1)


def untouched(value):
    return value


def batches(count):
    for _ in range(count):
        yield Batch()


class Batch:
    """Something large, that must not be kept because it was traced."""

    alive = 0
    most = 0

    def __init__(self):
        Batch.alive += 1
        Batch.most = max(Batch.most, Batch.alive)

    def __del__(self):
        Batch.alive -= 1


def branches(value):
    if value:
        return 1
    return 2
