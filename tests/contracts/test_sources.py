"""One contract for every source that a client can follow, each with the real component."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from tests.native_server import flag, snapshot_of, until
from tests.redis_server import redis_server
from tests.server_world import postgres_database

from yardarm import (
    CachedSource,
    ChainedSource,
    Client,
    DocumentError,
    FileSource,
    MemorySource,
    OptionError,
    ReplicatedSource,
)
from yardarm.integrations.redis import RedisSource
from yardarm.integrations.sqlalchemy import SqlSource
from yardarm.sdk.sources import Content, WritableSource

USER = {"key": "u1"}


def document(value: bool) -> bytes:
    return json.dumps({"flags": {"a": flag(value)}}).encode()


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


KINDS = [
    "memory", "file", "sqlite", "sqlite-engine", "aiosqlite", "postgresql", "redis", "redis-text",
    "chained", "cached", "replicated",
]  # fmt: skip


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An empty source of each kind."""
    kind: str = request.param
    if kind == "memory":
        yield MemorySource({"flags": {}})
    elif kind == "file":
        yield FileSource(tmp_path / "flags.json")
    elif kind in ("chained", "cached", "replicated"):
        yield composed(kind, tmp_path)
    elif kind.startswith("redis"):
        url = request.getfixturevalue("redis_url")
        with redis.Redis.from_url(url, decode_responses=kind == "redis-text") as client:
            client.flushall()
            yield RedisSource(url if kind == "redis" else client)
    elif kind == "postgresql":
        with postgres_database() as url:
            yield made(SqlSource(url))
    elif kind == "sqlite-engine":
        engine = sa.create_engine(f"sqlite:///{tmp_path}/app.db")
        yield made(SqlSource(engine))
        engine.dispose()
    else:
        driver = kind.replace("aiosqlite", "sqlite+aiosqlite")
        yield made(SqlSource(f"{driver}:///{tmp_path}/app.db"))


def made(source: SqlSource) -> SqlSource:
    source.create_table()
    source.create_table()  # twice is no mistake
    return source


class Written:
    """A source that is read through another one."""

    def __init__(self, source: Any, inner: WritableSource) -> None:
        self.name = source.name
        self.fetch = source.fetch
        self.write = inner.write


def composed(kind: str, folder: Path) -> Any:
    inner = FileSource(folder / "flags.json")
    other = FileSource(folder / "other.json")
    if kind == "replicated":
        return ReplicatedSource(inner, other)
    chained = ChainedSource(other, inner)
    return Written(chained if kind == "chained" else CachedSource(inner, other.name), inner)


def following(source: Any) -> Client:
    return Client.from_source(source, poll_seconds=0.01)


# --- the contract ---------------------------------------------------------------------------------


def test_what_is_written_is_fetched_once(source: Any) -> None:
    source.write(document(True))
    found = source.fetch("")
    assert (found.data, found.toml) == (document(True), False)
    assert source.fetch(found.mark) is None
    source.write(document(False))
    second = source.fetch(found.mark)
    assert second.data == document(False)
    assert second.mark != found.mark
    assert source.fetch(second.mark) is None
    assert source.fetch("of another program").data == document(False)


def test_what_is_not_valid_is_not_written(source: Any) -> None:
    source.write(document(True))
    for broken in (b"", b"[]", b'{"flags": {"a": {}}}'):
        with pytest.raises(DocumentError):
            source.write(broken)
    assert source.fetch("").data == document(True)


def test_snapshots_are_kept_as_they_are(source: Any) -> None:
    data = snapshot_of({"a": flag(False)}).encode()
    source.write(data)
    assert source.fetch("").data == data


def test_a_client_follows_it(source: Any) -> None:
    source.write(document(True))
    with following(source) as client:
        assert client.wait_ready(10)
        assert client.boolean("a", USER) is True
        assert client.status.origin == "source"
        told: list[frozenset[str]] = []
        client.on_change(told.append)
        source.write(document(False))
        until(lambda: told)
        assert client.boolean("a", USER, True) is False
        assert client.poll() is True


def test_a_client_that_comes_before_its_document(source: Any) -> None:
    with following(source) as client:
        assert client.boolean("a", USER, True) is True
        source.write(document(False))
        until(lambda: not client.boolean("a", USER, True))
        assert client.status.error == ""


def test_a_forked_child_follows_too(source: Any) -> None:
    if isinstance(source, MemorySource):
        pytest.skip("what is in memory is each process's own")
    source.write(document(True))
    with following(source) as client:
        assert client.wait_ready(10)
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # a child that hangs must not outlive the test
            try:
                until(lambda: not client.boolean("a", USER, True))
                os._exit(0)
            except BaseException:
                os._exit(1)
        source.write(document(False))
        assert os.waitpid(child, 0)[1] == 0


# --- sources that fail ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (RedisSource("redis://127.0.0.1:1/0"), "Redis key yardarm:document cannot be read"),
        (SqlSource("postgresql://postgres@127.0.0.1:1/x"), "table yardarm_documents, document"),
        (SqlSource("sqlite://"), "no such table"),
        (FileSource("/nowhere/flags.json"), "No such file"),
        (ChainedSource(FileSource("/nowhere/a"), FileSource("/nowhere/b")), "/nowhere/b: No such"),
    ],
    ids=["redis", "postgresql", "sqlite", "file", "chained"],
)
def test_a_source_that_is_not_there(source: Any, said: str) -> None:
    with following(source) as client:
        until(lambda: client.status.error)
        assert said in client.status.error
        assert client.boolean("a", USER, True) is True
        assert client.wait_ready(0) is False


def test_redis_that_goes_and_comes_back(redis_url: str) -> None:
    source = RedisSource(redis_url, "gone")
    source.write(document(True))
    with following(source) as client, redis.Redis.from_url(redis_url) as admin:
        assert client.wait_ready(10)
        admin.delete("gone")
        until(lambda: client.status.error)
        assert "no document" in client.status.error
        assert client.boolean("a", USER) is True
        source.write(document(True))  # as it was, so its mark is as it was
        until(lambda: not client.status.error)


def test_a_row_that_somebody_broke(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = made(SqlSource(f"sqlite:///{tmp_path}/app.db"))
    source.write(document(True))
    with following(source) as client:
        assert client.wait_ready(10)
        with sqlite3.connect(tmp_path / "app.db") as database:
            database.execute("UPDATE yardarm_documents SET document = x'7B', mark = 'broken'")
        until(lambda: client.status.error)
        assert client.boolean("a", USER) is True
        assert len(caplog.records) == 1
        source.write(document(False))
        until(lambda: not client.boolean("a", USER))


def test_several_documents_in_one_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/app.db"
    shop, office = (made(SqlSource(url, name)) for name in ("shop", "office"))
    shop.write(document(True))
    office.write(document(False))
    assert shop.fetch("").data == document(True)
    assert office.fetch("").data == document(False)  # type: ignore[union-attr]


def test_a_source_that_raises_anything() -> None:
    class Careless:
        name = "careless"

        def fetch(self, mark: str) -> Content | None:
            raise RecursionError("too deep")

    with following(Careless()) as client:
        until(lambda: client.status.error)
        assert "careless cannot be read: RecursionError: too deep" in client.status.error
    with pytest.raises(OptionError, match="from_source takes an object with fetch"):
        Client.from_source("flags.json")  # type: ignore[arg-type]


# --- sources of sources ---------------------------------------------------------------------------


def test_a_chain_answers_with_the_first_that_can(tmp_path: Path) -> None:
    first, second = FileSource(tmp_path / "1.json"), MemorySource({"flags": {"a": flag(False)}})
    with following(ChainedSource(first, second)) as client:
        assert client.wait_ready(10)
        assert client.boolean("a", USER, True) is False
        first.write(document(True))
        until(lambda: client.boolean("a", USER))
        (tmp_path / "1.json").unlink()
        until(lambda: not client.boolean("a", USER, True))
    with pytest.raises(OptionError, match="at least one"):
        ChainedSource()


def test_what_was_cached_starts_a_program(tmp_path: Path) -> None:
    inner, cache = FileSource(tmp_path / "flags.json"), tmp_path / "cache"
    inner.write(document(True))
    assert CachedSource(inner, cache).fetch("") is not None
    (tmp_path / "flags.json").unlink()
    with following(CachedSource(inner, cache)) as client:
        assert client.wait_ready(10)
        assert client.boolean("a", USER) is True
        until(lambda: "No such file" in client.status.error)  # the source is still missing
        inner.write(document(False))
        until(lambda: not client.boolean("a", USER))


def test_what_is_broken_is_not_cached(tmp_path: Path) -> None:
    inner, cache = FileSource(tmp_path / "flags.json"), tmp_path / "cache"
    inner.write(document(True))
    source = CachedSource(inner, cache)
    source.fetch("")
    (tmp_path / "flags.json").write_text("{")
    source.fetch("")
    (tmp_path / "flags.json").unlink()
    with following(CachedSource(inner, cache)) as client:
        assert client.wait_ready(10)
        assert client.boolean("a", USER) is True


def test_a_toml_file_is_read_and_cached_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "flags.toml"
    path.write_text('[flags.a]\ntype = "boolean"\nenabled = true\ndefault = "on"\n'
                    'variants = [{key = "on", value = true}]\n')  # fmt: skip
    source = CachedSource(FileSource(path), tmp_path / "cache")
    with following(source) as client:
        assert client.wait_ready(10)
        assert client.boolean("a", USER) is True
    assert (tmp_path / "cache").exists()
    with pytest.raises(OptionError, match="written as JSON"):
        FileSource(path).write(document(True))


def test_replicas_get_what_the_source_has_and_take_its_place(tmp_path: Path) -> None:
    source, replica = FileSource(tmp_path / "1.json"), FileSource(tmp_path / "far" / "2.json")
    source.write(document(True))
    both = ReplicatedSource(source, replica)
    with following(both) as client:
        assert client.wait_ready(10)
        (tmp_path / "far").mkdir()  # it can be reached from now on
        until(lambda: (tmp_path / "far" / "2.json").exists())
        both.write(document(False))
        until(lambda: not client.boolean("a", USER, True))
        (tmp_path / "1.json").unlink()
        assert client.poll() is True
        assert client.boolean("a", USER, True) is False
    assert (tmp_path / "far" / "2.json").read_bytes() == document(False)
