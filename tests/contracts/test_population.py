"""What every database must do for populations. SQLite and PostgreSQL run the same tests."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.server_world import PROJECT, World, open_world

from yardarm.core.keeping import kept_form
from yardarm.core.observed import PLACES
from yardarm.server.population.model import Entry, PopulationPolicy
from yardarm.server.store.population import ContextRow, PopulationRow
from yardarm.server.store.schema import metadata, metric_events, previews

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    async with open_world(url) as made:
        yield made


async def environment_id(world: World, environment: str = "production") -> int:
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, environment)
    assert row is not None
    return row.id


def entry(context: dict[str, Any], minutes: float = 0) -> Entry:
    place, body = kept_form(context)
    return Entry(place, body, NOW + timedelta(minutes=minutes))


def people(*numbers: int) -> list[Entry]:
    return [entry({"key": f"u{n}"}) for n in numbers]


async def take(
    world: World, entries: Sequence[Entry], halvings: int = 0, *, application: str = "shop"
) -> None:
    where = await environment_id(world)
    async with world.database.write() as transaction:
        await world.population.keeper.take(
            transaction, where, entries, halvings, application, "yardarm-python", "1", NOW
        )


async def kept(world: World) -> list[ContextRow]:
    where = await environment_id(world)
    async with world.database.read() as transaction:
        return await transaction.population.page(where, limit=100_000)


async def state(world: World) -> PopulationRow:
    where = await environment_id(world)
    async with world.database.read() as transaction:
        return await transaction.population.state(where)


async def test_the_newest_body_stays_and_sightings_add_up(world: World) -> None:
    await take(world, [entry({"key": "ann", "plan": "free"}, 10)])
    await take(world, [entry({"key": "ann", "plan": "old"}, 5)])
    await take(
        world, [entry({"key": "ann", "plan": "a"}, 7), entry({"key": "ann", "plan": "b"}, 6)]
    )
    (row,) = await kept(world)
    assert row.body == b'{"key":"ann","plan":"free"}'
    assert (row.sightings, row.source, row.application) == (4, "observed", "shop")
    assert (row.first_at, row.last_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=10))
    await take(world, [entry({"key": "ann", "plan": "pro"}, 10)], application="web")
    (row,) = await kept(world)
    assert (row.body, row.application) == (b'{"key":"ann","plan":"pro"}', "web")
    assert await state(world) == PopulationRow(contexts=1, threshold=PLACES, sequence=4)


async def test_every_change_is_read_once_in_order(world: World) -> None:
    await take(world, people(*range(12_000)))
    await take(world, people(7, 5))
    where = await environment_id(world)
    async with world.database.read() as transaction:
        pages = [page async for page in transaction.population.read_since(where)]
        late = [page async for page in transaction.population.read_since(where, 12_000)]
        none = [page async for page in transaction.population.read_since(where, 12_002)]
    rows = [row for page in pages for row in page]
    assert [row.sequence for row in rows] == sorted({row.sequence for row in rows})
    assert len({row.place for row in rows}) == len(rows) == 12_000
    assert max(len(page) for page in pages) < 12_000
    assert {(row.body, row.sightings) for page in late for row in page} == {
        (b'{"key":"u5"}', 2), (b'{"key":"u7"}', 2)
    }  # fmt: skip
    assert none == []


async def test_a_sample_is_exactly_who_stands_below_the_threshold(world: World) -> None:
    """After any sequence of reports, whatever the reporters had to leave out themselves."""
    rng = random.Random(11)
    seen: dict[int, int] = {}
    halvings, now = 0, await state(world)
    await world.population.set_policy(PROJECT, "production", PopulationPolicy(limit=1_000), "tess")
    for _ in range(40):
        halvings = max(halvings, rng.choice([0, 0, 0, 0, 1, 2]))
        entries = people(*(rng.randrange(9_000) for _ in range(rng.randrange(400))))
        sent = [each for each in entries if each.place < PLACES >> halvings]
        for each in entries:
            seen[each.place] = seen.get(each.place, 0) + 1
        await take(world, sent, halvings)
        before, now = now, await state(world)
        rows = await kept(world)
        assert {row.place for row in rows} == {p for p in seen if p < now.threshold}
        assert all(row.sightings == seen[row.place] for row in rows)
        assert now.contexts == len(rows) <= 1_000
        assert (now.generation > before.generation) is (now.threshold < before.threshold)
    assert now.threshold < PLACES >> 2
    summary = await world.population.summary(PROJECT, "production")
    assert summary.low <= len(seen) <= summary.high


async def test_nodes_that_take_at_once_lose_nothing(url: str, world: World) -> None:
    async with open_world(url) as other:
        await asyncio.gather(
            *(
                take(node, people(*range(start, start + 150)))
                for start in range(0, 1_000, 100)
                for node in (world, other)
            )
        )
    now = await state(world)
    rows = await kept(world)
    assert now.contexts == len(rows) == 1_050
    assert sum(row.sightings for row in rows) == 20 * 150 == now.sequence
    assert len({row.place for row in rows}) == 1_050


async def test_old_contexts_go_and_so_do_their_reporters(world: World) -> None:
    world.clock.now = NOW + timedelta(days=90, minutes=3)
    await take(world, [entry({"key": "ann"}, 2), entry({"key": "bea"}, 4)])
    assert await world.population.sweep() == 1
    assert [row.body for row in await kept(world)] == [b'{"key":"bea"}']
    now = await state(world)
    assert (now.contexts, now.generation) == (1, 1)
    assert await world.population.sweep() == 0
    assert (await state(world)).generation == 1
    summary = await world.population.summary(PROJECT, "production")
    assert summary.reporters == ()


async def test_a_lower_limit_holds_at_once(world: World) -> None:
    await take(world, people(*range(5_000)))
    await world.population.set_policy(PROJECT, "production", PopulationPolicy(limit=1_500), "tess")
    now = await state(world)
    assert now.threshold < PLACES >> 1
    assert 1_350 < now.contexts == len(await kept(world)) <= 1_500
    assert await world.population.clear(PROJECT, "production", "tess") == now.contexts
    assert await state(world) == PopulationRow(0, PLACES, now.sequence, now.generation + 1)


async def test_forgetting_leaves_no_byte_of_the_key(world: World) -> None:
    key = 'ann"\u00e9\\@example.com'
    await world.create("a")
    await take(
        world,
        [
            entry({"key": key, "plan": "pro"}),
            entry({"kind": "multi", "user": {"key": key}, "team": {"key": "t"}}),
            entry({"key": "bea", "about": "another ann"}),
            entry({"key": key + "2"}),
        ],
    )
    where = await environment_id(world)
    at = {"environment_id": where, "at": NOW, "attributes": {}, "application": "shop"}
    exposure = {**at, "flag": "a", "version": 1, "kind": "user", "variant": "on", "rule": None}
    metric = {**at, "event": "paid", "kind": "user", "value": 1.0}
    units = (key, "bea")
    async with world.database.write() as transaction:
        await transaction.observations.add_exposures([{**exposure, "unit": u} for u in units])
        await transaction.observations.add_metrics([{**metric, "unit": u} for u in units])
        await transaction._connection.execute(
            sa.insert(previews),
            [
                {"id": str(n), "project_id": 1, "actor": "t", "at": NOW, "body": {"examples": [u]}}
                for n, u in enumerate((key, key + "2", "bea"))
            ],
        )
    done = await world.population.forget(PROJECT, "production", "user", key, "tess")
    assert (done.contexts, done.exposures, done.metric_events, done.previews) == (2, 1, 1, 2)
    left = [row.body for row in await kept(world)]
    assert len(left) == 2
    assert (await state(world)).contexts == 2
    await world.population.forget(PROJECT, "production", "user", key + "2", "tess")
    async with world.database.read() as transaction:
        connection = transaction._connection
        for table in metadata.sorted_tables:
            for row in await connection.execute(sa.select(table)):
                assert "example.com" not in "".join(_texts(row)), table.name
        assert (await connection.execute(sa.select(metric_events.c.unit))).scalars().all() == [
            "bea"
        ]
    (_, entry_) = await world.audit.list_entries(2)
    assert entry_.action == "population.forgotten"
    assert len(entry_.details["key_sha256"]) == 64
    assert (await world.audit.verify()).whole


def _texts(row: Sequence[Any]) -> list[str]:
    return [v.decode("latin-1") if isinstance(v, bytes) else repr(v) for v in row]


async def test_keys_are_found_by_how_they_begin(world: World) -> None:
    await take(
        world,
        [
            entry({"key": "ann%", "of": "x"}),
            entry({"key": "annabel"}),
            entry({"key": "ANN"}),
            entry({"key": "bea", "friend": {"key": "ann"}}),
            entry({"kind": "multi", "user": {"key": "zoe"}, "team": {"key": "ann-team"}}),
        ],
    )

    async def found(key: str, **more: Any) -> set[str]:
        held = await world.population.contexts(PROJECT, "production", key=key, **more)
        return {str(each.context.get("key", "team")) for each in held}

    assert await found("ann") == {"ann%", "annabel", "team"}
    assert await found("ann%") == {"ann%"}
    assert await found("annabel", exact=True) == {"annabel"}
    assert await found("ann", exact=True) == set()
    assert len(await found("", limit=3)) == 3


async def test_ten_thousand_contexts_are_taken_within_a_second(world: World) -> None:
    entries = [
        entry({"key": f"user-{n}", "country": "NL", "plan": "pro", "age": n % 90})
        for n in range(10_000)
    ]
    took = []
    for _ in range(3):
        started = time.process_time()  # whatever else the machine does meanwhile
        await take(world, entries)
        took.append(time.process_time() - started)
    assert (await state(world)).contexts == 10_000
    assert min(took) < 1, took
