"""What a rule or default serves: a variation or a distribution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ...core import model as m
from .attributes import IDENTIFIER, SDK_NAMES, ours
from .notes import Malformed, Notes, items, member

WHOLE = 101
"""The end of the last arm: also who has no unit is served it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A serve. `nothing_said` where neither a variation nor a distribution is named.

    `gaps`: an arm names no variation of the flag. Who falls into it gets the caller's fallback or,
    where it names none at all, the flag's default.
    """

    serve: m.Serve | None
    nothing_said: bool = False
    gaps: Literal["", "fallback", "default"] = ""


def named(variation: m.Json, variants: frozenset[str]) -> str | None:
    """The variation, if it is one of the flag's."""
    return variation if isinstance(variation, str) and variation in variants else None


def unknown(variation: m.Json, pointer: str, notes: Notes) -> None:
    """Note a variation that the flag does not have."""
    notes.add(
        pointer, f"the flag has no variation {variation!r}", "the caller's fallback is served"
    )


def read_serve(raw: m.Json, variants: frozenset[str], at: str, notes: Notes) -> Served:
    """A rule's serve: its variation, or else its distribution. Raises `Malformed`."""
    split = _distribution(raw, variants, at, notes)
    return _variation(raw, variants, at, notes) or split or Served(None, nothing_said=True)


def read_default(raw: m.Json, variants: frozenset[str], at: str, notes: Notes) -> Served:
    """The default serve: its distribution, or else its variation. Raises `Malformed`."""
    at = f"{at}/defaultServe"
    split = _distribution(raw, variants, at, notes)
    variation = _variation(raw, variants, at, notes)
    if split is None:
        return variation or Served(None)
    other = variation.serve if variation is not None else None
    if split.gaps == "default" and isinstance(other, str) and isinstance(split.serve, m.Split):
        return replace(split, serve=replace(split.serve, outside=other, partial=False))
    return split


def _variation(raw: m.Json, variants: frozenset[str], at: str, notes: Notes) -> Served | None:
    variation = raw.get("variation")
    if not variation:
        return None
    known = named(variation, variants)
    if known is None:
        unknown(variation, f"{at}/variation", notes)
    return Served(known)


def _distribution(raw: m.Json, variants: frozenset[str], at: str, notes: Notes) -> Served | None:
    if not isinstance(raw, dict):
        raise Malformed(at, "a serve is an object")
    if "distribution" not in raw:
        return None
    found, at = raw["distribution"], f"{at}/distribution"
    by = member(found, "bucketBy", at)
    arms = []
    for index, arm in enumerate(items(found, "variations", at)):
        where = f"{at}/variations/{index}"
        variation, weight = member(arm, "variation", where), member(arm, "weight", where)
        if not isinstance(weight, int | float):
            return _broken(f"{where}/weight", "the weight is no number", notes)
        if named(variation, variants) is None:
            unknown(variation, f"{where}/variation", notes)
        arms.append((variation, weight + 0))
    if not arms:
        return None
    if by and (not isinstance(by, str) or by in SDK_NAMES):
        return _broken(f"{at}/bucketBy", f"no target can be divided by {by!r}", notes)
    bucketing = _bucketing(by or "identifier")
    if all(named(variation, variants) is not None for variation, _ in arms):
        return Served(m.Split(tuple(m.Arm(*arm) for arm in arms), bucketing))
    empty = any(not variation for variation, _ in arms)
    gaps: Literal["fallback", "default"] = "default" if empty else "fallback"
    return Served(_with_gaps(arms, bucketing, variants), gaps=gaps)


def _broken(pointer: str, message: str, notes: Notes) -> Served:
    notes.add(pointer, message, "whoever comes to the distribution gets the caller's fallback")
    return Served(m.Fault(message))


_BY_IDENTIFIER = m.Bucketing("harness")


def _bucketing(by: str) -> m.Bucketing:
    first = ours(by)
    if first == IDENTIFIER:
        return _BY_IDENTIFIER
    return m.Bucketing("harness", None if first == by else by, (first, IDENTIFIER))


def _with_gaps(
    arms: list[tuple[m.Json, float]], bucketing: m.Bucketing, variants: frozenset[str]
) -> m.Split:
    """A split in which the buckets of variations that there are not belong to nobody."""
    made = []
    start: float = 0
    highest: float = 0
    for index, (variation, weight) in enumerate(arms):
        total = start + weight
        end = WHOLE if index == len(arms) - 1 else total
        first = max(highest, start)
        if named(variation, variants) is not None and first < end:
            made.append(m.Arm(variation, weight, ((first, end),)))
        highest = max(highest, total)
        start = total
    return m.Split(tuple(made), replace(bucketing, algorithm="harness.partial"), partial=True)
