"""What conditions, segments and units mean, as formulas.

A condition is true, false, or aborts the evaluation (where it comes to a `Fault`); it is asked in
order and no further than needed. What is too involved to be written out becomes a choice that
nobody looks into: the analysis then knows less, and never something wrong.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..core import model as m
from ..core.bucketing import ALGORITHMS
from ..core.bucketing import find as find_algorithm
from ..core.compile import Unevaluable
from ..core.program import Program
from ..core.views import find as find_view
from .formula import FALSE, TRUE, Formula, Literal, both, either, negate
from .subjects import NOW, Atoms, Attribute, Bucket, Choice, Place, attribute

MAX_SIZE = 20_000
"""Most literals of one condition, everything it refers to written out."""
MAX_DEPTH = 150
"""How deep a formula may be nested."""

YES, NO, ABORT = "yes", "no", "(abort)"


class Meaning(NamedTuple):
    """When a condition is true and when it aborts; otherwise it is false."""

    true: Formula
    abort: Formula = FALSE

    @property
    def false(self) -> Formula:
        """When it is false."""
        return negate(either((self.true, self.abort)))


NEVER, EVER = Meaning(FALSE), Meaning(TRUE)


class Meanings(ABC):
    """The meanings of one document's conditions, made when asked for and kept.

    `owner` in the methods is the key of the flag or segment that a condition stands in.
    """

    def __init__(self, program: Program, atoms: Atoms) -> None:
        self.program = program
        self.atoms = atoms
        self.chances = 0
        """How often something was met that chance decides."""
        self._segments: dict[str, Meaning] = {}

    def condition(self, condition: m.Condition, owner: str) -> Meaning:
        """A condition that can be evaluated; one that cannot is never true."""
        try:
            return self._condition(condition, owner)
        except (Unevaluable, KeyError, ValueError):
            return NEVER

    def _condition(self, condition: m.Condition, owner: str) -> Meaning:
        match condition:
            case m.Clause():
                return self._clause(condition)
            case m.All(()) | m.AnyOf(()):
                raise Unevaluable("an empty condition never matches")
            case m.All(conditions):
                return self._all([self._condition(c, owner) for c in conditions])
            case m.AnyOf(conditions):
                return self._any([self._condition(c, owner) for c in conditions])
            case m.Not(inner):
                found = self._condition(inner, owner)
                return Meaning(found.false, found.abort)
            case m.InSegment(segment):
                return self.segment(segment)
            case m.FlagServes(flag, variants):
                return self.serves(flag, variants)
            case m.Always():
                return EVER
            case m.Share():
                return self._share(condition, owner)
            case m.Logic(expression):
                return self._logic(expression, owner)
            case m.Fault():
                return Meaning(FALSE, TRUE)

    @abstractmethod
    def serves(self, flag: str, variants: Iterable[str]) -> Meaning:
        """Whether another flag serves one of these variants. Raises `Unevaluable`."""

    def _clause(self, clause: m.Clause) -> Meaning:
        """A clause. What a context does not have as an attribute is not looked into."""
        atom = self.atoms.clause(clause)
        subject = atom.subject
        if find_view(clause.kind) is not None:
            return Meaning(self.unknown(repr(clause), (YES, NO), (YES,)))
        if clause.kind == m.AMBIENT_KIND and subject != NOW:
            return Meaning(self.by_chance(repr(clause), (YES, NO))[YES])
        return Meaning(Literal(atom))

    def _all(self, found: Sequence[Meaning]) -> Meaning:
        abort: list[Formula] = []
        so_far: Formula = TRUE
        for each in found:
            abort.append(both((so_far, each.abort)))
            so_far = both((so_far, each.true))
        return self.bounded(Meaning(so_far, either(abort)))

    def _any(self, found: Sequence[Meaning]) -> Meaning:
        if all(each.abort is FALSE for each in found):
            return self.bounded(Meaning(either(each.true for each in found)))
        true: list[Formula] = []
        abort: list[Formula] = []
        before: Formula = TRUE
        for each in found:
            true.append(both((before, each.true)))
            abort.append(both((before, each.abort)))
            before = both((before, each.false))
        return self.bounded(Meaning(either(true), either(abort)))

    def segment(self, key: str) -> Meaning:
        """Whether a context belongs to a segment. Raises `Unevaluable` where nobody can tell."""
        self.program.member(key)
        found = self._segments.get(key)
        if found is None:
            before = self.chances
            found = self._segment(self.program.source.segment(key))
            if self.chances == before:  # where chance takes part, every evaluation is another one
                self._segments[key] = found
        return found

    def _segment(self, segment: m.Segment) -> Meaning:
        included = either(self._listed(segment.included))
        listed = either((included, *self._listed(segment.excluded)))
        when = NEVER if segment.when is None else self._condition(segment.when, segment.key)
        asked = negate(listed)
        return self.bounded(
            Meaning(either((included, both((asked, when.true)))), both((asked, when.abort)))
        )

    def _listed(self, lists: Iterable[m.SegmentKeys]) -> list[Formula]:
        return [self.one_of(listed.kind, listed.keys) for listed in lists]

    def one_of(self, kind: str, keys: tuple[str, ...]) -> Formula:
        """Whether the context's key is one of these."""
        return Literal(self.atoms.one_of(kind, keys)) if keys else FALSE

    # --- units --------------------------------------------------------------------------------

    def _share(self, share: m.Share, owner: str) -> Meaning:
        bucketing = share.bucketing
        algorithm = find_algorithm(bucketing.algorithm)
        if algorithm is None:
            raise Unevaluable(bucketing.algorithm)
        if bucketing.algorithm in ALGORITHMS:
            return Meaning(self.placed(bucketing, owner, share.ranges))
        if algorithm.chance:
            given = self.by_chance(f"share of {owner}", (YES, NO, ABORT))
            return Meaning(given[YES], given[ABORT] if algorithm.aborts else FALSE)
        total = (algorithm.whole or 0) if share.total is None else share.total
        inside = [
            self._vendor(bucketing, bucketing.seed, owner, total, share.ranges, algorithm.closed)
        ]
        if bucketing.layer is not None:
            layer = bucketing.layer
            whole = algorithm.whole or 0
            inside.append(self._vendor(bucketing, layer.key, owner, whole, layer.ranges, False))
        abort: Formula = FALSE
        if algorithm.aborts:
            name = f"share {canonical_text(bucketing)} of {owner}"
            abort = self.unknown(name, (YES, NO), (YES,))
        return Meaning(both((*inside, negate(abort))), abort)

    def _vendor(
        self, bucketing: m.Bucketing, seed: str | None, owner: str, total: float,
        ranges: tuple[m.Range, ...], closed: bool,
    ) -> Formula:  # fmt: skip
        place = Place(bucketing.algorithm, repr(seed), owner, bucketing.kind, bucketing.by, total)
        return Literal(self.atoms.bucket(place, ranges, closed))

    def placed(
        self, bucketing: m.Bucketing, owner: str, ranges: Iterable[m.Range] | None
    ) -> Formula:
        """Whether the native algorithm gives the unit a part in these ranges, and the layer has it.

        `ranges` None: whatever the part, so that it only asks whether there is a unit.
        """
        found = []
        missing: list[Formula] = []
        kept = () if ranges is None else tuple((a, b) for a, b in ranges if a < b)
        seed = owner if bucketing.seed is None else bucketing.seed
        for name in bucketing.by:
            unit = attribute(bucketing.kind, name)
            parts: list[Formula] = [*missing, Literal(self.atoms.names_unit(unit))]
            if ranges is not None:
                parts.append(self._part(seed, unit, kept))
                if bucketing.layer is not None:
                    parts.append(self._part(bucketing.layer.key, unit, bucketing.layer.ranges))
            found.append(both(parts))
            missing.append(Literal(self.atoms.present(unit), False))
        return either(found)

    def _part(self, seed: str, unit: Attribute, ranges: tuple[m.Range, ...]) -> Formula:
        if not ranges:
            return FALSE
        return Literal(self.atoms.bucket(Bucket(seed, unit), ranges))

    # --- what is not looked into --------------------------------------------------------------

    def _logic(self, expression: m.Json, owner: str) -> Meaning:
        name = f"logic {canonical_text(expression)} of {owner}"
        options = (YES, NO, ABORT)  # arithmetic may fail, which ends the evaluation, too
        return Meaning(*(self.unknown(name, options, (one,)) for one in (YES, ABORT)))

    def unknown(
        self, name: str, options: tuple[str, ...], wanted: tuple[str, ...],
        units: tuple[Attribute, ...] = (),
    ) -> Formula:  # fmt: skip
        """Something that nobody looks into; `units` are attributes that it may hang on."""
        return Literal(self.atoms.choice(Choice(name, options, units), wanted))

    def by_chance(self, name: str, options: Sequence[str]) -> dict[str, Formula]:
        """Something that may come out otherwise each time it is asked; when each option does."""
        self.chances += 1
        every = tuple(options)
        name = f"{name}, chance {self.chances}"
        return {option: self.unknown(name, every, (option,)) for option in every}

    def bounded(self, meaning: Meaning) -> Meaning:
        """The meaning, or a choice that nobody looks into where it is too involved."""
        formulas = (meaning.true, meaning.abort)
        if all(f.size <= MAX_SIZE and f.depth <= MAX_DEPTH for f in formulas):
            return meaning
        name = f"too involved, number {len(self.atoms.subjects)}"
        options = (YES, NO, ABORT)
        return Meaning(self.unknown(name, options, (YES,)), self.unknown(name, options, (ABORT,)))


def units_of(bucketing: m.Bucketing) -> tuple[Attribute, ...]:
    """The attributes that a unit is taken from."""
    return tuple(attribute(bucketing.kind, name) for name in bucketing.by)


def canonical_text(value: object) -> str:
    """Text that is the same for the same value, and another for every other one."""
    return json.dumps(value, sort_keys=True, default=repr)
