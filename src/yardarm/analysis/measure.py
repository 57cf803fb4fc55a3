"""How large a part of the units comes somewhere: exact, over the parts that buckets are made of.

Buckets of different seeds, or of different attributes, are independent of each other, and every
part is as large as any other; so a set of cells has a size, and disjoint sets add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..core import model as m
from .formula import Formula
from .ground import Ground, State
from .search import Search
from .steps import Spent, Steps
from .subjects import Attribute, Bucket

MAX_POPULATIONS = 300
"""How many sets of attributes are looked at for one split."""


class Unmeasured(Exception):
    """The size cannot be told: a vendor's way to place units takes part, or it takes too long."""


class Measure:
    """Measures on one ground."""

    def __init__(self, ground: Ground, steps: Steps) -> None:
        self.ground = ground
        self.search = Search(ground, steps)
        self.attributes = self.buckets = 0
        for number, found in ground.partitions.items():
            if isinstance(found.subject, Attribute):
                self.attributes |= 1 << number
            elif isinstance(found.subject, Bucket):
                self.buckets |= 1 << number

    def shares(
        self, reach: Sequence[Formula], arms: Sequence[Formula], units: Sequence[Attribute]
    ) -> Iterator[tuple[Fraction, tuple[Fraction, ...]]]:
        """For each population, which part of its units comes there, and which to each arm.

        A population is everyone with certain attributes, however the units in `units` are named.
        Those of which nobody comes there are left out, and so are those of a few named units.
        Raises `Unmeasured`.
        """
        try:
            number = 0
            for state, rest in self.search.states(reach, only=self.attributes):
                number += 1
                if number > MAX_POPULATIONS:
                    raise Unmeasured
                if not self._many(state, units):
                    continue
                come = self._size(state, rest)
                if come:
                    yield come, tuple(self._size(state, [*rest, arm]) for arm in arms)
        except Spent:
            raise Unmeasured from None

    def _many(self, state: State, units: Sequence[Attribute]) -> bool:
        """Whether there are more units than a few that are named one by one."""
        for number, found in self.ground.partitions.items():
            if found.subject in units:
                left = state.get(number, found.everything)
                if left & ~found.finite:
                    return True
        return False

    def _size(self, start: State, formulas: Sequence[Formula]) -> Fraction:
        total = Fraction(0)
        for state, _ in self.search.states(formulas, start=start):
            size = Fraction(1)
            for number, left in state.items():
                if number < 0 or not (self.buckets | self.attributes) >> number & 1:
                    raise Unmeasured
                found = self.ground.partitions[number]
                if isinstance(found.subject, Bucket):
                    pairs = (c.examples[0] for at, c in enumerate(found.cells) if left >> at & 1)
                    size *= Fraction(sum(high - low for low, high in pairs), m.PARTS)
            total += size
        return total
