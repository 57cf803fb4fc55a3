"""Populations as a service: who reports and who does not, what a policy does, what is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world, until

from yardarm.core.keeping import kept_form
from yardarm.server.population.model import Entry, PopulationPolicy
from yardarm.server.store.errors import NotFound

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


async def environment_id(world: World) -> int:
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, "production")
    assert row is not None
    return row.id


async def take(
    world: World, application: str, *contexts: dict[str, Any], halvings: int = 0
) -> None:
    entries = [Entry(*kept_form(context), world.clock.now) for context in contexts]
    where = await environment_id(world)
    async with world.database.write() as transaction:
        await world.population.keeper.take(
            transaction, where, entries, halvings, application, "sdk", "1", world.clock.now
        )


async def evaluates(world: World, *applications: str) -> None:
    where = await environment_id(world)
    async with world.database.write() as transaction:
        await transaction.observations.add_usage(
            [
                {
                    "environment_id": where, "flag": "f", "application": application,
                    "last_evaluated_at": world.clock.now,
                }
                for application in applications
            ]
        )  # fmt: skip


async def exported(world: World) -> bytes:
    lines = await world.population.export(PROJECT, "production")
    return b"".join([page async for page in lines])


async def test_who_evaluates_and_reports_nobody_is_silent(world: World) -> None:
    await evaluates(world, "gone")
    world.clock.move(days=8)
    await evaluates(world, "web", "worker", "")
    await take(world, "web", {"key": "ann"}, {"key": "bea"})
    await take(world, "worker")
    world.clock.move(hours=1)
    await take(world, "web", {"key": "ann"})
    summary = await world.population.summary(PROJECT, "production")
    assert [(r.application, r.sdk, r.version, r.contexts) for r in summary.reporters] == [
        ("web", "sdk", "1", 3), ("worker", "sdk", "1", 0),
    ]  # fmt: skip
    assert summary.silent_reporters == ("", "worker")
    assert summary.newest == world.clock.now
    assert summary.oldest == world.clock.now - timedelta(hours=1)


async def test_sources_are_counted_anew_when_something_changed(world: World) -> None:
    async def sources() -> dict[str, int]:
        return dict((await world.population.summary(PROJECT, "production")).sources)

    assert await sources() == {}
    await take(world, "web", {"key": "ann"}, {"key": "bea"})
    assert await sources() == {"observed": 2}
    await world.population.import_contexts(
        PROJECT, "production", [{"context": {"key": "bea"}}], "tess"
    )
    assert await sources() == {"imported": 1, "observed": 1}
    await world.population.forget(PROJECT, "production", "user", "ann", "tess")
    assert await sources() == {"imported": 1}


async def test_what_is_imported_replaces_what_was_seen(world: World) -> None:
    given = [{"context": {"key": "ann", "plan": "pro"}, "weight": 9}]
    await take(world, "web", {"key": "ann", "plan": "free"}, {"key": "ann"})
    for _ in range(2):
        await world.population.import_contexts(PROJECT, "production", given, "tess")
    assert await exported(world) == b'{"context":{"key":"ann","plan":"pro"},"weight":9}\n'
    await take(world, "web", {"key": "ann", "plan": "new"})
    assert await exported(world) == b'{"context":{"key":"ann","plan":"new"},"weight":10}\n'


async def test_nothing_reported_is_kept_where_the_policy_says_so(world: World) -> None:
    await world.population.set_policy(
        PROJECT, "production", PopulationPolicy(enabled=False), "tess"
    )
    await take(world, "web", {"key": "ann"})
    summary = await world.population.summary(PROJECT, "production")
    assert (summary.contexts, summary.reporters[0].contexts) == (0, 1)
    given = [{"context": {"key": "bea"}}]
    done = await world.population.import_contexts(PROJECT, "production", given, "tess")
    assert done.contexts == 1


async def test_a_policy_that_nobody_can_read_keeps_nothing(world: World) -> None:
    async with world.database.write() as transaction:
        row = await transaction.projects.find(PROJECT)
        assert row is not None
        at = world.clock.now
        await transaction.policies.put(row.id, "", "population", {"limit": "x"}, at=at, by="t")
    await take(world, "web", {"key": "ann"})
    assert await exported(world) == b""


async def test_an_environment_has_its_projects_policy(world: World) -> None:
    async with world.database.write() as transaction:
        row = await transaction.projects.find(PROJECT)
        assert row is not None
        at = world.clock.now
        body = {"drop": ["email"]}
        await transaction.policies.put(row.id, "", "population", body, at=at, by="tess")
        assert await transaction.policies.list(row.id) == [("", "population", body)]
    await take(world, "web", {"key": "ann", "email": "a@b"})
    assert await exported(world) == b'{"context":{"_private":["email"],"key":"ann"},"weight":1}\n'
    await world.population.set_policy(PROJECT, "production", PopulationPolicy(), "tess")
    await take(world, "web", {"key": "ann", "email": "a@b"})
    assert b"a@b" in await exported(world)


async def test_an_import_into_a_sample_says_what_is_left_out(world: World) -> None:
    await take(world, "web", halvings=1)
    given = [{"context": {"key": f"u{n}"}} for n in range(1_000)]
    done = await world.population.import_contexts(PROJECT, "production", given, "tess")
    assert done.taken + done.left_out == 1_000
    assert done.taken == done.contexts
    assert 400 < done.taken < 600
    assert done.rate == 0.5
    summary = await world.population.summary(PROJECT, "production")
    assert summary.low < 1_000 < summary.high
    assert summary.estimate == 2 * done.taken


async def test_the_sweep_runs_by_itself_and_ends(world: World) -> None:
    await take(world, "web", {"key": "ann"})
    world.clock.move(days=91)
    await world.population.start()
    await world.population.start()

    async def swept() -> bool:
        return (await world.population.summary(PROJECT, "production")).contexts == 0

    await until(swept)
    await world.population.close()
    await world.population.close()


async def test_an_environment_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        await world.population.summary(PROJECT, "nowhere")
    with pytest.raises(NotFound):
        await world.population.export(PROJECT, "nowhere")
    with pytest.raises(NotFound):
        await world.population.forget(PROJECT, "nowhere", "user", "ann", "tess")
    async with world.database.write() as transaction:
        with pytest.raises(NotFound):
            await world.population.keeper.take(
                transaction, 10**6, [], 0, "web", "sdk", "1", world.clock.now
            )
