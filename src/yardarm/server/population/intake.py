"""Takes contexts into a population, within the transaction of whoever hands them over.

The rules of its state: a population's row is locked before anything in it is read or changed, its
`contexts` is the number of its rows, and its rows are those of all contexts that came whose place
is below its threshold. The threshold never rises: who was left out before cannot be brought back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from ...core.observed import PLACES
from ..store.database import Transaction
from ..store.errors import NotFound
from ..store.population import PopulationRow
from ..store.reporters import ReporterRow
from .model import MAX_HALVINGS, Added, Entry, PopulationPolicy, Sighted, Source
from .policy import joined, without_dropped

POLICY = "population"
"""The name under which policies are stored."""

_STEPS = 16


class Keeper:
    """Keeps populations within their policies. It holds nothing but where environments belong."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[int, str]] = {}

    async def take(
        self,
        transaction: Transaction,
        environment_id: int,
        sighted: Sequence[Sighted],
        halvings: int,
        application: str,
        sdk: str,
        version: str,
        at: datetime,
    ) -> None:
        """Keep what a program reported: each a sighting of a context.

        `halvings`: the program reports only contexts placed below `PLACES >> halvings`. Whoever
        takes for several environments in one transaction does so in the order of their ids, so
        that two nodes never wait for each other.
        """
        policy = await self.policy(transaction, environment_id)
        if policy.enabled and (sighted or halvings):
            entries = [Entry(each.place, each.body, each.at) for each in sighted]
            await self.add(
                transaction,
                environment_id,
                entries,
                policy,
                source="observed",
                application=application,
                halvings=halvings,
            )
        await transaction.reporters.note(
            environment_id, ReporterRow(application, sdk, version, len(sighted), at)
        )

    async def add(
        self,
        transaction: Transaction,
        environment_id: int,
        entries: Iterable[Entry],
        policy: PopulationPolicy,
        *,
        source: Source,
        application: str = "",
        halvings: int = 0,
        replaces: bool = False,
    ) -> Added:
        """Keep entries as far as the sample reaches. `replaces`: their sightings are the whole."""
        found = joined(entries, replaces=replaces)
        rows = transaction.population
        state = await rows.lock(environment_id)
        reported = PLACES >> max(0, min(halvings, MAX_HALVINGS))
        state = await _narrowed(transaction, environment_id, state, reported)
        places = sorted(place for place in found if place < state.threshold)
        fresh = len(places) - await rows.known(environment_id, places)
        await rows.add(
            [
                _row(environment_id, found[place], policy, source, application, number)
                for number, place in enumerate(places, state.sequence + 1)
            ],
            replace=replaces,
        )
        state = replace(
            state, contexts=state.contexts + fresh, sequence=state.sequence + len(places)
        )
        state = await _within(transaction, environment_id, state, policy.limit)
        await rows.save(environment_id, state)
        taken = sum(place < state.threshold for place in places)
        return Added(taken, len(found) - taken)

    async def limit(
        self, transaction: Transaction, environment_id: int, policy: PopulationPolicy
    ) -> None:
        """Bring a population within a policy's limit."""
        state = await transaction.population.lock(environment_id)
        state = await _within(transaction, environment_id, state, policy.limit)
        await transaction.population.save(environment_id, state)

    async def expire(self, transaction: Transaction, environment_id: int, now: datetime) -> int:
        """Remove what was not seen for longer than the policy keeps it; how many contexts."""
        policy = await self.policy(transaction, environment_id)
        before = now - policy.retention
        state = await transaction.population.lock(environment_id)
        gone = await transaction.population.remove_before(environment_id, before)
        await transaction.population.save(environment_id, _fewer(state, gone))
        await transaction.reporters.remove_before(environment_id, before)
        return gone

    async def remove(
        self, transaction: Transaction, environment_id: int, places: Sequence[int]
    ) -> int:
        """Remove the contexts at these places; how many there were."""
        state = await transaction.population.lock(environment_id)
        gone = await transaction.population.remove(environment_id, places)
        await transaction.population.save(environment_id, _fewer(state, gone))
        return gone

    async def clear(self, transaction: Transaction, environment_id: int) -> int:
        """Remove everything and begin anew with every context; how many there were."""
        state = await transaction.population.lock(environment_id)
        gone = await transaction.population.remove_from(environment_id, 0)
        state = replace(_fewer(state, gone), threshold=PLACES)
        await transaction.population.save(environment_id, state)
        return gone

    async def policy(self, transaction: Transaction, environment_id: int) -> PopulationPolicy:
        """The policy in force: the environment's own, the project's, or the usual one."""
        known = self._places.get(environment_id)
        if known is None:
            row = await transaction.projects.get_environment(environment_id)
            if row is None:
                raise NotFound("environment", str(environment_id))
            known = self._places[environment_id] = (row.project_id, row.key)
        project_id, environment = known
        for name in (environment, ""):
            body = await transaction.policies.get(project_id, name, POLICY)
            if body is not None:
                return _read(body)
        return PopulationPolicy()


def _read(body: Any) -> PopulationPolicy:
    try:
        return msgspec.convert(body, PopulationPolicy)
    except msgspec.ValidationError:
        # Somebody wrote into the database. What may be kept is not known, so nothing is; what else
        # programs report must not suffer.
        return PopulationPolicy(enabled=False)


async def _within(
    transaction: Transaction, environment_id: int, state: PopulationRow, limit: int
) -> PopulationRow:
    """Make the sample smaller until it is within the limit.

    By a little each time: other writers wait while rows are removed.
    """
    while state.contexts > limit and state.threshold > _STEPS:
        step = state.threshold // (2 if state.contexts > 2 * limit else _STEPS)
        state = await _narrowed(transaction, environment_id, state, state.threshold - step)
    return state


async def _narrowed(
    transaction: Transaction, environment_id: int, state: PopulationRow, threshold: int
) -> PopulationRow:
    """The population with a threshold that is no higher than this."""
    if threshold >= state.threshold:
        return state
    gone = await transaction.population.remove_from(environment_id, threshold)
    return replace(_fewer(state, gone), threshold=threshold)


def _fewer(state: PopulationRow, gone: int) -> PopulationRow:
    if not gone:
        return state
    return replace(state, contexts=state.contexts - gone, generation=state.generation + 1)


def _row(
    environment_id: int,
    seen: tuple[Entry, Entry],
    policy: PopulationPolicy,
    source: Source,
    application: str,
    sequence: int,
) -> dict[str, Any]:
    first, last = seen
    return {
        "environment_id": environment_id,
        "place": last.place,
        "body": without_dropped(policy, last.body),
        "sightings": last.sightings,
        "source": source,
        "application": application,
        "first_at": first.at,
        "last_at": last.at,
        "sequence": sequence,
    }
