"""What older libraries kept in Redis and in tables, read from the real thing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.redis_server import redis_server

from yardarm.connect import sources
from yardarm.connect.redis_keys import load_redis
from yardarm.errors import DocumentError, OptionError


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Redis of our own, on a free port."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        import redis

        with redis.Redis.from_url(url) as client:
            client.url = url  # type: ignore[attr-defined]
            yield client


@pytest.fixture
def redis_client(server: Any) -> Any:
    server.flushall()
    return server


def test_every_kind_of_value_is_plain(redis_client: Any) -> None:
    redis_client.hset("togglz:ONE", mapping={"enabled": "true", "strategy": "username"})
    redis_client.hset("togglz:TWO", mapping={"enabled": "false"})
    redis_client.set("other", "x")
    assert sources.load("togglz", redis_client.url) == {
        "redis": {
            "togglz:ONE": {"enabled": "true", "strategy": "username"},
            "togglz:TWO": {"enabled": "false"},
        }
    }
    redis_client.set("feature.1.a", b'{"percentage": 5}')
    redis_client.sadd("feature.active_features", "feature.1.a", "feature.1.b")
    redis_client.rpush("feature.list", b"\xff", "z")
    assert sources.load("feature_ramp", redis_client.url) == {
        "redis": {
            "feature.1.a": '{"percentage": 5}',
            "feature.active_features": ["feature.1.a", "feature.1.b"],
            "feature.list": ["ÿ", "z"],
        }
    }


def test_a_pattern_names_keys_of_another_name(redis_client: Any) -> None:
    redis_client.hset("mine", "default.x", "1")
    found = load_redis("gutter", redis_client.url, {"keys": "min*"})
    assert found == {"redis": {"mine": {"default.x": "1"}}}


def test_too_many_keys_are_refused(redis_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yardarm.connect.redis_keys.MAX_KEYS", 10)
    for number in range(20):
        redis_client.set(f"togglz:{number}", "x")
    with pytest.raises(DocumentError, match="too many keys"):
        sources.load("togglz", redis_client.url)


def test_redis_that_is_not_there() -> None:
    with pytest.raises(OptionError, match="Redis cannot be read"):
        sources.load("togglz", "redis://127.0.0.1:1/0")


# --- tables -----------------------------------------------------------------------------------


def filled(path: Path, *statements: str) -> str:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def test_rows_of_sqlite(tmp_path: Path) -> None:
    url = filled(
        tmp_path / "app.db",
        "CREATE TABLE TOGGLZ (FEATURE_NAME VARCHAR(100) PRIMARY KEY, FEATURE_ENABLED INTEGER, "
        "STRATEGY_ID VARCHAR(200), STRATEGY_PARAMS VARCHAR(2000))",
        "INSERT INTO TOGGLZ VALUES ('ONE', 1, 'gradual', 'percentage=50')",
        "CREATE TABLE other (x INTEGER)",
    )
    assert sources.load("togglz", url) == {
        "tables": {
            "togglz": [
                {
                    "FEATURE_NAME": "ONE",
                    "FEATURE_ENABLED": 1,
                    "STRATEGY_ID": "gradual",
                    "STRATEGY_PARAMS": "percentage=50",
                }
            ]
        }
    }


def test_tables_of_a_django_application(tmp_path: Path) -> None:
    url = filled(
        tmp_path / "db",
        "CREATE TABLE waffle_switch (id INTEGER PRIMARY KEY, name TEXT, active BOOL, created TEXT)",
        "INSERT INTO waffle_switch VALUES (1, 'a', 1, '2026-01-01')",
        "CREATE TABLE myapp_flagonfeature (name TEXT, active INTEGER)",
        "INSERT INTO myapp_flagonfeature VALUES ('x', 2)",
    )
    assert list(sources.load("waffle", url)["tables"]) == ["waffle_switch"]
    assert sources.load("flagon", url) == {
        "tables": {"flagonfeature": [{"name": "x", "active": 2}]}
    }


def test_a_database_without_the_tables(tmp_path: Path) -> None:
    url = filled(tmp_path / "db", "CREATE TABLE x (y INTEGER)")
    with pytest.raises(OptionError, match="none of the tables"):
        sources.load("togglz", url)
    (tmp_path / "no.db").write_bytes(b"this is not a database, but long enough to be one....")
    with pytest.raises(OptionError, match="cannot be read"):
        sources.load("togglz", f"sqlite:///{tmp_path / 'no.db'}")


def test_rows_of_postgresql() -> None:
    url = os.environ.get("YARDARM_TEST_POSTGRES")
    if url is None:
        if os.environ.get("CI") == "true":
            pytest.fail("YARDARM_TEST_POSTGRES is not set; .ci/run starts a PostgreSQL")
        pytest.skip("YARDARM_TEST_POSTGRES names no PostgreSQL")
    import asyncio

    import asyncpg

    async def prepare() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("DROP TABLE IF EXISTS feature_flag")
        await connection.execute(
            "CREATE TABLE feature_flag (id int PRIMARY KEY, feature varchar, is_active bool)"
        )
        await connection.execute("INSERT INTO feature_flag VALUES (1, 'a', true)")
        await connection.close()

    asyncio.run(prepare())
    assert sources.load("flask_featureflags", url) == {
        "tables": {"feature_flag": [{"id": 1, "feature": "a", "is_active": True}]}
    }
