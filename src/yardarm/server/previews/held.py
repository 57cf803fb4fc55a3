"""Populations as chunks, held in memory within a budget, so that asking again is quick.

The rules of its state: what is held of an environment is its first chunks by sequence number, all
of one generation. A context that changed since has a new sequence number: it is taken out of the
chunk that holds it and read again with the rest. What finds no room is read each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from yardarm.core.reads import Name

from ..store.database import Transaction
from ..store.population import Kept
from .columns import Chunk
from .decoding import make_chunk

ROWS = 16_384
"""Contexts in a chunk: what is counted between two looks at whether to go on."""

BUDGET = 256 << 20
"""Bytes that are held, of all environments together."""


@dataclass(slots=True)
class _Held:
    generation: int
    names: set[Name] = field(default_factory=set)
    chunks: list[Chunk] = field(default_factory=list)
    read: int = 0  # rows that the chunks were made of
    partly: bool = False  # the last chunk has room for more

    @property
    def size(self) -> int:
        return sum(chunk.size for chunk in self.chunks)

    @property
    def last(self) -> int:
        return self.chunks[-1].last if self.chunks else 0


class Populations:
    """The populations of all environments."""

    def __init__(self, budget: int = BUDGET, rows: int = ROWS) -> None:
        self._budget = budget
        self._rows = rows
        self._held: OrderedDict[int, _Held] = OrderedDict()

    async def chunks(
        self,
        transaction: Transaction,
        environment_id: int,
        names: Collection[Name],
        *,
        contexts: bool = False,
    ) -> AsyncIterator[Chunk]:
        """The population as it is in the transaction, in chunks that hold these attributes.

        With `contexts` the chunks have the contexts themselves, and none is held.
        """
        held = await self._current(transaction, environment_id, names)
        if contexts:
            async for rows in self._read(transaction, environment_id, 0):
                yield make_chunk(rows, names, contexts=True)
            return
        for chunk in tuple(held.chunks):
            yield chunk
        async for rows in self._read(transaction, environment_id, held.last):
            chunk = make_chunk(rows, held.names)
            if chunk.last > held.last and not held.partly and self._room(environment_id, chunk):
                held.chunks.append(chunk)
                held.read += len(rows)
                held.partly = len(rows) < self._rows
            else:
                held.partly = True  # nothing that comes after it may be held either
            yield chunk

    async def _current(
        self, transaction: Transaction, environment_id: int, names: Collection[Name]
    ) -> _Held:
        """What is held and still holds. It ends with a full chunk."""
        state = await transaction.population.state(environment_id)
        held = self._held.pop(environment_id, None)
        if held is None or held.generation != state.generation:
            held = _Held(state.generation)
        if not all(chunk.holds(names) for chunk in held.chunks):
            held = _Held(state.generation, held.names)
        held.names |= set(names)
        if held.partly and held.chunks and held.read % self._rows:
            held.read -= held.read % self._rows
            held.chunks.pop()
        held.partly = False
        if held.last and held.last < state.sequence:
            changed = await transaction.previews.changed_since(environment_id, held.last)
            places = np.array(changed, np.int64)
            held.chunks = [chunk.without(places) for chunk in held.chunks]
            if sum(map(len, held.chunks)) < held.read // 2:
                held = _Held(state.generation, held.names)
        self._held[environment_id] = held
        return held

    def _read(
        self, transaction: Transaction, environment_id: int, sequence: int
    ) -> AsyncIterator[Sequence[Kept]]:
        return transaction.population.read_since(environment_id, sequence, self._rows)

    def _room(self, environment_id: int, chunk: Chunk) -> bool:
        """Make room for a chunk; other environments' that were not asked for longest go first."""
        used = sum(held.size for held in self._held.values()) + chunk.size
        for other in list(self._held):
            if used <= self._budget:
                break
            if other != environment_id:
                used -= self._held.pop(other).size
        return used <= self._budget
