"""Numbers: enough of them to meet every way in which clauses can divide them.

A context's numbers are Python's integers and floats, so between two neighbouring floats there may
be an integer or nothing at all. Comparisons only change at the bounds that clauses name, and
whether a number names a unit depends on its being whole and on a few fixed bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, inf, nan, nextafter

from ..core.dates import END_SECONDS, MIN_SECONDS, instant_us
from .subjects import UNIT, Atom

Number = int | float

_COMPARING = frozenset({"lt", "lte", "gt", "gte"})
_WHOLE = tuple(Fraction(bound) for bound in (-(2**63), -(2**53), 2**53, 2**63, 2**64))


def numbers(atoms: Sequence[Atom]) -> Iterator[tuple[Number, bool]]:
    """Numbers, each with whether it stands for nothing but itself."""
    bounds = sorted(_bounds(atoms))
    for bound in bounds:
        for number in exactly(bound):
            yield number, True
    if not bounds:
        yield from ((7, False), (7.5, False))
    else:
        edges: list[Fraction | None] = [None, *bounds, None]
        for low, high in pairwise(edges):
            for number in between(low, high):
                yield number, False
    for strange in (inf, -inf, nan):
        yield strange, True


def _bounds(atoms: Sequence[Atom]) -> set[Fraction]:
    """Where the answer of an atom may change."""
    found: set[Fraction] = set()
    for atom in atoms:
        if atom.operator in _COMPARING:
            found |= set(map(exact, atom.values))
        elif atom.operator in ("equals", "in"):
            found |= {
                exact(value)
                for value in atom.values
                if isinstance(value, int | float) and not isinstance(value, bool)
            }
        elif atom.operator in ("before", "after"):
            found |= set(_seconds(instant_us(atom.values[0])))
        elif atom.operator == UNIT:
            found |= {Fraction(0), *_WHOLE}
    return found


def exact(number: Number) -> Fraction:
    """The number as it is. Infinity, which no document can hold, becomes a very large one."""
    if number in (inf, -inf):
        return Fraction(2**2000 if number > 0 else -(2**2000))
    return Fraction(number)


def _seconds(instant: int | None) -> Iterator[Fraction]:
    """The seconds at which numbers begin to be before, at and after an instant.

    A float is rounded to the nearest microsecond, halves upwards.
    """
    if instant is not None:
        yield Fraction(2 * instant - 1, 2_000_000)
        yield Fraction(2 * instant + 1, 2_000_000)
        yield Fraction(instant, 1_000_000)
        yield Fraction(MIN_SECONDS)
        yield Fraction(END_SECONDS)


def exactly(bound: Fraction) -> Iterator[Number]:
    """The bound itself, as an integer and as a float, where it is one."""
    if bound.denominator == 1:
        yield bound.numerator
    as_float = _float(bound)
    if as_float is not None and Fraction(as_float) == bound:
        yield as_float


def between(low: Fraction | None, high: Fraction | None) -> Iterator[Number]:
    """Numbers strictly between two bounds: an integer, a fraction, a large float, if there are.

    None is without bound. The plainest come first.
    """
    for number in _candidates(low, high):
        value = Fraction(number)
        if (low is None or value > low) and (high is None or value < high):
            yield number


def _candidates(low: Fraction | None, high: Fraction | None) -> Iterable[Number]:
    found: list[Number] = []
    if low is not None:
        found += [floor(low) + 1, *_floats_above(low)]
        if high is None:
            found.append(floor(low) + 0.5 if abs(low) < 2**50 else floor(low) + 1)
    if high is not None:
        found += [ceil(high) - 1, *_floats_below(high)]
        if low is None and abs(high) < 2**50:
            found.append(ceil(high) - 1.5)
    if low is not None and high is not None:
        middle = _float((low + high) / 2)
        found += [] if middle is None else [round(middle, 1), round(middle, 3), middle]
    return found


def _floats_above(bound: Fraction) -> Iterator[float]:
    at = _float(bound)
    if at is None:
        return
    if Fraction(at) <= bound:
        at = nextafter(at, inf)
    for number in (at, nextafter(at, inf)):
        if number not in (inf, -inf):
            yield number


def _floats_below(bound: Fraction) -> Iterator[float]:
    for number in _floats_above(-bound):
        yield -number


def _float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
