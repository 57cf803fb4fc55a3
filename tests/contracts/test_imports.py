"""Imports on both databases: kept, written on top of each other, and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server_world import PROJECT, SECRET, Clock, open_world

from yardarm.server.access.secrets import Sealer
from yardarm.server.changes.errors import Refused
from yardarm.server.imports.book import KEPT, MOST, Book, Original
from yardarm.server.imports.model import Body
from yardarm.server.imports.reading import pack
from yardarm.server.store.errors import NotFound

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]
PLACE = (PROJECT, "production")


async def test_what_was_read_is_kept_for_its_environment_and_encrypted(url: str) -> None:
    clock = Clock()
    async with open_world(url, clock=clock) as world:
        book = Book(world.database, Sealer(SECRET), clock)
        with pytest.raises(NotFound):
            await book.add("x", PROJECT, "nowhere", Body("unleash", "a.json", "reading"), "tess")
        await book.add("one", *PLACE, Body("unleash", "a.json", "reading"), "tess")
        found = await book.get(*PLACE, "one")
        assert (found.body.state, found.created_by) == ("reading", "tess")
        with pytest.raises(NotFound):
            await book.get(PROJECT, "staging", "one")
        with pytest.raises(Refused):
            await book.original("one")

        original = Original(pack({"features": ["secret"]}), {"decryptionKey": "k"})
        sealed = await book.sealed("one", original)
        parts = {"source": sealed, "document": pack({"flags": {}}), "flags": pack([])}
        await book.change("one", lambda body: Body(body.dialect, "b.json", "read"), parts)  # type: ignore[arg-type]
        assert (await book.get(*PLACE, "one")).body.source == "b.json"
        assert await book.original("one") == original
        assert await book.document("one") == {"flags": {}}
        other = Book(world.database, Sealer("another key for these tests"), clock)
        with pytest.raises(Refused):  # another key does not open it
            await other.original("one")

        await book.change("gone", lambda body: body)  # what was removed meanwhile is no fault
        await book.remove("one")
        with pytest.raises(NotFound):
            await book.get(*PLACE, "one")


async def test_old_ones_are_forgotten(url: str) -> None:
    clock = Clock()
    async with open_world(url, clock=clock) as world:
        book = Book(world.database, Sealer(SECRET), clock)
        for number in range(MOST + 3):
            clock.move(seconds=1)
            await book.add(f"i{number}", *PLACE, Body("waffle", "a.json", "reading"), "tess")
        found = [one.id for one in await book.recent(*PLACE)]
        assert found == [f"i{number}" for number in reversed(range(3, MOST + 3))]
        clock.now += KEPT + timedelta(seconds=1)
        assert await book.recent(*PLACE) == []
        with pytest.raises(NotFound):
            await book.get(*PLACE, f"i{MOST}")
        await book.add("new", *PLACE, Body("waffle", "a.json", "reading"), "tess")
        async with world.database.read() as transaction:
            assert await transaction.imports.find(f"i{MOST}") is None
