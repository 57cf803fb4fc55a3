"""What refers to what: prerequisites, flags in conditions, segments, segments in segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ..errors import DocumentError
from . import model as m

Reference = tuple[str, str]
"""("flag" or "segment", key)."""

MAX_REFERENCES = 100
"""How long a chain of prerequisites (or of segments in segments) may be."""

MAX_COST = 10_000
"""How many other flags and segments one evaluation may ask. Two prerequisites that have two
prerequisites each, and so on, are soon more than any program can wait for."""


class Source(Protocol):
    """Where flags and segments are found.

    Both raise `KeyError` when there is none and `DocumentError` when it is malformed.
    """

    def flag(self, key: str) -> m.Flag: ...

    def segment(self, key: str) -> m.Segment: ...


def of_condition(condition: m.Condition | None) -> Iterator[Reference]:
    """What a condition refers to."""
    stack = [condition]
    while stack:
        match stack.pop():
            case m.All(conditions) | m.AnyOf(conditions):
                stack.extend(conditions)
            case m.Not(inner):
                stack.append(inner)
            case m.InSegment(segment):
                yield ("segment", segment)
            case m.FlagServes(flag, _):
                yield ("flag", flag)
            case _:
                pass


def of_flag(flag: m.Flag) -> set[Reference]:
    """What a flag refers to directly, paused rules included."""
    found: set[Reference] = {("flag", p.flag) for p in flag.prerequisites}
    for rule in flag.rules:
        found.update(of_condition(rule.when))
    return found


def of_segment(segment: m.Segment) -> set[Reference]:
    """What a segment refers to directly."""
    return set(of_condition(segment.when))


def direct(source: Source, reference: Reference) -> set[Reference]:
    """What one flag or segment refers to directly; nothing if it is malformed.

    Raises `KeyError` when it does not exist.
    """
    kind, key = reference
    try:
        return of_flag(source.flag(key)) if kind == "flag" else of_segment(source.segment(key))
    except DocumentError:
        return set()


@dataclass(frozen=True, slots=True)
class Found:
    """One flag or segment in a survey.

    `needs` is everything it refers to, directly or not (only directly, where `fault` says too
    much anyhow). `depth` is its longest chain. `cost` is how many flags and segments one
    evaluation of it can ask, each as often as it is referred to. `cyclic`: it needs itself.
    """

    needs: frozenset[Reference]
    depth: int
    cost: int
    cyclic: bool

    @property
    def fault(self) -> str:
        """Why it cannot be evaluated within bounds; empty if it can."""
        if self.cyclic:
            return "a cycle of prerequisites or segments"
        if self.depth > MAX_REFERENCES:
            return f"a chain of more than {MAX_REFERENCES} prerequisites or segments"
        if self.cost > MAX_COST:
            return f"one evaluation could ask more than {MAX_COST} flags and segments"
        return ""


ALONE = Found(frozenset(), 0, 1, False)
"""What refers to nothing."""

Known = Callable[[Reference], "Found | None"]
_Edges = dict[Reference, Counter[Reference]]


def survey(source: Source, start: Reference, known: Known) -> dict[Reference, Found]:
    """Everything `start` needs and `start` itself, each after what it needs.

    `known` gives what was found before; such things are not visited again. References to what
    does not exist are left out. A cycle is no obstacle: its members are marked and stand in any
    order. Time and memory are linear in the references, and nothing recurs, so that no document
    can exhaust either. R. Tarjan's strongly connected components (1972).
    Raises `KeyError` when `start` does not exist.
    """
    edges: _Edges = {start: _counted(source, start)}
    found: dict[Reference, Found] = {}
    low: dict[Reference, int] = {start: 0}
    order: dict[Reference, int] = {start: 0}
    open_: list[Reference] = [start]
    way: list[tuple[Reference, Iterator[Reference]]] = [(start, iter(sorted(edges[start])))]
    while way:
        at, rest = way[-1]
        for following in rest:
            if following in order:
                if following not in found:
                    low[at] = min(low[at], order[following])
                continue
            if known(following) is not None:
                continue
            try:
                edges[following] = _counted(source, following)
            except KeyError:
                continue
            low[following] = order[following] = len(order)
            open_.append(following)
            way.append((following, iter(sorted(edges[following]))))
            break
        else:
            way.pop()
            if way:
                above = way[-1][0]
                low[above] = min(low[above], low[at])
            if low[at] == order[at]:
                together = [open_.pop()]
                while together[-1] != at:
                    together.append(open_.pop())
                found.update(_measure(together, edges, found, known))
    return found


def _counted(source: Source, reference: Reference) -> Counter[Reference]:
    """What one flag or segment refers to directly, and how often."""
    kind, key = reference
    counts: Counter[Reference] = Counter()
    try:
        if kind == "segment":
            counts.update(of_condition(source.segment(key).when))
            return counts
        flag = source.flag(key)
    except DocumentError:
        return counts
    counts.update(("flag", prerequisite.flag) for prerequisite in flag.prerequisites)
    for rule in flag.rules:
        counts.update(of_condition(rule.when))
    return counts


def _measure(
    together: list[Reference], edges: _Edges, found: dict[Reference, Found], known: Known
) -> dict[Reference, Found]:
    """What is found of those that need each other (mostly one alone), after what they need."""
    inside = frozenset(together)
    cyclic = len(together) > 1 or together[0] in edges[together[0]]
    needs: set[Reference] = set(together) if cyclic else set()
    depth, cost = 0, 1
    for at in together:
        for following, times in edges[at].items():
            needs.add(following)
            other = None if following in inside else found.get(following) or known(following)
            if other is not None:
                needs |= other.needs
                depth = max(depth, other.depth + 1)
                cost = min(cost + times * other.cost, MAX_COST + 1)
    if cyclic:  # none of them is evaluated, so they cost those that need them nothing more
        depth, cost = 0, 1
    elif depth > MAX_REFERENCES or cost > MAX_COST:
        needs = set(edges[together[0]])
    made = Found(frozenset(needs), depth, cost, cyclic)
    return dict.fromkeys(together, made)
