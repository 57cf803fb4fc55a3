"""Contexts reach the population: those in events, and those the server itself was asked about."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.core.context import Context
from yardarm.core.observed import PLACES, place_of
from yardarm.server.access.model import SdkKey
from yardarm.server.observe import sightings
from yardarm.server.observe.service import Observe
from yardarm.server.population.intake import Keeper
from yardarm.server.store.errors import StoreBusy

pytestmark = pytest.mark.anyio

KEY = SdkKey(1, PROJECT, "production", "server", "", "ys_")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


async def kept(world: World, environment: str = "production") -> list[Any]:
    """The contexts of the population, by key."""
    found = await world.population.contexts(PROJECT, environment, limit=1_000)
    return sorted((dict(held.context) for held in found), key=json.dumps)


async def reporters(world: World) -> list[tuple[str, str, str, int]]:
    """Application, SDK and version of who reports, and how many contexts."""
    summary = await world.population.summary(PROJECT, "production")
    return sorted((r.application, r.sdk, r.version, r.contexts) for r in summary.reporters)


@contextmanager
def refusing(world: World) -> Iterator[None]:
    """The database refuses contexts."""
    path = world.database._engines.url.database
    assert path is not None

    def run(statement: str) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    run(
        "CREATE TRIGGER refusal BEFORE INSERT ON observed_contexts "
        "BEGIN SELECT RAISE(ABORT, 'not now'); END"
    )
    yield
    run("DROP TRIGGER refusal")


def body(*contexts: Any, **fields: Any) -> bytes:
    entries = [{"context": c, "at": "2026-03-01T12:00:00Z"} for c in contexts]
    frame = {
        "format": 1, "batch": str(uuid4()), "application": "shop",
        "sdk": {"name": "yardarm-python", "version": "1"}, "contexts": entries, **fields,
    }  # fmt: skip
    return json.dumps(frame).encode()


# --- events -----------------------------------------------------------------------------------


async def test_contexts_of_a_batch_are_kept_once(world: World) -> None:
    sent = body({"key": "u1"}, {}, {"key": "u2", "plan": "pro"})
    done = await world.observe.accept(KEY, sent)
    assert (done.contexts, done.accepted, len(done.rejected)) == (2, 2, 1)
    assert (await world.observe.accept(KEY, sent)).duplicate
    assert await kept(world) == [{"key": "u1"}, {"key": "u2", "plan": "pro"}]
    assert await reporters(world) == [("shop", "yardarm-python", "1", 2)]


async def test_a_sample_of_a_process_makes_a_sample_of_the_population(world: World) -> None:
    places = {f"u{i}": place_of({"user": {"key": f"u{i}"}}) or 0 for i in range(200)}
    await world.observe.accept(KEY, body(*({"key": key} for key in places)))
    await world.observe.accept(KEY, body(context_halvings=2))
    below = sorted(key for key, place in places.items() if place < PLACES >> 2)
    assert sorted(context["key"] for context in await kept(world)) == below
    assert (await world.population.summary(PROJECT, "production")).rate == 0.25


async def test_who_reports_no_contexts_is_known_too(world: World) -> None:
    await world.observe.accept(KEY, body(application="silent"))
    assert await reporters(world) == [("silent", "yardarm-python", "1", 0)]


async def test_batches_that_arrive_together_are_kept_together(world: World) -> None:
    batches = (body({"key": f"u{i}"}, application=f"app-{i % 2}") for i in range(20))
    await asyncio.gather(*(world.observe.accept(KEY, batch) for batch in batches))
    assert len(await kept(world)) == 20
    assert [(name, count) for name, _, _, count in await reporters(world)] == [
        ("app-0", 10), ("app-1", 10),
    ]  # fmt: skip


async def test_a_batch_is_stored_with_its_contexts_or_not_at_all(world: World) -> None:
    sent = body({"key": "u1"})
    with refusing(world), pytest.raises(Exception, match="not now"):
        await world.observe.accept(KEY, sent)
    done = await world.observe.accept(KEY, sent)
    assert (done.duplicate, await kept(world)) == (False, [{"key": "u1"}])


async def test_what_was_lost_is_counted(world: World) -> None:
    await world.observe.accept(KEY, body(lost={"contexts": 7}))
    assert (await world.observe.lost(PROJECT, "production"))["contexts"] == 7


# --- evaluations by the server ----------------------------------------------------------------


async def test_a_context_is_kept_and_sighted_once_an_hour(world: World) -> None:
    for _ in range(3):
        world.observe.sight(KEY, {"key": "u1", "plan": "pro"}, "web")
        world.observe.sight(KEY, Context("u1", {"plan": "pro"}), "web")
        await world.observe.flush()
    assert await kept(world) == [{"key": "u1", "plan": "pro"}]
    assert await reporters(world) == [("web", sightings.SDK, "", 1)]


async def test_environments_and_applications_are_told_apart(world: World) -> None:
    staging = SdkKey(2, PROJECT, "staging", "server", "", "ys_")
    for key, application in ((KEY, "web"), (staging, "web"), (KEY, "app")):
        world.observe.sight(key, {"key": "u1"}, application)
    await world.observe.flush()
    assert await kept(world) == await kept(world, "staging") == [{"key": "u1"}]
    assert [one[0] for one in await reporters(world)] == ["app", "web"]


async def test_private_attributes_are_not_kept(world: World) -> None:
    context = Context("u1", {"email": "a@b", "plan": "pro"}, private=["email"])
    world.observe.sight(KEY, context)
    await world.observe.flush()
    assert await kept(world) == [{"key": "u1", "plan": "pro", "_private": ["email"]}]


@pytest.mark.parametrize(
    "context",
    [
        Context("d1", kind="device"),
        Context.multi(Context("u1"), Context("acme", {"n": 1}, kind="team")),
        Context("u2", {"tags": ["a", {"b": None}], "kind": "x"}),
    ],
)
async def test_every_form_is_kept(world: World, context: Context) -> None:
    world.observe.sight(KEY, context)
    world.observe.sight(KEY, Context(None, {"plan": "pro"}))
    await world.observe.flush()
    assert [Context.of(one) for one in await kept(world)] == [context]


async def test_what_is_too_large_is_withheld_and_named(world: World) -> None:
    world.observe.sight(KEY, {"key": "u1", "plan": "pro", "long": "x" * 9_000})
    await world.observe.flush()
    assert await kept(world) == [{"key": "u1", "plan": "pro", "_private": ["long"]}]


async def test_what_cannot_be_told_is_counted_as_lost(world: World) -> None:
    world.observe.sight(KEY, {"key": "u1", **{f"a{i}": i for i in range(1_000)}}, "web")
    await world.observe.flush()
    assert await world.observe.lost(PROJECT, "production") == {"contexts": 1}
    assert await kept(world) == []


class Interrupted(Keeper):
    """Fails as when the database is away, so many times."""

    failures = 2

    async def take(self, *given: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreBusy("another writer held the database for too long")
        await super().take(*given)


async def test_a_database_that_is_away_loses_nothing(world: World) -> None:
    observe = Observe(world.database, world.clock, population=Interrupted())
    observe.sight(KEY, {"key": "u1"})
    for _ in range(2):
        with pytest.raises(StoreBusy):
            await observe.flush()
        observe.sight(KEY, {"key": "u2"})
    await observe.flush()
    assert await kept(world) == [{"key": "u1"}, {"key": "u2"}]
    assert await reporters(world) == [("", sightings.SDK, "", 2)]
    await observe.close()


async def test_what_the_database_never_takes_does_not_stop_the_rest(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.observe.sight(KEY, {"key": "u1"})
    with refusing(world):
        await world.observe.flush()
    assert "1 contexts could not be kept" in caplog.text
    world.observe.sight(KEY, {"key": "u2"})
    await world.observe.flush()
    assert await kept(world) == [{"key": "u2"}]


async def test_an_environment_that_does_not_exist_stops_nobody(world: World) -> None:
    world.observe.sight(SdkKey(3, PROJECT, "gone", "server", "", "ys_"), {"key": "u1"})
    world.observe.sight(KEY, {"key": "u1"})
    await world.observe.flush()
    assert await kept(world) == [{"key": "u1"}]


async def test_memory_is_bounded_in_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings, "MAX_REMEMBERED", 150)
    monkeypatch.setattr(sightings, "MAX_MEMORIES", 3)
    for application, count in (("large", 200), ("small", 100), ("third", 10), ("fourth", 10)):
        for i in range(count):
            world.observe.sight(KEY, {"key": f"u{i}"}, application)
    await world.observe.flush()
    assert [(name, count) for name, _, _, count in await reporters(world)] == [
        ("large", 200), ("small", 100), ("third", 10),
    ]  # fmt: skip
    assert world.observe._sightings is not None
    assert {whose[2] for whose in world.observe._sightings._memories} == {"small", "third"}


async def test_many_contexts_are_kept_in_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings, "_REPORT", 100)
    for i in range(250):
        world.observe.sight(KEY, {"key": f"u{i}"}, "a" if i % 2 else "b")
    await world.observe.flush()
    assert len(await kept(world)) == 250


async def test_without_a_population_nothing_is_remembered(world: World) -> None:
    observe = Observe(world.database, world.clock)
    observe.sight(KEY, {"key": "u1"})
    await observe.flush()
    assert (await observe.accept(KEY, body({"key": "u1"}))).contexts == 1
    await observe.close()
    assert await kept(world) == []
