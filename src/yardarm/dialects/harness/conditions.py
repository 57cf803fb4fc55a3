"""From conditions to Harness's clauses.

A flag's rule matches where any of its clauses does, and a target group's serving rule where all of
its clauses do. So a condition is brought into the form any of (all of (clauses)); what has no such
form, or names what Harness has no operator for, cannot be said.
"""

from __future__ import annotations

from collections.abc import Callable

from ...core import model as m
from .attributes import theirs
from .clauses import GROUP_OPERATOR, NEVER

Clauses = tuple[m.Json, ...]
"""Clauses that must all match."""

MAX_TERMS = 100
"""How many alternatives a condition may come to."""


class Unsayable(Exception):
    """Harness has no words for it. The message says for what."""


def alternatives(condition: m.Condition, differs: Callable[[str], None]) -> list[Clauses]:
    """The condition as alternatives, of which one must match. Raises `Unsayable`.

    `differs` is told of what Harness says almost the same.
    """
    if condition == NEVER:
        return []
    names = group_names(condition)
    if names is not None:
        return [(_clause("", GROUP_OPERATOR, names),)]
    match condition:
        case m.Clause():
            return [(clause,) for clause in _of_clause(condition, differs)]
        case m.Always():
            return [(_clause("identifier", "starts_with", [""]),)]
        case m.AnyOf(conditions) if conditions:
            return _bounded([t for part in conditions for t in alternatives(part, differs)])
        case m.All((m.Clause(operator="harness.untyped") as untyped, groups)):
            names = group_names(groups)
            if names is None:
                raise Unsayable("'harness.untyped' without target groups")
            return [(_clause(_attribute(untyped), GROUP_OPERATOR, names),)]
        case m.All(conditions) if conditions:
            found: list[Clauses] = [()]
            for part in conditions:
                found = [a + b for a in found for b in alternatives(part, differs)]
                _bounded(found)
            return found
        case m.Not():
            raise Unsayable("a negation (Harness's SDKs ignore 'negate')")
        case m.FlagServes():
            raise Unsayable("a condition on another flag")
        case m.Share():
            raise Unsayable("a share of the units in a condition")
        case m.Logic():
            raise Unsayable("JSONLogic")
        case m.Fault():
            raise Unsayable("a part that cannot be evaluated")
        case _:
            raise Unsayable("an empty condition")


def _bounded(found: list[Clauses]) -> list[Clauses]:
    if len(found) > MAX_TERMS:
        raise Unsayable(f"a condition of more than {MAX_TERMS} alternatives")
    return found


def group_names(condition: m.Condition) -> list[str] | None:
    """The target groups that a reader made this condition of; None when it did not."""
    match condition:
        case m.InSegment(segment):
            return [segment]
        case m.AnyOf(conditions) if len(conditions) > 1:
            pass
        case _:
            return None
    names: list[str] = []
    for index, part in enumerate(conditions):
        match part:
            case m.InSegment(segment):
                names.append(segment)
            case m.All((m.Not(m.InSegment(barred)), rest)) if names:
                behind = group_names(rest)
                last = index == len(conditions) - 1
                if behind is None or not last or not is_exclusion(barred, names[-1]):
                    return None
                return names + behind
            case _:
                return None
    return None  # plain alternatives: each is a clause of its own, so that none ends the list


def is_exclusion(key: str, of: str) -> bool:
    """Whether a segment is the one that holds whom a target group excludes."""
    return key.rstrip("~") == f"{of}~excluded"


def _clause(attribute: str, op: str, values: list[m.Json]) -> m.Json:
    return {"attribute": attribute, "op": op, "values": values, "negate": False}


def _attribute(clause: m.Clause) -> str:
    if clause.kind != m.DEFAULT_KIND:
        raise Unsayable(f"an attribute of the kind {clause.kind!r}")
    name = theirs(clause.attribute)
    if not name:
        raise Unsayable(f"the attribute {clause.attribute!r}")
    return name


def _of_clause(clause: m.Clause, differs: Callable[[str], None]) -> list[m.Json]:
    attribute, values = _attribute(clause), list(clause.values)
    vendor, dot, op = clause.operator.partition(".")
    if vendor == "harness" and dot:
        if op == "untyped":
            raise Unsayable("'harness.untyped' without target groups")
        return [_clause(attribute, op, values)]
    operator = clause.operator
    if operator not in _SAME and operator not in _ALMOST_SAME:
        raise Unsayable(f"the operator {operator!r}")
    if not all(isinstance(value, str) for value in values):
        raise Unsayable(f"the operator {operator!r} with values that are not text")
    if operator in ("equals", "in"):
        # An identifier is never empty, and `in` takes text as it is.
        return [_clause(attribute, "in", values)]
    if operator in _ALMOST_SAME:
        differs("without regard to case: Harness compares lower case, not Unicode case folding")
    harness = _SAME.get(operator) or _ALMOST_SAME[operator]
    return [_clause(attribute, harness, [value]) for value in values]


_SAME = {
    "equals": "in",
    "in": "in",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
    "contains": "contains",
}
"""Native operators that Harness has too, for values of text. It looks at the first value only."""

_ALMOST_SAME = {"equals_ignore_case": "equal", "in_ignore_case": "equal"}
