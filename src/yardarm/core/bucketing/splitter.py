"""A split, or a share, made ready: from a unit to the answer given for its bucket."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from weakref import ref

from ..model import Bucketing, Share, Split
from .algorithms import Algorithm, Place, arm_ranges, find

Piece = tuple[float, float, Any]
"""A range of buckets and the answer for it."""


class Budget:
    """Bounds what all splitters of one program remember together: `limit` units."""

    __slots__ = ("_splitters", "left", "limit")

    def __init__(self, limit: int = 65_536) -> None:
        self.limit = self.left = limit
        # Weak, because a budget outlives the splitters of flags that were changed.
        self._splitters: list[ref[Placer]] = []

    def add(self, splitter: Placer) -> None:
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


class Placer:
    """Answers for units, remembered in `memo`, bounded by `budget`.

    `chain` says that values come as tuples, one for each attribute of the bucketing.
    """

    __slots__ = ("__weakref__", "_answer", "_budget", "bucket", "chain", "memo")

    bucket: Place
    """The unit's bucket, for explanations. None when the value names no unit."""

    def __init__(
        self, place: Place, answer: Callable[[Any], Any], chain: bool, budget: Budget
    ) -> None:
        self.bucket = place
        self.chain = chain
        self.memo: dict[str, Any] = {}
        self._answer = answer
        self._budget = budget
        budget.add(self)

    def pick(self, value: Any) -> Any:
        """The answer for an attribute's value."""
        answer = self._answer(value)
        unit = value[0] if self.chain else value
        if type(unit) is str and unit and len(unit) <= _LONGEST_REMEMBERED:
            self.memo[unit] = answer
            self._budget.spend()
        return answer


@dataclass(frozen=True, slots=True)
class Answers:
    """What a split answers: for each arm, for units not covered, and without a unit."""

    arms: Sequence[Any]
    uncovered: Any
    keyless: Any


class Splitter(Placer):
    """A split made ready."""

    __slots__ = ()

    def __init__(self, split: Split, flag_key: str, answers: Answers, budget: Budget) -> None:
        algorithm = _algorithm(split.bucketing)
        place = algorithm.place(split.bucketing, flag_key, sum(arm.weight for arm in split.arms))
        ranges = zip(arm_ranges(split.arms, algorithm), answers.arms, strict=True)
        pieces = [(start, end, answer) for of_arm, answer in ranges for start, end in of_arm]
        last = answers.arms[-1] if algorithm.rest and answers.arms else answers.uncovered
        find_ = _finder(pieces, last, answers.uncovered, algorithm.closed)
        inside = _inside_layer(split.bucketing, algorithm, flag_key)
        uncovered, keyless = answers.uncovered, answers.keyless

        def answer(value: Any) -> Any:
            bucket = place(value)
            if bucket is None:
                return keyless
            return find_(bucket) if inside is None or inside(value) else uncovered

        super().__init__(place, answer, algorithm.chain, budget)


class Sampler(Placer):
    """A share made ready: answers True for units in its ranges and False for all others."""

    __slots__ = ()

    def __init__(self, share: Share, flag_key: str, budget: Budget) -> None:
        algorithm = _algorithm(share.bucketing)
        total = algorithm.whole or 0 if share.total is None else share.total
        place = algorithm.place(share.bucketing, flag_key, total)
        ranges, closed = share.ranges, algorithm.closed
        inside = _inside_layer(share.bucketing, algorithm, flag_key)

        def answer(value: Any) -> bool:
            bucket = place(value)
            if bucket is None or (inside is not None and not inside(value)):
                return False
            if closed:
                return any(start <= bucket <= end for start, end in ranges)
            return any(start <= bucket < end for start, end in ranges)

        super().__init__(place, answer, algorithm.chain, budget)


def _algorithm(bucketing: Bucketing) -> Algorithm:
    found = find(bucketing.algorithm)
    if found is None:  # `check_serve` and the compiler say so before
        raise KeyError(bucketing.algorithm)
    return found


def _inside_layer(
    bucketing: Bucketing, algorithm: Algorithm, flag_key: str
) -> Callable[[Any], bool] | None:
    """Whether a unit is in the layer's ranges; None without a layer."""
    layer = bucketing.layer
    if layer is None:
        return None
    place = algorithm.place(replace(bucketing, seed=layer.key), flag_key, algorithm.whole or 0)
    ranges = layer.ranges

    def inside(value: Any) -> bool:
        bucket = place(value)
        return bucket is not None and any(start <= bucket < end for start, end in ranges)

    return inside


def _finder(pieces: list[Piece], last: Any, uncovered: Any, closed: bool) -> Callable[[float], Any]:
    """From a bucket to the answer of its piece; the first one where pieces overlap.

    `last` is for buckets beyond every piece, `uncovered` for those in a gap.
    """
    pieces = [piece for piece in pieces if piece[0] < piece[1]]
    ordered = sorted(pieces, key=lambda piece: piece[:2])
    if any(before[1] > after[0] for before, after in pairwise(ordered)):
        return _first_of(pieces, last, uncovered, closed)
    ends: list[float] = []
    found: list[Any] = []
    for start, end, answer in ordered:
        if not ends or start > ends[-1]:
            ends.append(start)
            found.append(uncovered)
        ends.append(end)
        found.append(answer)
    found.append(last)
    side = bisect_left if closed else bisect_right
    return lambda bucket: found[side(ends, bucket)]


def _first_of(
    pieces: Iterable[Piece], last: Any, uncovered: Any, closed: bool
) -> Callable[[float], Any]:
    pieces = list(pieces)
    highest = max(end for _, end, _ in pieces)

    def first(bucket: float) -> Any:
        for start, end, answer in pieces:
            if start <= bucket < end or (closed and bucket == end):
                return answer
        return last if bucket >= highest else uncovered

    return first
