"""flipper-client's operators: Python's own comparisons of JSON values.

1 is 1.0 and true, text is never a number. What Python cannot compare raises an error in the
library, out of the caller's `is_enabled`; here it does not match.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model import Json
from .operator import Operator, Values

_DEEPEST = 50
_FOREIGN = object()


def _plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON's own types, so that comparing calls no foreign method."""
    kind = type(value)
    if value is None or kind in (str, bool, int, float):
        return value
    if depth > _DEEPEST:
        return _FOREIGN
    if kind is list or kind is tuple:
        return [_plain(item, depth + 1) for item in value]
    if kind is dict:
        return {name: _plain(member, depth + 1) for name, member in value.items()}
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    return float.__float__(value) if issubclass(kind, float) else _FOREIGN


def _first(values: Values) -> tuple[Json] | None:
    return (_plain(values[0]),) if len(values) == 1 else None


def _tested(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def test(value: Any, wanted: tuple[Json] | None) -> bool:
        plain = _plain(value)
        if wanted is None or plain is _FOREIGN:
            return False
        try:
            return bool(compare(plain, wanted[0]))
        except (TypeError, RecursionError):
            return False

    return test


def _operator(name: str, compare: Callable[[Any, Any], Any], summary: str) -> Operator:
    return Operator(f"flipper.{name}", "any", _first, _tested(compare), summary)


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        _operator("eq", lambda given, wanted: given == wanted, "equals this"),
        _operator("ne", lambda given, wanted: given != wanted, "does not equal this"),
        _operator("gt", lambda given, wanted: given > wanted, "is greater than this"),
        _operator("gte", lambda given, wanted: given >= wanted, "is this or greater"),
        _operator("lt", lambda given, wanted: given < wanted, "is less than this"),
        _operator("lte", lambda given, wanted: given <= wanted, "is this or less"),
        _operator("in", lambda given, wanted: given in wanted, "is in this list, or in this text"),
        _operator(
            "not_in", lambda given, wanted: given not in wanted, "is not in this list or text"
        ),
    )
}
"""flipper-client's operators by name."""
