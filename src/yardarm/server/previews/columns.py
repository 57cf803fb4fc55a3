"""Observed contexts by column: a few thousand at a time, each attribute's values told once.

A chunk holds some contexts. A column has one small number for each of them, which stands for one of
the column's different values, 0 for none. A flag asks few questions, and each is asked once for
every different value, not once for every context.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from yardarm.core.bucketing import unit_of
from yardarm.core.bucketing.algorithms import yardarm
from yardarm.core.compile.emitter import nested
from yardarm.core.movement import Observed
from yardarm.core.reads import Name, Placing, first_of

Codes: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Row: TypeAlias = tuple[int, bytes, int, int, str]
"""Place, body, sightings, sequence, application: as `store` gives a context."""

MAX_PLACED = 4
"""Ways of placing units that a chunk remembers."""

MAX_ANSWERED = 32
"""Questions of which a chunk remembers the answers: flags ask the same ones, again and again."""

_NO_VALUES: list[Any] = [None]
_NOT_PLACED = -2


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: `values[codes[row]]`. `values[0]` is None, for contexts without it."""

    codes: Codes
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some contexts of a population.

    `whole` says that `columns` has every attribute; `contexts` are the contexts themselves, where
    they were asked for. `bad` rows could not be read and are left out. `size` is in bytes, about.
    """

    last: int
    places: Numbers
    weights: Numbers
    applications: Column
    withheld: Column
    columns: dict[Name, Column]
    whole: bool
    bad: int
    size: int
    contexts: Sequence[Observed] | None = None
    placed: OrderedDict[Placing, Codes] = field(default_factory=OrderedDict)
    answered: OrderedDict[str, Mask] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self.places)

    def column(self, name: Name) -> Column:
        """The column of an attribute, empty where no context has it."""
        found = self.columns.get(name)
        return Column(np.zeros(len(self), np.int32), _NO_VALUES) if found is None else found

    def parts(self, placing: Placing, rows: Numbers) -> Codes:
        """The part in which the native algorithm places the unit of each of these contexts.

        -1 without a unit. Remembered, so that a split can be moved to and fro.
        """
        seed, kind, attribute = placing
        first, path = first_of(attribute)
        column = self.column((kind, first))
        found = self.placed.get(placing)
        if found is None:
            found = np.full(len(column.values), _NOT_PLACED, np.int32)
            self.placed[placing] = found
            while len(self.placed) > MAX_PLACED:
                self.placed.popitem(last=False)
        codes = column.codes[rows]
        missing = np.unique(codes[found[codes] == _NOT_PLACED])
        if len(missing):
            part = yardarm(seed)
            values = [column.values[code] for code in missing.tolist()]
            units = (unit_of(value) for value in inside(values, path))
            numbers = (-1 if unit is None else part(unit) for unit in units)
            found[missing] = np.fromiter(numbers, np.int32, len(missing))
        return found[codes]

    def answers(
        self, question: str, name: Name, path: tuple[str, ...], test: Callable[[Any], bool]
    ) -> Mask:
        """What each context answers to a question about an attribute, known by its name."""
        column = self.column(name)
        found = self.answered.get(question)
        if found is None:
            values = inside(column.values, path)
            found = self.answered[question] = np.fromiter(map(test, values), np.bool_, len(values))
            while len(self.answered) > MAX_ANSWERED:
                self.answered.popitem(last=False)
        answers: Mask = found[column.codes]
        return answers

    def holds(self, names: Iterable[Name]) -> bool:
        """Whether nothing of these attributes was left out."""
        return self.whole or all(name in self.columns for name in names)

    def without(self, places: Numbers) -> Chunk:
        """The chunk without the contexts at these places."""
        stays = ~np.isin(self.places, places)
        return self if stays.all() else self.only(stays)

    def only(self, rows: Mask) -> Chunk:
        """The chunk with these contexts alone."""

        def cut(column: Column) -> Column:
            return Column(column.codes[rows], column.values)

        return replace(
            self,
            places=self.places[rows],
            weights=self.weights[rows],
            applications=cut(self.applications),
            withheld=cut(self.withheld),
            columns={name: cut(column) for name, column in self.columns.items()},
        )


def inside(values: Sequence[Any], path: tuple[str, ...]) -> Sequence[Any]:
    """What stands in each value under a path of names; without one, the values themselves."""
    return [nested({"": value}, ("", *path)) for value in values] if path else values
