"""feature_ramp's lists: an identifier is on one when it equals an entry, type and all.

Text equals text and numbers equal numbers, in Python's way: 3 is 3.0 and 1 is true, but 3 is not
`"3"`.
"""

from __future__ import annotations

from typing import Any

from .operator import Operator, Values

_SCALARS = frozenset({str, int, float, bool, type(None)})


def _entries(values: Values) -> frozenset[Any]:
    return frozenset(value for value in values if type(value) in _SCALARS)


def _listed(value: Any, entries: frozenset[Any]) -> bool:
    kind = type(value)
    if kind in _SCALARS:
        return value in entries
    if issubclass(kind, str):
        return str.__str__(value) in entries
    return issubclass(kind, int) and int.__int__(value) in entries


OPERATORS: dict[str, Operator] = {
    "feature_ramp.listed": Operator(
        "feature_ramp.listed", "any", _entries, _listed, "is one of these, of the same type"
    ),
}
"""feature_ramp's operators by name."""
