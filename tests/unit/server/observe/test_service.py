"""Storing events and answering for them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from tests.server_world import PROJECT, World, open_world, until

from yardarm.server.access.model import SdkKey
from yardarm.server.observe import intake, service
from yardarm.server.observe.errors import Overloaded
from yardarm.server.observe.model import Accepted, Converted, Count, Exposed, Usage
from yardarm.server.observe.service import MOST_VALUES
from yardarm.server.projects.errors import NotFound

pytestmark = pytest.mark.anyio

KEY = SdkKey(1, PROJECT, "production", "server", "", "ys_")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def count(flag: str, number: int, minutes: float = 0, **fields: Any) -> dict[str, Any]:
    when = at(minutes)
    return {"flag": flag, "variant": "on", "reason": "SPLIT", "version": 1, "count": number,
            "from": when, "to": when, **fields}  # fmt: skip


def exposure(unit: str, variant: str | None, minutes: float = 0, **fields: Any) -> dict[str, Any]:
    return {
        "flag": "a",
        "version": 1,
        "variant": variant,
        "unit": unit,
        "at": at(minutes),
        **fields,
    }


def metric(unit: str, minutes: float, **fields: Any) -> dict[str, Any]:
    return {"event": "bought", "unit": unit, "at": at(minutes), **fields}


async def send(world: World, batch: str = "", **fields: Any) -> Accepted:
    body = {"format": 1, "batch": batch or uuid4().hex, "application": "checkout", **fields}
    return await world.observe.accept(KEY, json.dumps(body).encode())


async def total(world: World, **options: Any) -> dict[tuple[str, str | None, str], int]:
    found = await world.observe.counts(PROJECT, "production", **options)
    return {(each.flag, each.variant, each.reason): each.count for each in found}


# --- taking in --------------------------------------------------------------------------------


async def test_what_was_accepted_is_there(world: World) -> None:
    done = await send(
        world, counts=[count("a", 3), count("b", 0)], exposures=[exposure("u", "on")],
        metrics=[metric("u", 1)],
    )  # fmt: skip
    assert (done.counts, done.exposures, done.metrics, done.accepted) == (1, 1, 1, 3)
    assert [rejected.pointer for rejected in done.rejected] == ["/counts/1/count"]
    assert await total(world) == {("a", "on", "SPLIT"): 3}


async def test_the_same_batch_twice_counts_once(world: World) -> None:
    first = await send(world, "batch-001", counts=[count("a", 3)], metrics=[metric("u", 1)])
    again = await send(world, "batch-001", counts=[count("a", 3)], metrics=[metric("u", 1)])
    assert (first.duplicate, again.duplicate, again.accepted) == (False, True, 0)
    both = await asyncio.gather(
        *(send(world, "batch-002", counts=[count("a", 1)]) for _ in range(9))
    )
    assert sum(not done.duplicate for done in both) == 1
    assert await total(world) == {("a", "on", "SPLIT"): 4}


async def test_counts_of_a_thousand_batches_are_exact(world: World) -> None:
    await asyncio.gather(
        *(send(world, counts=[count("a", 2), count("a", 1), count("b", 1)]) for _ in range(500))
    )
    assert await total(world) == {("a", "on", "SPLIT"): 1_500, ("b", "on", "SPLIT"): 500}


async def test_batches_that_arrive_together_share_a_transaction(world: World) -> None:
    commits = 0

    def committed(connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    engine = world.database._engines.writer.sync_engine
    sa.event.listen(engine, "commit", committed)
    await asyncio.gather(*(send(world, counts=[count("a", 1)]) for _ in range(200)))
    assert 0 < commits < 20


async def test_too_many_waiting_are_sent_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_WAITING", 3)
    await send(world)  # the environment's id is known from here on
    outcomes = await asyncio.gather(*(send(world) for _ in range(20)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Overloaded)]
    assert 0 < len(refused) < 20
    assert refused[0].retry_after_seconds > 0


async def test_an_environment_that_is_not_there(world: World) -> None:
    stranger = SdkKey(1, PROJECT, "moon", "server", "", "ys_")
    with pytest.raises(NotFound):
        await world.observe.accept(stranger, b'{"format":1,"batch":"12345678"}')
    world.observe.count(stranger, "a", None, "ERROR")
    await world.observe.flush()
    with pytest.raises(NotFound):
        await world.observe.counts(PROJECT, "moon")


@contextmanager
def refusing(world: World, table: str, condition: str) -> Iterator[None]:
    """The database refuses such rows of a table."""
    path = world.database._engines.url.database
    assert path is not None

    def run(statement: str) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    run(
        f"CREATE TRIGGER refusal BEFORE INSERT ON {table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
    )
    yield
    run("DROP TRIGGER refusal")


async def test_what_cannot_be_stored_does_not_take_others_with_it(world: World) -> None:
    with refusing(world, "event_batches", "NEW.batch = 'poisonous'"):
        outcomes = await asyncio.gather(
            *(send(world, batch, counts=[count("a", 1)]) for batch in ("", "poisonous", "", "")),
            return_exceptions=True,
        )
    failed = [isinstance(outcome, Exception) for outcome in outcomes]
    assert failed == [False, True, False, False]
    assert await total(world) == {("a", "on", "SPLIT"): 3}


# --- the server's own counts ------------------------------------------------------------------


async def test_the_servers_evaluations_are_counted(world: World) -> None:
    for _ in range(5):
        world.observe.count(KEY, "a", "on", "STATIC", "web")
    world.observe.count(KEY, "a", None, "ERROR")
    assert await total(world) == {}
    await world.observe.flush()
    assert await total(world) == {("a", "on", "STATIC"): 5, ("a", None, "ERROR"): 1}
    await world.observe.flush()
    assert sum((await total(world)).values()) == 6


async def test_counts_are_written_in_the_background_and_at_the_end(world: World) -> None:
    await world.observe.start()
    world.observe.count(KEY, "a", "on", "STATIC")

    async def written() -> bool:
        return bool(await total(world))

    await until(written)
    world.observe.count(KEY, "a", "on", "STATIC")
    await world.observe.close()
    assert sum((await total(world)).values()) == 2


async def test_counts_that_cannot_be_written_are_kept(world: World) -> None:
    world.observe.count(KEY, "a", "on", "STATIC")
    with refusing(world, "evaluation_counts", "1"), pytest.raises(sa.exc.IntegrityError):
        await world.observe.flush()
    world.observe.count(KEY, "a", "on", "STATIC")
    await world.observe.flush()
    assert await total(world) == {("a", "on", "STATIC"): 2}


async def test_the_buffer_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_BUFFERED", 10)
    for number in range(50):
        world.observe.count(KEY, f"f{number}", "on", "STATIC")
    world.observe.count(KEY, "f0", "on", "STATIC")
    await world.observe.flush()
    found = await total(world)
    assert len(found) == 10
    assert found[("f0", "on", "STATIC")] == 2


# --- answering --------------------------------------------------------------------------------


async def test_counts_over_time(world: World) -> None:
    world.clock.move(hours=3)
    await send(world, counts=[
        count("a", 1, 0.5), count("a", 2, 4.9), count("a", 4, 5), count("a", 8, 61),
        count("a", 16, 1, variant=None, reason="ERROR"), count("b", 32, 1),
    ])  # fmt: skip
    five = await world.observe.counts(
        PROJECT, "production", flag="a", interval=timedelta(minutes=5)
    )
    assert five == [
        Count("a", None, "ERROR", START, 16),
        Count("a", "on", "SPLIT", START, 3),
        Count("a", "on", "SPLIT", START + timedelta(minutes=5), 4),
        Count("a", "on", "SPLIT", START + timedelta(minutes=60), 8),
    ]
    hour = START + timedelta(hours=1)
    assert await total(world, flag="a", start=hour) == {("a", "on", "SPLIT"): 8}
    assert await total(world, flag="b", end=hour) == {("b", "on", "SPLIT"): 32}
    assert await total(world, flag="a", start=START + timedelta(minutes=5), end=hour) == {
        ("a", "on", "SPLIT"): 4
    }
    whole = await world.observe.counts(PROJECT, "production", flag="b")
    assert whole == [Count("b", "on", "SPLIT", None, 32)]
    assert await world.observe.counts(PROJECT, "staging") == []


async def test_units_are_exposed_once_per_variant(world: World) -> None:
    await send(world, exposures=[
        exposure("u1", "on"), exposure("u1", "on", 5), exposure("u1", "on", 6, version=2),
        exposure("u2", "on"), exposure("u1", "on", kind="device"), exposure("u3", None),
        exposure("u4", "off"), {**exposure("u5", "off"), "flag": "other"},
    ])  # fmt: skip
    assert await world.observe.exposures(PROJECT, "production", "a") == [
        Exposed("a", None, None, 1), Exposed("a", "off", None, 1), Exposed("a", "on", None, 3),
    ]  # fmt: skip
    assert await world.observe.exposures(PROJECT, "staging", "a") == []


async def test_exposures_by_attribute(world: World) -> None:
    await send(world, exposures=[
        exposure("u1", "on", attributes={"paid": True, "plan": "it's \"pro\""}),
        exposure("u2", "on", attributes={"paid": True}),
        exposure("u3", "on", attributes={"paid": 1.5}),
        exposure("u4", "on"),
    ])  # fmt: skip
    found = await world.observe.exposures(PROJECT, "production", "a", by="paid")
    assert {each.value: each.units for each in found} == {"true": 2, "1.5": 1, None: 1}
    found = await world.observe.exposures(PROJECT, "production", "a", by="plan")
    assert {each.value: each.units for each in found} == {'it\'s "pro"': 1, None: 3}
    found = await world.observe.exposures(PROJECT, "production", "a", by="no'such\"one")
    assert {each.value: each.units for each in found} == {None: 4}


async def test_the_earlier_report_of_an_exposure_counts(world: World) -> None:
    world.clock.move(hours=1)
    await send(world, exposures=[exposure("u", "on", 30)])
    await send(world, exposures=[exposure("u", "on", 10)])
    await send(world, exposures=[exposure("u", "on", 20)], metrics=[metric("u", 15)])
    found = await world.observe.conversions(PROJECT, "production", "a", "bought")
    assert [each.converted for each in found] == [1]


async def test_conversions_count_units_and_events_after_exposure(world: World) -> None:
    world.clock.move(hours=1)
    await send(
        world,
        exposures=[
            exposure("u1", "on", 10), exposure("u2", "on", 10), exposure("u3", "off", 10),
            exposure("u4", "off", 10), exposure("u5", "off", 10),
        ],
        metrics=[
            metric("u1", 11, value=5), metric("u1", 12, value=2.5), metric("u2", 9, value=100),
            metric("u3", 10), metric("u4", 20, event="looked"), metric("u9", 20),
            metric("u5", 20, kind="device"),
        ],
    )  # fmt: skip
    assert await world.observe.conversions(PROJECT, "production", "a", "bought") == [
        Converted("a", "off", None, 3, 1, 1, 0.0),
        Converted("a", "on", None, 2, 1, 2, 7.5),
    ]


async def test_conversions_by_attribute(world: World) -> None:
    world.clock.move(hours=1)
    await send(
        world,
        exposures=[
            exposure(f"u{i}", "on", 1, attributes={"plan": "pro" if i % 2 else "free"})
            for i in range(10)
        ],
        metrics=[metric(f"u{i}", 2) for i in (1, 3, 4)],
    )
    found = await world.observe.conversions(PROJECT, "production", "a", "bought", by="plan")
    assert {each.value: (each.units, each.converted) for each in found} == {
        "pro": (5, 2), "free": (5, 1),
    }  # fmt: skip


async def test_of_many_values_those_of_most_units_are_told_apart(world: World) -> None:
    world.clock.move(hours=1)
    rare = [exposure(f"r{i}", "on", 1, attributes={"page": f"p{i:03}"}) for i in range(60)]
    often = [
        exposure(f"o{i}", ("on", "off")[i % 2], 1, attributes={"page": "home"}) for i in range(4)
    ]
    nothing = [exposure(f"n{i}", "off", 1) for i in range(3)]
    await send(world, exposures=[*rare, *often, *nothing], metrics=[metric("o1", 2)])
    found = await world.observe.conversions(PROJECT, "production", "a", "bought", by="page")
    shown = [each.value for each in found if each.variant == "on"]
    assert shown == ["home", *(f"p{i:03}" for i in range(MOST_VALUES - 2))]
    assert [(e.value, e.units, e.converted) for e in found if e.variant == "off"] == [
        (None, 3, 0),
        ("home", 2, 1),
    ]


async def test_conversions_of_exposures_since_then(world: World) -> None:
    world.clock.move(hours=1)
    await send(
        world,
        exposures=[
            exposure("u1", "on", 1, version=1), exposure("u1", "on", 20, version=2),
            exposure("u2", "on", 1, version=1), exposure("u3", "off", 20, version=2),
        ],
        metrics=[metric("u1", 10), metric("u3", 30), metric("u2", 30)],
    )  # fmt: skip
    since = START + timedelta(minutes=15)
    found = await world.observe.conversions(PROJECT, "production", "a", "bought", since=since)
    # What u1 bought before it was shown the flag anew is not of that.
    assert [(e.variant, e.units, e.converted) for e in found] == [("off", 1, 1), ("on", 1, 0)]
    exposed = await world.observe.exposures(PROJECT, "production", "a", since=since)
    assert {each.variant: each.units for each in exposed} == {"off": 1, "on": 1}


async def test_which_application_evaluated_last(world: World) -> None:
    world.clock.move(hours=1)
    await send(world, counts=[count("a", 1, 5), count("a", 1, 3), count("b", 1, 4)])
    await send(world, counts=[count("a", 1, 1)], application="search")
    world.observe.count(KEY, "a", "on", "STATIC", "search")
    await world.observe.flush()
    used = await world.observe.usage(PROJECT)
    assert used == [
        Usage("production", "a", "search", world.clock.now),
        Usage("production", "a", "checkout", START + timedelta(minutes=5)),
        Usage("production", "b", "checkout", START + timedelta(minutes=4)),
    ]
    assert await world.observe.usage(PROJECT, "b", since=world.clock.now) == []
    assert len(await world.observe.usage(PROJECT, "a")) == 2


async def test_losses_are_added_up(world: World) -> None:
    for _ in range(2):
        await send(world, lost={"counts": 2, "exposures": 0, "metrics": 5})
    assert await world.observe.lost(PROJECT, "production") == {"counts": 4, "metrics": 10}


async def test_what_is_old_is_forgotten(world: World) -> None:
    await send(world, "batch-001", counts=[count("a", 1)], exposures=[exposure("u", "on")],
               metrics=[metric("u", 1)])  # fmt: skip
    world.clock.move(days=89)
    await world.observe._forget()
    assert await total(world) == {("a", "on", "SPLIT"): 1}
    world.clock.move(days=2)
    await world.observe._forget()
    assert await total(world) == {}
    assert await world.observe.exposures(PROJECT, "production", "a") == []
    assert len(await world.observe.usage(PROJECT)) == 1
