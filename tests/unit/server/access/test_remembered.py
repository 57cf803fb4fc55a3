"""What is remembered of credentials, and for how long."""

from __future__ import annotations

import asyncio

import pytest

from yardarm.server.access.remembered import Remembered
from yardarm.server.store.errors import StoreUnreachable

pytestmark = pytest.mark.anyio


class Table:
    """What keys stand for, counting how often it is asked. `gate` holds answers back."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.asked = 0
        self.now = 0.0
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.memory: Remembered[str] = Remembered(30, 1, lambda: self.now)

    async def get(self, key: str) -> str | None:
        async def look_up() -> str | None:
            self.asked += 1
            if self.away:
                raise StoreUnreachable("the database does not answer")
            value = self.values.get(key)
            await self.gate.wait()
            return value

        return await self.memory.get(key, look_up)


async def test_what_was_found_is_asked_again_after_a_while() -> None:
    table = Table(a="x")
    for table.now, asked in ((0, 1), (29.9, 1), (30, 2), (31, 2)):
        assert (await table.get("a"), table.asked) == ("x", asked)


async def test_what_was_not_found_is_asked_again_soon() -> None:
    table = Table()
    for table.now, asked in ((0, 1), (0.9, 1), (1, 2)):
        assert (await table.get("a"), table.asked) == (None, asked)


async def test_forgetting_is_at_once() -> None:
    table = Table(a="x")
    await table.get("a")
    await table.get("b")
    table.values = {"b": "y"}
    table.memory.forget()
    assert (await table.get("a"), await table.get("b")) == (None, "y")


async def test_what_was_asked_before_forgetting_is_not_remembered_after() -> None:
    table = Table(a="x")
    table.gate.clear()
    asking = asyncio.create_task(table.get("a"))
    await asyncio.sleep(0)
    table.values = {}
    table.memory.forget()
    table.gate.set()
    assert await asking == "x"
    assert await table.get("a") is None


async def test_while_the_database_is_away_what_was_known_goes_on() -> None:
    table = Table(a="x")
    await table.get("a")
    table.away, table.now = True, 1_000
    assert await table.get("a") == "x"
    with pytest.raises(StoreUnreachable):
        await table.get("b")
    table.memory.forget()
    with pytest.raises(StoreUnreachable):
        await table.get("a")
    table.away = False
    assert await table.get("a") == "x"


async def test_guessing_fills_no_memory() -> None:
    table = Table(**{f"k{i}": "x" for i in range(10_100)})
    for number in range(1_100):
        await table.get(f"miss {number}")
    for number in range(10_100):
        await table.get(f"k{number}")
    assert len(table.memory._missed) <= 1_000
    assert len(table.memory._found) <= 10_000
