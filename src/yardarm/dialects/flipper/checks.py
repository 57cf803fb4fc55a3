"""A flag's conditions: checks on keyword arguments."""

from __future__ import annotations

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from .options import Chosen

OPERATORS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in")
_BETWEEN = "__"
_RESERVED = frozenset({"kind", "multi", "_private", ""})

Check = tuple[str, str, m.Json]
"""Keyword argument, operator, value."""


def read_checks(value: m.Json, at: str) -> list[list[Check]]:
    """The checks of each condition, as the library has them once it has read them.

    Raises `Refused` for what it would refuse, and for what it cannot compare.
    """
    if not isinstance(value, list):
        raise onoff.Refused(at, "the conditions are no list")
    return [_condition(one, f"{at}/{index}") for index, one in enumerate(value)]


def _condition(value: m.Json, at: str) -> list[Check]:
    if not isinstance(value, dict):
        raise onoff.Refused(at, "a condition that is no object")
    found: dict[str, Check] = {}
    for name, checks in value.items():
        here = f"{at}/{escape(str(name))}"
        if not isinstance(checks, list):
            raise onoff.Refused(here, "the checks are no list")
        for index, check in enumerate(checks):
            key, made = _check(check, f"{here}/{index}")
            found[key] = made  # a second one with the same name and operator takes its place
    return list(found.values())


def _check(value: m.Json, at: str) -> tuple[str, Check]:
    """The name under which the library keeps a check, and the check that it makes of that name."""
    if not isinstance(value, dict) or not {"variable", "operator", "value"} <= value.keys():
        raise onoff.Refused(at, "a check without variable, operator and value")
    variable, operator = value["variable"], value["operator"]
    if not isinstance(variable, str) or not isinstance(operator, str | None):
        raise onoff.Refused(at, "a check whose variable or operator is no text")
    key = variable if operator is None else f"{variable}{_BETWEEN}{operator}"
    parts = key.split(_BETWEEN)
    name, symbol = (parts[0], parts[1]) if len(parts) == 2 else (key, "eq")
    if len(parts) == 2 and (symbol not in OPERATORS or symbol == "eq"):
        raise onoff.Refused(f"{at}/operator", f"unknown operator {symbol!r}")
    if name in _RESERVED or name.startswith("/"):
        raise onoff.Refused(f"{at}/variable", f"{name!r} cannot be an attribute's name")
    return key, (name, symbol, value["value"])


def condition(checks: list[list[Check]], chosen: Chosen) -> m.Condition | None:
    """What all checks ask together; None where they ask nothing."""
    by_name: dict[str, list[m.Condition]] = {}
    for name, operator, value in (check for one in checks for check in one):
        attribute = chosen.attribute(name)
        clause = m.Clause(attribute, f"flipper.{operator}", (value,))
        by_name.setdefault(attribute, []).append(clause)
    parts = []
    for attribute, clauses in by_name.items():
        there = m.Clause(attribute, "present")
        asked = _all(clauses)
        if chosen.missing == "said":
            parts.append(_all([there, *clauses]))
        else:
            parts.append(m.AnyOf((m.Not(there), asked)))
    return _all(parts) if parts else None


def _all(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))
