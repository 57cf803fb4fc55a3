"""Policies that are kept: from memory while they hold, and heard of by other nodes."""

from __future__ import annotations

import pytest
from tests.server_world import PROJECT, open_world, postgres_database, until

from yardarm.errors import DocumentError
from yardarm.server.access.errors import Forbidden
from yardarm.server.access.model import Grant, Principal
from yardarm.server.approvals.model import Budgets, Limit, Policies
from yardarm.server.approvals.policies import PolicyBook
from yardarm.server.changes.errors import NotFound
from yardarm.server.store.database import Database

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]


async def test_what_holds_is_answered_from_memory() -> None:
    async with open_world() as world:
        database = await Database.open("sqlite:///:memory:")
        book = PolicyBook(world.database, world.audit)
        await book.put(world.me, PROJECT, None, "budgets", {"max_share": 0.1})
        assert (await book.of(PROJECT, "production")).budgets == Budgets(Limit(0.1))
        await database.close()
        book._database = database  # which cannot be asked any more
        assert (await book.of(PROJECT, "staging")).budgets == Budgets(Limit(0.1))
        assert await book.any_asks(PROJECT)


async def test_an_environments_own_policies_take_the_place_of_the_projects() -> None:
    async with open_world() as world:
        book = PolicyBook(world.database, world.audit)
        assert await book.of(PROJECT, "production") == Policies()
        assert not await book.any_asks(PROJECT)
        await book.put(world.me, PROJECT, None, "budgets", {"max_share": 0.1})
        await book.put(world.me, PROJECT, None, "approval", {"approvals": 2})
        await book.put(world.me, PROJECT, "staging", "budgets", {})
        staging = await book.of(PROJECT, "staging")
        assert staging.budgets == Budgets()
        assert staging.approval is not None
        await book.remove(world.me, PROJECT, "staging", "budgets")
        assert await book.of(PROJECT, "staging") == await book.of(PROJECT, "production")
        with pytest.raises(NotFound):
            await book.remove(world.me, PROJECT, "staging", "budgets")


async def test_setting_needs_admin_there_and_something_valid() -> None:
    async with open_world() as world:
        book = PolicyBook(world.database, world.audit)
        staging = Principal("ann", (Grant("admin", PROJECT, "staging"),))
        await book.put(staging, PROJECT, "staging", "budgets", {"max_share": 0.1})
        with pytest.raises(Forbidden):
            await book.put(staging, PROJECT, None, "budgets", {"max_share": 1})
        with pytest.raises(DocumentError):
            await book.put(world.me, PROJECT, None, "budgets", {"max_share": 2})
        for place in ("nowhere", "x\0y"):
            with pytest.raises(NotFound):
                await book.put(world.me, PROJECT, place, "budgets", {})
        with pytest.raises(NotFound):
            await book.get(PROJECT, None, "population")


async def test_another_node_hears_of_a_policy() -> None:
    with postgres_database() as url:
        async with open_world(url) as world:
            other = await Database.open(url)
            far = PolicyBook(other, world.audit)
            try:
                await far.start()
                assert (await far.of(PROJECT, "production")).budgets is None
                near = PolicyBook(world.database, world.audit)
                await near.put(world.me, PROJECT, None, "budgets", {"max_share": 0.1})

                async def heard() -> bool:
                    return (await far.of(PROJECT, "production")).budgets is not None

                await until(heard)
            finally:
                await far.close()
                await other.close()
