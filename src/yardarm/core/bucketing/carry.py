"""New weights with the fewest units moved.

When weights change, `carry` moves the provable minimum: an arm that shrinks gives up parts, an arm
that grows takes exactly those, everybody else stays. That minimum is the total variation distance
between old and new weights, and no assignment that honours both can move less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..model import PARTS, Range, Split
from .algorithms import arm_ranges


def carry(before: Split, after: Split) -> Split:
    """Give `after` the ranges that move the fewest units away from `before`.

    Applies when both place units the same way (algorithm, seed, attribute, layer); otherwise
    `after` is returned unchanged. Ranges are stored only where those that follow from the
    weights alone would move more units than necessary.
    """
    if before.bucketing != after.bucketing or any(arm.ranges for arm in after.arms):
        return after
    held = _held(before)
    if _kept(held, _held(after)) == _most_kept(before, after):
        return after
    wanted = {arm.variant: arm.weight for arm in after.arms}
    gaps = _complement(r for ranges in held.values() for r in ranges)
    freed: list[Range] = []
    for variant, ranges in held.items():
        surplus = sum(end - start for start, end in ranges) - wanted.get(variant, 0)
        if surplus > 0:
            held[variant], given = _cut(ranges, surplus)
            freed.extend(given)
    spare = sorted(freed) + gaps  # freed parts move in any case, so they are handed on first
    arms = []
    for arm in after.arms:
        ranges = list(held.get(arm.variant, ()))
        missing = arm.weight - sum(end - start for start, end in ranges)
        while missing > 0 and spare:
            start, end = spare.pop(0)
            taken = min(missing, end - start)
            ranges.append((start, start + taken))
            if taken < end - start:
                spare.insert(0, (start + taken, end))
            missing -= taken
        arms.append(replace(arm, ranges=_join(ranges)))
    return replace(after, arms=tuple(arms))


def _held(split: Split) -> dict[str, list[Range]]:
    """The ranges each variant holds."""
    pairs = zip(split.arms, arm_ranges(split.arms), strict=True)
    return {arm.variant: sorted(ranges) for arm, ranges in pairs}


def _kept(before: Mapping[str, list[Range]], after: Mapping[str, list[Range]]) -> float:
    """How many parts are answered the same before and after."""
    same = sum(
        max(0, min(e1, e2) - max(s1, s2))
        for variant, ranges in before.items()
        for s1, e1 in ranges
        for s2, e2 in after.get(variant, ())
    )
    gaps = [_complement(r for ranges in held.values() for r in ranges) for held in (before, after)]
    return same + sum(max(0, min(e1, e2) - max(s1, s2)) for s1, e1 in gaps[0] for s2, e2 in gaps[1])


def _most_kept(before: Split, after: Split) -> float:
    """PARTS minus the total variation distance: the most that any assignment can keep."""
    old = {arm.variant: arm.weight for arm in before.arms}
    new = {arm.variant: arm.weight for arm in after.arms}
    rest = min(PARTS - sum(old.values()), PARTS - sum(new.values()))
    return rest + sum(min(weight, new.get(variant, 0)) for variant, weight in old.items())


def _cut(ranges: list[Range], surplus: float) -> tuple[list[Range], list[Range]]:
    """Take `surplus` parts off the far end. Returns what is kept and what is freed."""
    kept, freed = sorted(ranges), []
    while surplus > 0:
        start, end = kept.pop()
        taken = min(surplus, end - start)
        freed.append((end - taken, end))
        if taken < end - start:
            kept.append((start, end - taken))
        surplus -= taken
    return kept, freed


def _complement(ranges: Iterable[Range]) -> list[Range]:
    """The parts that no range covers."""
    gaps: list[Range] = []
    at: float = 0
    for start, end in sorted(ranges):
        if start > at:
            gaps.append((at, start))
        at = max(at, end)
    return [*gaps, (at, PARTS)] if at < PARTS else gaps


def _join(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted ranges, those that touch made one."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
