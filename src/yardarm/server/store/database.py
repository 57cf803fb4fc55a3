"""The database: open it, read from it, write to it.

The rules of its state: `write` commits at the end of its block or leaves nothing; once the disk
has reported an error while writing, no further write is tried (`StoreBroken`), while reading goes
on; whoever is told of a commit is told after it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .access import AccessRows
from .audit import AuditRows
from .change_requests import ChangeRequestRows
from .changes import ChangeRows
from .deployments import DeploymentRows
from .doorbell import Doorbell
from .engines import Engines, make_engines
from .errors import StoreBroken
from .faults import translate
from .imports import ImportRows
from .jobs import JobRows
from .lines import LineRows
from .migrations import bring_up_to_date, check_schema
from .observations import ObservationRows
from .plans import PlanRows
from .policies import PolicyRows
from .population import PopulationRows
from .previews import PreviewRows
from .projects import ProjectRows
from .reporters import ReporterRows
from .sessions import SessionRows
from .timeline import TimelineRows
from .units import UnitRows
from .views import ViewRows
from .webhooks import WebhookRows


class Transaction:
    """One transaction and the repositories that speak through it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.afterwards: list[Callable[[], None]] = []
        """What this node does once a writing transaction is committed; never raises."""
        self.projects = ProjectRows(connection)
        self.lines = LineRows(connection)
        self.changes = ChangeRows(connection)
        self.access = AccessRows(connection)
        self.audit = AuditRows(connection)
        self.sessions = SessionRows(connection)
        self.observations = ObservationRows(connection)
        self.jobs = JobRows(connection)
        self.plans = PlanRows(connection)
        self.webhooks = WebhookRows(connection)
        self.deployments = DeploymentRows(connection)
        self.timeline = TimelineRows(connection)
        self.policies = PolicyRows(connection)
        self.change_requests = ChangeRequestRows(connection)
        self.population = PopulationRows(connection)
        self.previews = PreviewRows(connection)
        self.reporters = ReporterRows(connection)
        self.units = UnitRows(connection)
        self.views = ViewRows(connection)
        self.imports = ImportRows(connection)

    async def ring(self, channel: str, payload: str) -> None:
        """Tell other nodes, at commit, that something happened. SQLite has no other nodes."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(sa.select(sa.func.pg_notify(channel, payload)))


class Database:
    """SQLite or PostgreSQL behind one face. Made by `Database.open`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._broken: str = ""

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True) -> Database:
        """Connect, and bring the schema up to date under a lock.

        `url`: `sqlite:///path`, `sqlite:///:memory:`, or `postgresql://user@host/name`. With
        `migrate=False` an old schema is left as it is. Raises `SchemaTooNew`, `StoreUnwritable`,
        `StoreUnreachable`, `OptionError`.
        """
        database = cls(make_engines(url))
        try:
            async with database._connect(database._engines.writer) as connection:
                await (bring_up_to_date if migrate else check_schema)(connection)
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    def of_another(cls, url: str) -> Database:
        """A database that another process opened, by its `url`: for reading only."""
        return cls(make_engines(url))

    @property
    def url(self) -> str:
        """How another process on this machine finds it, with its password if it has one."""
        return self._engines.shared_url

    @property
    def kind(self) -> Literal["sqlite", "postgresql"]:
        """Which database it is."""
        return self._engines.kind

    async def close(self) -> None:
        """Give every connection back."""
        await self._engines.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A consistent view that waits for no writer. Writing through it fails."""
        async with self._connect(self._engines.reader) as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that commits at the end of the block, or rolls back on any exception."""
        if self._broken:
            raise StoreBroken(self._broken)
        try:
            async with self._connect(self._engines.writer) as connection:
                transaction = Transaction(connection)
                yield transaction
        except StoreBroken as error:
            self._broken = str(error)
            raise
        for call in transaction.afterwards:
            call()

    async def check(self) -> None:
        """For readiness: answers when the database can be read and written. Raises `StoreError`."""
        if self._broken:
            raise StoreBroken(self._broken)
        async with self._connect(self._engines.reader) as connection:
            await connection.execute(sa.select(1))

    async def schema(self) -> str:
        """The revision of the database's schema, empty when it has none yet."""
        async with self._connect(self._engines.reader) as connection:
            return await check_schema(connection)

    def doorbell(self, channel: str, callback: Callable[[str], None]) -> Doorbell:
        """Calls back with what other nodes `ring`, once started; also after each reconnection,
        with an empty payload, because something may have been missed."""
        return Doorbell(self._engines, channel, callback)

    @asynccontextmanager
    async def _connect(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with engine.begin() as connection:
                yield connection
        except Exception as error:
            known = translate(error)
            if known is None:
                raise
            raise known from error
