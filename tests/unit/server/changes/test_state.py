"""What is remembered of environments."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from tests.server_world import PROJECT, World, open_world

from yardarm.core.snapshot import root_of
from yardarm.server.changes.state import State, States, off_loop
from yardarm.server.store.errors import StoreDamaged

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a")
        yield made


async def current(world: World, states: States, **fields: Any) -> State:
    """The state for the row of `production`, altered by `fields`."""
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, "production")
        assert row is not None
        return await states.current(transaction, replace(row, **fields))


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that load lines."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "FROM lines" in statement:
            seen.append(statement)

    engine = world.database._engines.reader.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


async def test_a_state_is_read_once(world: World) -> None:
    states = States()
    with counted(world) as loads:
        first = await current(world, states)
        again = await current(world, states, head="another")
    assert len(loads) == 1
    assert again.document is first.document
    assert again.row.head == "another"


@pytest.mark.parametrize("other", [{"version": 2}, {"epoch": "f"}])
async def test_another_version_is_read_anew(world: World, other: dict[str, Any]) -> None:
    states = States()
    with counted(world) as loads:
        await current(world, states)
        await current(world, states, **other)
    assert len(loads) == 2


async def test_lines_without_the_right_root_are_damage(world: World) -> None:
    with pytest.raises(StoreDamaged):
        await current(world, States(), root=root_of({}))


async def test_a_slow_reader_does_not_push_out_what_a_publish_left(world: World) -> None:
    states = States()
    late = await current(world, states, version=2)
    states.keep(replace(late, row=replace(late.row, version=1)))
    with counted(world) as loads:
        await current(world, states, version=2)
    assert loads == []


async def test_the_least_used_is_forgotten_first(world: World) -> None:
    states = States()
    first = await current(world, states)
    for number in range(1_001, 1_064):
        states.keep(replace(first, row=replace(first.row, id=number)))
    with counted(world) as loads:
        await current(world, states)
        states.keep(replace(first, row=replace(first.row, id=1_064)))
        await current(world, states)
        assert loads == []
        for number in range(1_065, 1_129):
            states.keep(replace(first, row=replace(first.row, id=number)))
        await current(world, states)
    assert len(loads) == 1


async def test_large_documents_push_others_out(world: World) -> None:
    states = States()
    first = await current(world, states, bytes=100 * MIB)
    with counted(world) as loads:
        states.keep(replace(first, row=replace(first.row, id=1_001, bytes=20 * MIB)))
        await current(world, states, bytes=100 * MIB)
        assert loads == []
        states.keep(replace(first, row=replace(first.row, id=1_001, bytes=100 * MIB)))
        await current(world, states, bytes=100 * MIB)
    assert len(loads) == 1


async def test_work_on_large_documents_leaves_the_loop() -> None:
    assert await off_loop(1, threading.get_ident) == threading.get_ident()
    assert await off_loop(10**9, threading.get_ident) != threading.get_ident()
