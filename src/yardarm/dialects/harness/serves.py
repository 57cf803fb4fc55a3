"""What a rule or default serves: a variation or a distribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from math import floor
from typing import Literal, TypeAlias

from ...core import model as m
from .attributes import IDENTIFIER, SDK_NAMES, ours
from .notes import Malformed, Notes, Surroundings, items, member

WHOLE = 101
"""The end of the last arm: also who has no unit is served it."""


Arms: TypeAlias = list[tuple[m.Json, float]]
"""The variations of a distribution with their weights, in its order."""


@dataclass(frozen=True, slots=True)
class Served:
    """A serve. `nothing_said` where neither a variation nor a distribution is named.

    `gaps`: an arm names no variation of the flag. Who falls into it gets the caller's fallback or,
    where it names none at all, the flag's default. `lost`: who gets the fallback of those that fall
    into arms of both kinds.
    """

    serve: m.Serve | None
    nothing_said: bool = False
    gaps: Literal["", "fallback", "default"] = ""
    lost: m.Share | None = None


def named(variation: m.Json, variants: frozenset[str]) -> str | None:
    """The variation, if it is one of the flag's."""
    return variation if isinstance(variation, str) and variation in variants else None


def unknown(variation: m.Json, pointer: str, notes: Notes) -> None:
    """Note a variation that the flag does not have."""
    notes.add(
        pointer, f"the flag has no variation {variation!r}", "the caller's fallback is served"
    )


def read_serve(
    raw: m.Json, variants: frozenset[str], at: str, around: Surroundings, notes: Notes
) -> Served:
    """A rule's serve: its variation, or else its distribution. Raises `Malformed`.

    The SDK works out a distribution even where a variation is served, so it can break off there.
    """
    split = _distribution(raw, variants, at, around, notes)
    variation = _variation(raw, variants, at, notes)
    if split is None or variation is None:
        return variation or split or Served(None, nothing_said=True)
    if isinstance(split.serve, m.Split):
        return _anyhow(variation, split.serve)
    return split


def read_default(
    raw: m.Json, variants: frozenset[str], at: str, around: Surroundings, notes: Notes
) -> Served:
    """The default serve: its distribution, or else its variation. Raises `Malformed`."""
    at = f"{at}/defaultServe"
    split = _distribution(raw, variants, at, around, notes)
    variation = _variation(raw, variants, at, notes)
    if split is None:
        return variation or Served(None)
    other = variation.serve if variation is not None else None
    if split.gaps == "default" and isinstance(other, str) and isinstance(split.serve, m.Split):
        return replace(split, serve=replace(split.serve, outside=other, partial=False))
    return replace(split, lost=None)


def _anyhow(variation: Served, split: m.Split) -> Served:
    """The variation for everybody whom the distribution can place."""
    if isinstance(variation.serve, str):
        whole = replace(split.bucketing, algorithm="harness")
        return Served(m.Split((m.Arm(variation.serve, 100),), whole))
    return replace(variation, lost=m.Share(split.bucketing, ((0, WHOLE),)))


def _variation(raw: m.Json, variants: frozenset[str], at: str, notes: Notes) -> Served | None:
    variation = raw.get("variation")
    if not variation:
        return None
    known = named(variation, variants)
    if known is None:
        unknown(variation, f"{at}/variation", notes)
    return Served(known)


def _distribution(
    raw: m.Json, variants: frozenset[str], at: str, around: Surroundings, notes: Notes
) -> Served | None:
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
    if around.breaks(by or "identifier"):
        return Served(m.Fault(f"the target's attributes are no object: there is no {by!r}"))
    bucketing = _bucketing(by or "identifier")
    if all(named(variation, variants) is not None for variation, _ in arms):
        made = (m.Arm(*arm) for arm in arms)
        if max(accumulate(weight for _, weight in arms[:-1]), default=0) > 100:
            made = (m.Arm(variation, weight, (held,)) for variation, weight, held in _ranges(arms))
        return Served(m.Split(tuple(made), bucketing))
    empty = any(not variation for variation, _ in arms)
    gaps: Literal["fallback", "default"] = "default" if empty else "fallback"
    lost = _lost(arms, bucketing, variants) if empty else None
    return Served(_with_gaps(arms, bucketing, variants), gaps=gaps, lost=lost)


def _broken(pointer: str, message: str, notes: Notes) -> Served:
    notes.add(pointer, message, "whoever comes to the distribution gets the caller's fallback")
    return Served(m.Fault(message))


_BY_IDENTIFIER = m.Bucketing("harness")


def _bucketing(by: str) -> m.Bucketing:
    first = ours(by)
    if first == IDENTIFIER:
        return _BY_IDENTIFIER
    return m.Bucketing("harness", None if first == by else by, (first, IDENTIFIER))


def _with_gaps(arms: Arms, bucketing: m.Bucketing, variants: frozenset[str]) -> m.Split:
    """A split in which the buckets of variations that there are not belong to nobody."""
    made = [
        m.Arm(variation, weight, (held,))
        for variation, weight, held in _ranges(arms)
        if named(variation, variants) is not None
    ]
    return m.Split(tuple(made), replace(bucketing, algorithm="harness.partial"), partial=True)


def _lost(arms: Arms, bucketing: m.Bucketing, variants: frozenset[str]) -> m.Share | None:
    """The buckets of arms that name a variation that there is not; None for none."""
    ranges = tuple(
        (floor(start) + 1, floor(end))  # a share holds both of its ends, and buckets are whole
        for variation, _, (start, end) in _ranges(arms)
        if variation and named(variation, variants) is None and floor(start) < floor(end)
    )
    return m.Share(bucketing, ranges) if ranges else None


def _ranges(arms: Arms) -> Iterator[tuple[m.Json, float, m.Range]]:
    """Each arm with the buckets that it holds, from above the start to the end; none where it holds
    none. There are no buckets above 100 but that of who has no unit, which is the last arm's."""
    total: float = 0
    highest: float = 0
    for index, (variation, weight) in enumerate(arms):
        total += weight
        end = WHOLE if index == len(arms) - 1 else min(total, 100)
        if highest < end:
            yield variation, weight, (highest, end)
        highest = max(highest, end)
