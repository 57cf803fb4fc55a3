"""The current state of environments, remembered so that a publish need not read it all again.

What is remembered is used only if version, epoch and root in the database are the same; another
node's publish is therefore always noticed.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from yardarm.core.model import Document
from yardarm.core.snapshot import Snapshot, from_lines, to_document

from ..store.database import Transaction
from ..store.errors import StoreDamaged
from ..store.projects import EnvironmentRow

P = ParamSpec("P")
T = TypeVar("T")

_MOST = 64
_MOST_BYTES = 128 * 1024 * 1024
_LARGE_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class State:
    """One environment: its row, and the same snapshot as lines and as a document."""

    row: EnvironmentRow
    snapshot: Snapshot
    document: Document


class States:
    """States of environments, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._states: OrderedDict[int, State] = OrderedDict()

    async def current(self, transaction: Transaction, row: EnvironmentRow) -> State:
        """The state that `row` names. Raises `StoreDamaged` when the lines do not have its root."""
        found = self._states.get(row.id)
        if found is not None and _same(found.row, row):
            self._states.move_to_end(row.id)
            return State(row, found.snapshot, found.document)
        lines = await transaction.lines.load(row.id)
        state = await off_loop(row.bytes, _read, row, lines)
        self.keep(state)
        return state

    def keep(self, state: State) -> None:
        """Remember a state that was committed."""
        known = self._states.get(state.row.id)
        if (
            known is not None
            and known.row.epoch == state.row.epoch
            and (known.row.version > state.row.version)
        ):
            return  # a slow reader must not push out what a publish has just left
        self._states[state.row.id] = state
        self._states.move_to_end(state.row.id)
        while len(self._states) > 1 and (
            len(self._states) > _MOST
            or sum(kept.row.bytes for kept in self._states.values()) > _MOST_BYTES
        ):
            self._states.popitem(last=False)


def _same(known: EnvironmentRow, row: EnvironmentRow) -> bool:
    return (known.epoch, known.version, known.root) == (row.epoch, row.version, row.root)


def _read(row: EnvironmentRow, lines: list[bytes]) -> State:
    snapshot = from_lines(lines, row.epoch, row.version)
    if snapshot.root != row.root:
        raise StoreDamaged(
            f"the stored configuration of {row.project}/{row.key} is not the one published as "
            f"version {row.version}: verify its changes, then restore a backup"
        )
    return State(row, snapshot, to_document(snapshot, describe(row)))


def describe(row: EnvironmentRow) -> dict[str, str]:
    """What a document says of its environment."""
    return {"project": row.project, "key": row.key, "name": row.name}


async def off_loop(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do work that keeps the processor busy; in a thread where documents are large, so that the
    event loop goes on serving streams and evaluations."""
    if size < _LARGE_BYTES:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)
