"""The data side of a server over a database, for tests: real services, a clock one can set."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa

from yardarm.server.access.model import Principal, local
from yardarm.server.access.secrets import Sealer
from yardarm.server.access.service import Access
from yardarm.server.audit.service import Audit
from yardarm.server.changes import commands as c
from yardarm.server.changes.model import Published, Submitted
from yardarm.server.changes.past import Past
from yardarm.server.changes.service import Changes
from yardarm.server.deployments.service import Deployments
from yardarm.server.jobs.service import Jobs
from yardarm.server.observe.service import Observe
from yardarm.server.population.service import Population
from yardarm.server.previews.service import Previews
from yardarm.server.projects.service import Projects
from yardarm.server.rollouts.service import Plans
from yardarm.server.store.database import Database
from yardarm.server.webhooks.send import Sender
from yardarm.server.webhooks.service import Webhooks

PROJECT = "shop"
ENVIRONMENTS = ("production", "staging")
SECRET = "a secret key for these tests only"
MEMORY = "sqlite:///:memory:"
LOOPBACK = (ip_network("127.0.0.0/8"),)
POSTGRES = os.environ.get("YARDARM_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@dataclass
class Clock:
    """Tells the instant it is set to."""

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class World:
    """Every data service over one database."""

    database: Database
    clock: Clock
    options: Mapping[str, Any] = field(default_factory=dict)
    me: Principal = field(default_factory=lambda: local("tess"))
    told: list[Published] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.audit = Audit(self.database)
        self.projects = Projects(self.database, self.audit, self.clock)
        self.population = Population(self.database, self.audit, self.clock)
        self.observe = Observe(self.database, self.clock, population=self.population.keeper)
        self.access = Access(self.database, self.audit, SECRET, self.clock)
        self.changes = Changes(
            self.database, self.observe, self.audit, clock=self.clock, **self.options
        )
        self.past = Past(self.database, self.changes)
        self.previews = Previews(self.database, self.changes, clock=self.clock)
        self.deployments = Deployments(self.database, self.clock)
        self.jobs = Jobs(self.database, self.clock)
        self.webhooks = Webhooks(
            self.database,
            self.audit,
            self.jobs,
            Sealer(SECRET),
            Sender(LOOPBACK),
            clock=self.clock,
        )
        self.changes.witnesses.append(self.webhooks.witness)
        self.plans = Plans(
            self.database,
            self.audit,
            self.changes,
            self.jobs,
            emit=self.webhooks.tell,
            clock=self.clock,
        )
        self.changes.subscribe(self.told.append)

    async def submit(
        self,
        command: c.Command,
        *environments: str,
        at: Mapping[str, int | None] | None = None,
        by: Principal | None = None,
        **rest: Any,
    ) -> Submitted:
        """Submit in `PROJECT`: for these environments at any version, or `at` versions."""
        bases = at if at is not None else dict.fromkeys(environments) or None
        return await self.changes.submit(
            command, by or self.me, project=PROJECT, environments=bases, **rest
        )

    async def create(self, *keys: str, **fields: Any) -> None:
        """Make boolean flags with these fields."""
        for key in keys:
            await self.submit(c.CreateFlag({"key": key, **fields}))


@asynccontextmanager
async def open_world(
    url: str = MEMORY, *environments: str, clock: Clock | None = None, **options: Any
) -> AsyncIterator[World]:
    """A world with `PROJECT` and its environments, made where they are not there yet."""
    database = await Database.open(url)
    world = World(database, clock or Clock(), options)
    try:
        await world.changes.start()
        if PROJECT not in {project.key for project in await world.projects.list_projects()}:
            await world.projects.create_project("tess", PROJECT)
            for environment in environments or ENVIRONMENTS:
                await world.submit(c.CreateEnvironment(environment))
        yield world
    finally:
        await world.previews.close()
        await world.jobs.close()
        await world.changes.close()
        await world.observe.close()
        await world.access.close()
        await database.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition that nothing announces; fail after 20 seconds."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - nothing sets an event
            await asyncio.sleep(0.02)


def postgres_reachable() -> bool:
    """Whether there is a PostgreSQL to test with. Skips or, in CI, fails when there is none."""
    try:
        _run_postgres("SELECT 1")
    except Exception as error:  # whatever keeps it from answering
        if os.environ.get("CI") == "true":
            pytest.fail(f"no PostgreSQL at {POSTGRES}: {error}")
        return False
    return True


@contextmanager
def postgres_database() -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped at the end."""
    if not postgres_reachable():
        pytest.skip(f"no PostgreSQL at {POSTGRES}; set YARDARM_TEST_POSTGRES")
    name = f"yardarm_test_{uuid4().hex[:12]}"
    _run_postgres(f"CREATE DATABASE {name}")
    try:
        yield sa.make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        _run_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def _run_postgres(statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(POSTGRES, timeout=5)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # A loop of its own in a thread of its own: this is called with and without a running loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()
