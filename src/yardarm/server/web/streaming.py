"""A response that goes on: written to from outside, without a task of its own.

The ASGI task of the connection only waits in `receive` for the client to go away. Whoever has
something to say calls `write`, which runs `send` as far as it goes. Mostly that is to its end,
since a server hands bytes to a socket that takes them; then the write has cost no task switch, no
queue and no future. When `send` stops to wait for a slow reader, a task is made to finish it, and
until then `write` must not be called again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, Protocol

from .asgi import Headers, Receive, Scope, Send
from .requests import HEADERS

ABORT: Final = "yardarm.abort"
"""Key of the scope: a function that closes the connection at once, whatever is still unsent."""

_MAX_UNREAD = 65536


class Follower(Protocol):
    """A stream's place among those who are told: `delivery.hub.Subscriber`."""

    def begin(self, greeting: Any, /) -> None:
        """The head of the response is out; send the greeting and what the reader lacks."""

    def caught_up(self) -> None:
        """A slow write is through."""

    def leave(self) -> None:
        """The reader has gone."""


class OpenResponse:
    """One response without an end. See the module's rules.

    `drained` is called when a write that did not go through at once is through.
    """

    __slots__ = ("_abort", "_pending", "_send", "drained", "ended")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._abort: Callable[[], None] | None = scope.get(ABORT)
        self._pending: asyncio.Task[None] | None = None
        self.drained: Callable[[], None] | None = None
        self.ended = False

    async def start(self, status: int, headers: Headers) -> None:
        """Send the status and headers."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def write(self, data: bytes) -> bool:
        """Send a part; False when the reader is slow and `drained` will tell when it is through."""
        return self._drive({"type": "http.response.body", "body": data, "more_body": True})

    def end(self, data: bytes = b"") -> None:
        """Send the last part. If the reader is slow at this moment, close without it."""
        if self._pending is not None:
            self.abort()
        elif not self.ended:
            self.ended = True
            self._drive({"type": "http.response.body", "body": data, "more_body": False})

    def abort(self) -> None:
        """Close the connection without sending what is unsent."""
        self.ended = True
        if self._abort is not None:
            self._abort()
        elif self._pending is not None:
            self._pending.cancel()

    async def wait_until_gone(self, receive: Receive) -> None:
        """Return when the client has gone away or the response has ended."""
        unread = 0
        while not self.ended:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            unread += len(message.get("body", b""))
            if unread > _MAX_UNREAD:
                self.abort()
        if self._pending is not None:
            self._pending.cancel()

    def _drive(self, message: dict[str, Any]) -> bool:
        sending = self._send(message)
        assert isinstance(sending, Coroutine)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return True
        except Exception:  # noqa: BLE001 - one broken connection must not stop the others' news
            self.abort()
            return True
        self._pending = asyncio.get_running_loop().create_task(self._finish(sending, waits_for))
        return False

    async def _finish(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        try:
            await _resume(sending, waits_for)
        except OSError:
            return
        finally:
            self._pending = None
        if self.drained is not None and not self.ended:
            self.drained()


async def serve(
    scope: Scope,
    receive: Receive,
    send: Send,
    headers: Headers,
    *,
    follow: Callable[[OpenResponse], Follower],
    greet: Callable[[], Any],
) -> None:
    """Answer with a stream until its reader goes away.

    `follow` takes the stream up, `greet` makes its first bytes when the head of the response is
    out. Both live as long as the stream, so they must not hold a snapshot.
    """
    response = OpenResponse(scope, send)
    follower = follow(response)
    response.drained = follower.caught_up
    try:
        await response.start(200, headers)
        follower.begin(greet())
        # Nobody reads them again, and there may be ten thousand of them for hours.
        scope.pop(HEADERS, None)
        if isinstance(scope["headers"], list):
            scope["headers"].clear()
        await response.wait_until_gone(receive)
    finally:
        follower.leave()


@coroutine
def _resume(sending: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, None, None]:
    """Go on with a coroutine that has been run up to its first wait."""
    try:
        while True:
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 - handed on, whatever it is
                waits_for = sending.throw(error)
            else:
                waits_for = sending.send(None)
    except StopIteration:
        return
