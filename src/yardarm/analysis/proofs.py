"""Proofs in words: why a condition never holds, or always."""

from __future__ import annotations

from ..core import model as m
from .causes import fewest
from .formula import negate
from .review import Place
from .words import listed, parts_of, quoted

Proof = tuple[str, list[str]]
"""In words, and the pointers of what is to blame."""


def why_never(place: Place, condition: m.Condition, pointer: str, owner: str) -> Proof:
    """Why a condition of which that is proven never holds."""
    flags = place.review.flags
    parts = list(parts_of(condition, pointer))
    blamed = parts
    if len(parts) > 1:
        blamed = fewest(
            parts,
            lambda some: place.never([flags.condition(part, owner).true for _, part in some]),
        )
    if len(blamed) == 1:
        at, part = blamed[0]
        return _alone(place, part, at, owner), [at]
    words = listed([quoted(part) for _, part in blamed])
    return f"{words} exclude each other", [at for at, _ in blamed]


def _alone(place: Place, condition: m.Condition, pointer: str, owner: str) -> str:
    match condition:
        case m.Clause(attribute, _, _, kind) if attribute in ("key", "/key"):
            return f"{quoted(condition)} never holds: the key of a {kind} is text and not empty"
        case m.Clause():
            return f"no value fulfils {quoted(condition)}"
        case m.AnyOf(conditions):
            why = [
                why_never(place, c, f"{pointer}/any/{i}", owner)[0]
                for i, c in enumerate(conditions[:3])
            ]
            return "; ".join(why) if len(conditions) <= 3 else "no one of its conditions can hold"
        case m.Not(inner):
            return f"{quoted(inner)} always holds"
        case m.InSegment(segment):
            return f"nobody belongs to segment {segment!r}"
        case m.FlagServes(flag, variants):
            return f"flag {flag!r} never serves {' or '.join(map(repr, variants))}"
        case m.Fault():
            return f"it comes to {quoted(condition)[1:-1]}"
        case _:
            return f"{quoted(condition)} never holds"


def why_always(place: Place, condition: m.Condition, pointer: str, owner: str) -> Proof:
    """Why a condition of which that is proven always holds."""
    match condition:
        case m.Not(inner):
            return why_never(place, inner, f"{pointer}/not", owner)
        case m.AnyOf(conditions) if len(conditions) > 1:
            flags = place.review.flags
            parts = [(f"{pointer}/any/{i}", c) for i, c in enumerate(conditions)]
            blamed = fewest(
                parts,
                lambda some: place.never(
                    [negate(flags.condition(part, owner).true) for _, part in some]
                ),
            )
            at = [where for where, _ in blamed]
            if len(blamed) == 1:
                return f"{quoted(blamed[0][1])} holds for every context", at
            words = listed([quoted(part) for _, part in blamed[:-1]])
            return f"whoever does not fulfil {words} fulfils {quoted(blamed[-1][1])}", at
        case m.InSegment(segment):
            return f"everybody belongs to segment {segment!r}", [pointer]
        case m.FlagServes(flag, variants):
            served = " or ".join(map(repr, variants))
            return f"flag {flag!r} always serves {served}", [pointer]
        case _:
            return f"{quoted(condition)} holds for every context", [pointer]
