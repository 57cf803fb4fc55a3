"""Coercion and comparison of JSON values as JavaScript has them.

Every function is total, also for what no JSON has: an attribute of any other type is an object
without members. Only a `Textless` object, which a dialect makes where it follows JavaScript to the
letter, raises `NoText` where text or a number is made of it. Numbers are IEEE 754 doubles, whatever
Python keeps them in.
"""

from __future__ import annotations

import re
from math import inf, isfinite, nan
from typing import Any

from .inherited import MEMBERS, Function, NoText, Textless, inherited

Json = Any

SAFE = 2**53
"""Integers up to here are the same number as a double."""

WHITE_SPACE = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""WhiteSpace and LineTerminator: what JavaScript trims, and its regular expressions' `\\s`."""

_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_RADIX = re.compile(r"0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+))")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_COMPOUND = frozenset({"array", "object", "function"})


def kind(value: Json) -> str:
    """`null`, `boolean`, `number`, `string`, `array`, `object` or `function`."""
    type_ = type(value)
    if type_ is str:
        return "string"
    if value is None:
        return "null"
    if type_ is bool:
        return "boolean"
    if type_ is int or type_ is float:
        return "number"
    if issubclass(type_, str):
        return "string"
    if issubclass(type_, int | float):
        return "number"
    if issubclass(type_, list | tuple):
        return "array"
    return "function" if type_ is Function else "object"


def truthy(value: Json) -> bool:
    """ToBoolean: all but null, false, 0, NaN and empty text, so also empty arrays and objects."""
    if value is None or value is False:
        return False
    if type(value) is dict:
        return True
    match kind(value):
        case "number":
            return bool(value) and value == value
        case "string":
            return str.__len__(value) > 0
    return True


def double(value: float) -> float:
    """The double that JavaScript has for a number."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def number(value: Json) -> float:
    """ToNumber. NaN where there is none."""
    match kind(value):
        case "null":
            return 0.0
        case "boolean":
            return 1.0 if value else 0.0
        case "number":
            return double(value)
        case "string":
            return _of_text(value)
    return _of_text(text(value))


def _of_text(value: str) -> float:
    stripped = value.strip(WHITE_SPACE)
    if not stripped:
        return 0.0
    if _DECIMAL.fullmatch(stripped):
        return double(float(stripped))
    if found := _RADIX.fullmatch(stripped):
        for digits, base in zip(found.groups(), (16, 8, 2), strict=True):
            if digits is not None:
                return double(int(digits, base))
    return nan


def text(value: Json) -> str:
    """ToString. An array is its elements joined by commas, an object `[object Object]`."""
    match kind(value):
        case "string":
            return str.__str__(value)
        case "null":
            return "null"
        case "boolean":
            return "true" if value else "false"
        case "number":
            return of_number(value)
        case "array":
            return _joined(value)
        case "function":
            return str(value.text)
    if type(value) is Textless:
        raise NoText("an object whose `toString` is no function")
    return "[object Object]"


def _joined(array: Any) -> str:
    """Array.prototype.join, without recursion: attributes may be nested as deep as they like."""
    parts: list[str] = []
    stack: list[Any] = [iter(array)]
    first = True
    while stack:
        for item in stack[-1]:
            if not first:
                parts.append(",")
            first = False
            if kind(item) == "array":
                stack.append(iter(item))
                first = True
                break
            if item is not None:
                parts.append(text(item))
        else:
            stack.pop()
            first = False
    return "".join(parts)


def of_number(value: float) -> str:
    """Number::toString in base 10: the shortest digits, an exponent from 1e21 and below 1e-6."""
    found = double(value)
    if found != found:
        return "NaN"
    if not isfinite(found):
        return "Infinity" if found > 0 else "-Infinity"
    if found.is_integer() and abs(found) < SAFE:
        return str(int(found))
    if found < 0:
        return "-" + of_number(-found)
    mantissa, _, exponent = repr(found).partition("e")
    whole, _, fraction = mantissa.partition(".")
    padded = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times 10 to the power of `point`.
    point = int(exponent or "0") - len(fraction) + len(padded)
    digits = padded.rstrip("0")
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    more = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{more}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def units(value: str) -> bytes:
    """A key that orders text as JavaScript does: by UTF-16 code units."""
    return value.encode("utf-16-be", "surrogatepass")


def text_less(one: str, other: str) -> bool:
    """Whether text comes before other text."""
    if one.isascii() or other.isascii():
        return one < other  # a character beyond ASCII comes after all within, either way
    return units(one) < units(other)


def less(one: Json, other: Json) -> bool | None:
    """IsLessThan: `one < other`; None when a NaN makes it undefined."""
    first, second = primitive(one), primitive(other)
    if kind(first) == kind(second) == "string":
        return text_less(first, second)
    left, right = number(first), number(second)
    return None if left != left or right != right else left < right


def primitive(value: Json) -> Json:
    """ToPrimitive: arrays, objects and functions are their text."""
    return text(value) if kind(value) in _COMPOUND else value


def identical(one: Json, other: Json) -> bool:
    """`===` of values that come from different texts, so that no two objects are one."""
    of = kind(one)
    if of != kind(other) or of in _COMPOUND:
        return False
    return double(one) == double(other) if of == "number" else bool(one == other)


def same_json(one: Json, other: Json) -> bool:
    """Whether JSON.stringify gives the same text, the order of members included."""
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        of = kind(left)
        if of == "number" and not isfinite(double(left)):
            left, of = None, "null"
        if kind(right) == "number" and not isfinite(double(right)):
            right = None
        if of != kind(right):
            return False
        if of == "array":
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif of == "object":
            names = members(left)
            if names != members(right):
                return False
            stack.extend((left[name], right[name]) for name in names)
        elif not identical(left, right):
            return False
    return True


def members(value: Json) -> list[str]:
    """An object's names in JavaScript's order: array indices by size, then as they were added."""
    if not isinstance(value, dict):
        return []
    names = [name for name in value if isinstance(name, str)]
    indices = sorted((n for n in names if is_index(n)), key=int)
    return [*indices, *(name for name in names if not is_index(name))] if indices else names


def as_json(value: Json) -> Json:
    """A value as JSON.stringify writes it: numbers are doubles, and those without end are null."""
    match kind(value):
        case "number":
            if type(value) is int and -SAFE < value < SAFE:
                return value
            found = double(value)
            if not isfinite(found):
                return None
            return int(found) if type(value) is int else found
        case "array":
            return [as_json(item) for item in value]
        case "object" if isinstance(value, dict):
            kept = value.items()
            return {name: as_json(item) for name, item in kept if type(item) is not Function}
    return value


def is_index(name: str) -> bool:
    """Whether a name is an array index: a whole number below 2^32 - 1 in its shortest form."""
    return _INDEX.fullmatch(name) is not None and int(name) < 2**32 - 1


def at(value: Json, path: tuple[str, ...]) -> Json:
    """The value under a path of names: of members, of elements, an array's `length`, or what every
    object has."""
    for name in path:
        type_ = type(value)
        if issubclass(type_, dict):
            own = name not in MEMBERS or dict.__contains__(value, name)
            value = dict.get(value, name) if own else inherited(value, name)
        elif issubclass(type_, list | tuple):
            if name == "length":
                value = len(value)
            elif is_index(name) and int(name) < len(value):
                value = value[int(name)]
            else:
                value = inherited(value, name)
        else:
            return None
    return value
