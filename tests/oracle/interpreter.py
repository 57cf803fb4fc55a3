"""A plain interpreter of the model: the oracle that the compiled program is measured against.

It follows the model's docstrings sentence by sentence, is slow, keeps nothing, and shares no code
with `core.compile`, `core.operators`, `core.bucketing`, `core.context` or `core.references`.

What it settles where the docstrings leave a choice:

- A condition *cannot be evaluated* when any part of it, asked or not, has an unknown operator,
  values that the operator does not take, no members, or names a flag or segment that does not
  exist or cannot be evaluated itself. A rule with such a condition is passed over; a segment with
  such a condition has no members at all; a prerequisite that does not exist is not met.
- A flag that refers to itself over any number of steps, paused rules included, and a flag over a
  chain of more than 100 references answers the caller's fallback. Flags that need it see no
  variant.
- Parts are asked in order and no further than needed: `notes` holds only what was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle import people
from tests.oracle.meaning import MEANINGS, acceptable

from yardarm.core import model as m

FALLBACK = "the caller's fallback"


class Aborted(Exception):
    """A fault was reached: the flag that was asked for answers the caller's fallback."""


LONGEST_CHAIN = 100
Reference = tuple[str, str]


@dataclass
class Asked:
    """A clause that was asked: what it found, whether right under a `not`, and its answer."""

    clause: m.Clause
    value: Any
    negated: bool
    outcome: bool


@dataclass
class Answer:
    """What a flag answers. `serves` says whether there is a value, else it is the fallback."""

    variant: str | None
    reason: str
    rule: str | None = None
    error: str | None = None
    cause: str | None = None
    bucket: int | None = None
    serves: bool = False
    value: Any = None
    depth: int = 0  # of the prerequisites that were asked
    notes: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    splits: list[tuple[m.Split, str]] = field(default_factory=list)


class Interpreter:
    """Answers for one document."""

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self._needed: dict[Reference, set[Reference]] = {}
        self._chain: dict[Reference, int] = {}

    def evaluate(self, key: str, given: Any) -> Answer:
        """The flag's answer for whatever the caller gives as context."""
        if key not in self.document.flags:
            return Answer(None, "ERROR", error="FLAG_NOT_FOUND")
        kinds = people.kinds_of(given)
        if kinds is None:
            return Answer(None, "ERROR", error="INVALID_CONTEXT")
        flag = self.document.flags[key]
        evaluation = _Evaluation(self, flag, kinds)
        try:
            return self.flag(key, kinds, evaluation)
        except Aborted:
            aborted = Answer(None, "ERROR", error="PARSE_ERROR")
            aborted.notes, aborted.asked = evaluation.notes, evaluation.asked
            return aborted

    def flag(self, key: str, kinds: people.Kinds, evaluation: _Evaluation | None = None) -> Answer:
        flag = self.document.flags[key]
        if flag.archived_at is not None:
            return Answer(None, "ERROR", error="FLAG_NOT_FOUND", cause="archived")
        if self.broken(("flag", key)):
            return Answer(None, "ERROR", error="PARSE_ERROR")
        answer = (evaluation or _Evaluation(self, flag, kinds)).run()
        for variant in flag.variants:
            if variant.key == answer.variant and not variant.withheld:
                answer.serves = True
                answer.value = float(variant.value) if flag.type == "number" else variant.value
        return answer

    # --- what cannot be evaluated -------------------------------------------------------------

    def evaluable(self, condition: m.Condition) -> bool:
        """Whether every part of the condition has a meaning here."""
        match condition:
            case m.All(inner) | m.AnyOf(inner):
                return len(inner) > 0 and all(self.evaluable(c) for c in inner)
            case m.Not(inner):
                return self.evaluable(inner)
            case m.InSegment(segment):
                return self.segment_evaluable(segment)
            case m.FlagServes(flag, _):
                return flag in self.document.flags
            case m.Clause():
                return acceptable(condition.operator, condition.values)
            case m.Always() | m.Share() | m.Fault():
                return True
        raise AssertionError(f"the interpreter knows no {condition}")

    def segment_evaluable(self, key: str) -> bool:
        segment = self.document.segments.get(key)
        if segment is None or self.broken(("segment", key)):
            return False
        return segment.when is None or self.evaluable(segment.when)

    def broken(self, start: Reference) -> bool:
        """Whether a flag or segment needs itself or hangs on too long a chain."""
        return start in self.needed(start) or self.chain(start, ()) > LONGEST_CHAIN

    def needed(self, start: Reference) -> set[Reference]:
        if start not in self._needed:
            found: set[Reference] = set()
            left = list(self.references(start))
            while left:
                at = left.pop()
                if at not in found:
                    found.add(at)
                    left += self.references(at)
            self._needed[start] = found
        return self._needed[start]

    def chain(self, start: Reference, above: tuple[Reference, ...]) -> int:
        """How many references lie on the longest way down from here."""
        if start in above:
            return 0
        if start not in self._chain:
            below = [at for at in self.references(start) if self.exists(at)]
            self._chain[start] = max(
                (1 + self.chain(at, (*above, start)) for at in below), default=0
            )
        return self._chain[start]

    def exists(self, at: Reference) -> bool:
        kind, key = at
        return key in (self.document.flags if kind == "flag" else self.document.segments)

    def references(self, at: Reference) -> Iterator[Reference]:
        if not self.exists(at):
            return
        kind, key = at
        if kind == "segment":
            segment = self.document.segments[key]
            if segment.when is not None:
                yield from _names(segment.when)
            return
        flag = self.document.flags[key]
        for prerequisite in flag.prerequisites:
            yield ("flag", prerequisite.flag)
        for rule in flag.rules:
            yield from _names(rule.when)


def _names(condition: m.Condition) -> Iterator[Reference]:
    match condition:
        case m.All(inner) | m.AnyOf(inner):
            for one in inner:
                yield from _names(one)
        case m.Not(inner):
            yield from _names(inner)
        case m.InSegment(segment):
            yield ("segment", segment)
        case m.FlagServes(flag, _):
            yield ("flag", flag)


class _Evaluation:
    """One flag, one context."""

    def __init__(self, world: Interpreter, flag: m.Flag, kinds: people.Kinds) -> None:
        self.world = world
        self.document = world.document
        self.flag = flag
        self.kinds = kinds
        self.notes: dict[str, Any] = {}
        self.asked: list[Asked] = []
        self.splits: list[tuple[m.Split, str]] = []
        self.depth = 0

    def run(self) -> Answer:
        answer = self.answer()
        answer.notes, answer.asked, answer.depth = self.notes, self.asked, self.depth
        answer.splits = self.splits
        return answer

    def answer(self) -> Answer:
        flag = self.flag
        if not flag.enabled:
            return Answer(flag.off, "DISABLED")
        for i, prerequisite in enumerate(flag.prerequisites):
            if not self.note(f"/prerequisites/{i}", self.fulfilled(prerequisite)):
                return Answer(flag.off, "DISABLED", cause=f"prerequisite:{prerequisite.flag}")
        for i, target in enumerate(flag.targets):
            if self.note(f"/targets/{i}", self.attribute(target.kind, "key") in target.keys):
                return Answer(target.variant, "TARGETING_MATCH", cause="target")
        for i, rule in enumerate(flag.rules):
            if rule.paused or not self.world.evaluable(rule.when):
                continue
            if not self.note(f"/rules/{i}", self.holds(rule.when, f"/rules/{i}/when")):
                continue
            if isinstance(rule.serve, m.Fault):
                raise Aborted
            if rule.serve is None:
                return Answer(None, "TARGETING_MATCH", rule=rule.id, cause="fallback")
            if not isinstance(rule.serve, m.Split):
                return Answer(rule.serve, "TARGETING_MATCH", rule=rule.id)
            found = self.split(rule.serve, f"/rules/{i}/serve/split")
            if found.variant is not None:
                found.rule = rule.id
                return found
        if isinstance(flag.default, m.Split):
            return self.split(flag.default, "/default/split")
        if isinstance(flag.default, m.Fault):
            raise Aborted
        plain = not flag.rules and not flag.targets and not flag.prerequisites
        return Answer(flag.default, "STATIC" if plain and flag.default is not None else "DEFAULT")

    def note(self, pointer: str, outcome: Any) -> Any:
        self.notes[pointer] = outcome
        return outcome

    def attribute(self, kind: str, name: str) -> Any:
        return people.attribute(self.kinds, kind, name)

    def fulfilled(self, prerequisite: m.Prerequisite) -> bool:
        if prerequisite.flag not in self.document.flags:
            return False
        served = self.world.flag(prerequisite.flag, self.kinds)
        self.depth = max(self.depth, served.depth + 1)
        if prerequisite.enabled and not self.document.flags[prerequisite.flag].enabled:
            return False
        return served.variant in prerequisite.variants

    # --- conditions ---------------------------------------------------------------------------

    def holds(self, condition: m.Condition, at: str, *, quiet: bool = False) -> bool:
        """Whether the condition matches. `quiet` leaves no notes (inside of a segment)."""
        outcome = self._holds(condition, at, quiet)
        return outcome if quiet else self.note(at, outcome)

    def _holds(self, condition: m.Condition, at: str, quiet: bool) -> bool:
        match condition:
            case m.All(inner):
                return all(self.holds(c, f"{at}/all/{i}", quiet=quiet) for i, c in enumerate(inner))
            case m.AnyOf(inner):
                return any(self.holds(c, f"{at}/any/{i}", quiet=quiet) for i, c in enumerate(inner))
            case m.Not(inner):
                return not self.holds(inner, f"{at}/not", quiet=quiet)
            case m.InSegment(segment):
                return self.belongs(segment)
            case m.FlagServes(flag, variants):
                return self.world.flag(flag, self.kinds).variant in variants
            case m.Always():
                return True
            case m.Fault():
                raise Aborted
            case m.Share(bucketing, ranges):
                part = self.placed(bucketing)
                if not quiet:
                    self.note(f"{at}/share", part)
                inside = part is not None and self.in_layer(bucketing)
                return inside and any(start <= part < end for start, end in ranges)
            case m.Clause():
                return self.clause(condition, negated=at.endswith("/not"), quiet=quiet)

    def clause(self, clause: m.Clause, *, negated: bool, quiet: bool) -> bool:
        value = self.attribute(clause.kind, clause.attribute)
        outcome = value is not None and MEANINGS[clause.operator](value, clause.values)
        if not quiet:
            self.asked.append(Asked(clause, value, negated, outcome))
        return outcome

    def belongs(self, key: str) -> bool:
        segment = self.document.segments[key]
        if any(self.attribute(s.kind, "key") in s.keys for s in segment.included):
            return True
        if any(self.attribute(s.kind, "key") in s.keys for s in segment.excluded):
            return False
        return segment.when is not None and self.holds(segment.when, "", quiet=True)

    # --- splits -------------------------------------------------------------------------------

    def split(self, split: m.Split, at: str) -> Answer:
        """The arm that the unit falls to. No variant: not covered."""
        part = self.note(at, self.placed(split.bucketing))
        if part is None:
            return self.outside(split, None, "keyless")
        if not self.in_layer(split.bucketing):
            return self.outside(split, part, "outside the layer")
        start = 0
        for arm in split.arms:
            ranges = ((start, start + arm.weight),) if arm.ranges is None else arm.ranges
            if any(low <= part < high for low, high in ranges):
                self.splits.append((split, "covered"))
                return Answer(arm.variant, "SPLIT", bucket=part)
            start += arm.weight
        return self.outside(split, part, "uncovered")

    def unit(self, bucketing: m.Bucketing) -> str | None:
        present = [self.attribute(bucketing.kind, name) for name in bucketing.by]
        present = [value for value in present if value is not None]
        return people.unit(present[0]) if present else None

    def placed(self, bucketing: m.Bucketing) -> int | None:
        unit = self.unit(bucketing)
        seed = self.flag.key if bucketing.seed is None else bucketing.seed
        return None if unit is None else place(seed, unit)

    def in_layer(self, bucketing: m.Bucketing) -> bool:
        layer, unit = bucketing.layer, self.unit(bucketing)
        if layer is None or unit is None:
            return layer is None
        spot = place(layer.key, unit)
        return any(start <= spot < end for start, end in layer.ranges)

    def outside(self, split: m.Split, part: int | None, why: str) -> Answer:
        self.splits.append((split, why))
        if split.outside is not None:
            return Answer(split.outside, "SPLIT", cause="outside", bucket=part)
        if part is None:
            return Answer(None, "ERROR", error="TARGETING_KEY_MISSING", cause="no unit to split by")
        return Answer(None, "DEFAULT", cause="outside")


def place(seed: str, unit: str) -> int:
    """The part of 100,000: the first eight bytes of SHA-256 of seed, NUL, unit, scaled."""
    digest = hashlib.sha256(f"{seed}\0{unit}".encode("utf-8", "surrogatepass")).hexdigest()
    return int(digest[:16], 16) * 100_000 // 2**64
