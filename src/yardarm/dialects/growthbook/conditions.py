"""From GrowthBook's conditions to ours.

Members of a condition become clauses of `growthbook.…` operators joined by all, any and not; what
GrowthBook negates inside of an operator becomes a `Not`. Saved groups that are asked of the user
become segments; inside of operands (`$elemMatch` and the like) their values are written out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Protocol

from ...core import model as m
from ...core.javascript import regex
from ...core.javascript.inherited import is_odd
from ...core.javascript.values import truthy
from ...core.operators import prepare
from ...core.operators.growthbook import NEGATED, SIGNS, entries, is_operators, items
from ...core.reading import escape
from ...core.regex import PatternError
from .groups import Groups
from .names import Attributes

NEVER = m.Not(m.Always())
"""Matches nobody."""

MAX_DEPTH = 24
"""How deep conditions may nest: what our model holds, with two levels for each of theirs."""

_ORDERED = frozenset({"$lt", "$lte", "$gt", "$gte"})
_NESTED = frozenset(f"growthbook.{name}" for name in ("elem_match", "size", "all", "alli", "at"))
"""Operators whose operands may hold conditions."""


class Report(Protocol):
    """Called with a pointer, what is wrong there and what comes of it. `lost`: it makes sense to
    GrowthBook, but not to us."""

    def __call__(self, pointer: str, message: str, effect: str, lost: bool = False) -> None: ...


Visited = frozenset[str]


class Conditions:
    """Reads the conditions of one document."""

    def __init__(self, attributes: Attributes, groups: Groups, report: Report) -> None:
        self.attributes = attributes
        self.groups = groups
        self.report = report

    def read(
        self, condition: m.Json, pointer: str, visited: Visited = frozenset(), depth: int = 0
    ) -> m.Condition:
        """A condition about the user's attributes. `Always` for one that asks nothing."""
        if depth > MAX_DEPTH:
            return self._fault(pointer, f"conditions nest more than {MAX_DEPTH} deep")
        if condition is None:
            return self._fault(pointer, "the condition is null")
        return every(
            self._member(name, value, f"{pointer}/{escape(name)}", visited, depth)
            for name, value in entries(condition)
        )

    def _member(
        self, name: str, value: m.Json, pointer: str, visited: Visited, depth: int
    ) -> m.Condition:
        match name:
            case "$and" | "$or" | "$nor":
                return self._joined(name, value, pointer, visited, depth)
            case "$not":
                return negated(self.read(value, pointer, visited, depth + 1))
            case "$savedGroup":
                return self._saved_group(value, pointer, visited, depth)
        attribute, rest = self.attributes.path(name)
        if rest:
            resolved = self._resolved("", value, visited)
            return self._clause(attribute, "growthbook.at", (rest, resolved), pointer)
        return self._value(attribute, value, pointer, visited, depth)

    def _joined(
        self, name: str, value: m.Json, pointer: str, visited: Visited, depth: int
    ) -> m.Condition:
        if value is None:
            return self._fault(pointer, f"{name} is null")
        parts = [
            self.read(item, f"{pointer}/{index}", visited, depth + 1)
            for index, item in enumerate(items(value))
        ]
        if name == "$and":
            return every(parts)
        found = some(parts) if parts else m.Always()  # an empty `$or` holds
        return negated(found) if name == "$nor" else found

    def _saved_group(
        self, reference: m.Json, pointer: str, visited: Visited, depth: int
    ) -> m.Condition:
        found = self.groups.referred(reference, visited)
        if found is None:
            self.report(pointer, "there is no such saved group", "it matches nobody")
            return NEVER
        if found.values is not None:
            segment = self.groups.segment(found.id, found.attribute)
            return m.InSegment(segment) if segment else self.among(found.attribute, found.values)
        if found.id not in self.groups.cyclic:
            segment = self.groups.segment(found.id, None)
            if segment:
                return m.InSegment(segment)
        if not self.groups.spend(found.condition):
            return self._fault(pointer, "saved groups refer to each other too often")
        return self.read(found.condition, pointer, visited | {found.id}, depth + 1)

    def among(self, attribute: str, values: list[m.Json]) -> m.Condition:
        """Whether what is at GrowthBook's path is one of these values."""
        ours, rest = self.attributes.path(attribute)
        if rest:
            return m.Clause(ours, "growthbook.at", (rest, {"$in": values}))
        return m.Clause(ours, "growthbook.in", tuple(values))

    # --- what is asked of one attribute -------------------------------------------------------

    def _value(
        self, attribute: str, value: m.Json, pointer: str, visited: Visited, depth: int
    ) -> m.Condition:
        if depth > MAX_DEPTH:
            return self._fault(pointer, f"conditions nest more than {MAX_DEPTH} deep")
        if not is_operators(value):
            if in_order(value):
                return m.Clause(attribute, "growthbook.json", (json.dumps(value),))
            return m.Clause(attribute, "growthbook.is", (value,))
        return every(
            self._operator(attribute, sign, operand, f"{pointer}/{sign}", visited, depth)
            for sign, operand in value.items()
        )

    def _operator(
        self,
        attribute: str,
        sign: str,
        operand: m.Json,
        pointer: str,
        visited: Visited,
        depth: int,
    ) -> m.Condition:
        match sign:
            case "$not":
                return negated(self._value(attribute, operand, pointer, visited, depth + 1))
            case "$exists":
                there = m.Clause(attribute, "growthbook.exists")
                return there if truthy(operand) else m.Not(there)
            case "$inGroup" | "$notInGroup":
                return self._in_group(attribute, sign, operand, pointer)
            case "$in" | "$nin" | "$ini" | "$nini" | "$all" | "$alli" if not isinstance(
                operand, list
            ):
                self.report(pointer, f"{sign} takes a list", "it matches nobody")
                return NEVER
        positive = NEGATED.get(sign, sign)
        name = SIGNS.get(positive)
        if name is None:
            self.report(pointer, f"GrowthBook has no operator {sign}", "it matches nobody")
            return NEVER
        if sign in _ORDERED and is_odd(operand):
            return self._fault(pointer, "JavaScript makes no text of the operand")
        values = self._operand(positive, operand, pointer, visited)
        clause = self._clause(attribute, f"growthbook.{name}", values, pointer)
        return negated(clause) if sign in NEGATED else clause

    def _operand(
        self, sign: str, operand: m.Json, pointer: str, visited: Visited
    ) -> tuple[m.Json, ...]:
        if sign in ("$regex", "$regexi"):
            self._check_pattern(operand, pointer, sign == "$regexi")
        if f"growthbook.{SIGNS[sign]}" in _NESTED:
            operand = self._resolved(sign, operand, visited)
        return tuple(operand) if sign in ("$in", "$ini", "$all", "$alli") else (operand,)

    def _in_group(self, attribute: str, sign: str, operand: m.Json, pointer: str) -> m.Condition:
        values = self.groups.values(operand)
        if values is None:
            self.report(pointer, "the saved group is no list", "it matches nobody")
            return NEVER
        path = self.attributes.theirs(attribute)
        segment = self.groups.segment(operand, path) if path is not None else None
        clause: m.Condition = (
            m.InSegment(segment) if segment else m.Clause(attribute, "growthbook.in", tuple(values))
        )
        return negated(clause) if sign == "$notInGroup" else clause

    def _clause(
        self, attribute: str, operator: str, values: tuple[m.Json, ...], pointer: str
    ) -> m.Condition:
        clause = m.Clause(attribute, operator, values)
        if operator not in _NESTED:
            return clause
        try:
            prepare(operator, values)
        except ValueError as error:
            fault = self._fault(pointer, str(error))
            if operator == "growthbook.elem_match":  # of what is no array nothing is asked
                return m.All((m.Clause(attribute, "growthbook.type", ("array",)), fault))
            return fault
        return clause

    def _resolved(self, sign: str, operand: m.Json, visited: Visited) -> m.Json:
        """An operand that needs nothing but itself: without groups, and in any order."""
        resolved = self.groups.resolved(operand, visited)
        if sign in ("$all", "$alli"):
            return [kept(item) for item in resolved] if isinstance(resolved, list) else resolved
        if sign == "$elemMatch" and not is_operators(resolved):
            return kept_condition(resolved)
        return kept(resolved)

    def _check_pattern(self, source: m.Json, pointer: str, ignore_case: bool) -> None:
        if not isinstance(source, str):
            self.report(pointer, "a pattern is text", "it matches nobody")
            return
        try:
            regex.parse(source, ignore_case)
        except regex.NotAPattern as error:
            self.report(pointer, str(error), "it matches nobody, as in GrowthBook")
        except PatternError as error:
            self.report(pointer, f"pattern: {error}", "it matches nobody", lost=True)

    def _fault(self, pointer: str, cause: str) -> m.Condition:
        self.report(pointer, f"GrowthBook fails here: {cause}", "whoever comes here gets nothing")
        return m.Fault(cause)


# --- the order of members ---------------------------------------------------------------------


def in_order(value: m.Json) -> bool:
    """Whether a value holds an object whose members could stand in another order."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if len(item) > 1:
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def kept(wanted: m.Json) -> m.Json:
    """What stands beside a name, with objects to compare with as text."""
    if not is_operators(wanted):
        return {"$json": json.dumps(wanted)} if in_order(wanted) else wanted
    out: dict[str, m.Json] = {}
    for sign, operand in wanted.items():
        if sign in ("$all", "$alli") and isinstance(operand, list):
            out[sign] = [kept(item) for item in operand]
        elif sign == "$elemMatch" and not is_operators(operand):
            out[sign] = kept_condition(operand)
        elif sign in ("$not", "$size", "$elemMatch"):
            out[sign] = kept(operand)
        else:
            out[sign] = operand
    return out


def kept_condition(condition: m.Json) -> m.Json:
    """A condition about members, with objects to compare with as text."""
    if not isinstance(condition, dict):
        return condition
    out: dict[str, m.Json] = {}
    for name, value in condition.items():
        if name in ("$and", "$or", "$nor"):
            out[name] = [kept_condition(v) for v in value] if isinstance(value, list) else value
        else:
            out[name] = kept_condition(value) if name == "$not" else kept(value)
    return out


# --- joining ----------------------------------------------------------------------------------


def every(conditions: Iterable[m.Condition]) -> m.Condition:
    """All of them; `Always` for none."""
    parts: list[m.Condition] = []
    for part in conditions:
        if part == NEVER and not any(map(may_fail, parts)):
            return NEVER
        if isinstance(part, m.All):
            parts.extend(part.conditions)
        elif not isinstance(part, m.Always):
            parts.append(part)
    if not parts:
        return m.Always()
    return parts[0] if len(parts) == 1 else m.All(tuple(parts))


def some(conditions: list[m.Condition]) -> m.Condition:
    """One of them at least; `NEVER` for none."""
    parts: list[m.Condition] = []
    for part in conditions:
        if isinstance(part, m.Always) and not any(map(may_fail, parts)):
            return m.Always()
        if isinstance(part, m.AnyOf):
            parts.extend(part.conditions)
        elif part != NEVER:
            parts.append(part)
    if not parts:
        return NEVER
    return parts[0] if len(parts) == 1 else m.AnyOf(tuple(parts))


def negated(condition: m.Condition) -> m.Condition:
    """The opposite. A fault stays one: whoever comes there gets no answer either way."""
    match condition:
        case m.Not(inner):
            return inner
        case m.Fault():
            return condition
    return m.Not(condition)


def may_fail(condition: m.Condition) -> bool:
    """Whether a fault may be reached in it."""
    match condition:
        case m.Fault():
            return True
        case m.All(conditions) | m.AnyOf(conditions):
            return any(map(may_fail, conditions))
        case m.Not(inner):
            return may_fail(inner)
        case m.InSegment() | m.FlagServes():
            return True
    return False
