"""Harness FF's operators, as its Python SDK 1.7.5 evaluates them.

An attribute's type decides: text, whole number, fraction, boolean or object; a missing attribute,
null or a list has none and matches nothing but `harness.untyped`. Every operator but `in` looks at
its first value only, which is converted to the attribute's type in Python's own way (`" 5 "` and
`5.9` are the whole number 5, any text but the empty one is the boolean true); what cannot be
converted matches nothing. Without values nothing matches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..model import Json
from .operator import Operator, Values


def _first_text(values: Values) -> tuple[str, ...]:
    """The first value as text, alone in a tuple; empty where there is none."""
    if not values:
        return ()
    try:
        return (str(values[0]),)
    except (ValueError, RecursionError):  # a number of too many digits, lists without end
        return ()


def _converted(make: Callable[[Json], Any], values: Values) -> Any:
    """The first value made a number; None where that fails."""
    if not values:
        return None
    try:
        return make(values[0])
    except (ValueError, TypeError, OverflowError):
        return None


def _text_of(value: Any) -> str | None:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    return str.__str__(value) if issubclass(kind, str) else None


def _on_text(test: Callable[[str, Any], bool]) -> Callable[[Any, Any], bool]:
    def on_text(value: Any, prepared: Any) -> bool:
        text = _text_of(value)
        return text is not None and test(text, prepared)

    return on_text


def _contains(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The first value as each type of attribute needs it; None where it cannot be converted."""

    text: str | None
    whole: int | None
    fraction: float | None
    truth: bool | None


def _bounds(values: Values) -> _Bounds:
    text = _first_text(values)
    return _Bounds(
        text[0].lower() if text else None,
        _converted(int, values),
        _converted(float, values),
        bool(values[0]) if values else None,
    )


def _equal(value: Any, bounds: _Bounds) -> bool:
    kind = type(value)
    if kind is bool:
        return value is bounds.truth
    text = _text_of(value)
    if text is not None:
        return bounds.text is not None and text.lower() == bounds.text
    if issubclass(kind, int):
        return bounds.whole is not None and int.__eq__(value, bounds.whole)
    if issubclass(kind, float):
        return bounds.fraction is not None and float.__eq__(value, bounds.fraction)
    return False


def _greater(value: Any, bounds: _Bounds) -> bool:
    kind = type(value)
    if kind is bool:
        return False
    text = _text_of(value)
    if text is not None:
        return bounds.text is not None and text.lower() > bounds.text
    if issubclass(kind, int):
        return bounds.whole is not None and int.__gt__(value, bounds.whole)
    if issubclass(kind, float):
        return bounds.fraction is not None and float.__gt__(value, bounds.fraction)
    return False


def _listed(values: Values) -> frozenset[Any]:
    """What an attribute can be equal to. 1, 1.0 and true are one element, as they are there."""
    return frozenset(value for value in values if isinstance(value, str | int | float))


def _in(value: Any, wanted: frozenset[Any]) -> bool:
    text = _text_of(value)
    if text is not None:
        return text in wanted
    kind = type(value)
    if kind is bool or not issubclass(kind, int | float):
        return False
    base = int if issubclass(kind, int) else float
    return (value if kind is base else base.__pos__(value)) in wanted


def _untyped(value: Any, _: None) -> bool:
    return not issubclass(type(value), str | int | float | dict)


_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"
_STARTS = "({v}.startswith({c}) if type({v}) is str else {t}({v}, {c}))"
_ENDS = "({v}.endswith({c}) if type({v}) is str else {t}({v}, {c}))"

# fmt: off
_ALL = (
    Operator("harness.in", "any", _listed, _in,
             "text or number that is one of these", _IN),
    Operator("harness.equal", "any", _bounds, _equal,
             "is the first of these, made the attribute's type; text without regard to case"),
    Operator("harness.equal_sensitive", "any", lambda values: frozenset(_first_text(values)),
             _on_text(lambda text, wanted: text in wanted),
             "text that is the first of these, case and all", _IN),
    Operator("harness.gt", "any", _bounds, _greater,
             "greater than the first of these, made the attribute's type; text by code points "
             "without regard to case"),
    Operator("harness.starts_with", "any", _first_text, _on_text(str.startswith),
             "text that begins with the first of these", _STARTS),
    Operator("harness.ends_with", "any", _first_text, _on_text(str.endswith),
             "text that ends with the first of these", _ENDS),
    Operator("harness.contains", "any", _first_text, _on_text(_contains),
             "text in which the first of these occurs"),
    Operator("harness.untyped", "none", lambda values: None, _untyped,
             "is missing, null or a list: what Harness asks before it looks at target groups"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""Every operator of Harness by its full name."""
