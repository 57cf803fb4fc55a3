"""What every database must do for the store. SQLite and PostgreSQL run the same tests."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from tests.server_world import PROJECT, World, open_world, until

from yardarm.server.access.model import Grant
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import Conflict
from yardarm.server.store.changes import ChangeRow
from yardarm.server.store.database import Database
from yardarm.server.store.errors import StoreError, StoreUnreachable, StoreUnwritable
from yardarm.server.store.schema import metadata, projects

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    made = await Database.open(url)
    yield made
    await made.close()


async def names(database: Database) -> list[str]:
    async with database.read() as transaction:
        return [row.key for row in await transaction.projects.all()]


# --- transactions -----------------------------------------------------------------------------


async def test_what_is_written_is_read(database: Database) -> None:
    async with database.write() as transaction:
        made = await transaction.projects.add("shop", "Shop \u00e9", NOW, "ann")
        assert await transaction.projects.find("shop") == made
    async with database.read() as transaction:
        assert await transaction.projects.find("shop", lock=False) == made
    assert made is not None
    assert (made.name, made.created_at) == ("Shop \u00e9", NOW)


async def test_an_exception_leaves_nothing(database: Database) -> None:
    async def work() -> None:
        async with database.write() as transaction:
            await transaction.projects.add("shop", "", NOW, "ann")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert await names(database) == []


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with database.write() as transaction:
            await transaction.projects.add("shop", "", NOW, "ann")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await names(database) == []
    async with asyncio.timeout(10), database.write() as transaction:
        await transaction.projects.add("blog", "", NOW, "ann")
    assert await names(database) == ["blog"]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreUnwritable):
        async with database.read() as transaction:
            await transaction.projects.add("shop", "", NOW, "ann")
    assert await names(database) == []


async def test_readers_wait_for_no_writer_and_see_only_commits(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.projects.add("shop", "", NOW, "ann")
        async with asyncio.timeout(5):
            assert await names(database) == []
            await asyncio.gather(*(names(database) for _ in range(20)))
    assert await names(database) == ["shop"]


async def test_a_read_sees_one_moment(database: Database) -> None:
    async with database.read() as reading:
        assert await reading.projects.all() == []
        async with asyncio.timeout(5), database.write() as transaction:
            await transaction.projects.add("shop", "", NOW, "ann")
        assert await reading.projects.all() == []
    assert await names(database) == ["shop"]


async def test_a_taken_key_is_no_error(database: Database) -> None:
    async with database.write() as transaction:
        assert await transaction.projects.add("shop", "", NOW, "ann")
        assert await transaction.projects.add("shop", "", NOW, "ann") is None
        assert await transaction.projects.add("blog", "", NOW, "ann")
    assert await names(database) == ["blog", "shop"]


# --- values -----------------------------------------------------------------------------------

HOSTILE = "'; DROP TABLE projects; -- \u0000"[:-1] + '"\\%_\u202e\U0001f600\x7f'


@pytest.fixture
async def environment_id(url: str, database: Database) -> int:
    """An environment to hang rows on."""
    async with open_world(url), database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, "production")
    assert row is not None
    return row.id


async def test_every_value_comes_back_as_it_was(database: Database, environment_id: int) -> None:
    command = {"a": [1, 1.0, True, None, "\u00e9", HOSTILE], "b": {HOSTILE: 2**53 - 1}}
    row = ChangeRow(
        environment_id, 1, "set", command, HOSTILE, HOSTILE, NOW, None, {}, "r", "p", "0", "h",
        bytes(range(256)),
    )  # fmt: skip
    async with database.write() as transaction:
        await transaction.changes.append(row)
    async with database.read() as transaction:
        found = await transaction.changes.find(environment_id, 1)
    assert found == row
    types = [type(value) for value in found.command["a"]]
    assert types == [int, float, bool, type(None), str, str]


async def test_lines_are_put_replaced_and_removed(database: Database, environment_id: int) -> None:
    lines = [b'flag\t"a"\t{}', b'flag\t"\xc3\xa9"\t{}', b'segment\t"a"\t{"x":1}']
    async with database.write() as transaction:
        await transaction.lines.put(environment_id, [(line, "h") for line in lines])
        await transaction.lines.put(environment_id, [(b'flag\t"a"\t{"new":1}', "h")])
        await transaction.lines.remove(environment_id, [b'flag\t"\xc3\xa9"', b'flag\t"gone"'])
    async with database.read() as transaction:
        found = sorted(await transaction.lines.load(environment_id))
    assert found == [b'flag\t"a"\t{"new":1}', b'segment\t"a"\t{"x":1}']


async def test_the_latest_exposures_come_first(database: Database, environment_id: int) -> None:
    row = {
        "environment_id": environment_id, "flag": "f", "version": 3, "kind": "user",
        "variant": "on", "rule": None, "attributes": {}, "application": "shop",
    }  # fmt: skip
    rows = [{**row, "unit": f"u{n}", "at": NOW + timedelta(seconds=n)} for n in range(5)]
    async with database.write() as transaction:
        await transaction.observations.add_exposures([*rows, {**rows[4], "flag": "other"}])
    async with database.read() as transaction:
        latest = transaction.observations.latest_exposures
        found = await latest(environment_id, "f", NOW + timedelta(seconds=1), 3)
        assert await latest(environment_id, "f\0", NOW, 3) == []
    assert [(one.unit, one.at, one.version) for one in found] == [
        (f"u{n}", NOW + timedelta(seconds=n), 3) for n in (4, 3, 2)
    ]


async def test_ten_thousand_lines(database: Database, environment_id: int) -> None:
    lines = [f'flag\t"f{i}"\t{{"n":{i}}}'.encode() for i in range(10_000)]
    async with database.write() as transaction:
        await transaction.lines.put(environment_id, [(line, "h") for line in lines])
    async with database.read() as transaction:
        assert sorted(await transaction.lines.load(environment_id)) == sorted(lines)
    ids = [line.rsplit(b"\t", 1)[0] for line in lines]
    async with database.write() as transaction:
        await transaction.lines.remove(environment_id, ids)
    async with database.read() as transaction:
        assert await transaction.lines.load(environment_id) == []


async def test_keys_differ_by_every_byte(database: Database, environment_id: int) -> None:
    keys = ["a", "A", "\u00e9", "e\u0301", "a ", "a_", "a%"]
    lines = [b'flag\t"%b"\t{}' % key.encode() for key in keys]
    async with database.write() as transaction:
        await transaction.lines.put(environment_id, [(line, "h") for line in lines])
    async with database.read() as transaction:
        assert sorted(await transaction.lines.load(environment_id)) == sorted(lines)


async def test_conversions_tell_the_largest_values_apart(
    database: Database, environment_id: int
) -> None:
    async with database.write() as transaction:
        shared = {"environment_id": environment_id, "kind": "user", "at": NOW, "application": ""}
        seen = [("a", "NL"), ("b", "NL"), ("c", None), ("d", None), ("e", None), ("f", "BE")]
        observations = transaction.observations
        await observations.add_exposures(
            [
                {
                    **shared,
                    "flag": "nav",
                    "version": 1,
                    "unit": unit,
                    "variant": "on",
                    "rule": None,
                    "attributes": {} if country is None else {"country": country},
                }
                for unit, country in seen
            ]
        )
        paid = {**shared, "event": "paid", "value": 2.0, "attributes": {}}
        await observations.add_metrics([{**paid, "unit": unit} for unit in ("a", "c", "f")])
    async with database.read() as transaction:
        ask = transaction.observations.conversions
        found = await ask(environment_id, "nav", "paid", "country", None, 2)
        assert {(row.value, row.units, row.converted, row.total) for row in found} == {
            (None, 3, 1, 2.0),
            ("NL", 2, 1, 2.0),
        }
        [whole] = await ask(environment_id, "nav", "paid", None, NOW, 2)
        assert (whole.value, whole.units, whole.converted) == (None, 6, 3)
        assert await ask(environment_id, "nav", "paid", None, NOW + timedelta(seconds=1), 2) == []


async def test_text_that_cannot_be_stored_is_not_found(url: str) -> None:
    async with open_world(url) as world:
        for text in ("a\0b", "\ud800"):
            async with world.database.read() as transaction:
                assert await transaction.projects.find(text) is None
                assert await transaction.projects.find_environment(PROJECT, text) is None
            for flag, event, by in ((text, "e", "b"), ("f", text, "b"), ("f", "e", text)):
                assert await world.observe.conversions(PROJECT, "staging", flag, event, by) == []
            assert await world.observe.counts(PROJECT, "staging", flag=text) == []
            assert await world.observe.usage(text, text) == []
            assert await world.access.find_key(text) is None
            assert await world.access.authenticate(text) is None


# --- the schema -------------------------------------------------------------------------------


async def test_the_migrations_lead_to_the_tables_that_are_used(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        options = {"version_table": "schema_version"}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    async with database._engines.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_servers_that_start_together_wait_for_each_other(url: str) -> None:
    databases = await asyncio.gather(*(Database.open(url) for _ in range(3)))
    for database in databases:
        assert await names(database) == []
        await database.close()


# --- races ------------------------------------------------------------------------------------


async def count_up(database: Database, times: int) -> None:
    """Read a number, and write the next one, in one transaction each."""
    for _ in range(times):
        async with database.write() as transaction:
            row = await transaction.projects.find("counter", lock=True)
            assert row is not None
            await transaction._connection.execute(
                sa.update(projects)
                .where(projects.c.key == "counter")
                .values(name=str(int(row.name) + 1))
            )


async def test_a_counter_counts_every_task(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.projects.add("counter", "0", NOW, "ann")
    await asyncio.gather(*(count_up(database, 10) for _ in range(20)))
    async with database.read() as transaction:
        row = await transaction.projects.find("counter")
    assert row is not None
    assert row.name == "200"


def start(url: str, flag: str, count: int, *before: str) -> subprocess.Popen[str]:
    """A process that will submit `count` changes of a flag. See `submitter`."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    command = [*before, sys.executable, "-m", "tests.contracts.submitter", url, flag, str(count)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT
    )


def release(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def acknowledged(output: str) -> list[int]:
    """Versions in whole lines: what was cut off was not said."""
    lines = output.rpartition("\n")[0].splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("ack ")]


async def test_two_processes_lose_and_repeat_no_version(url: str) -> None:
    async with open_world(url) as world:
        await world.create("a", "b")
        processes = [start(url, flag, 50) for flag in ("a", "b")]
        for process in processes:
            release(process)
        outputs = [await asyncio.to_thread(process.communicate) for process in processes]
        versions = [version for output, _ in outputs for version in acknowledged(output)]
        assert sorted(versions) == list(range(3, 103))
        report = await world.changes.verify_chain(PROJECT, "production")
        assert (report.faults, report.length) == ((), 102)
        assert len((await world.changes.document(PROJECT, "production")).flags) == 2


async def test_of_two_nodes_on_the_same_base_one_wins(url: str) -> None:
    async with open_world(url) as one, open_world(url) as other:
        await one.create("a")
        for base in range(1, 11):
            outcomes = await asyncio.gather(
                *(
                    node.submit(
                        c.EditFlag(
                            "a", {"targets": [{"variant": "on", "keys": [f"{base}-{name}"]}]}
                        ),
                        at={"production": base},
                    )
                    for name, node in enumerate((one, other))
                ),
                return_exceptions=True,
            )
            assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
        assert (await one.changes.verify_chain(PROJECT, "production")).whole


async def test_a_node_sees_at_once_what_another_has_committed(url: str) -> None:
    async with open_world(url) as one, open_world(url) as other:
        await one.create("a")
        for on in (True, False, True):
            await one.submit(c.SetEnabled("a", on), "production")
            assert (await other.changes.document(PROJECT, "production")).flags["a"].enabled is on


@pytest.mark.timeout(300)
async def test_what_was_acknowledged_survives_kill_9(url: str) -> None:
    """Killed at random moments of publishing: the acknowledged are there, the others whole or
    not at all, and the next process goes on."""
    chance, last = random.Random(11), 1
    async with open_world(url) as world:
        await world.create("a")
    for _ in range(4):
        process = start(url, "a", 100_000)
        release(process)
        assert process.stdout is not None
        first = process.stdout.readline()
        await asyncio.sleep(chance.uniform(0, 0.3))  # the moment of death, not a wait for anything
        process.kill()
        output = first + (await asyncio.to_thread(process.communicate))[0]
        versions = acknowledged(output)
        assert versions == list(range(versions[0], versions[-1] + 1))
        async with open_world(url) as world:
            report = await world.changes.verify_chain(PROJECT, "production")
            assert report.faults == ()
            assert report.length in (versions[-1], versions[-1] + 1)
            assert versions[0] > last
            last = report.length


# --- the disk ---------------------------------------------------------------------------------


def traced() -> bool:
    """Whether strace works here."""
    strace = shutil.which("strace")
    return strace is not None and (
        subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True).returncode == 0
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_after_an_error_of_the_disk_nothing_more_is_written(url: str, tmp_path: Path) -> None:
    """A failed fsync says that data may be gone; a second, successful one proves nothing."""
    if not traced():
        assert os.environ.get("CI") != "true", "strace does not work here"
        pytest.skip("strace does not work here")
    async with open_world(url) as world:
        await world.create("a")
    inject = "inject=fsync,fdatasync:error=EIO:when=25+"
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fsync,fdatasync", "-e", inject]
    process = start(url, "a", 60, *strace)
    release(process)
    output, _ = await asyncio.to_thread(process.communicate)
    versions = acknowledged(output)
    lines = output.splitlines()
    assert versions
    assert lines[-1] == "StoreBroken"
    assert lines.count("StoreBroken") + len(versions) == 60
    assert lines[len(versions)] == "StoreBroken"  # from the first error on, for ever
    synced = trace.read_text().splitlines()
    failed = next(i for i, line in enumerate(synced) if "EIO" in line)
    assert len(synced) - failed <= 3  # closing; no new attempt for any of the later submits
    async with open_world(url) as world:
        report = await world.changes.verify_chain(PROJECT, "production")
        assert report.faults == ()
        assert report.length >= versions[-1]


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in the folder can be written, not even by root where that can be had."""
    files, root = [*folder.iterdir(), folder], hasattr(os, "geteuid") and os.geteuid() == 0

    def immutable(sign: str) -> bool:
        names = [str(file) for file in files]
        return subprocess.run(["chattr", f"{sign}i", *names], capture_output=True).returncode == 0

    for file in files:
        file.chmod(0o555)
    try:
        if root and not immutable("+"):
            pytest.skip("root may write here: a file system without chattr +i")
        yield
    finally:
        if root:
            immutable("-")
        folder.chmod(0o755)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_read_only_folder_is_said_in_one_line(url: str, tmp_path: Path) -> None:
    database = await Database.open(url)
    await database.close()
    with read_only(tmp_path), pytest.raises(StoreUnwritable) as caught:
        await Database.open(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_file_that_is_no_database_is_said(url: str, tmp_path: Path) -> None:
    (tmp_path / "yardarm.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not a Yardarm database"):
        await Database.open(url)


async def test_nobody_listens() -> None:
    for port in (1, 9):
        with pytest.raises(StoreUnreachable):
            await Database.open(f"postgresql://postgres@127.0.0.1:{port}/postgres")


# --- between nodes (PostgreSQL) ---------------------------------------------------------------

postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@postgresql
async def test_every_node_is_told_of_every_change_in_order(url: str) -> None:
    async with open_world(url) as one, open_world(url) as other:
        await one.create("a")
        await asyncio.gather(
            *(
                node.submit(c.SetEnabled("a", number % 2 == 0), "production")
                for number in range(40)
                for node in (one, other)
            )
        )
        expected = (await one.projects.get_environment(PROJECT, "production")).version

        def told(node: World) -> list[int]:
            return [each.version for each in node.told if each.environment == "production"]

        async def all_told() -> bool:
            return max(told(one)) == max(told(other)) == expected

        await until(all_told)
        assert told(one) == told(other) == list(range(1, expected + 1))


@postgresql
async def test_a_node_that_lost_its_connection_catches_up(url: str) -> None:
    def heard(number: int) -> Callable[[], Awaitable[bool]]:
        async def enough() -> bool:
            return len(other.told) == number

        return enough

    async with open_world(url) as one, open_world(url) as other:
        await one.create("a")
        await until(heard(2))
        async with one.database.write() as transaction:
            await transaction._connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                    "pg_backend_pid() AND application_name = 'yardarm doorbell' "
                    "AND datname = current_database()"
                )
            )
        for on in (True, False):
            await one.submit(c.SetEnabled("a", on), "production")
        await until(heard(4))
        assert [each.version for each in other.told if each.environment == "production"] == [
            1,
            2,
            3,
        ]


async def lose_connection(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.projects.add("shop", "", NOW, "ann")
        end = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")
        await transaction._connection.execute(end)


@postgresql
async def test_a_connection_lost_mid_transaction_leaves_nothing(url: str) -> None:
    database = await Database.open(url)
    try:
        with pytest.raises(StoreUnreachable):
            await lose_connection(database)
        assert await names(database) == []
        async with database.write() as transaction:
            await transaction.projects.add("blog", "", NOW, "ann")
        assert await names(database) == ["blog"]
    finally:
        await database.close()


@postgresql
async def test_a_revocation_counts_on_every_node(url: str) -> None:
    async with open_world(url) as one, open_world(url) as other:
        await other.access.start()
        info, token = await one.access.issue_token(one.me, "ann", "", (Grant("read"),))
        assert await other.access.authenticate(token)
        await one.access.revoke_token(one.me, info.id)

        async def revoked() -> bool:
            return await other.access.authenticate(token) is None

        await until(revoked)


@postgresql
async def test_a_commit_is_durable_whatever_the_cluster_says(url: str) -> None:
    database = await Database.open(url)
    name = sa.make_url(url).database
    async with database.write() as transaction:
        await transaction._connection.execute(
            sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off")
        )
    await database.close()
    database = await Database.open(url)
    async with database.write() as transaction:
        shown = await transaction._connection.execute(sa.text("SHOW synchronous_commit"))
        assert shown.scalar_one() == "on"
    await database.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_sqlite_syncs_every_commit(url: str, database: Database) -> None:
    async with database.write() as transaction:
        for pragma, value in (("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1)):
            found = await transaction._connection.execute(sa.text(f"PRAGMA {pragma}"))
            assert found.scalar_one() == value
