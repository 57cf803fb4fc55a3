"""How units are placed: the native algorithm, and the splits built on it.

The native algorithm, `yardarm`: the first eight bytes of SHA-256 over ``seed NUL unit`` (UTF-8),
read as a big-endian integer, scaled to 100,000 parts. It is deterministic, the same in every
process and language, uniform (the scaling favours no part by more than 1 in 10^14), and two
seeds place units independently of each other, because SHA-256 does.

A split gives each arm ranges of parts. Raising an arm's share only adds parts to it. When weights
change, `carry` moves the provable minimum: an arm that shrinks gives up parts, an arm that
grows takes exactly those, everybody else stays. That minimum is the total variation distance
between old and new weights, and no assignment that honours both can move less.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from weakref import ref

from .model import PARTS, Arm, Range, Split

_from_bytes = int.from_bytes


def unit_of(value: Any) -> str | None:
    """The text that is hashed for an attribute's value, or None when it cannot name a unit.

    Text is taken as it is, integers as decimal digits. Booleans, fractions, lists and empty
    text name no unit.
    """
    kind = type(value)
    if kind is str:
        return value or None
    if kind is int:
        return str(value) if -(2**63) <= value < 2**64 else None
    if kind is float:
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else None
    if issubclass(kind, str):
        return str.__str__(value) or None
    return None


def yardarm(seed: str) -> Callable[[str], int]:
    """The native algorithm for one seed: a function from unit to part, 0 to 99,999."""
    prefix = seed.encode("utf-8", "surrogatepass") + b"\0"

    def part(unit: str) -> int:
        digest = sha256(prefix + unit.encode("utf-8", "surrogatepass")).digest()
        return _from_bytes(digest[:8], "big") * PARTS >> 64

    return part


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A named way to place units. `place(seed)` gives a function from unit to part."""

    place: Callable[[str], Callable[[str], int]]
    summary: str


ALGORITHMS: Mapping[str, Algorithm] = {
    "yardarm": Algorithm(yardarm, "SHA-256 of seed NUL unit, 64 bits scaled to 100,000 parts"),
}


def arm_ranges(arms: Iterable[Arm]) -> list[tuple[Range, ...]]:
    """The ranges of each arm: those stored, or one directly after the arm before."""
    found: list[tuple[Range, ...]] = []
    start = 0
    for arm in arms:
        if arm.ranges is None:
            ranges: tuple[Range, ...] = ((start, start + arm.weight),) if arm.weight else ()
        else:
            ranges = arm.ranges
        found.append(ranges)
        start += arm.weight
    return found


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


def _kept(before: Mapping[str, list[Range]], after: Mapping[str, list[Range]]) -> int:
    """How many parts are answered the same before and after."""
    same = sum(
        max(0, min(e1, e2) - max(s1, s2))
        for variant, ranges in before.items()
        for s1, e1 in ranges
        for s2, e2 in after.get(variant, ())
    )
    gaps = [_complement(r for ranges in held.values() for r in ranges) for held in (before, after)]
    return same + sum(max(0, min(e1, e2) - max(s1, s2)) for s1, e1 in gaps[0] for s2, e2 in gaps[1])


def _most_kept(before: Split, after: Split) -> int:
    """PARTS minus the total variation distance: the most that any assignment can keep."""
    old = {arm.variant: arm.weight for arm in before.arms}
    new = {arm.variant: arm.weight for arm in after.arms}
    rest = min(PARTS - sum(old.values()), PARTS - sum(new.values()))
    return rest + sum(min(weight, new.get(variant, 0)) for variant, weight in old.items())


def _cut(ranges: list[Range], surplus: int) -> tuple[list[Range], list[Range]]:
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
    gaps, at = [], 0
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


class Budget:
    """Bounds what all splitters of one program remember together: `limit` units."""

    __slots__ = ("_splitters", "left", "limit")

    def __init__(self, limit: int = 65_536) -> None:
        self.limit = self.left = limit
        # Weak, because a budget outlives the splitters of flags that were changed.
        self._splitters: list[ref[Splitter]] = []

    def add(self, splitter: Splitter) -> None:
        """Count what this splitter remembers from now on."""
        self._splitters.append(ref(splitter))

    def spend(self) -> None:
        """Called for each unit remembered; forgets everything when the limit is reached."""
        self.left -= 1
        if self.left < 0:
            alive = [made for made in self._splitters if made() is not None]
            for made in alive:
                if (splitter := made()) is not None:
                    splitter.memo.clear()
            self._splitters = alive
            self.left = self.limit


_LONGEST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Answers:
    """What a splitter answers: per arm's variant, for units not covered, and without a unit."""

    arms: Mapping[str, Any]
    uncovered: Any
    keyless: Any


class Splitter:
    """A split made ready: from a unit to the answer given for its arm.

    Answers are remembered per unit in `memo`, bounded by `budget`.
    """

    __slots__ = (
        "__weakref__",
        "_answers",
        "_budget",
        "_ends",
        "_in_layer",
        "_keyless",
        "_uncovered",
        "memo",
        "part",
    )

    def __init__(self, split: Split, flag_key: str, answers: Answers, budget: Budget) -> None:
        bucketing = split.bucketing
        algorithm = ALGORITHMS[bucketing.algorithm]
        seed = flag_key if bucketing.seed is None else bucketing.seed
        self.part = algorithm.place(seed)
        self.memo: dict[str, Any] = {}
        self._budget = budget
        budget.add(self)
        self._uncovered, self._keyless = answers.uncovered, answers.keyless
        self._ends, self._answers = _table(split, answers)
        self._in_layer: Callable[[str], bool] | None = None
        if bucketing.layer is not None:
            place = algorithm.place(bucketing.layer.key)
            ranges = bucketing.layer.ranges
            self._in_layer = lambda unit: any(a <= place(unit) < b for a, b in ranges)

    def pick(self, value: Any) -> Any:
        """The answer for an attribute's value."""
        unit = unit_of(value)
        if unit is None:
            return self._keyless
        if self._in_layer is not None and not self._in_layer(unit):
            answer = self._uncovered
        else:
            answer = self._answers[bisect_right(self._ends, self.part(unit))]
        if unit is value and len(unit) <= _LONGEST_REMEMBERED:
            self.memo[unit] = answer
            self._budget.spend()
        return answer

    def bucket(self, value: Any) -> int | None:
        """The unit's part, for explanations. None when the value names no unit."""
        unit = unit_of(value)
        return None if unit is None else self.part(unit)


def _table(split: Split, answers: Answers) -> tuple[list[int], list[Any]]:
    """Ends of consecutive ranges and the answer in each, gaps being uncovered."""
    pairs = zip(split.arms, arm_ranges(split.arms), strict=True)
    pieces = sorted((start, end, arm.variant) for arm, ranges in pairs for start, end in ranges)
    ends: list[int] = []
    found: list[Any] = []
    at = 0
    for start, end, variant in pieces:
        if start > at:
            ends.append(start)
            found.append(answers.uncovered)
        ends.append(end)
        found.append(answers.arms[variant])
        at = end
    return ends, [*found, answers.uncovered]
