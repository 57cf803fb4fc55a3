"""Gutter's operators, as Gutter 0.5.0 under CPython 2.7 applied them.

An error while one is applied counts as "does not match". That is why types decide so much. What is
compared is mostly a variable: a text (`String`) is compared with anything, in Python 2's order of
all things; a whole number only with whole numbers; a fraction, nothing and a list with nothing at
all. A property that is no variable is compared in Python 2's order too, whatever it is: the
operators `gutter.raw_…`. In that order nothing is less than numbers, numbers than objects, objects
than lists, lists than text, and false is 0. (A list or object is compared with its like by nobody.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Json
from ..python2 import python2_str
from .operator import Operator, Values

_WHOLE = range(-(2**63), 2**63)
_BLANKS = " \t\n\r\x0b\x0c"
_FOREIGN = object()


def _plain(value: Any) -> Any:
    """The value as exactly one of JSON's types; `_FOREIGN` for anything else."""
    kind = type(value)
    if value is None or kind in (str, bool, int, float, list, dict):
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    return float.__float__(value) if issubclass(kind, float) else _FOREIGN


def _rank(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, int | float):
        return 1
    return 2 if isinstance(value, dict) else 3 if isinstance(value, list) else 4


def _compare(one: Any, other: Any) -> int | None:
    """Python 2's `cmp`; None where nothing is true of the two."""
    if one is _FOREIGN or other is _FOREIGN:
        return None
    ranks = _rank(one), _rank(other)
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if ranks[0] in (2, 3):
        return None
    if one is None or one == other:
        return 0
    return -1 if one < other else 1 if one > other else None


def _compare_variable(one: Any, other: Any) -> int | None:
    """The same for a variable; None where its class raises an error."""
    if isinstance(one, str):
        return _compare(one, other)
    if not isinstance(one, int) or not isinstance(other, int):
        return None
    if (one in _WHOLE) != (other in _WHOLE):
        return None  # an int against a long
    return (one > other) - (one < other)


_Comparison = Callable[[Any, Any], "int | None"]
_Test = Callable[[Any, Any], bool]


def _values(count: int) -> Callable[[Values], tuple[Any, ...] | None]:
    def prepare(values: Values) -> tuple[Any, ...] | None:
        return tuple(map(_plain, values)) if len(values) == count else None

    return prepare


def _ordered(compare: _Comparison, accepts: frozenset[int]) -> _Test:
    def test(value: Any, limits: tuple[Any, ...] | None) -> bool:
        return limits is not None and compare(_plain(value), limits[0]) in accepts

    return test


def _between(compare: _Comparison) -> _Test:
    def test(value: Any, limits: tuple[Any, ...] | None) -> bool:
        if limits is None:
            return False
        plain = _plain(value)
        return compare(plain, limits[0]) == 1 and compare(plain, limits[1]) == -1

    return test


def _true(value: Any, _: Any) -> bool:
    plain = _plain(value)
    return isinstance(plain, str | int | float) and bool(plain)


def _raw_true(value: Any, _: Any) -> bool:
    plain = _plain(value)
    return plain is not _FOREIGN and bool(plain)


def _folded(values: Values) -> str | None:
    value: Json = values[0] if len(values) == 1 else None
    return "".join(map(_lower, value)).strip() if isinstance(value, str) else None


def _lower(character: str) -> str:
    return character.lower()[:1]  # Python 2 knows no letter of which two would become


def _equals_folded(value: Any, wanted: str | None) -> bool:
    plain = _plain(value)
    text = None if plain is _FOREIGN else python2_str(plain)
    if text is None or wanted is None or not text.isascii():
        return False
    return text.lower().strip(_BLANKS) == wanted


_LESS, _EQUAL, _MORE = frozenset({-1}), frozenset({0}), frozenset({1})


def _table(prefix: str, compare: _Comparison, true: _Test) -> list[Operator]:
    one, two = _values(1), _values(2)
    # fmt: off
    return [
        Operator(f"{prefix}equals", "any", one, _ordered(compare, _EQUAL), "equals this"),
        Operator(f"{prefix}between", "any", two, _between(compare),
                 "lies between these two, neither of them included"),
        Operator(f"{prefix}before", "any", one, _ordered(compare, _LESS), "is less than this"),
        Operator(f"{prefix}less_than_or_equal_to", "any", one, _ordered(compare, _LESS | _EQUAL),
                 "is less than this or equals it"),
        Operator(f"{prefix}more_than", "any", one, _ordered(compare, _MORE), "is more than this"),
        Operator(f"{prefix}more_than_or_equal_to", "any", one, _ordered(compare, _MORE | _EQUAL),
                 "is more than this or equals it"),
        Operator(f"{prefix}true", "any", lambda values: None, true,
                 "is neither empty, 0 nor false"),
        Operator(f"{prefix}strip_ignorecase_equals", "any", _folded, _equals_folded,
                 "is this text, case and blanks around it aside (ASCII only)"),
    ]
    # fmt: on


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        *_table("gutter.", _compare_variable, _true),
        *_table("gutter.raw_", _compare, _raw_true),
    )
}
"""Gutter's operators by name."""
