"""Truth, numbers, text, equality and order as flagd's Python evaluator has them.

JSONLogic leaves these to JavaScript. The library that flagd's Python evaluator uses follows
JavaScript in part and Python in part, and an imported flag must not notice the difference. What
looks odd here is meant: booleans are numbers and read "True" as text, null equals 0, "1_0" is the
number ten, lists are equal only to themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

NAN = float("nan")
"""The one NaN that failed conversions give; `in` finds it again, as identical."""

_INFINITE = frozenset({"inf", "+inf", "-inf"})


def truthy(value: Any) -> bool:
    """Whether the value counts as true: not null, false, 0, NaN, empty text or an empty list.

    An empty object is true.
    """
    if isinstance(value, float):
        return value == value and value != 0
    return isinstance(value, dict) or bool(value)


def to_number(value: Any) -> Any:
    """The value as a number; booleans stay as they are, what is no number becomes NaN."""
    while isinstance(value, list):
        if len(value) != 1:
            return NAN if value else 0
        value = value[0]
    if isinstance(value, int | float):
        return value
    if value is None:
        return 0
    if not isinstance(value, str) or value.strip().lower() in _INFINITE:
        return NAN
    try:
        return float(value)
    except ValueError:
        return NAN


def to_text(value: Any) -> str:
    """The value as text: floats with 15 significant digits, lists joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, int):
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, list):
        return _list_text(value)
    return "[object Object]"


def _list_text(values: list[Any]) -> str:
    """Nested lists give the same text as flat ones. Without recursion, at any depth."""
    parts: list[str] = []
    open_lists = [iter(values)]
    while open_lists:
        for value in open_lists[-1]:
            if not isinstance(value, list):
                parts.append(to_text(value))
            elif value:
                open_lists.append(iter(value))
                break
            else:
                parts.append("")
        else:
            open_lists.pop()
    return ",".join(parts)


def loosely_equal(left: Any, right: Any) -> bool:
    """`==`: numbers convert the other side, text meets lists and objects as text."""
    kind = type(left)
    if kind is type(right):
        return left is right if kind is list or kind is dict else bool(left == right)
    if isinstance(left, int | float):
        return bool(left == to_number(right))
    if isinstance(right, int | float):
        return bool(to_number(left) == right)
    if left is None or right is None:
        return False
    if isinstance(left, str):
        return left == to_text(right)
    return isinstance(right, str) and to_text(left) == right


def _order(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if isinstance(left, int | float):
            return holds(left, to_number(right))
        if isinstance(right, int | float):
            return holds(to_number(left), right)
        if isinstance(left, str):
            return holds(left, to_text(right))
        if isinstance(right, str):
            return holds(to_text(left), right)
        return holds(to_number(left), to_number(right))

    return compare


less = _order(lt)
"""`<`: as numbers when one side is a number, as text when one is text, else as numbers."""
less_or_equal = _order(le)
greater = _order(gt)
greater_or_equal = _order(ge)
