"""Snapshots of the past, and finding that a history was tampered with."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.core.snapshot import Snapshot
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import NotFound
from yardarm.server.changes.model import SNAPSHOT_EVERY
from yardarm.server.store.errors import StoreDamaged

pytestmark = pytest.mark.anyio

CHANGES = 2 * SNAPSHOT_EVERY + 20


async def flip_often(world: World, keep: dict[int, Snapshot]) -> None:
    await world.create("a", "b")
    for number in range(3, CHANGES + 1):
        world.clock.move(minutes=1)
        key, on = "a" if number % 2 else "b", number % 4 in (0, 3)
        await world.submit(c.SetEnabled(key, on), "production")
        keep[number] = await world.changes.snapshot(PROJECT, "production")


async def test_every_version_can_be_had_again() -> None:
    kept: dict[int, Snapshot] = {}
    async with open_world() as world:
        await flip_often(world, kept)
        assert len(kept) == CHANGES - 2
        for version, snapshot in kept.items():
            assert await world.changes.snapshot(PROJECT, "production", version) == snapshot
        assert (await world.changes.snapshot(PROJECT, "production", 0)).lines == {}
        for version in (-1, CHANGES + 1):
            with pytest.raises(NotFound):
                await world.changes.snapshot(PROJECT, "production", version)
        assert (await world.changes.verify_chain(PROJECT, "production")).whole


async def test_the_version_in_force_at_an_instant() -> None:
    async with open_world() as world:
        began = world.clock.now
        await world.create("a")
        world.clock.move(hours=1)
        await world.submit(c.SetEnabled("a", True), "production")

        async def at(**passed: float) -> int:
            when = began + timedelta(**passed)
            return (await world.changes.snapshot(PROJECT, "production", at=when)).version

        assert [await at(seconds=-1), await at(), await at(minutes=59)] == [0, 1, 1]
        assert [await at(hours=1), await at(days=9)] == [2, 2]
        document = await world.changes.document(PROJECT, "production", at=began)
        assert not document.flags["a"].enabled
        assert document.environment == {
            "project": "shop",
            "key": "production",
            "name": "production",
        }


async def test_a_past_document_is_that_of_its_snapshot() -> None:
    async with open_world() as world:
        await world.create("a")
        await world.submit(c.SetEnabled("a", True), "production")
        past = await world.changes.document(PROJECT, "production", 1)
        assert (past.version, past.flags["a"].enabled) == (1, False)
        assert (await world.changes.document(PROJECT, "production", 2)).flags["a"].enabled


# --- tampering --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def history(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Path]]:
    path = tmp_path_factory.mktemp("history") / "yardarm.db"
    async with open_world(f"sqlite:///{path}") as world:
        await flip_often(world, {})
        yield world, path


TAMPERED = [
    "UPDATE changes SET actor = 'mallory' WHERE version = 7",
    "UPDATE changes SET reason = 'because' WHERE version = 7",
    "UPDATE changes SET at = '2020-01-01T00:00:00.000000Z' WHERE version = 7",
    "UPDATE changes SET at = 'never' WHERE version = 7",
    "UPDATE changes SET command = '{}' WHERE version = 7",
    "UPDATE changes SET command = 'no json' WHERE version = 7",
    "UPDATE changes SET inverse = '{}' WHERE version = 7",
    "UPDATE changes SET movement = '[]' WHERE version = 7",
    "UPDATE changes SET change_set = 'other' WHERE version = 7",
    "UPDATE changes SET root = hex(zeroblob(32)) WHERE version = 7",
    "UPDATE changes SET patch_hash = hex(zeroblob(32)) WHERE version = 7",
    "UPDATE changes SET prev_hash = hex(zeroblob(32)) WHERE version = 7",
    "UPDATE changes SET hash = hex(zeroblob(32)) WHERE version = 7",
    "UPDATE changes SET patch = zeroblob(9) WHERE version = 7",
    "UPDATE changes SET patch = (SELECT patch FROM changes WHERE version = 9) WHERE version = 7",
    "UPDATE changes SET version = 10000 WHERE version = 7",
    "DELETE FROM changes WHERE version = 7",
    "DELETE FROM changes WHERE version = 1",
    f"DELETE FROM changes WHERE version = {CHANGES}",
    "DELETE FROM changes",
    "UPDATE environments SET version = version - 1",
    "UPDATE environments SET root = hex(zeroblob(32))",
    "UPDATE environments SET head = hex(zeroblob(32))",
    "UPDATE environments SET epoch = 'another'",
    "UPDATE environments SET key = 'renamed' WHERE key = 'production'",
    "UPDATE lines SET body = '{}' WHERE key = 'a'",
    "DELETE FROM lines WHERE key = 'a'",
    "INSERT INTO lines SELECT environment_id, kind, 'c', body, hash FROM lines WHERE key = 'a'",
    "UPDATE snapshots SET body = zeroblob(9)",
    f"DELETE FROM snapshots WHERE version = {SNAPSHOT_EVERY}",
    "UPDATE snapshots SET version = version + 1",
]


@pytest.mark.parametrize("statement", TAMPERED)
async def test_whatever_is_tampered_with_is_found(
    history: tuple[World, Path], statement: str, tmp_path: Path
) -> None:
    _, path = history
    copy = tmp_path / "copy.db"
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute(f"{statement}{_here(statement)}")
    target.close()
    async with open_world(f"sqlite:///{copy}") as tampered:
        environment = "renamed" if "renamed" in statement else "production"
        report = await tampered.changes.verify_chain(PROJECT, environment)
        assert not report.whole


def _here(statement: str) -> str:
    """Only in production, whose history is long."""
    if " environments " in statement:
        return "" if "WHERE" in statement else " WHERE key = 'production'"
    production = "(SELECT id FROM environments WHERE key = 'production')"
    return f"{' AND' if 'WHERE' in statement else ' WHERE'} environment_id = {production}"


async def test_an_untouched_copy_is_whole(history: tuple[World, Path]) -> None:
    world, _ = history
    for environment, length in (("production", CHANGES), ("staging", 2)):
        report = await world.changes.verify_chain(PROJECT, environment)
        assert (report.faults, report.length) == ((), length)


async def test_two_changes_in_each_others_place_are_found(
    history: tuple[World, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(history[1]) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        for was, now in ((7, -1), (8, 7), (-1, 8)):
            target.execute("UPDATE changes SET version = ? WHERE version = ?", (now, was))
    target.close()
    async with open_world(f"sqlite:///{copy}") as tampered:
        faults = (await tampered.changes.verify_chain(PROJECT, "production")).faults
        assert {fault.number for fault in faults} >= {7, 8}


async def test_damaged_lines_are_not_served(history: tuple[World, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(history[1]) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("UPDATE lines SET body = '{}'")
    target.close()
    async with open_world(f"sqlite:///{copy}") as tampered:
        with pytest.raises(StoreDamaged):
            await tampered.changes.snapshot(PROJECT, "production")
        with pytest.raises(StoreDamaged):
            await tampered.submit(c.SetEnabled("a", True), "production")
        past = await tampered.changes.snapshot(PROJECT, "production", CHANGES - 1)
        assert past.version == CHANGES - 1
