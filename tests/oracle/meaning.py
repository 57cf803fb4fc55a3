"""What each operator means, spelled out for reading and not for speed.

Written from the summaries in `core.operators` and the model's docstrings. It shares no code with
the core: versions, dates, addresses and patterns are read by other means here, so that a mistake
in the one is no mistake in the other. Patterns are given to Python's `re`; the generators only
make patterns that mean the same there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from math import floor
from typing import Any

Values = tuple[Any, ...]


def is_text(value: Any) -> bool:
    return issubclass(type(value), str)


def is_boolean(value: Any) -> bool:
    return type(value) is bool


def is_number(value: Any) -> bool:
    return issubclass(type(value), int | float) and not is_boolean(value)


def is_scalar(value: Any) -> bool:
    return is_text(value) or is_boolean(value) or is_number(value)


def is_list(value: Any) -> bool:
    return issubclass(type(value), list | tuple | set | frozenset)


def same(one: Any, other: Any) -> bool:
    """Equal and of the same type, where all numbers are one type and booleans are none."""
    for of_type in (is_text, is_boolean, is_number):
        if of_type(one) or of_type(other):
            return of_type(one) and of_type(other) and one == other
    return False


def equals_any(value: Any, values: Values) -> bool:
    return any(same(value, wanted) for wanted in values)


def fold(text: str) -> str:
    return str(text).casefold()


# --- versions (semver.org, 2.0.0) -------------------------------------------------------------

_NUMBER = r"(?:0|[1-9][0-9]*)"
_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_PART}(?:\.{_PART})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)


def precedence(value: Any) -> tuple[Any, ...] | None:
    """Something that sorts like the version, None for what is none."""
    found = _VERSION.fullmatch(value) if is_text(value) else None
    if found is None or len(value) > 256:
        return None
    numbers = tuple(decimal(found[n]) for n in (1, 2, 3))
    if found[4] is None:
        return (*numbers, 1, ())  # a release comes after all of its pre-releases
    parts = tuple(
        (0, decimal(part), "") if part.isdigit() else (1, (0, ""), part)
        for part in found[4].split(".")
    )
    return (*numbers, 0, parts)


def decimal(digits: str) -> tuple[int, str]:
    """Sorts like the number; text without leading zeros, of any length."""
    return len(digits), digits


# --- dates (RFC 3339) -------------------------------------------------------------------------

_DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(value: Any) -> int | None:
    """Microseconds since 1970 of a date, None for what is none.

    A leap second is written 23:59:60 in UTC and is the instant after it.
    """
    if issubclass(type(value), datetime):
        if value.utcoffset() is None:
            return None
        return (value - _EPOCH) // timedelta(microseconds=1)
    if is_number(value):
        return _from_seconds(value)
    return _from_text(str(value)) if is_text(value) else None


_END = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH + timedelta(days=1)) // timedelta(seconds=1)
_BEGIN = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)


def _from_seconds(value: Any) -> int | None:
    if not _BEGIN <= value < _END:
        return None
    instant = floor(Fraction(value) * 1_000_000 + Fraction(1, 2))
    return instant if instant < _END * 1_000_000 else None


def _from_text(text: str) -> int | None:
    found = _DATE.fullmatch(text)
    if found is None or len(text) > 64:
        return None
    year, month, day, hour, minute, second = (int(found[n]) for n in range(1, 7))
    leap = second == 60
    offset = timedelta()
    if found[9]:
        if int(found[10]) > 23 or int(found[11]) > 59:
            return None
        offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
        offset = -offset if found[9] == "-" else offset
    try:
        local = datetime(
            year, month, day, hour, minute, 59 if leap else second, tzinfo=timezone(offset)
        )
        at_zero = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if leap and (at_zero.hour, at_zero.minute) != (23, 59):
        return None
    instant = (local - _EPOCH) // timedelta(microseconds=1) + (1_000_000 if leap else 0)
    instant += int((found[7] or "").ljust(6, "0")[:6])
    return instant if instant < _END * 1_000_000 else None


# --- addresses --------------------------------------------------------------------------------


def address(value: Any) -> Any:
    """An address, an IPv4 one in IPv6 dress as the IPv4 one it is; None for what is none."""
    if not is_text(value) or "%" in value:
        return None
    try:
        found = ipaddress.ip_address(str(value))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def network(value: Any) -> Any:
    """A network written `address/prefix`, or one address; None for what is none.

    An IPv4 network in IPv6 dress is the IPv4 one it is.
    """
    text, _, prefix = value.partition("/") if is_text(value) else ("", "", "")
    if "%" in text or not (prefix.isascii() and (prefix.isdigit() or prefix == "")):
        return None
    try:
        found = ipaddress.ip_network(value)
    except ValueError:
        return None
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    if mapped is not None and found.prefixlen >= 96:
        return ipaddress.ip_network(f"{mapped}/{found.prefixlen - 96}")
    return found


def in_network(value: Any, values: Values) -> bool:
    found = address(value)
    if found is None:
        return False
    return any(found.version == net.version and found in net for net in map(network, values))


# --- all of them ------------------------------------------------------------------------------

Meaning = Callable[[Any, Values], bool]


def _text(test: Callable[[str, str], bool], *, folded: bool = False) -> Meaning:
    def meaning(value: Any, values: Values) -> bool:
        if not is_text(value):
            return False
        text = str.__str__(value)
        if folded:
            return any(test(fold(text), fold(wanted)) for wanted in values)
        return any(test(text, wanted) for wanted in values)

    return meaning


def _ordered(read: Callable[[Any], Any], test: Callable[[Any, Any], bool]) -> Meaning:
    def meaning(value: Any, values: Values) -> bool:
        found = read(value)
        return found is not None and test(found, read(values[0]))

    return meaning


def _number(value: Any) -> Any:
    return value if is_number(value) else None


def _items(value: Any) -> list[Any]:
    return list(value) if is_list(value) else []


MEANINGS: dict[str, Meaning] = {
    "equals": equals_any,
    "in": equals_any,
    "equals_ignore_case": _text(lambda a, b: a == b, folded=True),
    "in_ignore_case": _text(lambda a, b: a == b, folded=True),
    "starts_with": _text(lambda a, b: a[: len(b)] == b),
    "ends_with": _text(lambda a, b: b == "" or a[-len(b) :] == b),
    "contains": _text(lambda a, b: a.find(b) >= 0),
    "starts_with_ignore_case": _text(lambda a, b: a[: len(b)] == b, folded=True),
    "ends_with_ignore_case": _text(lambda a, b: b == "" or a[-len(b) :] == b, folded=True),
    "contains_ignore_case": _text(lambda a, b: a.find(b) >= 0, folded=True),
    "matches": _text(lambda a, b: re.search(b, a, re.ASCII) is not None),
    "lt": _ordered(_number, lambda a, b: a < b),
    "lte": _ordered(_number, lambda a, b: a <= b),
    "gt": _ordered(_number, lambda a, b: a > b),
    "gte": _ordered(_number, lambda a, b: a >= b),
    "before": _ordered(microseconds, lambda a, b: a < b),
    "after": _ordered(microseconds, lambda a, b: a > b),
    "semver_eq": _ordered(precedence, lambda a, b: a == b),
    "semver_lt": _ordered(precedence, lambda a, b: a < b),
    "semver_lte": _ordered(precedence, lambda a, b: a <= b),
    "semver_gt": _ordered(precedence, lambda a, b: a > b),
    "semver_gte": _ordered(precedence, lambda a, b: a >= b),
    "in_network": in_network,
    "present": lambda value, values: value is not None,
    "has_any": lambda value, values: any(equals_any(item, values) for item in _items(value)),
    "has_all": lambda value, values: (
        is_list(value) and all(any(same(item, w) for item in _items(value)) for w in values)
    ),
}
"""Whether the operator holds for an attribute that is there. A missing one matches nothing."""

_ONE = {
    "equals", "equals_ignore_case", "lt", "lte", "gt", "gte", "before", "after",
    "semver_eq", "semver_lt", "semver_lte", "semver_gt", "semver_gte",
}  # fmt: skip
_TEXTS = {
    "equals_ignore_case", "in_ignore_case", "starts_with", "ends_with", "contains",
    "starts_with_ignore_case", "ends_with_ignore_case", "contains_ignore_case", "matches",
    "in_network",
}  # fmt: skip


def right_type(operator: str, value: Any, values: Values) -> bool:
    """Whether the attribute is of a type that the operator asks for."""
    if operator in ("equals", "in"):
        return any(
            of_type(value) and of_type(wanted)
            for of_type in (is_text, is_boolean, is_number)
            for wanted in values
        )
    if operator in ("lt", "lte", "gt", "gte"):
        return is_number(value)
    if operator in ("before", "after"):
        return is_number(value) or is_text(value) or issubclass(type(value), datetime)
    if operator in ("has_any", "has_all"):
        return is_list(value)
    return operator == "present" or is_text(value)


def acceptable(operator: str, values: Values) -> bool:
    """Whether the operator exists and can take these values."""
    if operator not in MEANINGS:
        return False
    if operator == "present":
        return values == ()
    if not values or (operator in _ONE and len(values) != 1):
        return False
    if operator in _TEXTS:
        if not all(is_text(value) for value in values):
            return False
        if operator == "in_network":
            return all(network(value) is not None for value in values)
        return operator != "matches" or all(_readable(pattern) for pattern in values)
    if operator in ("lt", "lte", "gt", "gte"):
        return is_number(values[0]) and values[0] == values[0]
    if operator in ("before", "after"):
        return microseconds(values[0]) is not None
    if operator.startswith("semver_"):
        return precedence(values[0]) is not None
    return all(is_scalar(value) for value in values)


def _readable(pattern: str) -> bool:
    try:
        re.compile(pattern, re.ASCII)
    except re.error:
        return False
    return True
