"""From serves to Harness's variations and distributions."""

from __future__ import annotations

from collections.abc import Callable

from ...core import model as m
from ...core.bucketing import arm_ranges
from ...core.bucketing import find as find_algorithm
from .attributes import IDENTIFIER, theirs
from .conditions import Unsayable
from .serves import WHOLE

NOTHING = "(none)"
"""A variation that no flag has: whoever is served it gets the caller's own default."""


def write_serve(serve: m.Serve | None, gap: str | None = NOTHING) -> m.Json:
    """A serve as Harness's; `gap` is what units get that no arm covers, None where Harness cannot
    say it. Raises `Unsayable`."""
    match serve:
        case None:
            return {"variation": NOTHING}
        case str():
            return {"variation": serve}
        case m.Split():
            return {"distribution": _distribution(serve, gap)}
        case m.Logic():
            raise Unsayable("JSONLogic")
        case m.Fault():
            raise Unsayable("a part that cannot be evaluated")


def write_default(serve: m.Serve | None) -> m.Json:
    """A default serve as Harness's. Raises `Unsayable`."""
    return {} if serve is None else write_serve(serve)


def _distribution(split: m.Split, gap: str | None) -> m.Json:
    bucketing = split.bucketing
    algorithm = find_algorithm(bucketing.algorithm)
    if algorithm is None or bucketing.algorithm.partition(".")[0] != "harness":
        raise Unsayable(f"a split by the algorithm {bucketing.algorithm!r}")
    if bucketing.layer is not None:
        raise Unsayable("a layer")
    by = _bucket_by(bucketing)
    if bucketing.algorithm == "harness" and all(arm.ranges is None for arm in split.arms):
        return _written(by, [(arm.variant, arm.weight) for arm in split.arms])
    outside = gap if split.outside is None else split.outside
    return _written(by, _filled(split, arm_ranges(split.arms, algorithm), outside))


def _bucket_by(bucketing: m.Bucketing) -> str:
    first, rest = bucketing.by[0], bucketing.by[1:]
    by = theirs(first)
    chained = first == IDENTIFIER if not rest else rest == (IDENTIFIER,)
    if bucketing.kind != m.DEFAULT_KIND or not by or not chained:
        raise Unsayable(f"a split by {', '.join(bucketing.by)} of the kind {bucketing.kind!r}")
    if bucketing.seed not in (None, by):
        raise Unsayable(f"a split with the seed {bucketing.seed!r}")
    return by


def _filled(
    split: m.Split, ranges: list[tuple[m.Range, ...]], outside: str | None
) -> list[tuple[str, float]]:
    """Arms one after the other over all buckets, what belongs to nobody included."""
    pieces = sorted(
        (start, end, arm.variant)
        for arm, of_arm in zip(split.arms, ranges, strict=True)
        for start, end in of_arm
    )
    arms: list[tuple[str, float]] = []
    at: float = 0

    def nobody(weight: float) -> None:
        if outside is None:
            raise Unsayable("a split that passes units on to the next rule")
        arms.append((outside, weight))

    for start, end, variant in pieces:
        if start > at:
            nobody(start - at)
        if end > max(at, start):
            arms.append((variant, end - max(at, start)))
        at = max(at, end)
    # The last arm is also served to who has no unit.
    if at < WHOLE:
        nobody(max(WHOLE - 1 - at, 0))
    return arms


def _written(by: str, arms: list[tuple[str, float]]) -> m.Json:
    return {
        "bucketBy": by,
        "variations": [{"variation": variant, "weight": weight} for variant, weight in arms],
    }


def rehashed(split: m.Split, differs: Callable[[str], None]) -> m.Json:
    """A split of another algorithm with the same percentages and Harness's buckets.

    Raises `Unsayable` where its weights are no percentages.
    """
    algorithm = find_algorithm(split.bucketing.algorithm)
    if algorithm is None or not algorithm.whole:
        raise Unsayable(f"the weights of the algorithm {split.bucketing.algorithm!r}")
    by = theirs(split.bucketing.by[0])
    if split.bucketing.kind != m.DEFAULT_KIND or not by:
        raise Unsayable(f"a split by {split.bucketing.by[0]!r}")
    arms: list[tuple[str, float]] = []
    total, given = 0.0, 0
    for arm in split.arms:  # whole percents, as Harness's console has them, that add up
        total += arm.weight * 100 / algorithm.whole
        arms.append((arm.variant, round(total) - given))
        given = round(total)
    if given < 100:
        arms.append((NOTHING if split.outside is None else split.outside, 100 - given))
    differs("a percentage split, rehashed by Harness's own algorithm: everybody may move")
    return {"distribution": _written(by, arms)}
