"""Operations that need no more than the values of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .coerce import (
    NAN,
    greater,
    greater_or_equal,
    less,
    less_or_equal,
    loosely_equal,
    to_number,
    to_text,
    truthy,
)
from .expression import Around, Expression, LogicError, Operation, Scope, Step, call, eager

MAX_LENGTH = 1_000_000
"""Longest text and list that an operation makes, in characters or items."""

MAX_BITS = 65_536
"""Largest whole number that a product makes, in bits."""

# Arguments that are not given are null; those that are too many are evaluated and ignored.


def _equal(arguments: Sequence[Expression], scope: Scope) -> Step:
    """`==`, fast where text is compared with a constant text."""
    if len(arguments) == 2:
        for one, other in (arguments, arguments[::-1]):
            if one.constant and isinstance(one.value, str):
                return _equals_text(other.step, one.value)
    return call(_loosely_equal, arguments)


def _loosely_equal(a: Any = None, b: Any = None, *_: Any) -> bool:
    return loosely_equal(a, b)


def _equals_text(step: Step, text: str) -> Step:
    def run(data: Any, around: Around) -> bool:
        value = step(data, around)
        return value == text if type(value) is str else loosely_equal(value, text)

    return run


def _ordered(holds: Callable[[Any, Any], bool]) -> Operation:
    """Two values in order, or three."""

    def compare(a: Any = None, b: Any = None, c: Any = None, *_: Any) -> bool:
        return holds(a, b) and (c is None or holds(b, c))

    return eager(compare)


def _add(*values: Any) -> Any:
    total: Any = 0
    for value in values:
        total += to_number(value)
    return total


def _multiply(*values: Any) -> Any:
    product: Any = 1
    for value in values:
        product *= to_number(value)
        if isinstance(product, int) and product.bit_length() > MAX_BITS:
            raise LogicError("the product becomes too large")
    return product


def _subtract(a: Any = None, b: Any = None, *_: Any) -> Any:
    return -to_number(a) if b is None else to_number(a) - to_number(b)


def _extreme(pick: Callable[..., Any]) -> Operation:
    return eager(lambda *values: pick(map(to_number, values)) if values else NAN)


def _in(arguments: Sequence[Expression], scope: Scope) -> Step:
    """`in`, by a set where the list is constant."""
    if len(arguments) == 2 and arguments[1].constant and isinstance(arguments[1].value, list):
        return _among(arguments[0].step, arguments[1].value)
    return call(_holds, arguments)


def _among(step: Step, values: list[Any]) -> Step:
    plain = frozenset(value for value in values if not isinstance(value, list | dict))
    nested = [value for value in values if isinstance(value, list | dict)]

    def run(data: Any, around: Around) -> bool:
        value = step(data, around)
        return value in nested if isinstance(value, list | dict) else value in plain

    return run


def _holds(needle: Any = None, haystack: Any = None, *_: Any) -> bool:
    if isinstance(haystack, list):
        return needle in haystack
    return isinstance(haystack, str) and to_text(needle) in haystack


def _merge(*values: Any) -> list[Any]:
    merged: list[Any] = []
    for value in values:
        if isinstance(value, list):
            merged += value
        else:
            merged.append(value)
        if len(merged) > MAX_LENGTH:
            raise LogicError("the merged list becomes too long")
    return merged


def _concatenate(*values: Any) -> str:
    texts = [to_text(value) for value in values]
    if sum(map(len, texts)) > MAX_LENGTH:
        raise LogicError("the text becomes too long")
    return "".join(texts)


def _substring(text: Any = None, start: Any = None, length: Any = None, *_: Any) -> str:
    """`substr`: from `start`, which counts from the end when negative, `length` characters.

    A negative length leaves that many out at the end. A start before the beginning is the
    beginning.
    """
    whole, begin = to_text(text), to_number(start)
    size = len(whole)
    if begin != begin:
        begin = 0
    elif begin < 0:
        begin = 0 if -begin >= size else size - int(-begin)
    else:
        begin = min(int(begin), size)
    if length is None:
        return whole[begin:]
    length = to_number(length)
    if length != length:
        return ""
    length = int(length)
    end = begin + length if length >= 0 else max(size + length, begin)
    return whole[begin:end]


OPERATIONS = {
    "==": Operation(_equal),
    "!=": eager(lambda a=None, b=None, *_: not loosely_equal(a, b)),
    "===": eager(lambda a=None, b=None, *_: a == b),
    "!==": eager(lambda a=None, b=None, *_: a != b),
    "<": _ordered(less),
    "<=": _ordered(less_or_equal),
    ">": _ordered(greater),
    ">=": _ordered(greater_or_equal),
    "!": eager(lambda a=None, *_: not truthy(a)),
    "!!": eager(lambda a=None, *_: truthy(a)),
    "+": eager(_add),
    "-": eager(_subtract),
    "*": eager(_multiply),
    "/": eager(lambda a=None, b=None, *_: to_number(a) / to_number(b)),
    "%": eager(lambda a=None, b=None, *_: to_number(a) % to_number(b)),
    "min": _extreme(min),
    "max": _extreme(max),
    "in": Operation(_in),
    "cat": eager(_concatenate),
    "substr": eager(_substring),
    "merge": eager(_merge),
    # Evaluation writes nothing anywhere, so that it can be repeated; the value passes through.
    "log": eager(lambda a=None, *_: a),
}
