"""Our conditions as strategies' conditions: any of several groups of constraints.

A strategy asks for all of its constraints and segments and covers one share of units. Whatever a
condition says is brought into the form "any of these strategies", by the laws of De Morgan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.operators import prepare
from .strategies import HOST_KIND
from .write_constraints import Doubts, Raw, Unsayable, constraints_of

MOST = 64
"""Most strategies that one condition becomes."""


class Skipped(Exception):
    """A condition that cannot be evaluated here: the rule that holds it never matches."""


@dataclass(frozen=True, slots=True)
class Term:
    """What one strategy asks for, all of it."""

    constraints: tuple[Raw, ...] = ()
    segments: tuple[int, ...] = ()
    share: m.Share | None = None
    hosts: tuple[str, ...] | None = None


@dataclass(slots=True)
class Scratch:
    """What comes up while one flag is written.

    `numbers` are the segments that the written document has, by our key.
    """

    segments: Mapping[str, m.Segment]
    numbers: Mapping[str, int]
    doubts: Doubts = field(default_factory=Doubts)


def terms(condition: m.Condition, scratch: Scratch, negated: bool = False) -> list[Term]:
    """Terms of which one holds exactly where the condition does (or, `negated`, does not).

    Raises `Unsayable`, and `Skipped` for what never matches here.
    """
    match condition:
        case m.Always():
            return [] if negated else [Term()]
        case m.All(()) | m.AnyOf(()):
            raise Skipped
        case m.All(parts) | m.AnyOf(parts):
            every = [terms(part, scratch, negated) for part in parts]
            if isinstance(condition, m.All) != negated:
                return _all_of(every)
            return _bounded([term for some in every for term in some])
        case m.Not(inner):
            return terms(inner, scratch, not negated)
        case m.Clause():
            return _clause(condition, scratch, negated)
        case m.InSegment(key):
            return _segment(key, scratch, negated)
        case m.Share():
            if negated:
                raise Unsayable("everybody but a share of units")
            return [Term(share=condition)]
        case m.FlagServes(flag):
            raise Unsayable(f"what the flag {flag!r} serves, within a rule")
        case m.Logic():
            raise Unsayable("JSONLogic")
        case m.Fault(cause):
            raise Unsayable(f"a part that cannot be evaluated ({cause})")


def _clause(clause: m.Clause, scratch: Scratch, negated: bool) -> list[Term]:
    try:
        prepare(clause.operator, clause.values)
    except (KeyError, ValueError):
        raise Skipped from None
    if clause.kind == HOST_KIND and clause.operator == "unleash.host" and not negated:
        return [Term(hosts=tuple(clause.values))]
    made = constraints_of(clause, negated, scratch.doubts)
    return [Term(constraints=group) for group in made]


def _segment(key: str, scratch: Scratch, negated: bool) -> list[Term]:
    if key not in scratch.segments:
        raise Skipped
    if key in scratch.numbers and not negated:
        return [Term(segments=(scratch.numbers[key],))]
    return terms(membership(scratch.segments[key]), scratch, negated)


def membership(segment: m.Segment) -> m.Condition:
    """A condition that holds for whoever belongs to the segment."""
    included, excluded = (
        tuple(m.Clause("key", "unleash.in", listed.keys, listed.kind) for listed in lists)
        for lists in (segment.included, segment.excluded)
    )
    when: m.Condition = m.Not(m.Always()) if segment.when is None else segment.when
    if excluded:
        when = m.All((*map(m.Not, excluded), when))
    return m.AnyOf((*included, when)) if included else when


def _all_of(every: list[list[Term]]) -> list[Term]:
    made = [Term()]
    for some in every:
        made = _bounded([_joined(one, other) for one in made for other in some])
    return made


def _joined(one: Term, other: Term) -> Term:
    if one.share is not None and other.share not in (None, one.share):
        raise Unsayable("a share of units within another share")
    if one.hosts is not None and other.hosts is not None:
        raise Unsayable("two lists of hosts")
    return Term(
        one.constraints + tuple(c for c in other.constraints if c not in one.constraints),
        one.segments + tuple(s for s in other.segments if s not in one.segments),
        one.share or other.share,
        one.hosts if other.hosts is None else other.hosts,
    )


def _bounded(made: list[Term]) -> list[Term]:
    if len(made) > MOST:
        raise Unsayable(f"a condition that becomes more than {MOST} strategies")
    return made
