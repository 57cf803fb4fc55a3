"""A response without an end: written from outside, whatever its reader and its server do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from yardarm.server.web.streaming import ABORT, OpenResponse, serve

pytestmark = pytest.mark.anyio


class Wire:
    """An ASGI server's side: what was sent, a reader that can be slow, and its going away."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.complete = False
        self.aborted = False
        self.ready = asyncio.Event()
        self.ready.set()
        self.gone = asyncio.Event()
        self.broken: Exception | None = None
        self.scope: dict[str, Any] = {"headers": [(b"a", b"b")], ABORT: self.abort}

    async def send(self, message: dict[str, Any]) -> None:
        if self.broken is not None:
            raise self.broken
        await self.ready.wait()
        if message["type"] == "http.response.body":
            self.sent.append(message["body"])
            if not message["more_body"]:
                self.complete = True
                self.gone.set()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def abort(self) -> None:
        self.aborted = True
        self.gone.set()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_write_goes_through_at_once_and_without_a_task() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    before = len(asyncio.all_tasks())
    assert response.write(b"a")
    assert response.write(b"b")
    assert wire.sent == [b"a", b"b"]
    assert len(asyncio.all_tasks()) == before


async def test_a_slow_reader_says_when_it_is_through() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    through = []
    response.drained = lambda: through.append(list(wire.sent))
    wire.ready.clear()
    assert not response.write(b"a")
    await settle()
    assert wire.sent == through == []
    wire.ready.set()
    await settle()
    assert through == [[b"a"]]
    assert response.write(b"b")


async def test_a_reader_that_goes_away_ends_the_wait() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    waiting = asyncio.create_task(response.wait_until_gone(wire.receive))
    await settle()
    assert not waiting.done()
    wire.gone.set()
    await waiting


async def test_the_end_completes_the_response() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    waiting = asyncio.create_task(response.wait_until_gone(wire.receive))
    response.end(b"bye")
    response.end(b"twice")
    await waiting
    assert (wire.sent, wire.complete, wire.aborted) == ([b"bye"], True, False)


async def test_the_end_of_a_stalled_stream_does_not_wait() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    wire.ready.clear()
    response.write(b"a")
    waiting = asyncio.create_task(response.wait_until_gone(wire.receive))
    response.end(b"bye")
    await waiting
    assert wire.aborted


async def test_a_stalled_write_is_given_up_when_the_reader_leaves() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    before = len(asyncio.all_tasks())
    wire.ready.clear()
    response.write(b"a")
    wire.gone.set()
    await response.wait_until_gone(wire.receive)
    await settle()
    assert len(asyncio.all_tasks()) == before


@pytest.mark.parametrize("error", [OSError("gone"), RuntimeError("a fault of the server")])
async def test_a_broken_connection_is_closed_and_nobody_else_notices(error: Exception) -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)
    wire.broken = error
    assert response.write(b"a")
    assert wire.aborted


async def test_a_client_that_keeps_sending_is_closed() -> None:
    wire = Wire()
    response = OpenResponse(wire.scope, wire.send)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    await response.wait_until_gone(receive)
    assert wire.aborted


class Follower:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def begin(self, greeting: Any) -> None:
        self.calls.append(greeting)

    def caught_up(self) -> None:
        self.calls.append("caught up")

    def leave(self) -> None:
        self.calls.append("left")


async def test_serving_follows_until_the_reader_goes() -> None:
    wire, follower = Wire(), Follower()
    serving = asyncio.create_task(
        serve(
            wire.scope,
            wire.receive,
            wire.send,
            [],
            follow=lambda response: follower,
            greet=lambda: "hello",
        )
    )
    await settle()
    assert follower.calls == ["hello"]
    assert wire.scope["headers"] == [], "headers are kept for nobody"
    wire.gone.set()
    await serving
    assert follower.calls == ["hello", "left"]


async def test_whoever_cannot_begin_leaves() -> None:
    wire, follower = Wire(), Follower()
    wire.broken = OSError("gone")
    with pytest.raises(OSError, match="gone"):
        await serve(
            wire.scope,
            wire.receive,
            wire.send,
            [],
            follow=lambda response: follower,
            greet=lambda: "hello",
        )
    assert follower.calls == ["left"]
