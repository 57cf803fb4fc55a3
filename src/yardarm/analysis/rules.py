"""Rules that cannot match, and rules that nobody who matches them comes to."""

from __future__ import annotations

from dataclasses import dataclass

from ..core import model as m
from .causes import fewest
from .finding import Finding
from .flags import Flags, Step, Way
from .formula import Formula
from .proofs import why_never
from .review import Place
from .words import listed, quoted

_MOST_ALONE = 50
"""How many earlier rules are each tried for one that stands before a rule by itself."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What is known of a flag: whether its prerequisites can hold, and the steps (by pointer) that
    nobody comes to and fulfils."""

    enters: bool
    dead: frozenset[str]


def reached(place: Place, way: Way, enters: bool) -> tuple[Reached, list[Finding]]:
    """Which steps are reached, and the findings about rules that are not."""
    dead: set[str] = set()
    findings: list[Finding] = []
    key = way.flag.key
    for pointer, why in way.skipped.items():
        if pointer.startswith("/rules/"):
            rule = way.flag.rules[int(pointer[7:])]
            why = f"it cannot be evaluated: {why}"
            words = f"rule {rule.id!r} never matches: {why}"
            findings.append(place.finding("rule-never-matches", pointer, words, proof=why))
            dead.add(pointer)
    passed: list[Formula] = [way.enters] if enters else []
    for index, step in enumerate(way.steps):
        asked = [*passed, step.when.true]
        confirm = place.evaluation.reaches(key, step.pointer)
        answer = place.ask(
            lambda flags, asked=asked: asked,  # type: ignore[misc]
            confirm if enters and step.pointer != "/default" else _anyone,
        )
        passed.append(step.passed)
        if answer.verdict == "never":
            dead.add(step.pointer)
        if step.rule is not None and answer.verdict != "possible":
            never = answer.verdict == "never"
            asking = _Rule(place, way, index, Reached(enters, frozenset(dead)))
            findings.append(asking.finding(never, answer.why))
    return Reached(enters, frozenset(dead)), findings


class _Rule:
    """A rule that was not seen to match."""

    def __init__(self, place: Place, way: Way, index: int, known: Reached) -> None:
        self.place = place
        self.way = way
        self.index = index
        self.known = known
        self.step = way.steps[index]
        assert self.step.rule is not None
        self.rule: m.Rule = self.step.rule
        self.name = f"rule {self.rule.id!r}"

    def own(self, flags: Flags) -> list[Formula]:
        """That the rule's condition holds."""
        return [self._same(flags).when.true]

    def whole(self, flags: Flags) -> list[Formula]:
        """That a context comes to the rule and the condition holds."""
        way = flags.get_way(self.way.flag.key)
        before = [step.passed for step in way.steps[: self.index]]
        return [*([way.enters] if self.known.enters else []), *before, *self.own(flags)]

    def _same(self, flags: Flags) -> Step:
        return flags.get_way(self.way.flag.key).steps[self.index]

    def finding(self, never: bool, why: str) -> Finding:
        """What there is to say. `never`: it is proven that nobody comes to it and matches."""
        key, pointer, place = self.way.flag.key, self.step.pointer, self.place
        if place.never(self.own(place.review.flags)):
            proof, culprits = why_never(place, self.rule.when, f"{pointer}/when", key)
            return place.finding(
                "rule-never-matches", pointer, f"{self.name} never matches: {proof}",
                culprits=culprits, proof=proof, never=self.own,
            )  # fmt: skip
        true, before = self.step.when.true, self._before()
        if not never:  # perhaps it is not proven of all together only because they are so many
            quickly = place.review.asking.quickly_never
            alone = (each for each in before[:_MOST_ALONE] if quickly([true, each[1]]))
            before = [each for each in (next(alone, None),) if each is not None]
            if not before:
                return place.undecided("rule-never-matches", pointer, why)
        blamed = fewest(before, lambda some: place.never([true, *(f for _, f in some)]))
        culprits = [at for at, _ in blamed]
        names = listed([self._name(at) for at in culprits])
        if all(at.startswith("/prerequisites/") for at in culprits):
            proof = f"whoever matches {quoted(self.rule.when)} does not fulfil {names}"
            return place.finding(
                "rule-never-matches", pointer, f"{self.name} never matches: {proof}",
                culprits=culprits, proof=proof, never=self.whole,
            )  # fmt: skip
        proof = f"whoever matches {quoted(self.rule.when)} is answered by {names} before"
        by = self._rule_at(culprits[0])
        if by is not None and len(culprits) == 1:
            proof += f", {quoted(by.when)}"
        enters = [self.way.enters] if self.known.enters else []
        shown = place.ask(
            lambda flags: [*enters, *self.own(flags)], place.evaluation.fulfils(self.rule.when, key)
        )
        return place.finding(
            "rule-shadowed", pointer, f"{self.name} is never reached: {proof}",
            culprits=culprits, proof=proof, witness=shown.witness, never=self.whole,
        )  # fmt: skip

    def _before(self) -> list[tuple[str, Formula]]:
        """What must be passed to come to the rule: what serves first, then the prerequisites."""
        found = [(step.pointer, step.passed) for step in self.way.steps[: self.index]]
        if self.known.enters:
            for number, met in enumerate(self.way.prerequisites):
                found.append((f"/prerequisites/{number}", met.true))
        return found

    def _name(self, pointer: str) -> str:
        by = self._rule_at(pointer)
        if by is not None:
            return f"rule {by.id!r}"
        if pointer.startswith("/targets/"):
            return "an individual target"
        number = int(pointer.rpartition("/")[2])
        return f"the prerequisite {self.way.flag.prerequisites[number].flag!r}"

    def _rule_at(self, pointer: str) -> m.Rule | None:
        return next((step.rule for step in self.way.steps if step.pointer == pointer), None)


def _anyone(witness: object) -> bool:
    return True
