"""Which engine a URL means, and what is wrong with a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from yardarm.errors import OptionError
from yardarm.server.store.engines import make_engines
from yardarm.server.store.errors import StoreUnwritable

pytestmark = pytest.mark.anyio


async def test_sqlite_files_may_have_any_name(tmp_path: Path) -> None:
    engines = make_engines(f"sqlite:///{tmp_path}/my%20flags/%C3%A9%3F.db")
    assert engines.kind == "sqlite"
    assert engines.url.database == f"{tmp_path}/my flags/é?.db"
    assert (tmp_path / "my flags").is_dir()
    await engines.dispose()


async def test_memory_is_a_folder_that_goes_away() -> None:
    engines = make_engines("sqlite:///:memory:")
    assert engines.folder is not None
    folder = Path(engines.folder.name)
    assert folder.is_dir()
    await engines.dispose()
    assert not folder.exists()


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
