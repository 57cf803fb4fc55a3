"""What refers to what: prerequisites, flags in conditions, segments, segments in segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ..errors import DocumentError
from . import model as m

Reference = tuple[str, str]
"""("flag" or "segment", key)."""

MAX_REFERENCES = 100
"""How long a chain of prerequisites (or of segments in segments) may be."""


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
    """One flag or segment in a survey: all it needs, its longest chain, whether it needs itself."""

    needs: frozenset[Reference]
    depth: int
    cyclic: bool


Known = Callable[[Reference], "tuple[frozenset[Reference], int] | None"]


def survey(source: Source, start: Reference, known: Known) -> dict[Reference, Found]:
    """Everything `start` needs and `start` itself, each after what it needs.

    `known` gives needs and depth of what was surveyed before; such things are not visited again.
    References to what does not exist are left out. A cycle is no obstacle: its members are marked
    and stand in any order. Iterative, so that no document can exhaust the stack.
    Raises `KeyError` when `start` does not exist.
    """
    edges: dict[Reference, set[Reference]] = {start: direct(source, start)}
    order: list[Reference] = []
    stack: list[tuple[Reference, Iterator[Reference]]] = [(start, iter(sorted(edges[start])))]
    while stack:
        at, rest = stack[-1]
        for following in rest:
            if following in edges or known(following) is not None:
                continue
            try:
                edges[following] = direct(source, following)
            except KeyError:
                continue
            stack.append((following, iter(sorted(edges[following]))))
            break
        else:
            stack.pop()
            order.append(at)
    return _measure(edges, order, known)


def _measure(
    edges: dict[Reference, set[Reference]], order: list[Reference], known: Known
) -> dict[Reference, Found]:
    needs = _closures(edges, known)
    found: dict[Reference, Found] = {}
    for at in order:
        depth = 0
        for following in edges[at]:
            if following in found:
                depth = max(depth, found[following].depth + 1)
            elif (old := known(following)) is not None:
                depth = max(depth, old[1] + 1)
        found[at] = Found(needs[at], depth, at in needs[at])
    return found


def _closures(
    edges: dict[Reference, set[Reference]], known: Known
) -> dict[Reference, frozenset[Reference]]:
    """All that each one needs, directly or not, by repeated union until nothing is added."""
    needs: dict[Reference, set[Reference]] = {}
    for at, following in edges.items():
        needs[at] = set(following)
        for other in following:
            old = known(other) if other not in edges else None
            if old is not None:
                needs[at] |= old[0]
    growing = True
    while growing:
        growing = False
        for at, following in edges.items():
            size = len(needs[at])
            for other in following:
                needs[at] |= needs.get(other, frozenset())
            growing = growing or len(needs[at]) != size
    return {at: frozenset(found) for at, found in needs.items()}
