"""The system chain."""

from __future__ import annotations

import asyncio
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from tests.server_world import World, open_world

from yardarm.core.jsontext import canonical
from yardarm.server.audit.model import GENESIS, Entry
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import NotFound

pytestmark = pytest.mark.anyio


async def note(world: World, action: str) -> Entry:
    async with world.database.write() as transaction:
        return await world.audit.append(
            transaction, actor="ann", action=action, details={"x": 1.0}, at=world.clock()
        )


async def test_entries_are_numbered_and_linked() -> None:
    async with open_world() as world:
        made = [await note(world, f"step {i}") for i in range(3)]
        listed = await world.audit.list_entries()
        assert listed[:3] == made[::-1]
        assert [entry.number for entry in listed] == [6, 5, 4, 3, 2, 1]
        assert [entry.prev_hash for entry in listed] == [*(e.hash for e in listed[1:]), GENESIS]
        assert [e.number for e in await world.audit.list_entries(2, before=5)] == [4, 3]
        report = await world.audit.verify()
        assert (report.whole, report.length, report.head) == (True, 6, made[-1].hash)


async def test_an_entry_can_be_checked_with_nothing_but_its_json() -> None:
    async with open_world() as world:
        value = (await note(world, "step")).to_json()
        claimed = value.pop("hash")
        assert sha256(canonical(value)).hexdigest() == claimed


async def test_a_clock_that_goes_back_does_not_turn_the_order() -> None:
    async with open_world() as world:
        first = await note(world, "first")
        world.clock.move(hours=-3)
        assert (await note(world, "second")).at == first.at
        assert (await world.audit.verify()).whole


async def test_what_is_rolled_back_leaves_no_number_out() -> None:
    async with open_world() as world:
        with pytest.raises(NotFound):  # after the environment was made and audited
            await world.submit(c.CreateEnvironment("test", copy_from="moon"))
        assert (await note(world, "yes")).number == 4
        assert (await world.audit.verify()).whole


async def test_many_at_once_are_one_chain() -> None:
    async with open_world() as world:
        await asyncio.gather(*(note(world, f"step {i}") for i in range(20)))
        report = await world.audit.verify()
        assert (report.whole, report.length) == (True, 23)


TAMPERED = [
    *(
        f"UPDATE audit_entries SET {what} WHERE number = 4"
        for what in (
            "actor = 'mallory'",
            "action = 'other'",
            "reason = 'because'",
            "details = '{}'",
            "details = 'no json'",
            "at = '2020-01-01T00:00:00.000000Z'",
            "at = 'never'",
            "prev_hash = hex(zeroblob(32))",
            "hash = hex(zeroblob(32))",
            "number = 77",
        )
    ),
    "DELETE FROM audit_entries WHERE number = 4",
    "DELETE FROM audit_entries WHERE number = 1",
    "DELETE FROM audit_entries WHERE number = 6",
    "DELETE FROM audit_entries",
    "UPDATE audit_head SET number = 5",
    "UPDATE audit_head SET hash = hex(zeroblob(32))",
    "DELETE FROM audit_head",
]


@pytest.mark.parametrize("statement", TAMPERED)
async def test_whatever_is_tampered_with_is_found(statement: str, tmp_path: Path) -> None:
    path = tmp_path / "yardarm.db"
    async with open_world(f"sqlite:///{path}") as world:
        for number in range(3):
            await note(world, f"step {number}")
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    async with open_world(f"sqlite:///{path}") as world:
        assert not (await world.audit.verify()).whole
