"""uvicorn, as this server needs it: bounded request heads, connections that can be closed at once,
and an end that comes before the streams' readers decide to leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .streaming import ABORT

MAX_HEAD = 32 << 10
"""Bytes of a request's target and headers together."""

HEAD_SECONDS = 20.0
"""How long a client may take to send them."""

GRACE_SECONDS = 2
"""How long requests that are being answered may take when the server ends."""


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 of one connection, with limits that httptools does not have.

    A request whose head is too long, or comes too slowly, is answered with 431 or 408 and the
    connection closed. Each request's scope carries the extension `streaming.ABORT`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._head = 0
        if self._head_timer is None:
            self._await_head()
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: self.transport.abort}  # type: ignore[typeddict-item]

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._stop_timer()
        if self._head <= MAX_HEAD:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._head <= MAX_HEAD:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._head <= MAX_HEAD:
            super().on_message_complete()

    def _count(self, size: int) -> None:
        before, self._head = self._head, self._head + size
        if before <= MAX_HEAD < self._head:
            self._refuse(b"431 Request Header Fields Too Large")

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes) -> None:
        self.transport.write(
            b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status
        )
        self.transport.close()


class Listener(uvicorn.Server):
    """A uvicorn server that runs `before_end` when it is told to stop, then waits for the rest.

    uvicorn by itself waits for open responses before it tells the application that it ends; with
    streams open that would be for ever.
    """

    def __init__(
        self, config: uvicorn.Config, before_end: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        super().__init__(config)
        self._before_end = before_end

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Stop accepting, close the streams, wait for the others, end the application."""
        for server in self.servers:
            server.close()
        if self._before_end is not None:
            await self._before_end()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came: end in order. A second one ends at once."""
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def listener(
    app: Any, *, before_end: Callable[[], Awaitable[None]] | None = None, **options: Any
) -> Listener:
    """A server for the application. It logs nothing by itself and says nothing of itself."""
    config = uvicorn.Config(
        app, http=BoundedProtocol, ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, backlog=4096, timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS, **options,
    )
    return Listener(config, before_end)
