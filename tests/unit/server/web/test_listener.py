"""The listener over real sockets: limits of a request's head, and an end in good time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from yardarm.server.operate.process import bind
from yardarm.server.web import listener
from yardarm.server.web.listener import BoundedProtocol, listen
from yardarm.server.web.streaming import OpenResponse

pytestmark = pytest.mark.anyio


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what it was sent; `/stream` goes on until its reader leaves."""
    if scope["path"] == "/stream":
        response = OpenResponse(scope, send)
        await response.start(200, [])
        response.write(b"first")
        await response.wait_until_gone(receive)
        return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def nothing() -> None:
    pass


@asynccontextmanager
async def serving(
    before_end: Callable[[], Awaitable[None]] = nothing,
) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """The port that it serves on, and the task that serves."""
    listening, ready = bind("127.0.0.1", 0), asyncio.Event()

    async def on_ready() -> None:
        ready.set()

    task = asyncio.create_task(listen(app, [listening], on_ready=on_ready, before_end=before_end))
    await ready.wait()
    try:
        yield listening.getsockname()[1], task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def exchange(port: int, *parts: bytes) -> bytes:
    """Everything that is answered to these bytes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.create_task(reader.read())
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(answer, 10)
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


async def test_a_usual_head_passes() -> None:
    async with serving() as (port, _):
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: " + b"x" * 20_000
        answer = await exchange(port, head + b"\r\nContent-Length: 3\r\n\r\nabc")
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"abc")


async def test_a_large_body_does_not_count_as_head() -> None:
    async with serving() as (port, _):
        body = b"x" * 300_000
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n"
        last = b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = await exchange(port, head + body + head, body, last)
        assert answer.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize("line", [b"A: " + b"x" * 1000 + b"\r\n", b"x" * 1000])
async def test_a_head_without_end_is_refused(line: bytes) -> None:
    async with serving() as (port, _):
        answer = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\nB: ", *[line] * 1000)
        assert answer == b"reset" or answer.startswith(b"HTTP/1.1 431 ")


async def test_a_head_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HEAD_SECONDS", 0.0)
    async with serving() as (port, _):
        for part in (b"", b"GET / HTTP/1.1\r\nHost"):
            assert (await exchange(port, part)).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "BODY_SECONDS", 0.0)
    async with serving() as (port, _):
        head = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
        assert (await exchange(port, head + b"only")).startswith(b"HTTP/1.1 408 ")


async def test_a_stream_is_not_taken_for_a_slow_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HEAD_SECONDS", 0.0)
    monkeypatch.setattr(listener, "BODY_SECONDS", 0.0)
    ticks = []
    real = listener.Listener.on_tick

    async def noting(self: listener.Listener, counter: int) -> bool:
        ticks.append(counter)
        return await real(self, counter)

    monkeypatch.setattr(listener.Listener, "on_tick", noting)
    async with serving() as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"first" in await reader.readuntil(b"first")
        seen = len(ticks)
        async with asyncio.timeout(10):
            while len(ticks) < seen + 11:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)
        assert not reader.at_eof()
        writer.close()


async def test_an_idle_connection_between_requests_is_let_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    awaited: list[float | None] = []
    real = BoundedProtocol.on_headers_complete

    def noting(self: BoundedProtocol) -> None:
        real(self)
        awaited.append(self.awaited_since)

    monkeypatch.setattr(BoundedProtocol, "on_headers_complete", noting)
    async with serving() as (port, _):
        ask = b"GET /x HTTP/1.1\r\nHost: x\r\n"
        await exchange(port, ask + b"\r\n", ask + b"Connection: close\r\n\r\n")
    assert awaited == [None, None]


GARBAGE = [
    b"\x16\x03\x01\x00\xff no HTTP\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade, close\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_closed_and_the_server_goes_on(
    garbage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "BODY_SECONDS", 0.0)
    async with serving() as (port, task):
        answer = await exchange(port, garbage)
        assert answer == b"reset" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 200 "))
        ask = b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert (await exchange(port, ask)).startswith(b"HTTP/1.1 200 ")
        assert not task.done()
