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

import msgspec
import numpy as np
import numpy.typing as npt

from yardarm.core.bucketing import unit_of
from yardarm.core.bucketing.algorithms import yardarm
from yardarm.core.compile.emitter import nested
from yardarm.core.context import Context
from yardarm.core.model import DEFAULT_KIND
from yardarm.core.movement import Observed
from yardarm.core.observed import withheld_of
from yardarm.core.reads import Name, Placing, first_of
from yardarm.errors import ContextError

Codes: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Row: TypeAlias = tuple[int, bytes, int, int, str]
"""Place, body, sightings, sequence, application: as `store` gives a context."""

MAX_COLUMNS = 128
"""Attributes kept of a chunk beside those asked for. Contexts may have thousands."""

MAX_PLACED = 4
"""Ways of placing units that a chunk remembers."""

MAX_ANSWERED = 32
"""Questions of which a chunk remembers the answers: flags ask the same ones, again and again."""

_NO_VALUES: list[Any] = [None]


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

    def parts(self, placing: Placing) -> Codes:
        """The part in which the native algorithm places each context's unit; -1 without one.

        Remembered, so that a split can be moved to and fro.
        """
        seed, kind, attribute = placing
        first, path = first_of(attribute)
        column = self.column((kind, first))
        found = self.placed.get(placing)
        if found is None:
            part = yardarm(seed)
            units = (unit_of(value) for value in inside(column.values, path))
            numbers = (-1 if unit is None else part(unit) for unit in units)
            found = self.placed[placing] = np.fromiter(numbers, np.int32, len(column.values))
            while len(self.placed) > MAX_PLACED:
                self.placed.popitem(last=False)
        return found[column.codes]

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
        if stays.all():
            return self

        def cut(column: Column) -> Column:
            return Column(column.codes[stays], column.values)

        return replace(
            self,
            places=self.places[stays],
            weights=self.weights[stays],
            applications=cut(self.applications),
            withheld=cut(self.withheld),
            columns={name: cut(column) for name, column in self.columns.items()},
        )


def inside(values: Sequence[Any], path: tuple[str, ...]) -> Sequence[Any]:
    """What stands in each value under a path of names; without one, the values themselves."""
    return [nested({"": value}, ("", *path)) for value in values] if path else values


def make_chunk(rows: Sequence[Row], wanted: Iterable[Name], *, contexts: bool = False) -> Chunk:
    """A chunk of rows of the store. The `wanted` attributes are never left out of it."""
    places: list[int] = []
    weights: list[int] = []
    applications: list[str] = []
    withheld: dict[int, frozenset[Name]] = {}
    kept: list[Observed] = []
    shapes = _Shapes(wanted)
    for place, body, sightings, _, application in rows:
        row = len(places)
        try:
            value = _decode(body)
            if contexts or not shapes.take_plain(row, value):
                context = Context.of(value)
                if context.private and (lacks := withheld_of(context)):
                    withheld[row] = lacks
                for kind, attributes in context.by_kind().items():
                    shapes.take(row, kind, attributes)
                if contexts:
                    kept.append(Observed(context, sightings, withheld.get(row, frozenset())))
        except (msgspec.DecodeError, ContextError, RecursionError):
            continue
        places.append(place)
        weights.append(sightings)
        applications.append(application)
    count = len(places)
    columns = shapes.columns(count)
    return Chunk(
        last=rows[-1][3],
        places=np.array(places, np.int64),
        weights=np.array(weights, np.int64),
        applications=_column(np.arange(count), applications, count),
        withheld=_column(
            np.fromiter(withheld, np.int64, len(withheld)), list(withheld.values()), count
        ),
        columns=columns,
        whole=shapes.whole,
        bad=len(rows) - count,
        size=(24 + 4 * MAX_PLACED + MAX_ANSWERED) * count + sum(map(_size, columns.values())),
        contexts=kept if contexts else None,
    )


class _Shapes:
    """Attributes of contexts, gathered by the names they have, which most contexts share."""

    def __init__(self, wanted: Iterable[Name]) -> None:
        self._wanted = frozenset(wanted)
        self.whole = True
        self._shapes: dict[tuple[str, ...], tuple[list[int], list[tuple[Any, ...]]]] = {}
        self._plain: dict[tuple[str, ...], bool] = {}

    def take_plain(self, row: int, value: Any) -> bool:
        """Take a context that is only a user's attributes; False where it has to be read first."""
        if type(value) is not dict or type(key := value.get("key")) is not str or not key:
            return False
        shape = (DEFAULT_KIND, *value)
        plain = self._plain.get(shape)
        if plain is None:
            plain = self._plain[shape] = _SPECIAL.isdisjoint(value)
        if plain:
            found = self._shapes.get(shape)
            if found is None:
                found = self._shapes[shape] = ([], [])
            found[0].append(row)
            found[1].append(tuple(value.values()))
        return plain

    def take(self, row: int, kind: str, attributes: dict[str, Any]) -> None:
        """Take the attributes of one kind."""
        found = self._shapes.get((kind, *attributes))
        if found is None:
            found = self._shapes[kind, *attributes] = ([], [])
        found[0].append(row)
        found[1].append(tuple(attributes.values()))

    def columns(self, count: int) -> dict[Name, Column]:
        """The columns of so many contexts."""
        gathered: dict[Name, list[tuple[Numbers, Sequence[Any]]]] = {}
        others = 0
        for (kind, *names), (rows, values) in self._shapes.items():
            at = np.fromiter(rows, np.int64, len(rows))
            for name, each in zip(names, zip(*values, strict=True), strict=True):
                parts = gathered.get((kind, name))
                if parts is None:
                    if (kind, name) not in self._wanted:
                        if others >= MAX_COLUMNS:
                            self.whole = False
                            continue
                        others += 1
                    parts = gathered[kind, name] = []
                parts.append((at, each))
        return {
            name: _column(
                np.concatenate([at for at, _ in parts]),
                parts[0][1] if len(parts) == 1 else [v for _, each in parts for v in each],
                count,
            )
            for name, parts in gathered.items()
        }


_SPECIAL = frozenset({"kind", "multi", "_private"})
_decode = msgspec.json.Decoder().decode


def _column(rows: Numbers, values: Sequence[Any], count: int) -> Column:
    kinds = set(map(type, values)) - {type(None)}
    alike = len(kinds) == 1 and not kinds.isdisjoint(_PLAIN)
    named = values if alike else [_named(value) for value in values]
    names = dict.fromkeys(named)
    names.pop(None, None)
    numbers = dict(zip(names, range(1, len(names) + 1), strict=True))
    numbers[None] = 0
    if alike:
        different = [None, *names]
    else:
        firsts = dict(zip(reversed(named), reversed(values), strict=True))
        different = [None, *(firsts[name] for name in names)]
    codes = np.zeros(count, np.int32)
    codes[rows] = np.fromiter(map(numbers.__getitem__, named), np.int32, len(named))
    return Column(codes, different)


_PLAIN = {str, int, bool, frozenset}
"""Types of which equal values are the same value, as long as there is no other type."""


def _named(value: Any) -> Any:
    """Equal only for the same value of the same type: 1, 1.0 and true are three."""
    kind = type(value)
    if value is None or kind is frozenset:
        return value
    if kind is str:
        return ("", value)
    if kind is bool or kind is int:
        return (kind, value)
    return (kind, repr(value))


def _size(column: Column) -> int:
    values = column.values
    some = values[:_LOOKED_AT]
    each = sum(50 + len(value) if type(value) is str else 100 for value in some) / len(some)
    return int(column.codes.nbytes + (8 + each) * len(values))


_LOOKED_AT = 100
