"""From conditions and serves to flagd's JSONLogic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.jsonlogic import operations_in
from ...core.model import Json
from .conditions import clause_expression
from .generations import generations_in, unnamed
from .native import Unsayable, native_expression
from .splits import fractional_of, generation_of

Note = Callable[[str, str], None]
"""Called with a message and its effect, for what is written but differs."""


@dataclass(frozen=True, slots=True)
class Writer:
    """What the words of a written document mean: its generation, and the segments it knows.

    Segments are `evaluators`, or `inlined` wherever they are asked for; some are `inexact`.
    `rehash`: a split of another algorithm is written with the same shares, placed by flagd's own.
    """

    generation: str
    evaluators: Collection[str] = frozenset()
    inlined: Mapping[str, Json] = field(default_factory=dict)
    inexact: Collection[str] = frozenset()
    rehash: bool = False

    def condition(self, condition: m.Condition, note: Note) -> Json:
        """The expression that is true where the condition matches. Raises `Unsayable`."""
        match condition:
            case m.Always():
                return True
            case m.All(()) | m.AnyOf(()):
                return False
            case m.All(conditions):
                return {"and": [self.condition(inner, note) for inner in conditions]}
            case m.AnyOf(conditions):
                return {"or": [self.condition(inner, note) for inner in conditions]}
            case m.Not(inner):
                return {"!": [self.condition(inner, note)]}
            case m.Logic():
                return self.logic(condition, note)
            case m.InSegment(segment):
                return self._segment(segment, note)
            case m.Clause():
                return self._clause(condition, note)
            case m.FlagServes(flag):
                raise Unsayable(f"a rule of flagd's cannot ask what the flag {flag!r} serves")
            case m.Share():
                raise Unsayable("a share of units without a variant cannot be said")
            case m.Fault(cause):
                raise Unsayable(f"it was malformed when it was read: {cause}")

    def _segment(self, name: str, note: Note) -> Json:
        if name not in self.inlined and name not in self.evaluators:
            raise Unsayable(f"the segment {name!r} cannot be written")
        if name in self.inexact:
            note(f"the segment {name!r} is not written exactly", "see what is said of it")
        return self.inlined.get(name, {"$ref": name})

    def _clause(self, clause: m.Clause, note: Note) -> Json:
        if clause.operator.startswith("flagd."):
            found = clause_expression(clause)
            if found is None:
                raise Unsayable(f"flagd cannot ask for the attribute {clause.attribute!r}")
            return found
        expression, differs = native_expression(clause)
        if differs:
            note(f"the operator {clause.operator!r}: {differs}", "contexts with such values differ")
        return expression

    def logic(self, logic: m.Logic, note: Note) -> Json:
        """JSONLogic in flagd's words."""
        strangers = generations_in(set(operations_in(logic.expression))) - {self.generation}
        if strangers:
            note(
                f"'fractional' of generation {', '.join(sorted(strangers))}, where the document "
                f"is of generation {self.generation}",
                "its units are placed anew",
            )
        return unnamed(logic.expression)

    def split(self, split: m.Split, note: Note) -> Json:
        """What serves the split: `fractional`, or one variant for everybody."""
        generation = generation_of(split.bucketing.algorithm)
        found = fractional_of(split) if generation == self.generation else None
        if found is not None:
            return found
        if self.rehash and split.bucketing.kind == m.DEFAULT_KIND:
            note(
                f"units placed by {split.bucketing.algorithm!r}",
                "they are placed anew by flagd's own algorithm: most of them move",
            )
            return _same_shares(split)
        served = split.outside
        if served is None and split.arms:
            served = max(split.arms, key=lambda arm: arm.weight).variant
        note(
            f"flagd cannot place units by {split.bucketing.algorithm!r}",
            f"everybody is served {served!r}; write with the option splits=rehash to keep the "
            "shares, though not who has which",
        )
        return served


def _same_shares(split: m.Split) -> Json:
    """A `fractional` with the split's weights; whoever is outside gets null or its `outside`."""
    arms: list[Json] = [[arm.variant, max(0, round(arm.weight))] for arm in split.arms]
    rest = m.PARTS - sum(weight for _, weight in arms)
    if rest > 0:
        arms.append([split.outside, rest])
    return {"fractional": arms}
