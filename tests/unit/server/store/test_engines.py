"""Which engine a URL means, and what is wrong with a place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yardarm.errors import OptionError
from yardarm.server.store.database import Database
from yardarm.server.store.engines import make_engines
from yardarm.server.store.errors import StoreUnwritable
from yardarm.server.store.instants import utc_now

pytestmark = pytest.mark.anyio


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def exists(path: str) -> bool:
    return Path(path).exists()


async def test_sqlite_files_may_have_any_name(tmp_path: Path) -> None:
    engines = make_engines(f"sqlite:///{tmp_path}/my%20flags/%C3%A9%3F.db")
    assert engines.kind == "sqlite"
    assert engines.url.database == f"{tmp_path}/my flags/é?.db"
    assert os.listdir(tmp_path) == ["my flags"]
    await engines.dispose()


async def test_the_database_is_nobody_elses_business(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite:///{tmp_path}/a.db")
    async with database.write() as transaction:
        await transaction.projects.add("shop", "", utc_now(), "ann")
        modes = modes_in(tmp_path)
    await database.close()
    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


async def test_memory_is_a_folder_that_goes_away() -> None:
    engines = make_engines("sqlite:///:memory:")
    assert engines.folder is not None
    folder = engines.folder.name
    assert exists(folder)
    await engines.dispose()
    assert not exists(folder)


async def test_postgresql_urls_are_those_of_libpq() -> None:
    engines = make_engines("postgres://ann:p%40ss@db:5433/flags?sslmode=require")
    assert engines.kind == "postgresql"
    assert engines.url.drivername == "postgresql+asyncpg"
    assert (engines.url.password, dict(engines.url.query)) == ("p@ss", {"ssl": "require"})
    assert "p@ss" not in repr(engines)
    await engines.dispose()


@pytest.mark.parametrize("url", ["", "mysql://h/n", "sqlite://x", "postgresql://h:port/n"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(OptionError):
        make_engines(url)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnwritable, match="data folder"):
        make_engines(f"sqlite:///{tmp_path}/file/yardarm.db")
    with pytest.raises(StoreUnwritable, match="is a folder"):
        make_engines(f"sqlite:///{tmp_path}")
