"""What previews read and keep, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.server_world import MEMORY, PROJECT, World, open_world, postgres_database

from yardarm.server.changes import commands as c
from yardarm.server.previews.held import Populations
from yardarm.server.store.database import Database

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield MEMORY
    else:
        with postgres_database() as made:
            yield made


async def environment_id(world: World) -> int:
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, "production")
    assert row is not None
    return row.id


async def test_exposed_units_come_in_pages_each_once(url: str) -> None:
    async with open_world(url) as world:
        where = await environment_id(world)
        units = [("user", f"u{n}") for n in range(5)] + [("team", "acme"), ("team", "u1")]
        async with world.database.write() as transaction:
            for version in (1, 2):
                await transaction.observations.add_exposures([
                    {
                        "environment_id": where, "flag": flag, "version": version, "kind": kind,
                        "unit": unit, "variant": "on", "rule": None, "at": world.clock.now,
                        "attributes": {}, "application": "",
                    }
                    for flag in ("nav", "other")
                    for kind, unit in units[: 7 if flag == "nav" else 1]
                ])  # fmt: skip
        async with world.database.read() as transaction:
            pages = [
                [tuple(row) for row in page]
                async for page in transaction.previews.exposed(where, "nav", page=3)
            ]
        assert [len(page) for page in pages] == [3, 3, 1]
        assert sorted(row for page in pages for row in page) == sorted(units)


async def test_another_process_reads_the_same_database(url: str) -> None:
    async with open_world(url) as world:
        people = [{"context": {"key": f"u{n}", "country": "NL"}} for n in range(20)]
        await world.population.import_contexts(PROJECT, "production", people, "tess")
        where = await environment_id(world)
        other = Database.of_another(world.database.url)
        try:
            async with other.read() as transaction:
                chunks = Populations(rows=8).chunks(transaction, where, [("user", "country")])
                assert [len(chunk) async for chunk in chunks] == [8, 8, 4]
                places = await transaction.previews.changed_since(where, 18)
                bodies = await transaction.previews.bodies(where, places)
                assert len(bodies) == 2
        finally:
            await other.close()
        await world.create("nav", enabled=True, default="off")
        rehearsal = await world.changes.rehearse(
            [c.EditFlag("nav", {"default": "on"})],
            project=PROJECT,
            environments={"production": None},
        )
        found = await world.previews.measure(rehearsal)
        assert found["production"]["moved"] == 20


async def test_finished_previews_are_kept_until_they_are_forgotten(url: str) -> None:
    async with open_world(url) as world:
        now = world.clock.now
        async with world.database.write() as transaction:
            project = await transaction.projects.find(PROJECT)
            assert project is not None
            for number in range(2):
                at = now + timedelta(days=number)
                body = {"number": number}
                await transaction.previews.keep(f"p{number}", project.id, "tess", body, at)
            assert await transaction.previews.find("p0", now) == {"number": 0}
            assert await transaction.previews.find("p0", now + timedelta(seconds=1)) is None
            assert await transaction.previews.forget(now + timedelta(seconds=1)) == 1
            assert await transaction.previews.find("p0", now) is None
            assert await transaction.previews.find("p1", now) == {"number": 1}
