"""From Harness's clauses to conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from ...core import model as m
from .attributes import SDK_NAMES, ours
from .notes import Notes, Part, Surroundings, member

OPERATORS = frozenset(
    {"in", "equal", "equal_sensitive", "gt", "starts_with", "ends_with", "contains"}
)
"""Operators that test an attribute. The SDK reads their names without regard to case."""

GROUP_OPERATOR = "segmentMatch"

NEVER = m.Not(m.Always())
"""A condition that nobody matches."""


def any_of(conditions: Sequence[m.Condition]) -> m.Condition:
    """One condition that matches where one of these does; `NEVER` for none."""
    asked = [condition for condition in conditions if condition is not NEVER]
    if len(asked) == 1:
        return asked[0]
    return m.AnyOf(tuple(asked)) if asked else NEVER


def all_of(conditions: Sequence[m.Condition]) -> m.Condition:
    """One condition that matches where all of these do; `NEVER` for none, as in Harness.

    What stands before a clause that never matches is asked where it may break off.
    """
    if len(conditions) == 1:
        return conditions[0]
    asked = tuple(takewhile(lambda condition: condition is not NEVER, conditions))
    if asked and len(asked) == len(conditions):
        return m.All(asked)
    breaks = any(isinstance(condition, m.Fault) for condition in asked)
    return m.All((*asked, NEVER)) if breaks else NEVER


def read_clause(
    clause: m.Json, at: str, around: Surroundings, notes: Notes, group: str | None = None
) -> m.Condition:
    """One clause, of the target group `group` or of a flag. Raises `Malformed`.

    `negate` is there in every clause, and no SDK of this generation looks at it.
    """
    operator, values = member(clause, "op", at), member(clause, "values", at)
    attribute = member(clause, "attribute", at)
    if clause.get("negate"):
        notes.add(f"{at}/negate", "'negate' is set, and Harness's SDKs ignore it",
                  "the clause is not negated, as it was not before", "differs")  # fmt: skip
    if operator is None or not values:
        return NEVER
    broken = _broken(clause, around)
    if broken:
        part, message = broken
        notes.add(f"{at}/{part}", message, "whoever reaches the clause gets the caller's fallback")
        return m.Fault(message)
    if not isinstance(values, list):
        notes.add(f"{at}/values", "the values are no list", "the clause never matches")
        return NEVER
    name = operator.lower()
    if name == GROUP_OPERATOR.lower():
        return _groups(attribute or "", values, at, around, notes, group)
    if name not in OPERATORS:
        notes.add(f"{at}/op", f"there is no operator {operator!r}", "the clause never matches")
        return NEVER
    if not attribute or attribute in SDK_NAMES:
        notes.add(f"{at}/attribute", f"no target has an attribute {attribute!r}",
                  "the clause never matches")  # fmt: skip
        return NEVER
    return m.Clause(ours(attribute), f"harness.{name}", tuple(values))


def _broken(clause: m.Json, around: Surroundings) -> tuple[str, str] | None:
    """The member at which the SDK breaks off, and why; None where it does not."""
    operator, attribute = clause.get("op"), clause.get("attribute")
    if operator is None or not clause.get("values"):
        return None
    if not isinstance(operator, str):
        return "op", "the operator is no text"
    if attribute and not isinstance(attribute, str):
        return "attribute", "the attribute is no text"
    if attribute and around.breaks(attribute):
        return "attribute", f"the target's attributes are no object: there is no {attribute!r}"
    return None


def _breakable(name: str, around: Surroundings) -> bool:
    """Whether the SDK may break off in a target group's own clauses."""
    found = around.breakable.get(name)
    if found is None:
        found = around.breakable[name] = any(
            isinstance(clause, dict) and _broken(clause, around) is not None
            for clause in clauses_of(around.groups[name])
        )
    return found


def clauses_of(group: m.Json) -> Iterator[m.Json]:
    """Every clause of a target group, of whatever shape."""
    serving = group.get("servingRules")
    lists = [rule.get("clauses") for rule in _listed(serving) if isinstance(rule, dict)]
    for clauses in (group.get("rules"), *lists):
        yield from _listed(clauses)


def _listed(value: m.Json) -> list[m.Json]:
    return value if isinstance(value, list) else []


def _groups(
    attribute: str,
    names: list[Any],
    at: str,
    around: Surroundings,
    notes: Notes,
    group: str | None,
) -> m.Condition:
    """The SDK comes to ask target groups only where the clause's attribute has no type."""
    condition = group_list(names, f"{at}/values", around, notes, group, within=True)
    if not attribute or attribute in SDK_NAMES or condition is NEVER:
        return condition
    return m.All((m.Clause(ours(attribute), "harness.untyped"), condition))


def group_list(
    names: list[Any],
    at: str,
    around: Surroundings,
    notes: Notes,
    group: str | None = None,
    *,
    within: bool = False,
) -> m.Condition:
    """Membership in a list of target groups, asked in order.

    A target that one group excludes belongs to none of those after it in the list. Where the SDK
    breaks off in a group, it goes on `within` a clause, as if the group excluded the target.
    """
    known = []
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in around.groups:
            notes.add(f"{at}/{index}", f"there is no target group {name!r}", "nobody is in it")
        elif group is not None and (group, name) in around.cut:
            notes.add(f"{at}/{index}", f"the target groups {group!r} and {name!r} ask one another "
                      "in a circle", f"{group!r} does not ask {name!r}")  # fmt: skip
        else:
            known.append(name)
    condition: m.Condition = NEVER
    for name in reversed(known):
        breaks = within and _breakable(name, around)
        belongs = m.InSegment(part_of(name, "unbroken", around) if breaks else name)
        if condition is NEVER:
            condition = belongs
        elif breaks or excludes(around.groups[name]):
            part: Part = "broken" if breaks else "excluded"
            barred = m.Not(m.InSegment(part_of(name, part, around)))
            condition = m.AnyOf((belongs, m.All((barred, condition))))
        elif isinstance(condition, m.AnyOf):
            condition = m.AnyOf((belongs, *condition.conditions))
        else:
            condition = m.AnyOf((belongs, condition))
    return condition


def excludes(group: m.Json) -> bool:
    """Whether a target group excludes anybody by name."""
    listed = group.get("excluded")
    return isinstance(listed, list) and any(
        isinstance(target, dict) and isinstance(target.get("identifier"), str) for target in listed
    )


def part_of(name: str, part: Part, around: Surroundings) -> str:
    """The key of a segment for this part of a target group, which is asked for now."""
    key = f"{name}~{part}"
    while key in around.groups:
        key += "~"
    around.parts[key] = (part, name)
    return key


def identifiers(
    listed: Sequence[m.Json], at: str, notes: Notes, but_not: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The identifiers of listed targets, each once. Raises `Malformed`."""
    found: dict[str, None] = {}
    for index, target in enumerate(listed):
        identifier = member(target, "identifier", f"{at}/{index}")
        if isinstance(identifier, str):
            found[identifier] = None
        else:
            notes.add(f"{at}/{index}/identifier", "the identifier is no text", "it is left out")
    return tuple(key for key in found if key not in but_not)
