"""What people and the rest of the server do with populations. Programs' reports go to `intake`.

The rules of its state: `_environments` and `_sources` hold only what can be read again; a source
count belongs to the sequence and generation that it was taken at.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from ...core.context import Context
from ...core.jsontext import canonical
from ...core.keeping import Unkept, kept_form
from ..repeating import Repeating
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.instants import utc_now
from ..store.population import ContextRow
from ..store.projects import EnvironmentRow
from .completion import MOST_CONTEXTS, Census
from .intake import POLICY, Keeper
from .model import (
    Attributes,
    Entry,
    Forgotten,
    Held,
    Imported,
    PopulationPolicy,
    Refused,
    Reporter,
    Source,
    Summary,
    SyntheticSchema,
)
from .policy import estimated, rate_of, weight_of
from .synthetic import made_up

_log = logging.getLogger("yardarm.server.population")

SWEEP_SECONDS = 3600.0
"""How often contexts that were not seen for too long are looked for."""

SILENT_FOR = timedelta(days=7)
"""An application that evaluated since then, and never reported a context, is silent."""

_PAGE = 1_000


class SystemChain(Protocol):
    """Where it is written down who did what: `audit.service.Audit`."""

    async def append(
        self,
        transaction: Transaction,
        *,
        actor: str,
        action: str,
        details: Mapping[str, Any],
        at: datetime,
        reason: str = "",
    ) -> object:
        """Add an entry within the transaction."""


class Population:
    """The populations of all environments. Who may do what is asked by the caller (`api`)."""

    def __init__(
        self, database: Database, audit: SystemChain, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._sources: dict[int, tuple[tuple[int, int], dict[str, int]]] = {}
        self._sweeping = Repeating("old contexts", SWEEP_SECONDS, self.sweep, _log, at_once=True)
        self.keeper = Keeper()

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to remove, in the background, what was kept long enough."""
        self._sweeping.start()

    async def close(self) -> None:
        """Stop that."""
        await self._sweeping.stop()

    async def sweep(self) -> int:
        """Remove every context that was kept long enough; how many. Raises `StoreError`."""
        async with self._database.read() as transaction:
            found = await transaction.population.environments()
        gone = 0
        for environment_id in found:
            async with self._database.write() as transaction:
                gone += await self.keeper.expire(transaction, environment_id, self._clock())
        return gone

    # --- asking -------------------------------------------------------------------------------

    async def summary(self, project: str, environment: str) -> Summary:
        """The population in numbers. Raises `NotFound`."""
        async with self._database.read() as transaction:
            found = await _find(transaction, project, environment)
            state = await transaction.population.state(found.id)
            moment = (state.sequence, state.generation)
            known = self._sources.get(found.id)
            if known is None or known[0] != moment:
                known = (moment, await transaction.population.sources(found.id))
                self._sources[found.id] = known
            oldest, newest = await transaction.population.last_seen(found.id)
            reporters = await transaction.reporters.all(found.id)
            evaluating = await transaction.reporters.evaluating(
                found.id, self._clock() - SILENT_FOR
            )
        rate = rate_of(state.threshold)
        estimate, low, high = estimated(state.contexts, rate)
        told = {row.application for row in reporters if row.contexts}
        return Summary(
            contexts=state.contexts,
            rate=rate,
            estimate=estimate,
            low=low,
            high=high,
            sources=known[1],
            reporters=tuple(
                Reporter(row.application, row.sdk, row.version, row.contexts, row.last_at)
                for row in reporters
            ),
            silent_reporters=tuple(name for name in evaluating if name not in told),
            oldest=oldest,
            newest=newest,
            sequence=state.sequence,
            generation=state.generation,
        )

    async def contexts(
        self,
        project: str,
        environment: str,
        *,
        after: int = -1,
        limit: int = 100,
        key: str = "",
        exact: bool = False,
    ) -> list[Held]:
        """Contexts by place, behind the place `after`. Raises `NotFound`.

        With `key` those that have a key, of any kind, which begins with it or (`exact`) is it.
        """
        held: list[Held] = []
        size = _PAGE if key else limit
        holding = (_key_in_json(key) if exact else f'"{_in_json(key)}') if key else ""
        async with self._database.read() as transaction:
            found = await _find(transaction, project, environment)
            while len(held) < limit:
                rows = await transaction.population.page(found.id, after, size, holding)
                held += [_held(row) for row in rows if not key or _has_key(row, key, exact)]
                if len(rows) < size:
                    break
                after = rows[-1].place
        return held[:limit]

    async def export(self, project: str, environment: str) -> AsyncIterator[bytes]:
        """Every context as a line `{"context": …, "weight": n}`, some lines at a time.

        Raises `NotFound` before anything is given.
        """
        async with self._database.read() as transaction:
            found = await _find(transaction, project, environment)
        return self._lines(found.id)

    async def _lines(self, environment_id: int) -> AsyncIterator[bytes]:
        after = -1
        while True:
            # One transaction a page: whoever reads slowly must not hold an old one open.
            async with self._database.read() as transaction:
                rows = await transaction.population.page(environment_id, after, _PAGE)
            if rows:
                yield b"".join(
                    b'{"context":%b,"weight":%d}\n' % (row.body, row.sightings) for row in rows
                )
                after = rows[-1].place
            if len(rows) < _PAGE:
                return

    async def attributes(self, project: str, environment: str, prefix: str = "") -> Attributes:
        """The attributes whose name begins so, with their commonest values. Raises `NotFound`."""
        census, after, looked_at = Census(prefix), -1, 0
        async with self._database.read() as transaction:
            found = await _find(transaction, project, environment)
            while looked_at < MOST_CONTEXTS:
                rows = await transaction.population.page(found.id, after, _PAGE)
                await asyncio.to_thread(census.add, [row.body for row in rows])
                looked_at += len(rows)
                if len(rows) < _PAGE:
                    break
                after = rows[-1].place
        return census.result()

    # --- filling ------------------------------------------------------------------------------

    async def import_contexts(
        self, project: str, environment: str, given: Sequence[Any], actor: str
    ) -> Imported:
        """Take contexts over, each `{"context": …, "weight": n}`, which replace those known.

        What is no context is left out and told. Raises `NotFound`.
        """
        entries, refused = await asyncio.to_thread(_entries, given, self._clock())
        return await self._fill(project, environment, entries, refused, "imported", actor)

    async def synthesize(
        self,
        project: str,
        environment: str,
        schema: SyntheticSchema,
        *,
        first: int,
        count: int,
        seed: int,
        actor: str,
    ) -> Imported:
        """Make up contexts, numbered from `first`. Raises `NotFound`, `DocumentError`."""
        made = made_up(schema, seed, range(first, first + count))
        entries, refused = await asyncio.to_thread(
            lambda: _entries([{"context": context} for context in made], self._clock())
        )
        return await self._fill(project, environment, entries, refused, "synthetic", actor)

    async def _fill(
        self,
        project: str,
        environment: str,
        entries: Sequence[Entry],
        refused: Sequence[Refused],
        source: Source,
        actor: str,
    ) -> Imported:
        async with self._database.write() as transaction:
            found = await _find(transaction, project, environment)
            policy = await self.keeper.policy(transaction, found.id)
            added = await self.keeper.add(
                transaction, found.id, entries, policy, source=source, replaces=True
            )
            state = await transaction.population.state(found.id)
            await self._write_down(
                transaction,
                actor,
                "population.imported",
                found,
                {"source": source, "contexts": added.taken},
            )
        rate = rate_of(state.threshold)
        return Imported(added.taken, added.left_out, tuple(refused), state.contexts, rate)

    # --- removing -----------------------------------------------------------------------------

    async def forget(
        self, project: str, environment: str, kind: str, key: str, actor: str
    ) -> Forgotten:
        """Remove every context that has this key, and what was stored of the unit.

        That is its exposures, its metric events and the project's finished previews that mention
        it. What the audit log says of it does not hold the key, only its SHA-256. Raises
        `NotFound`.
        """
        async with self._database.write() as transaction:
            found = await _find(transaction, project, environment)
            # In the order of whoever takes events in, so that neither waits for the other.
            exposures = await transaction.units.forget_exposures(found.id, kind, key)
            events = await transaction.units.forget_events(found.id, kind, key)
            await transaction.population.lock(found.id)
            places = await self._places_of(transaction, found.id, kind, key)
            contexts = await self.keeper.remove(transaction, found.id, places)
            previews = await transaction.units.forget_previews(found.project_id, _in_json(key))
            done = Forgotten(contexts, exposures, events, previews)
            named = sha256(f"{kind}\0{key}".encode()).hexdigest()
            details = {"kind": kind, "key_sha256": named, **msgspec.to_builtins(done)}
            await self._write_down(transaction, actor, "population.forgotten", found, details)
        return done

    async def _places_of(
        self, transaction: Transaction, environment_id: int, kind: str, key: str
    ) -> list[int]:
        places: list[int] = []
        after = -1
        while True:
            rows = await transaction.population.page(
                environment_id, after, _PAGE, _key_in_json(key)
            )
            for row in rows:
                attributes = _context(row).by_kind().get(kind)
                if attributes is not None and attributes.get("key") == key:
                    places.append(row.place)
            if len(rows) < _PAGE:
                return places
            after = rows[-1].place

    async def clear(self, project: str, environment: str, actor: str) -> int:
        """Remove every context, and begin anew without sampling; how many. Raises `NotFound`."""
        async with self._database.write() as transaction:
            found = await _find(transaction, project, environment)
            gone = await self.keeper.clear(transaction, found.id)
            details = {"contexts": gone}
            await self._write_down(transaction, actor, "population.cleared", found, details)
        return gone

    # --- policy -------------------------------------------------------------------------------

    async def policy(self, project: str, environment: str) -> PopulationPolicy:
        """The policy in force. Raises `NotFound`."""
        async with self._database.read() as transaction:
            found = await _find(transaction, project, environment)
            return await self.keeper.policy(transaction, found.id)

    async def set_policy(
        self, project: str, environment: str, policy: PopulationPolicy, actor: str
    ) -> PopulationPolicy:
        """Set the environment's policy; a lower limit holds at once. Raises `NotFound`."""
        body = msgspec.to_builtins(policy)
        at = self._clock()
        async with self._database.write() as transaction:
            found = await _find(transaction, project, environment)
            await transaction.policies.put(
                found.project_id, found.key, POLICY, body, at=at, by=actor
            )
            await self.keeper.limit(transaction, found.id, policy)
            await self._write_down(transaction, actor, "population.policy_set", found, body)
        return policy

    async def _write_down(
        self,
        transaction: Transaction,
        actor: str,
        action: str,
        where: EnvironmentRow,
        details: Mapping[str, Any],
    ) -> None:
        place = {"project": where.project, "environment": where.key}
        await self._audit.append(
            transaction,
            actor=actor,
            action=action,
            details={**place, **details},
            at=self._clock(),
        )


async def _find(transaction: Transaction, project: str, environment: str) -> EnvironmentRow:
    row = await transaction.projects.find_environment(project, environment)
    if row is None:
        raise NotFound("environment", environment, project)
    return row


def _in_json(text: str) -> str:
    """The text as it stands within JSON text, without its quotes."""
    return _key_in_json(text)[1:-1]


def _key_in_json(key: str) -> str:
    return canonical(key).decode()


def _context(row: ContextRow) -> Context:
    return Context.of(json.loads(row.body))


def _has_key(row: ContextRow, key: str, exact: bool) -> bool:
    keys = [attributes.get("key") for attributes in _context(row).by_kind().values()]
    if exact:
        return key in keys
    return any(isinstance(found, str) and found.startswith(key) for found in keys)


def _held(row: ContextRow) -> Held:
    return Held(
        place=row.place,
        context=json.loads(row.body),
        weight=row.sightings,
        source=row.source,
        application=row.application,
        first_at=row.first_at,
        last_at=row.last_at,
    )


def _entries(given: Sequence[Any], at: datetime) -> tuple[list[Entry], list[Refused]]:
    entries: list[Entry] = []
    refused: list[Refused] = []
    for index, item in enumerate(given):
        try:
            if not isinstance(item, dict) or not {"context"} <= item.keys() <= {
                "context",
                "weight",
            }:
                raise ValueError('an entry is {"context": …, "weight": n}')
            place, body = kept_form(item["context"])
            entries.append(Entry(place, body, at, weight_of(item.get("weight", 1))))
        except (Unkept, ValueError) as error:
            refused.append(Refused(f"/{index}", str(error)))
    return entries, refused
