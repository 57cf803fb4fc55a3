"""uvicorn, as this server needs it: bounded request heads, connections that can be closed at once,
and an end that comes before the streams' readers decide to leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .asgi import App
from .streaming import ABORT

MAX_HEAD = 32 << 10
"""Bytes of a request's target and headers together."""

HEAD_SECONDS = 20.0
"""How long a client may take to send them."""

BODY_SECONDS = 120.0
"""How long its body may take, after the head."""

KEEP_ALIVE_SECONDS = 75
BACKLOG = 4096

GRACE_SECONDS = 1
"""How long requests that are being answered may take when the server ends."""


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 of one connection, with limits that httptools does not have.

    A request whose head is too long, or which comes too slowly, is answered with 431 or 408 and
    the connection closed. Each request's scope has `streaming.ABORT`. `awaited_since` is when the
    head that is awaited was begun, None while there is none.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head = 0
        self.awaited_since: float | None = self.loop.time()
        self._head_ended = 0.0

    def data_received(self, data: bytes) -> None:
        before = self.awaited_since
        super().data_received(data)
        if before is not None and before == self.awaited_since:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self.refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        if self.awaited_since is None:
            self.awaited_since = self.loop.time()
        super().on_message_begin()
        self.scope[ABORT] = self.transport.abort  # type: ignore[typeddict-unknown-key]

    def on_headers_complete(self) -> None:
        self._head, self.awaited_since, self._head_ended = 0, None, self.loop.time()
        super().on_headers_complete()

    def is_too_slow(self, now: float) -> bool:
        """Whether a request, or the rest of one, is overdue."""
        if self.awaited_since is not None:
            return now - self.awaited_since > HEAD_SECONDS
        # No cycle: the head was no request, and the connection is being closed.
        cycle: RequestResponseCycle | None = self.cycle
        waits = cycle is not None and cycle.more_body and not cycle.response_started
        return waits and now - self._head_ended > BODY_SECONDS

    def refuse(self, status: bytes) -> None:
        """Answer so and close."""
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status
            )
            self.transport.close()


class Listener(uvicorn.Server):
    """A uvicorn server that says when it listens, and closes the streams before it waits.

    uvicorn by itself waits for open responses before it tells the application that it ends; with
    streams open that would be for ever.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        on_ready: Callable[[], Awaitable[None]],
        before_end: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._before_end = before_end

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        await self._on_ready()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Stop accepting, close the streams, wait for the others."""
        for server in self.servers:
            server.close()
        await self._before_end()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; closes connections whose request does not come."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol) and connection.is_too_slow(now):
                    connection.refuse(b"408 Request Timeout")
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came: end in order. A second one ends at once."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


async def listen(
    app: App,
    sockets: list[socket],
    *,
    on_ready: Callable[[], Awaitable[None]],
    before_end: Callable[[], Awaitable[None]],
) -> None:
    """Serve the application on these sockets until a signal comes.

    `on_ready` is awaited when connections are accepted, `before_end` when no more are.
    """
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await Listener(config, on_ready, before_end).serve(sockets)
