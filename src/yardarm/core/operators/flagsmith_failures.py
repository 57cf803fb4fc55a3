"""What Flagsmith's engine fails at: values for which it raises in its caller's program.

A trait of more digits than Python reads or writes at once, a number that is too large for a
fraction, text that has no bytes to be hashed. Flags of ours take such a value for one that does not
match; a dialect that follows the engine has to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isinf
from typing import Any

from ..model import Json
from ..traits import Identity, Late, trait_value
from .operator import Values

BY_KEY = "PERCENTAGE_SPLIT by key"
"""Stands for PERCENTAGE_SPLIT where it goes by the identity's key, which is not read like a trait.
"""

_COMPARISONS = frozenset({
    "EQUAL", "NOT_EQUAL", "GREATER_THAN", "GREATER_THAN_INCLUSIVE", "LESS_THAN",
    "LESS_THAN_INCLUSIVE", "CONTAINS",
})  # fmt: skip
_SAFE_DIGITS = 300
"""Numbers of so many digits become fractions and text without fail."""

_Fails = Callable[[Any], bool]


def prepare(values: Values) -> _Fails:
    """From the engine's operator and its value to what it fails at."""
    name, value = (*values, None, None)[:2]
    if name == BY_KEY:
        return key_fails if _is_number(value) else _never
    fails = _of_operator(name, value)

    def of_trait(value: Any) -> bool:
        found = value.look_up() if type(value) is Late else value
        if type(found) is Identity:
            found = found.identifier
        return _unreadable(found) or fails(trait_value(found))

    return of_trait


def test(value: Any, fails: _Fails) -> bool:
    """Whether the engine fails at the value."""
    return fails(value)


def key_fails(key: Any) -> bool:
    """Whether the engine fails at hashing an identity by its key."""
    if type(key) is Identity:
        key = key.key
    return _unhashable(key) or _has_long_number(key)


def may_fail(value: Any) -> bool:
    """Whether the value, or one inside of it, is such that the engine may fail at it."""
    if type(value) is str:
        return (len(value) > _SAFE_DIGITS and _is_whole(value)) or not _encodes(value)
    if type(value) is int:
        return value.bit_length() >= _SAFE_DIGITS
    return any((type(one) is str or type(one) is int) and may_fail(one) for one in _inside(value))


def overflows(value: Json) -> bool:
    """Whether a condition's value cannot be converted to a number without an overflow."""
    return (type(value) is int and _raises(float, value)) or (type(value) is float and isinf(value))


def _of_operator(name: Json, value: Json) -> _Fails:
    if name in ("IN", "REGEX"):
        return lambda read: type(read) is int and _raises(str, read)
    if name == "PERCENTAGE_SPLIT":
        return _unhashable if _is_number(value) else _never
    if name == "MODULO":
        return _remainder(value)
    if type(name) is str and name in _COMPARISONS and overflows(value):
        wrong = int if type(value) is float else float
        return lambda read: type(read) is wrong
    return _never


def _never(value: Any) -> bool:
    return False


def _is_number(value: Json) -> bool:
    """Whether it is a percentage: the engine looks at it before it hashes anything."""
    return isinstance(value, str | int | float) and not _raises(float, value)


def _remainder(value: Json) -> _Fails:
    try:
        divisor, _ = map(float, value.split("|"))
    except (ValueError, AttributeError):
        return _never
    return lambda read: type(read) is int and _raises(lambda number: number % divisor, read)


def _unhashable(read: Any) -> bool:
    if type(read) is str:
        return not _encodes(read)
    return type(read) is int and _raises(str, read)


def _unreadable(value: Any) -> bool:
    if type(value) is str:
        # What looks like a whole number and is none after it was read has too many digits.
        return len(value) > _SAFE_DIGITS and _is_whole(value) and type(trait_value(value)) is str
    return _has_long_number(value)


def _has_long_number(value: Any) -> bool:
    """Whether a list or object holds a whole number that Python does not write."""
    return any(type(one) is int and _raises(str, one) for one in _inside(value))


def _inside(value: Any) -> Iterator[Any]:
    """What a list or object holds, at any depth."""
    stack = [value]
    while stack:
        one = stack.pop()
        if type(one) is dict:
            stack.extend(one.values())
            yield from one.values()
        elif type(one) is list:
            stack.extend(one)
            yield from one


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal()


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _raises(make: Callable[[Any], Any], value: Any) -> bool:
    try:
        make(value)
    except (ValueError, OverflowError):
        return True
    except ZeroDivisionError:  # said of the condition itself
        return False
    return False
