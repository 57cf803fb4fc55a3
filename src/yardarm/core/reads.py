"""What a flag reads of a context: the questions it asks, and the units it divides by.

Two contexts that answer every one of these questions alike, and name the same units, are answered
alike by the flag. So a population can be measured by its distinct answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..errors import DocumentError
from . import model as m
from .bucketing.algorithms import arm_ranges
from .program import Program
from .references import Reference
from .views import find as find_view

Name = tuple[str, str]
"""Kind and attribute."""

Placing = tuple[str, str, str]
"""How the native algorithm places a unit: seed, kind and attribute."""


def clause_name(clause: m.Clause) -> str:
    """A name that only equal clauses share: 1, 1.0 and true are told apart."""
    return repr(clause)


@dataclass(slots=True)
class Reads:
    """What some flags read, with everything that they need.

    `clauses` by `clause_name`; `listed` are keys that targets and segments list, by kind; `units`
    are the attributes that splits and shares divide by. Of those that the native algorithm places,
    `parts` has the borders between which it does not matter where a unit is; `others` are the rest.
    `everything`: what is read cannot be told (JSONLogic, a vendor's view, the context's kinds).
    """

    clauses: dict[str, m.Clause] = field(default_factory=dict)
    listed: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    parts: dict[Placing, set[float]] = field(default_factory=dict)
    others: set[Name] = field(default_factory=set)
    everything: bool = False

    @property
    def units(self) -> set[Name]:
        """The attributes that splits and shares divide by."""
        return {*self.others, *((kind, name) for _, kind, name in self.parts)}

    @property
    def names(self) -> set[Name]:
        """Every attribute that is read."""
        return {
            *((clause.kind, clause.attribute) for clause in self.clauses.values()),
            *((kind, "key") for kind in self.listed),
            *self.units,
        }

    def condition(self, condition: m.Condition | None, owner: str) -> None:
        """Note what a condition of this flag or segment reads itself."""
        waiting = [condition]
        while waiting:
            match waiting.pop():
                case m.All(inner) | m.AnyOf(inner):
                    waiting.extend(inner)
                case m.Not(inner):
                    waiting.append(inner)
                case m.Clause() as clause:
                    self._clause(clause)
                case m.Share(bucketing, ranges):
                    self._bucketing(bucketing, ranges, owner)
                case m.Logic():
                    self.everything = True
                case _:
                    pass

    def serve(self, serve: m.Serve | None, owner: str) -> None:
        """Note what a serve of this flag reads."""
        if isinstance(serve, m.Split):
            ranges = [pair for of_arm in arm_ranges(serve.arms) for pair in of_arm]
            self._bucketing(serve.bucketing, ranges, owner)
        elif isinstance(serve, m.Logic):
            self.everything = True

    def keys(self, listed: Iterable[m.Target | m.SegmentKeys]) -> None:
        """Note lists of keys."""
        for each in listed:
            self.listed.setdefault(each.kind, set()).add(frozenset(each.keys))

    def _clause(self, clause: m.Clause) -> None:
        if clause.kind != m.AMBIENT_KIND and find_view(clause.kind) is None:
            self.clauses[clause_name(clause)] = clause
        elif clause.kind != m.AMBIENT_KIND or clause.attribute == "kinds":
            self.everything = True  # the present and chance are the same for every context

    def _bucketing(self, bucketing: m.Bucketing, ranges: Iterable[m.Range], owner: str) -> None:
        kind, by = bucketing.kind, bucketing.by
        if kind == m.AMBIENT_KIND or find_view(kind) is not None:
            self.everything = True
        elif bucketing.algorithm != "yardarm" or len(by) != 1:
            self.others.update((kind, name) for name in by)
        else:
            seed = owner if bucketing.seed is None else bucketing.seed
            self.parts.setdefault((seed, kind, by[0]), set()).update(*ranges)
            if (layer := bucketing.layer) is not None:
                self.parts.setdefault((layer.key, kind, by[0]), set()).update(*layer.ranges)


def read_by(programs: Iterable[Program], key: str) -> Reads:
    """What the flag of this key reads in any of the programs, paused rules included."""
    reads = Reads()
    for program in programs:
        try:
            needs: set[Reference] = {*program.compiled(key).needs, ("flag", key)}
        except KeyError:
            continue
        for reference in needs:
            _note(reads, program, reference)
    return reads


def _note(reads: Reads, program: Program, reference: Reference) -> None:
    kind, key = reference
    try:
        if kind == "segment":
            segment = program.source.segment(key)
            reads.keys((*segment.included, *segment.excluded))
            reads.condition(segment.when, key)
            return
        flag = program.source.flag(key)
    except (KeyError, DocumentError):
        return
    reads.keys(flag.targets)
    for rule in flag.rules:
        reads.condition(rule.when, key)
        reads.serve(rule.serve, key)
    reads.serve(flag.default, key)


def first_of(attribute: str) -> tuple[str, tuple[str, ...]]:
    """The attribute that a context has, and the path inside of it that a pointer names.

    >>> first_of("country"), first_of("/address/city")
    (('country', ()), ('address', ('city',)))
    """
    if not attribute.startswith("/"):
        return attribute, ()
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in attribute[1:].split("/")]
    return tokens[0], tuple(tokens[1:])


def is_withheld(name: Name, withheld: Mapping[Name, object] | frozenset[Name]) -> bool:
    """Whether the attribute, or what it is nested in, was withheld."""
    kind, attribute = name
    return name in withheld or (kind, first_of(attribute)[0]) in withheld
