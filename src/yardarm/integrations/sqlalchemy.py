"""Documents in a table: a source for `Client.from_source`. Needs `yardarm[sql]`.

>>> from yardarm.integrations.sqlalchemy import SqlSource
>>> client = yardarm.Client.from_source(SqlSource("postgresql://127.0.0.1/app"))
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ..sdk.sources import Content, encoded, mark_of_data

T = TypeVar("T")
Work = Callable[[sa.Connection], T]


class SqlSource:
    """A document in a row of a table, which has the columns `name`, `mark` and `document`.

    `database` is SQLAlchemy's engine, which stays yours, or a URL; `postgresql://…` without a
    driver is read by asyncpg. Drivers are for you to install. With a URL each look has a connection
    of its own, so that forks and threads have nothing to share. Several documents may be in one
    table, under names of their own.
    """

    def __init__(
        self, database: str | sa.Engine, name: str = "default", table: str = "yardarm_documents"
    ) -> None:
        self.name = f"table {table}, document {name}"
        self._name = name
        self._run = _runner(database)
        self._table = sa.Table(
            table, sa.MetaData(),
            sa.Column("name", sa.String(200), primary_key=True),
            sa.Column("mark", sa.String(64), nullable=False),
            sa.Column("document", sa.LargeBinary, nullable=False),
        )  # fmt: skip

    def create_table(self) -> None:
        """Make the table unless it is there. Raises as SQLAlchemy does."""
        self._run(lambda connection: self._table.create(connection, checkfirst=True))

    def fetch(self, mark: str) -> Content | None:
        """The document, if it has another mark. Raises `LookupError` when there is none."""
        found: Content | None = self._run(lambda connection: self._look(connection, mark))
        return found

    def write(self, data: bytes) -> None:
        """Hold another document. Raises `DocumentError` when not valid, else as SQLAlchemy."""
        row: dict[str, str | bytes] = {"mark": mark_of_data(data), "document": encoded(data)}
        self._run(lambda connection: self._put(connection, row))

    def _look(self, connection: sa.Connection, mark: str) -> Content | None:
        held, mine = self._table.c, self._table.c.name == self._name
        now = connection.scalar(sa.select(held.mark).where(mine))
        if now is not None and now == mark:
            return None
        row = connection.execute(sa.select(held.document, held.mark).where(mine)).first()
        if row is None:
            raise LookupError("there is no document yet")
        return Content(bytes(row.document), row.mark)

    def _put(self, connection: sa.Connection, row: dict[str, str | bytes]) -> None:
        table = self._table
        changed = connection.execute(table.update().where(table.c.name == self._name).values(row))
        if changed.rowcount == 0:
            connection.execute(table.insert().values(name=self._name, **row))


def _runner(database: str | sa.Engine) -> Callable[[Work[T]], T]:
    """What runs work in a transaction of its own."""
    if isinstance(database, sa.Engine):
        return lambda work: _at_once(database, work)
    url = sa.make_url(database)
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+asyncpg")
    if url.get_dialect().is_async:
        return lambda work: _on_a_loop(url, work)
    engine = sa.create_engine(url, poolclass=NullPool)
    return lambda work: _at_once(engine, work)


def _at_once(engine: sa.Engine, work: Work[T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _on_a_loop(url: sa.URL, work: Work[T]) -> T:
    async def run() -> T:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            return await connection.run_sync(work)

    # On a thread of its own: whoever polls may be on a loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()
