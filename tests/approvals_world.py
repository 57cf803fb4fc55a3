"""Change requests over a database, for tests: real services, contexts counted in this process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.server_world import MEMORY, PROJECT, Clock, World, open_world

from yardarm.core.jsontext import canonical
from yardarm.core.movement import Measure, Observed
from yardarm.core.observed import PLACES, place_of
from yardarm.server.access.model import Grant, Principal
from yardarm.server.approvals.book import RequestBook
from yardarm.server.approvals.errors import ApprovalNeeded
from yardarm.server.approvals.gate import ApprovalGate
from yardarm.server.approvals.judge import Judge
from yardarm.server.approvals.model import Moved
from yardarm.server.approvals.policies import PolicyBook
from yardarm.server.approvals.service import Approvals
from yardarm.server.changes import commands as c
from yardarm.server.changes.rehearsal import Rehearsal
from yardarm.server.store.change_requests import ChangeRequestRow
from yardarm.server.store.database import Database, Transaction


class Exact:
    """Counts over everything that the store has, by the pure measure."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked = 0

    async def measure(
        self, rehearsal: Rehearsal, preview: str | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        self.asked += 1
        found: dict[str, Mapping[str, Any]] = {}
        for step in rehearsal.steps:
            measure = Measure(step.before, step.after)
            async with self._database.read() as transaction:
                state = await transaction.population.state(step.environment_id)
                async for page in transaction.population.read_since(step.environment_id):
                    measure.add_all(Observed.of(json.loads(kept.body)) for kept in page)
            shown = measure.result(state.threshold / PLACES).to_json()
            nobody = {"population": "none", "hint": "import a population"}
            found[step.environment] = shown if measure.contexts else nobody
        return found


class Approving:
    """A world with budgets, freezes and approval."""

    def __init__(self, world: World) -> None:
        self.world = world
        database, clock = world.database, world.clock
        self.measure = Exact(database)
        self.events: list[tuple[str, str, str]] = []
        self.policies = PolicyBook(database, world.audit, clock)
        judge = Judge(database, world.changes, self.policies, self.measure, clock)
        book = RequestBook(self._tell)
        self.gate = ApprovalGate(database, self.policies, judge, book, clock)
        self.approvals = Approvals(database, world.changes, self.policies, judge, book, clock)
        world.changes.gate = self.gate

    async def _tell(
        self, transaction: Transaction, project: str, event: str, data: Mapping[str, Any]
    ) -> None:
        self.events.append((event, data["what"], data["state"]))
        await self.world.webhooks.tell(transaction, project, event, data)

    async def people(self, count: int, environment: str = "production", **more: Any) -> None:
        """`count` people, every other one in NL, the others in DE."""
        rows = []
        for number in range(count):
            body = {"key": f"p{number}", "country": ("NL", "DE")[number % 2], **more}
            rows.append(await self._row(environment, body, number))
        async with self.world.database.write() as transaction:
            environment_id = rows[0]["environment_id"]
            state = await transaction.population.lock(environment_id)
            await transaction.population.add(rows)
            known = type(state)(count, PLACES, state.sequence + count, state.generation)
            await transaction.population.save(environment_id, known)

    async def _row(self, environment: str, body: Any, number: int) -> dict[str, Any]:
        async with self.world.database.read() as transaction:
            row = await transaction.projects.find_environment(PROJECT, environment)
        assert row is not None
        now = self.world.clock()
        return {
            "environment_id": row.id,
            "place": place_of({"user": body}),
            "body": canonical(body),
            "sightings": 1,
            "source": "imported",
            "application": "",
            "first_at": now,
            "last_at": now,
            "sequence": number + 1,
        }

    async def set(self, name: str, body: Any, environment: str | None = "production") -> None:
        await self.policies.put(self.world.me, PROJECT, environment, name, body)

    async def token(self, actor: str, *grants: Grant) -> Principal:
        """An actor with a token, as a request shows it."""
        wanted: Sequence[Grant] = grants or (Grant("edit"), Grant("approve"))
        _, text = await self.world.access.issue_token(self.world.me, actor, "test", wanted)
        found = await self.world.access.authenticate(text)
        assert found is not None
        return found

    async def waits(self, command: c.Command, *environments: str, **more: Any) -> ChangeRequestRow:
        """Submit what must need approval; the change request."""
        with pytest.raises(ApprovalNeeded) as caught:
            await self.world.submit(command, *(environments or ("production",)), **more)
        return caught.value.request

    async def now(self, row: ChangeRequestRow) -> ChangeRequestRow:
        return await self.approvals.get(PROJECT, row.id)

    async def flag(self, key: str, environment: str = "production") -> dict[str, Any]:
        """The flag as it is served."""
        document = await self.world.changes.document(PROJECT, environment)
        found = document.flags[key]
        return {"enabled": found.enabled, "default": found.default, "rules": len(found.rules)}


@asynccontextmanager
async def approving(url: str = MEMORY, clock: Clock | None = None) -> AsyncIterator[Approving]:
    """A world with a flag `checkout` that serves `off` to everybody, and 100 people."""
    async with open_world(url, clock=clock) as world:
        made = Approving(world)
        await world.access.start()
        await world.create("checkout", enabled=True, default="off")
        await made.people(100)
        yield made


def serve(country: str, variant: str = "on", flag: str = "checkout") -> c.EditFlag:
    """A rule for one country: half of the people."""
    when = {"attribute": "country", "op": "in", "values": [country]}
    return c.EditFlag(flag, {"rules": [{"id": country, "when": when, "serve": variant}]})


def percent(share: int, flag: str = "checkout") -> c.EditFlag:
    """A share of the people."""
    arms = [
        {"variant": "on", "weight": share * 1000},
        {"variant": "off", "weight": 100_000 - share * 1000},
    ]
    return c.EditFlag(flag, {"default": {"split": {"arms": arms}}})


def grounds(row: ChangeRequestRow) -> str:
    return "; ".join(ground["words"] for ground in row.body["grounds"])


__all__ = ["Approving", "Exact", "Moved", "approving", "grounds", "percent", "serve"]
