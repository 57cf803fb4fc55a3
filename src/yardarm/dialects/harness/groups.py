"""Target groups, which Harness's documents call segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from ...core import model as m
from .clauses import (
    GROUP_OPERATOR,
    NEVER,
    all_of,
    any_of,
    clauses_of,
    identifiers,
    read_clause,
)
from .notes import Malformed, Notes, Part, Surroundings, items, member, text


def read_group(raw: m.Json, at: str, around: Surroundings, notes: Notes) -> m.Segment:
    """A target group as a segment. Raises `Malformed`.

    Who is excluded stays out even if also included. Serving rules (all clauses of one) count alone
    where there are any; otherwise the older rules do (any clause).
    """
    rules = _rules(raw, text(raw, "identifier", at), at, around, notes)
    when = any_of([all_of(clauses) for clauses in rules])
    return _segment(raw, at, notes, None if when is NEVER else when)


def _segment(raw: m.Json, at: str, notes: Notes, when: m.Condition | None) -> m.Segment:
    key = text(raw, "identifier", at)
    excluded = identifiers(items(raw, "excluded", at), f"{at}/excluded", notes)
    included = identifiers(items(raw, "included", at), f"{at}/included", notes, frozenset(excluded))
    return m.Segment(
        key=key,
        when=when,
        included=(m.SegmentKeys(included),) if included else (),
        excluded=(m.SegmentKeys(excluded),) if excluded else (),
        name=_name(raw, key),
        origin={"dialect": "harness", "raw": raw},
    )


def _name(raw: m.Json, key: str) -> str:
    name = raw.get("name")
    return name if isinstance(name, str) and name != key else ""


def _rules(
    raw: m.Json, key: str, at: str, around: Surroundings, notes: Notes
) -> list[list[m.Condition]]:
    """The rules in their order, each the clauses that must all match."""

    def read_all(clauses: list[m.Json], where: str) -> list[m.Condition]:
        return [
            read_clause(clause, f"{where}/{index}", around, notes, key)
            for index, clause in enumerate(clauses)
        ]

    serving = items(raw, "servingRules", at)
    if not serving:
        return [[clause] for clause in read_all(items(raw, "rules", at), f"{at}/rules")]
    found = []
    for index, rule in in_order(serving, f"{at}/servingRules"):
        where = f"{at}/servingRules/{index}"
        found.append(read_all(items(rule, "clauses", where), f"{where}/clauses"))
    return found


def in_order(rules: list[m.Json], at: str) -> list[tuple[int, m.Json]]:
    """Rules by priority, each with its place in the document. Raises `Malformed`."""
    found = list(enumerate(rules))
    for index, rule in found:
        member(rule, "priority", f"{at}/{index}")
    try:
        found.sort(key=lambda pair: pair[1]["priority"])
    except TypeError:
        raise Malformed(at, "the priorities cannot be compared") from None
    return found


def read_part(key: str, part: Part, name: str, around: Surroundings) -> m.Segment:
    """A segment for a part of a target group, for clauses that ask for it."""
    raw = around.groups[name]
    origin = {"dialect": "harness", "part_of": name}
    if part == "excluded":
        listed = (m.SegmentKeys(identifiers(raw["excluded"], "", Notes())),)
        return m.Segment(key, included=listed, name=f"Excluded from {name}", origin=origin)
    rules = _rules(raw, name, "", around, Notes())
    made = _segment(raw, "", Notes(), _unbroken(rules) if part == "unbroken" else _broken(rules))
    if part == "broken":
        made = replace(made, included=made.excluded, excluded=made.included)
    return replace(made, key=key, name=f"{name}, {part}", origin=origin)


def _unbroken(rules: Sequence[Sequence[m.Condition]]) -> m.Condition:
    """Who matches a rule before the SDK breaks off at one."""
    rest: m.Condition = NEVER
    for clauses in reversed(rules):
        before = _before_fault(clauses)
        if before is None:
            rest = any_of([all_of(clauses), rest])
        elif rest is not NEVER:
            rest = m.All((m.Not(all_of(before)), rest)) if before else NEVER
    return rest


def _broken(rules: Sequence[Sequence[m.Condition]]) -> m.Condition:
    """On whom the SDK breaks off at a rule before one matches."""
    rest: m.Condition = NEVER
    for clauses in reversed(rules):
        before = _before_fault(clauses)
        if before is not None:
            rest = any_of([all_of(before), rest]) if before else m.Always()
        elif rest is not NEVER:
            rest = m.All((m.Not(all_of(clauses)), rest))
    return rest


def _before_fault(clauses: Sequence[m.Condition]) -> list[m.Condition] | None:
    """The clauses before the one at which the SDK breaks off; None where there is none."""
    before = list(takewhile(lambda clause: not isinstance(clause, m.Fault), clauses))
    return before if len(before) < len(clauses) else None


def circles(groups: Mapping[str, m.Json]) -> frozenset[tuple[str, str]]:
    """Pairs of target groups of which the first leads back, over the second, to itself.

    Without the second of each asked from the first nothing goes in a circle. A group that asks
    for itself loses nothing by that.
    """
    edges = {key: _asked(raw) for key, raw in groups.items()}
    edges = {key: asked for key, asked in edges.items() if asked}
    if not edges:
        return frozenset()
    cut: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        way: dict[str, list[str]] = {start: list(edges[start])}
        while way:
            at, rest = next(reversed(way.items()))
            if not rest:
                done.add(at)
                del way[at]
                continue
            following = rest.pop()
            if following in way:
                cut.add((at, following))
            elif following in edges and following not in done:
                way[following] = list(edges[following])
    return frozenset(cut)


def _asked(raw: m.Json) -> list[str]:
    """The target groups that a group asks for."""
    found: list[str] = []
    for clause in clauses_of(raw):
        op = clause.get("op") if isinstance(clause, dict) else None
        if isinstance(op, str) and op.lower() == GROUP_OPERATOR.lower():
            values = clause.get("values")
            if isinstance(values, list):
                found += [value for value in values if isinstance(value, str)]
    return found
