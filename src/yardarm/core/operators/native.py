"""The native operators. See `operator` for what one consists of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .. import dates, semver
from .operator import Operator, Values

if TYPE_CHECKING:
    from ..networks import NetworkSet

_TRUE, _FALSE = object(), object()  # True == 1 in Python; not here


def _text(value: Any) -> str | None:
    """The value as plain text if it is text (or a subclass of it, such as a StrEnum)."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    return str.__str__(value) if issubclass(kind, str) else None


def _number(value: Any) -> int | float | None:
    """The value if it is a number. A boolean is none."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return None
    if issubclass(kind, int):
        return int.__int__(value)
    return float.__float__(value) if issubclass(kind, float) else None


def _scalar(value: Any) -> Any:
    """A hashable stand-in in which values of different type never compare equal."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    text = _text(value)
    return text if text is not None else _number(value)


# --- equality and membership ------------------------------------------------------------------


def _scalars(values: Values) -> frozenset[Any]:
    found = set()
    for value in values:
        scalar = _scalar(value)
        if scalar is None:
            raise ValueError("values must be text, numbers or booleans")
        found.add(scalar)
    return frozenset(found)


def _is_in(value: Any, wanted: frozenset[Any]) -> bool:
    scalar = _scalar(value)
    return scalar is not None and scalar in wanted


def _folded(values: Values) -> frozenset[str]:
    return frozenset(text.casefold() for text in _texts(values))


def _is_in_folded(value: Any, wanted: frozenset[str]) -> bool:
    text = _text(value)
    return text is not None and text.casefold() in wanted


# --- text -------------------------------------------------------------------------------------


def _texts(values: Values) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("values must be text")
    return tuple(values)


def _texts_folded(values: Values) -> tuple[str, ...]:
    return tuple(text.casefold() for text in _texts(values))


def _on_text(test: Callable[[str, Any], bool], fold: bool = False) -> Callable[[Any, Any], bool]:
    def on_text(value: Any, prepared: Any) -> bool:
        text = _text(value)
        if text is None:
            return False
        return test(text.casefold() if fold else text, prepared)

    return on_text


def _contains(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


_Search = Callable[[str], bool]


def _patterns(values: Values) -> tuple[_Search, ...]:
    from .. import regex  # most programs never need one, and it takes a while to import

    return tuple(regex.compile_pattern(source).search for source in _texts(values))


def _matches(text: str, searches: tuple[_Search, ...]) -> bool:
    return any(search(text) for search in searches)


# --- numbers ----------------------------------------------------------------------------------


def _one_number(values: Values) -> int | float:
    number = _number(values[0])
    if number is None or number != number:
        raise ValueError("the value must be a number")
    return number


def _on_number(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def on_number(value: Any, bound: int | float) -> bool:
        number = _number(value)
        return number is not None and test(number, bound)

    return on_number


def _compare(sign: str) -> str:
    plain = "type({v}) is int or type({v}) is float"
    return f"({{v}} {sign} {{c}} if {plain} else {{t}}({{v}}, {{c}}))"


# --- dates, versions, addresses ---------------------------------------------------------------


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _instant(value: Any) -> int | None:
    if issubclass(type(value), datetime):
        if datetime.utcoffset(value) is None:
            return None
        # Not by its text, which has no room for offsets with seconds (Amsterdam until 1937).
        return datetime.__sub__(value, _EPOCH) // _MICROSECOND
    return dates.instant_us(value)


def _one_instant(values: Values) -> int:
    instant = dates.instant_us(values[0])
    if instant is None:
        raise ValueError(
            "the value must be a date: RFC 3339 text with a zone (2027-03-01T09:00:00Z) "
            "or seconds since 1970"
        )
    return instant


def _on_instant(test: Callable[[int, int], bool]) -> Callable[[Any, Any], bool]:
    def on_instant(value: Any, bound: int) -> bool:
        instant = _instant(value)
        return instant is not None and test(instant, bound)

    return on_instant


def _one_version(values: Values) -> semver.SemVer:
    version = semver.parse(values[0])
    if version is None:
        raise ValueError("the value must be a semantic version such as 2.10.0 or 2.10.0-rc.1")
    return version


def _on_version(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def on_version(value: Any, bound: semver.SemVer) -> bool:
        version = semver.parse(_text(value))
        return version is not None and test(version, bound)

    return on_version


def _networks(values: Values) -> NetworkSet:
    from ..networks import NetworkSet  # as above

    return NetworkSet(_texts(values))


def _in_networks(value: Any, wanted: NetworkSet) -> bool:
    text = _text(value)
    return text is not None and wanted.contains(text)


# --- presence and lists -----------------------------------------------------------------------


def _elements(value: Any) -> set[Any] | None:
    """The scalars in a list-like attribute; None when it is not one."""
    kind = type(value)
    for base in (list, tuple, set, frozenset):
        if issubclass(kind, base):  # and its own iteration, whatever a subclass makes of that
            items = base.__iter__(value)
            return {scalar for item in items if (scalar := _scalar(item)) is not None}
    return None


def _has_any(value: Any, wanted: frozenset[Any]) -> bool:
    elements = _elements(value)
    return elements is not None and not wanted.isdisjoint(elements)


def _has_all(value: Any, wanted: frozenset[Any]) -> bool:
    elements = _elements(value)
    return elements is not None and wanted <= elements


_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"
_STARTS = "({v}.startswith({c}) if type({v}) is str else {t}({v}, {c}))"
_ENDS = "({v}.endswith({c}) if type({v}) is str else {t}({v}, {c}))"

# fmt: off
_ALL = (
    Operator("equals", "one", _scalars, _is_in, "is this value, of the same type", _IN),
    Operator("in", "many", _scalars, _is_in, "is one of these values, of the same type", _IN),
    Operator("equals_ignore_case", "one", _folded, _is_in_folded,
             "is this text, case aside (Unicode case folding)"),
    Operator("in_ignore_case", "many", _folded, _is_in_folded,
             "is one of these texts, case aside (Unicode case folding)"),
    Operator("starts_with", "many", _texts, _on_text(str.startswith),
             "text that begins with one of these", _STARTS),
    Operator("ends_with", "many", _texts, _on_text(str.endswith),
             "text that ends with one of these", _ENDS),
    Operator("contains", "many", _texts, _on_text(_contains),
             "text in which one of these occurs"),
    Operator("starts_with_ignore_case", "many", _texts_folded, _on_text(str.startswith, fold=True),
             "text that begins with one of these, case aside"),
    Operator("ends_with_ignore_case", "many", _texts_folded, _on_text(str.endswith, fold=True),
             "text that ends with one of these, case aside"),
    Operator("contains_ignore_case", "many", _texts_folded, _on_text(_contains, fold=True),
             "text in which one of these occurs, case aside"),
    Operator("matches", "many", _patterns, _on_text(_matches),
             "text in which one of these patterns is found (linear time, not anchored)"),
    Operator("lt", "one", _one_number, _on_number(lambda a, b: a < b),
             "number less than this", _compare("<")),
    Operator("lte", "one", _one_number, _on_number(lambda a, b: a <= b),
             "number less than or equal to this", _compare("<=")),
    Operator("gt", "one", _one_number, _on_number(lambda a, b: a > b),
             "number greater than this", _compare(">")),
    Operator("gte", "one", _one_number, _on_number(lambda a, b: a >= b),
             "number greater than or equal to this", _compare(">=")),
    Operator("before", "one", _one_instant, _on_instant(lambda a, b: a < b),
             "date before this one (RFC 3339 with zone, or seconds since 1970)"),
    Operator("after", "one", _one_instant, _on_instant(lambda a, b: a > b),
             "date after this one (RFC 3339 with zone, or seconds since 1970)"),
    Operator("semver_eq", "one", _one_version, _on_version(lambda a, b: a == b),
             "semantic version 2.0 of the same precedence"),
    Operator("semver_lt", "one", _one_version, _on_version(lambda a, b: a < b),
             "semantic version 2.0 before this"),
    Operator("semver_lte", "one", _one_version, _on_version(lambda a, b: a <= b),
             "semantic version 2.0 before or equal to this"),
    Operator("semver_gt", "one", _one_version, _on_version(lambda a, b: a > b),
             "semantic version 2.0 after this"),
    Operator("semver_gte", "one", _one_version, _on_version(lambda a, b: a >= b),
             "semantic version 2.0 after or equal to this"),
    Operator("in_network", "many", _networks, _in_networks,
             "IP address in one of these networks (CIDR, v4 and v6)"),
    Operator("present", "none", lambda values: None, lambda value, _: value is not None,
             "is there and not null", "({v} is not None)"),
    Operator("has_any", "many", _scalars, _has_any, "list that holds at least one of these"),
    Operator("has_all", "many", _scalars, _has_all, "list that holds all of these"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""Every native operator by name."""
