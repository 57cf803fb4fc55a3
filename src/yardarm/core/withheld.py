"""What a flag could answer for a context of which some attributes were withheld.

An observed context may lack attributes that the program had: they are private, hashed, or not
reported. Every clause that asks one of them is then open: it may be true or false. Whoever tries
each of those answers in turn sees all that can come of it. What really happened is among them,
because clauses are taken as independent of each other: more is thought possible than is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from . import model as m
from .reads import Name, clause_name, is_withheld
from .references import Source
from .views import find as find_view

OPEN_KIND = "?"
"""The kind of context under which the answers of open clauses stand."""

UNPLACED = "withheld: the unit is not known"
"""The cause of the fault that stands for a split by an attribute that was withheld."""

MAX_OPEN = 10
"""Most open clauses that are tried out; beyond that nothing is known of the context."""

ANYTHING: Name = ("", "")
"""Stands among withheld attributes for any: what cannot be looked into may have asked for it."""


class OpenSource:
    """Flags and segments in which the clauses about withheld attributes are open.

    `clauses` collects them by `clause_name`, each with the attribute of `OPEN_KIND` that answers
    it. The same clause in two documents is the same question, so two sources may share `clauses`.
    """

    __slots__ = ("_source", "clauses", "withheld")

    def __init__(self, source: Source, withheld: frozenset[Name], clauses: dict[str, str]) -> None:
        self._source = source
        self.withheld = withheld
        self.clauses = clauses

    def flag(self, key: str) -> m.Flag:
        flag = self._source.flag(key)
        rules = tuple(
            replace(rule, when=self._condition(rule.when), serve=self._serve(rule.serve))
            for rule in flag.rules
        )
        targets = flag.targets
        if self._lacks_keys(targets):
            first = (
                m.Rule(f"target {i}", self._lists(t), t.variant) for i, t in enumerate(targets)
            )
            rules, targets = (*first, *rules), ()
        return replace(flag, rules=rules, targets=targets, default=self._serve(flag.default))

    def segment(self, key: str) -> m.Segment:
        segment = self._source.segment(key)
        when = None if segment.when is None else self._condition(segment.when)
        included, excluded = segment.included, segment.excluded
        if self._lacks_keys((*included, *excluded)):
            others = tuple(m.Not(self._lists(keys)) for keys in excluded)
            rest = () if when is None else (m.All((*others, when)),)
            when = m.AnyOf((*map(self._lists, included), *rest))
            included = excluded = ()
        return replace(segment, when=when, included=included, excluded=excluded)

    def _lacks_keys(self, listed: Iterable[m.Target | m.SegmentKeys]) -> bool:
        return any((each.kind, "key") in self.withheld for each in listed)

    def _lists(self, listed: m.Target | m.SegmentKeys) -> m.Condition:
        """The condition that a list of keys stands for."""
        return self._condition(m.Clause("key", "in", listed.keys, listed.kind))

    def _condition(self, condition: m.Condition) -> m.Condition:
        match condition:
            case m.All(inner):
                return m.All(tuple(map(self._condition, inner)))
            case m.AnyOf(inner):
                return m.AnyOf(tuple(map(self._condition, inner)))
            case m.Not(inner):
                return m.Not(self._condition(inner))
            case m.Clause() if self._is_open(condition.kind, condition.attribute):
                name = self.clauses.setdefault(clause_name(condition), f"c{len(self.clauses)}")
                return m.Clause(name, "equals", (True,), OPEN_KIND)
            case m.Share(bucketing) if self._unplaced(bucketing):
                return m.Fault(UNPLACED)
            case m.Logic() if self.withheld:
                return m.Fault(UNPLACED)  # nobody looks into it
            case _:
                return condition

    def _serve(self, serve: m.Serve | None) -> m.Serve | None:
        if isinstance(serve, m.Split) and self._unplaced(serve.bucketing):
            return m.Fault(UNPLACED)
        return m.Fault(UNPLACED) if isinstance(serve, m.Logic) and self.withheld else serve

    def _unplaced(self, bucketing: m.Bucketing) -> bool:
        return any(self._is_open(bucketing.kind, name) for name in bucketing.by)

    def _is_open(self, kind: str, attribute: str) -> bool:
        """Views of a context are not looked into."""
        if is_withheld((kind, attribute), self.withheld):
            return True
        return bool(self.withheld) and find_view(kind) is not None


def answers(names: list[str]) -> Iterator[dict[str, bool]]:
    """Every way in which the open clauses can be answered."""
    for values in product((False, True), repeat=len(names)):
        yield dict(zip(names, values, strict=True))
