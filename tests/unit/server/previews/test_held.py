"""Chunks that are held: within a budget, never stale, never counted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.previews.held import Populations

pytestmark = pytest.mark.anyio
COUNTRY = [("user", "country")]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


async def fill(world: World, *contexts: dict[str, Any], environment: str = "production") -> int:
    entries = [{"context": context} for context in contexts]
    await world.population.import_contexts(PROJECT, environment, entries, "tess")
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, environment)
    assert row is not None
    return row.id


def people(first: int, end: int, country: str = "NL") -> list[dict[str, Any]]:
    return [{"key": f"u{number}", "country": country} for number in range(first, end)]


async def read(
    world: World, populations: Populations, where: int, names: Any = COUNTRY, **more: Any
) -> dict[str, int]:
    """How many contexts each country has, by what the chunks say."""
    found: dict[str, int] = {}
    async with world.database.read() as transaction:
        async for chunk in populations.chunks(transaction, where, names, **more):
            column = chunk.column(("user", "country"))
            for code in column.codes.tolist():
                name = str(column.values[code])
                found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("budget", [0, 2_000, 1 << 20])
async def test_what_changes_is_read_again(world: World, budget: int) -> None:
    populations = Populations(budget, rows=8)
    where = await fill(world, *people(0, 30))
    assert await read(world, populations, where) == {"NL": 30}
    await fill(world, *people(3, 5, "BE"), *people(30, 33, "DE"))
    assert await read(world, populations, where) == {"NL": 28, "BE": 2, "DE": 3}
    await fill(world, *people(0, 25, "FR"))
    assert await read(world, populations, where) == {"NL": 5, "FR": 25, "DE": 3}
    assert await read(world, populations, where) == {"NL": 5, "FR": 25, "DE": 3}
    await world.population.clear(PROJECT, "production", "tess")
    assert await read(world, populations, where) == {}
    await fill(world, *people(0, 9))
    assert await read(world, populations, where) == {"NL": 9}


async def test_only_the_budget_is_held(world: World) -> None:
    where = await fill(world, *people(0, 64))
    other = await fill(world, *people(0, 64), environment="staging")
    populations = Populations(10_000, rows=8)
    await read(world, populations, where)
    held = sum(each.size for each in populations._held.values())
    assert 0 < held <= 10_000
    await read(world, populations, other)
    assert sum(each.size for each in populations._held.values()) <= 10_000
    assert populations._held[other].chunks


async def test_attributes_that_are_not_held_are_read(world: World) -> None:
    wide = [{**person, **{f"a{i}": i for i in range(200)}} for person in people(0, 10)]
    where = await fill(world, *[{"zone": "z", **person} for person in wide])
    populations = Populations(rows=8)
    assert await read(world, populations, where, [("user", "a150")]) is not None
    assert await read(world, populations, where, [("user", "country")]) == {"NL": 10}
    async with world.database.read() as transaction:
        chunks = populations.chunks(transaction, where, [("user", "a199"), ("user", "country")])
        async for chunk in chunks:
            assert chunk.column(("user", "a199")).values[1] == 199
            assert not chunk.whole


async def test_contexts_themselves_are_not_held(world: World) -> None:
    where = await fill(world, *people(0, 10))
    populations = Populations(rows=8)
    assert await read(world, populations, where, contexts=True) == {"NL": 10}
    assert not populations._held[where].chunks


async def test_garbage_is_left_out_and_counted(world: World) -> None:
    where = await fill(world, *people(0, 5))
    async with world.database.write() as transaction:
        row = await transaction.population.lock(where)
        bodies = [b"{", b"[1]", b'{"kind": 3}', b'{"key": 1e999}', b'{"key": "x", "n": null}']
        await transaction.population.add([
            {
                "environment_id": where, "place": number, "body": body, "sightings": 1,
                "source": "observed", "application": "", "first_at": world.clock.now,
                "last_at": world.clock.now, "sequence": row.sequence + 1 + number,
            }
            for number, body in enumerate(bodies)
        ])  # fmt: skip
    populations = Populations()
    async with world.database.read() as transaction:
        chunks = [c async for c in populations.chunks(transaction, where, COUNTRY)]
    assert [(len(chunk), chunk.bad) for chunk in chunks] == [(6, 4)]
