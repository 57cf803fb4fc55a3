"""Projects and environments."""

from __future__ import annotations

import pytest
from tests.server_world import open_world

from yardarm.errors import DocumentError
from yardarm.server.changes import commands as c
from yardarm.server.projects.errors import AlreadyExists, NotFound
from yardarm.server.projects.model import check_key, check_name

pytestmark = pytest.mark.anyio


async def test_projects_are_made_listed_and_audited() -> None:
    async with open_world() as world:
        blog = await world.projects.create_project("ann", "blog", "  The Blog ")
        assert (blog.key, blog.name, blog.created_at) == ("blog", "The Blog", world.clock.now)
        assert await world.projects.get_project("blog") == blog
        assert [project.key for project in await world.projects.list_projects()] == ["blog", "shop"]
        entry = (await world.audit.list_entries(1))[0]
        assert (entry.actor, entry.action) == ("ann", "project.created")
        assert entry.details == {"project": "blog", "name": "The Blog"}


async def test_a_key_is_taken_once() -> None:
    async with open_world() as world:
        with pytest.raises(AlreadyExists):
            await world.projects.create_project("ann", "shop")
        assert len(await world.audit.list_entries()) == 3


async def test_environments_are_listed_in_the_order_they_were_made() -> None:
    async with open_world() as world:
        await world.submit(c.CreateEnvironment("alpha", "Alpha"))
        await world.create("a")
        found = await world.projects.list_environments("shop")
        assert [environment.key for environment in found] == ["production", "staging", "alpha"]
        assert found[2] == await world.projects.get_environment("shop", "alpha")
        assert (found[2].name, found[2].version, found[0].name) == ("Alpha", 1, "production")
        assert await world.projects.all_environments() == found


async def test_what_is_missing_is_named() -> None:
    async with open_world() as world:
        for project, environment, kind in (
            ("moon", "production", "project"),
            ("shop", "moon", "environment"),
        ):
            with pytest.raises(NotFound) as caught:
                await world.projects.get_environment(project, environment)
            assert (caught.value.kind, caught.value.key) == (kind, "moon")
        for ask in (world.projects.get_project, world.projects.list_environments):
            with pytest.raises(NotFound):
                await ask("moon")


@pytest.mark.parametrize("key", ["a", "my-shop", "v1.2_x", "0", "a" * 64])
def test_keys(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize(
    "key", ["", "-a", "a-", ".", "..", "Shop", "a b", "a/b", "caf\u00e9", "a\n", "a" * 65, "\u0430"]
)
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_key(key, "/copy")
    assert caught.value.problems[0].pointer == "/copy"


def test_names() -> None:
    assert check_name(" ", "shop") == "shop"
    assert check_name(" The <Shop> ", "shop") == "The <Shop>"
    for name in ("x" * 201, "a\nb", "a\0b"):
        with pytest.raises(DocumentError):
            check_name(name, "shop")
