"""From cells to contexts: values for every attribute, units for every bucket.

A context is only proposed here; whoever asks evaluates it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, count, islice
from typing import Any

from ..core import model as m
from ..core.bucketing import unit_of, yardarm
from .cells import Cell
from .ground import HOLDS, Ground, State
from .hints import hints
from .partition import Partition
from .sorts import sort_of
from .steps import Spent, Steps
from .subjects import Atom, Attribute, Bucket, Choice, Place, attribute
from .texts import named
from .walk import AUTOMATIC, Walk, in_family
from .witness import Witness, witness

MAX_UNITS = 60_000
"""Most values that are tried for one question to find a unit that falls into certain parts."""
_SOME = 40
_MANY = 400
"""Contexts that are tried where a vendor's way to place units, or something else that is not looked
into, takes part."""
_MOST_TAKEN = 300

Buckets = list[tuple[str, list[tuple[int, int]]]]
"""By seed: the ranges of parts that are left."""


class Impossible(Exception):
    """No context is in these cells: every value that there is was tried."""


class Contexts:
    """Contexts for the states of one ground."""

    def __init__(self, ground: Ground, steps: Steps) -> None:
        self.ground = ground
        self._steps = steps
        self.unlucky = False
        """Whether all that was missing is a unit that falls into certain parts. There is one, for
        SHA-256 leaves no part empty; it was only not found among those tried."""
        self._left = MAX_UNITS
        self._parts: dict[str, Any] = {}

    def of(self, state: State) -> Iterator[Witness]:
        """Contexts in the cells of a state. Raises `Impossible`."""
        chosen: dict[Attribute, Iterator[Any]] = {}
        for number, found in self.ground.partitions.items():
            if isinstance(found.subject, Attribute):
                values = self._values(number, state)
                first = next(values, None)
                if first is None:
                    return
                chosen[found.subject] = chain((first,), values)
        firsts = {attribute: next(values)[0] for attribute, values in chosen.items()}
        yield witness(firsts)
        if self._guesses:
            yield from islice(_varied(firsts, chosen), _SOME)
            for number in range(1, _MANY):
                name = f"user-{number}"
                fitting = [unit for unit in self._guesses if self._fits(unit, name, state)]
                yield witness({**firsts, **dict.fromkeys(fitting, name)})

    @cached_property
    def _guesses(self) -> tuple[Attribute, ...]:
        """Attributes that may decide what is not looked into; none if all is."""
        found: dict[Attribute, None] = {}
        guessing = bool(self.ground.opaque)
        for subject in (part.subject for part in self.ground.partitions.values()):
            if isinstance(subject, Place):
                found.update((attribute(subject.kind, name), None) for name in subject.by)
            elif isinstance(subject, Choice):
                guessing = True
                found.update(dict.fromkeys(subject.units))
        if guessing or found:
            found[Attribute(m.DEFAULT_KIND, ("key",))] = None
        return tuple(found)

    def _fits(self, unit: Attribute, value: str, state: State) -> bool:
        """Whether a text is in the cells that are left of an attribute."""
        for number, found in self.ground.partitions.items():
            if found.subject == unit:
                left = state.get(number, found.everything)
                for atom, sides in found.sides.items():
                    left &= sides.true if atom.test(value) else sides.false
                return any(
                    left >> at & 1 and cell.sort == "text" for at, cell in enumerate(found.cells)
                )
        return True

    def _values(self, number: int, state: State) -> Iterator[tuple[Any]]:
        """Values of one attribute, each in a tuple. Raises `Impossible` where there are none."""
        found = self.ground.partitions[number]
        mask = state.get(number, found.everything)
        sides = [
            (atom, bool(state[own] & HOLDS))
            for own, atom in self.ground.opaque.items()
            if atom.subject_id == number and own in state
        ]
        buckets = self._buckets(found.subject, state)
        met, complete = False, True
        for at, cell in enumerate(found.cells):
            if not mask >> at & 1:
                continue
            values: Iterator[Any] = iter(cell.examples)
            if not cell.finite and (sides or buckets):
                listed, whole = self._listed(found, at, sides)
                complete = complete and whole
                others = _others(found, at, sides, bool(buckets))
                values = chain(values, listed, self._counted(others))
            elif not cell.finite:
                complete = False
            for value in values:
                if all(a.test(value) == holds for a, holds in sides) and self._falls(
                    value, buckets
                ):
                    met = True
                    yield (value,)
        if not met and complete:
            raise Impossible
        if not met and buckets and not sides:
            self.unlucky = True

    def _listed(
        self, found: Partition, at: int, sides: Sequence[tuple[Atom, bool]]
    ) -> tuple[list[str], bool]:
        """A text of a cell that text operators taken for opaque answer as they should, if there is
        one; and whether it is proven that there is none."""
        if found.cells[at].sort != "text":
            return [], False
        asked = [(atom, holds) for atom, holds in sides if atom.operator in AUTOMATIC]
        taken = named([atom for atom in found.sides if atom not in found.opaque])
        if not asked or len(taken) > _MOST_TAKEN:
            return [], False
        walk = Walk([atom for atom, _ in asked])
        wanted = sum(1 << number for number, (_, holds) in enumerate(asked) if holds)
        unwanted = sum(1 << number for number, (_, holds) in enumerate(asked) if not holds)
        try:
            excluded = {*taken, ""} if _is_key(found) else taken
            text = walk.text(wanted, unwanted, excluded, self._steps)
        except Spent:
            return [], False
        if text is not None:
            return [text], False
        return [], not any(map(in_family, found.sides))

    def _counted(self, values: Iterator[Any]) -> Iterator[Any]:
        for value in values:
            self._left -= 1
            if self._left < 0:
                return
            yield value

    def _buckets(self, subject: Any, state: State) -> Buckets:
        """The parts that are left for the units in an attribute, by seed."""
        found = []
        for number, left in self.ground.partitions.items():
            bucket = left.subject
            cells = state.get(number, left.everything)
            limited = cells != left.everything
            if isinstance(bucket, Bucket) and bucket.unit == subject and limited:
                pairs = [c.examples[0] for at, c in enumerate(left.cells) if cells >> at & 1]
                found.append((bucket.seed, pairs))
        return found

    def _falls(self, value: Any, buckets: Buckets) -> bool:
        """Whether a unit falls into these parts; a value that names none is placed nowhere."""
        unit = unit_of(value)
        if unit is None:
            return True
        for seed, pairs in buckets:
            place = self._parts.get(seed)
            if place is None:
                place = self._parts[seed] = yardarm(seed)
            part = place(unit)
            if not any(low <= part < high for low, high in pairs):
                return False
        return True


def _is_key(found: Partition) -> bool:
    """Whether the attribute is a key, which is never the empty text."""
    return isinstance(found.subject, Attribute) and found.subject.path == ("key",)


def _varied(
    firsts: dict[Attribute, Any], chosen: dict[Attribute, Iterator[tuple[Any]]]
) -> Iterator[Witness]:
    """The first values of all attributes but one, which has its others, each attribute in turn."""
    rest = dict(chosen)
    while rest:
        for varied in list(rest):
            following = next(rest[varied], None)
            if following is None:
                del rest[varied]
            else:
                yield witness({**firsts, varied: following[0]})


def _units(cell: Cell) -> Iterator[Any]:
    """Many units, as far as they can be made to look like the cell's examples."""
    if cell.sort == "number":
        for step in count(1):
            for example in cell.examples[:2]:
                if isinstance(example, int) or example.is_integer():
                    yield int(example) + step
                    yield int(example) - step
        return
    examples = [text for text in cell.examples[:4] if isinstance(text, str)] or [""]
    for number in count(1):
        yield f"user-{number}"
        for text in examples:
            yield f"{text}{number}"
            yield f"{number}{text}"
            yield f"{text[:1]}{number}{text[1:]}"


def _others(
    found: Partition, at: int, sides: Sequence[tuple[Atom, bool]], units: bool
) -> Iterator[Any]:
    """Other values of a cell: such as opaque atoms may ask for, and units."""
    cell, bit = found.cells[at], 1 << at
    known = [
        (atom, bool(limits.true & bit))
        for atom, limits in found.sides.items()
        if atom not in found.opaque
    ]
    proposed = hints(sides)
    if units:
        proposed = chain(proposed, _units(cell))
    for value in proposed:
        if sort_of(value) == cell.sort and all(a.test(value) == holds for a, holds in known):
            yield value
