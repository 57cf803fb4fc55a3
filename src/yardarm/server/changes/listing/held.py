"""The rows of every flag of a project, held so that a list of ten thousand is found at once.

The rule of its state: rows follow the environments' documents. A flag that is the same object in
the same environments as before keeps its row; of the others is asked when they were changed, and
whether a kill switched them off.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from yardarm.core import model as m

from ...store.database import Database, Transaction
from ...store.instants import utc_now
from .row import Row, make_here, make_row
from .wanted import Evaluated, Looking, Wanted

_MOST = 16
"""Lists held at a time: of projects, as whoever reads some of their environments sees them."""

_MANY = 500
"""So many new rows are made beside the event loop."""

Documents = Mapping[str, m.Document]
Flags = dict[str, m.Flag]


@dataclass(slots=True)
class _Kills:
    """The last kill of each flag of an environment, up to a version."""

    version: int = 0
    of: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Held:
    """The rows of documents, by flag."""

    documents: tuple[m.Document, ...]
    rows: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that were asked for, in their order, with what they were looked at."""

    rows: Sequence[Row]
    looking: Looking


class HeldFlags:
    """Finds flags of projects."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._held: OrderedDict[tuple[str, ...], _Held] = OrderedDict()
        self._kills: dict[int, _Kills] = {}

    async def find(self, project: str, documents: Documents, wanted: Wanted) -> Found:
        """The flags of these documents that are wanted, by environment."""
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments(project)
            ids = {row.key: row.id for row in rows if row.key in documents}
            held = await self._rows(transaction, project, documents, ids)
            evaluated: Evaluated = {}
            if wanted.asks_evaluations:
                evaluated = await _evaluated(transaction, ids, None)
        looking = Looking(self._clock(), evaluated)
        found = sorted(
            (row for row in held.values() if looking.admits(wanted, row)),
            key=looking.place(wanted),
            reverse=wanted.reverse,
        )
        return Found(found, looking)

    async def looking_at(
        self, project: str, environments: Sequence[str], keys: Sequence[str] | None
    ) -> Looking:
        """What is needed to show these flags, or (None) any of them."""
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments(project)
            ids = {row.key: row.id for row in rows if row.key in environments}
            return Looking(self._clock(), await _evaluated(transaction, ids, keys))

    async def activity(
        self, project: str, environments: Sequence[str], keys: Sequence[str]
    ) -> dict[str, list[tuple[str, str, int, int]]]:
        """Flag, variant, hour (0 to 23) and evaluations of the last day, by environment."""
        start = int(self._clock().timestamp() // 60) - 24 * 60 + 1
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments(project)
            return {
                row.key: await transaction.observations.by_interval(row.id, keys, start, 60)
                for row in rows
                if row.key in environments
            }

    # --- holding ------------------------------------------------------------------------------

    async def _rows(
        self,
        transaction: Transaction,
        project: str,
        documents: Documents,
        ids: Mapping[str, int],
    ) -> Mapping[str, Row]:
        name = (project, *documents)
        held = self._held.get(name, _Held((), {}))
        if not _are(held.documents, tuple(documents.values())):
            flags, before = _by_key(documents), held.rows
            changed = {
                key: found
                for key, found in flags.items()
                if key not in before or not _same(before[key].flags, found)
            }
            made = await self._made(transaction, changed, ids) if changed else {}
            rows = {key: made.get(key) or before[key] for key in flags}
            held = self._held[name] = _Held(tuple(documents.values()), rows)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        if name in self._held:
            self._held.move_to_end(name)
        return held.rows

    async def _made(
        self, transaction: Transaction, flags: Mapping[str, Flags], ids: Mapping[str, int]
    ) -> dict[str, Row]:
        moments: dict[str, dict[int, datetime]] = {}
        killed: dict[str, set[str]] = {}
        for at, number in ids.items():
            here = [found[at] for found in flags.values() if at in found]
            versions = {flag.version for flag in here}
            moments[at] = await transaction.changes.moments(number, versions)
            killed[at] = await self._killed(transaction, number, here)

        def make() -> dict[str, Row]:
            return {
                key: make_row(
                    found,
                    {
                        at: make_here(
                            flag, killed=key in killed[at], changed_at=moments[at].get(flag.version)
                        )
                        for at, flag in found.items()
                    },
                )
                for key, found in flags.items()
            }

        return make() if len(flags) < _MANY else await asyncio.to_thread(make)

    async def _killed(
        self, transaction: Transaction, environment_id: int, flags: Sequence[m.Flag]
    ) -> set[str]:
        """Those of the flags that a kill switched off, and nobody has switched on since."""
        kills = self._kills.setdefault(environment_id, _Kills())
        for version, key in await transaction.changes.kills(environment_id, kills.version):
            kills.of[key] = version
            kills.version = max(kills.version, version)
        found = set()
        for flag in flags:
            killed_at = kills.of.get(flag.key)
            if flag.enabled or killed_at is None or killed_at > flag.version:
                continue
            if killed_at == flag.version or not await _was_on_since(
                transaction, environment_id, flag, killed_at
            ):
                found.add(flag.key)
        return found


async def _was_on_since(
    transaction: Transaction, environment_id: int, flag: m.Flag, version: int
) -> bool:
    """Whether a change after the version found the flag switched on."""
    before: int | None = None
    while True:
        changes = await transaction.timeline.touching(environment_id, flag.key, 50, before)
        for change in changes:
            if change.version <= version:
                return False
            for entry in change.inverse.get("entries", ()):
                named = (entry.get("kind"), entry.get("key")) == ("flag", flag.key)
                was = entry.get("fields") or entry.get("body") or {}
                if named and was.get("enabled") is True:
                    return True
        if not changes:
            return False
        before = changes[-1].version


async def _evaluated(
    transaction: Transaction, ids: Mapping[str, int], keys: Sequence[str] | None
) -> dict[str, dict[str, datetime]]:
    names = {number: key for key, number in ids.items()}
    found: dict[str, dict[str, datetime]] = {}
    for number, flag, at in await transaction.observations.last_evaluated(list(names), keys):
        found.setdefault(flag, {})[names[number]] = at
    return found


def _by_key(documents: Documents) -> dict[str, Flags]:
    found: dict[str, Flags] = {}
    for at, document in documents.items():
        for key, flag in document.flags.items():
            found.setdefault(key, {})[at] = flag
    return found


def _are(before: tuple[m.Document, ...], now: tuple[m.Document, ...]) -> bool:
    """Whether they are the same objects."""
    return len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))


def _same(before: Mapping[str, m.Flag], now: Mapping[str, m.Flag]) -> bool:
    """Whether they are the same objects in the same environments."""
    return before.keys() == now.keys() and all(before[at] is flag for at, flag in now.items())
