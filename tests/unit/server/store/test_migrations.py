"""Steps of the schema."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from yardarm.server.store import migrations
from yardarm.server.store.database import Database
from yardarm.server.store.errors import SchemaTooNew
from yardarm.server.store.schema import metadata

pytestmark = pytest.mark.anyio


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {name for (name,) in found} - {"sqlite_sequence"}


async def opened(path: Path, **options: Any) -> str:
    database = await Database.open(f"sqlite:///{path}", **options)
    try:
        return await database.schema()
    finally:
        await database.close()


async def test_a_new_database_gets_the_newest_schema(tmp_path: Path) -> None:
    assert await opened(tmp_path / "a.db") == migrations.newest()
    assert tables(tmp_path / "a.db") == {*metadata.tables, "schema_version"}
    assert await opened(tmp_path / "a.db") == migrations.newest()


async def test_without_migrating_a_database_is_left_as_it_is(tmp_path: Path) -> None:
    assert await opened(tmp_path / "a.db", migrate=False) == ""
    assert tables(tmp_path / "a.db") == set()


async def test_a_newer_schema_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    await opened(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    for migrate in (True, False):
        with pytest.raises(SchemaTooNew) as caught:
            await opened(path, migrate=migrate)
        assert (caught.value.found, caught.value.known) == ("9999", migrations.newest())
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


async def test_servers_that_start_together_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    found = await asyncio.gather(*(opened(path) for _ in range(4)))
    assert set(found) == {migrations.newest()}


class Interrupted(Exception):
    """The plug was pulled."""


async def test_a_migration_interrupted_at_any_statement_leaves_nothing(tmp_path: Path) -> None:
    path, stop, seen = tmp_path / "a.db", 0, 0

    def pull(connection: sa.Connection, *_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen > stop:
            raise Interrupted

    sa.event.listen(sa.Engine, "before_cursor_execute", pull)
    try:
        for stop in range(1, 200):  # noqa: B007 - `pull` reads it
            seen = 0
            try:
                await (await Database.open(f"sqlite:///{path}")).close()
            except Interrupted:
                assert tables(path) == set()
            else:
                break
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", pull)
    assert stop > 30
    assert await opened(path) == migrations.newest()
