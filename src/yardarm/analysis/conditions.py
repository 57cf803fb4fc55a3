"""Conditions, at any depth, that no context or every context fulfils."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ..core import model as m
from .finding import Finding
from .flags import Flags
from .formula import Formula, negate
from .proofs import why_always, why_never
from .review import Place
from .words import quoted

Constant = Literal["never", "always"] | None


def check_condition(
    place: Place, condition: m.Condition, pointer: str, owner: str, *, told: bool = False
) -> Iterator[Finding]:
    """Findings about a condition and its parts. `told`: it never holds, and that was said."""
    yield from _Walk(place, owner, pointer if told else "").look(condition, pointer)[1]


class _Walk:
    def __init__(self, place: Place, owner: str, told: str) -> None:
        self.place = place
        self.owner = owner
        self.told = told

    def look(self, condition: m.Condition, pointer: str) -> tuple[Constant, list[Finding]]:
        """Whether it is constant, and the findings, the innermost first."""
        inner = [self.look(part, at) for at, part in _inside(condition, pointer)]
        findings = [finding for _, found in inner for finding in found]
        constant = self._constant(condition)
        if constant is None or isinstance(condition, m.Always | m.Fault) or pointer == self.told:
            return constant, findings
        if not _explained(condition, constant, inner):
            findings.append(self._finding(condition, constant, pointer))
        return constant, findings

    def _constant(self, condition: m.Condition) -> Constant:
        true = self.place.review.flags.condition(condition, self.owner).true
        if self.place.never([true]):
            return "never"
        return "always" if self.place.never([negate(true)]) else None

    def _finding(self, condition: m.Condition, constant: Constant, pointer: str) -> Finding:
        def asked(flags: Flags) -> list[Formula]:
            true = flags.condition(condition, self.owner).true
            return [true if constant == "never" else negate(true)]

        if constant == "never":
            proof, culprits = why_never(self.place, condition, pointer, self.owner)
            words = f"{quoted(condition)} can never hold: {proof}"
            kind: Literal["condition-contradictory", "condition-always-true"]
            kind = "condition-contradictory"
        else:
            proof, culprits = why_always(self.place, condition, pointer, self.owner)
            words = f"{quoted(condition)} holds for everybody: {proof}"
            kind = "condition-always-true"
        return self.place.finding(kind, pointer, words, culprits=culprits, proof=proof, never=asked)


def _inside(condition: m.Condition, pointer: str) -> Iterator[tuple[str, m.Condition]]:
    match condition:
        case m.All(conditions) | m.AnyOf(conditions):
            name = "all" if isinstance(condition, m.All) else "any"
            for number, inner in enumerate(conditions):
                yield f"{pointer}/{name}/{number}", inner
        case m.Not(inner):
            yield f"{pointer}/not", inner
        case _:
            pass


def _explained(
    condition: m.Condition, constant: Constant, inner: list[tuple[Constant, list[Finding]]]
) -> bool:
    """Whether findings about its parts say already why it is constant."""
    told = [found for found, findings in inner if findings]
    match condition:
        case m.Not():
            return bool(told) and told[0] is not None
        case m.All():
            return constant in told if constant == "never" else _all_told(inner, constant)
        case m.AnyOf():
            return constant in told if constant == "always" else _all_told(inner, constant)
        case _:
            return False


def _all_told(inner: list[tuple[Constant, list[Finding]]], constant: Constant) -> bool:
    return all(found == constant and findings for found, findings in inner)
