"""Target groups, which Harness's documents call segments."""

from __future__ import annotations

from collections.abc import Mapping

from ...core import model as m
from .clauses import (
    GROUP_OPERATOR,
    NEVER,
    all_of,
    any_of,
    exclusion_key,
    identifiers,
    read_clause,
)
from .notes import Malformed, Notes, Surroundings, items, member, text


def read_group(raw: m.Json, at: str, around: Surroundings, notes: Notes) -> m.Segment:
    """A target group as a segment. Raises `Malformed`.

    Who is excluded stays out even if also included. Serving rules (all clauses of one) count alone
    where there are any; otherwise the older rules do (any clause).
    """
    key = text(raw, "identifier", at)
    excluded = identifiers(items(raw, "excluded", at), f"{at}/excluded", notes)
    included = identifiers(items(raw, "included", at), f"{at}/included", notes, frozenset(excluded))
    when = _rules(raw, key, at, around, notes)
    return m.Segment(
        key=key,
        when=None if when is NEVER else when,
        included=(m.SegmentKeys(included),) if included else (),
        excluded=(m.SegmentKeys(excluded),) if excluded else (),
        name=_name(raw, key),
        origin={"dialect": "harness", "raw": raw},
    )


def _name(raw: m.Json, key: str) -> str:
    name = raw.get("name")
    return name if isinstance(name, str) and name != key else ""


def _rules(raw: m.Json, key: str, at: str, around: Surroundings, notes: Notes) -> m.Condition:
    serving = items(raw, "servingRules", at)
    if not serving:
        return any_of(
            [
                read_clause(clause, f"{at}/rules/{index}", around, notes, key)
                for index, clause in enumerate(items(raw, "rules", at))
            ]
        )
    found = []
    for index, rule in in_order(serving, f"{at}/servingRules"):
        where = f"{at}/servingRules/{index}"
        clauses = items(rule, "clauses", where)
        found.append(
            all_of(
                [
                    read_clause(clause, f"{where}/clauses/{position}", around, notes, key)
                    for position, clause in enumerate(clauses)
                ]
            )
        )
    return any_of(found)


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


def exclusion(name: str, around: Surroundings, notes: Notes) -> m.Segment:
    """A segment of those whom a target group excludes, for lists that end at them."""
    listed = around.groups[name]["excluded"]
    return m.Segment(
        key=exclusion_key(name, around),
        included=(m.SegmentKeys(identifiers(listed, "", Notes())),),
        name=f"Excluded from {name}",
        origin={"dialect": "harness", "excluded_from": name},
    )


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
    lists = [raw.get("rules")]
    serving = raw.get("servingRules")
    if isinstance(serving, list):
        lists += [rule.get("clauses") for rule in serving if isinstance(rule, dict)]
    found: list[str] = []
    for clauses in lists:
        for clause in clauses if isinstance(clauses, list) else ():
            op = clause.get("op") if isinstance(clause, dict) else None
            if isinstance(op, str) and op.lower() == GROUP_OPERATOR.lower():
                values = clause.get("values")
                if isinstance(values, list):
                    found += [value for value in values if isinstance(value, str)]
    return found
