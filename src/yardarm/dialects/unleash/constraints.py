"""Constraints: one condition of ours for each of Unleash's."""

from __future__ import annotations

from typing import Any

from ...core import model as m
from ...core.unleash.instants import written_instant
from ...core.unleash.operands import compares
from ...core.unleash.patterns import unsupported
from .attributes import CURRENT_TIME, attribute_of, is_quotable
from .faults import Uncompilable, Unreadable, needed, optional, texts

TEXT = {
    "STR_STARTS_WITH": "unleash.str_starts_with",
    "STR_ENDS_WITH": "unleash.str_ends_with",
    "STR_CONTAINS": "unleash.str_contains",
}
"""Operators on a list of texts, which listen to `caseInsensitive`."""

SIGN = {
    "NUM_EQ": "eq", "NUM_GT": "gt", "NUM_GTE": "gte", "NUM_LT": "lt", "NUM_LTE": "lte",
    "DATE_AFTER": "gt", "DATE_BEFORE": "lt",
    "SEMVER_EQ": "eq", "SEMVER_GT": "gt", "SEMVER_GTE": "gte", "SEMVER_LT": "lt",
    "SEMVER_LTE": "lte",
}  # fmt: skip
"""Operators that compare, and how."""

COMPARE = {name: f"unleash.{name.lower()}" for name in SIGN}


def read_constraint(raw: Any) -> m.Condition:
    """The condition that a constraint is. Raises `Unreadable` and `Uncompilable`."""
    if type(raw) is not dict:
        raise Unreadable("", "a constraint is not an object")
    name, op = needed(raw, "contextName", str), needed(raw, "operator", str)
    inverted, fold = _flag(raw, "inverted"), _flag(raw, "caseInsensitive")
    values, value = texts(raw, "values") or (), optional(raw, "value", str)
    if value and value[0] == "v" and op[:3] == "SEM" and op in SIGN:
        # The engine says no before it asks for the field, or whether the constraint is inverted.
        return m.Clause(attribute_of(name), COMPARE[op], (value,))
    if not is_quotable(name):
        raise Uncompilable("/contextName", "a quote or a backslash in it breaks the engine's rule")
    if op == "IN" or op == "NOT_IN":
        _check(values)
        clause = m.Clause(attribute_of(name), "unleash.in", tuple(values))
        return clause if inverted is (op == "NOT_IN") else m.Not(clause)
    if op in SIGN:
        return _comparing(name, op, value, inverted)
    if op == "REGEX":
        pattern = value or ""
        _check((pattern,))
        suffix = "_ignore_case" if fold else ""
        clause = m.Clause(attribute_of(name), f"unleash.regex{suffix}", (pattern,))
    elif op in TEXT:
        suffix = "_ignore_case" if fold else ""
        clause = m.Clause(attribute_of(name), TEXT[op] + suffix, _some(values))
    elif op == "IN_CIDR":
        clause = m.Clause(attribute_of(name), "unleash.in_cidr", _some(values))
    else:
        raise Uncompilable("/operator", f"there is no operator {op!r}")
    return m.Not(clause) if inverted else clause


def lost_pattern(raw: Any) -> str | None:
    """Why the pattern of a REGEX constraint never matches here; None when it does."""
    return unsupported(raw.get("value") or "") if raw.get("operator") == "REGEX" else None


def _flag(raw: dict[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if type(value) is bool:
        return value
    raise Unreadable(f"/{name}", f"{name} is not true or false")


def _comparing(name: str, op: str, value: str | None, inverted: bool) -> m.Condition:
    if value is None:
        raise Uncompilable("", "there is no value to compare with")
    if not compares(value):
        raise Uncompilable("/value", f"{value!r} is no number, date or version")
    if name == CURRENT_TIME and written_instant(value.strip(" \t")):
        clause = m.Clause("now", f"unleash.now_{SIGN[op]}", (value,), m.AMBIENT_KIND)
    else:
        clause = m.Clause(attribute_of(name), COMPARE[op], (value,))
    return m.Not(clause) if inverted else clause


def _some(values: Any) -> tuple[str, ...]:
    if not values:
        raise Uncompilable("", "there are no values")
    _check(values)
    return tuple(values)


def _check(values: Any) -> None:
    """Quotes in values are escaped by the engine; a backslash at the end is not."""
    for index, value in enumerate(values):
        if value[-1:] == "\\":
            raise Uncompilable(
                f"/values/{index}", "a backslash at its end breaks the engine's rule"
            )
