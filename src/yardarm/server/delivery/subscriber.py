"""One open stream: a cursor into its channel's ring. Its rules are at the top of `hub`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..web import sse
from .channel import Block, Ring

STALL_SECONDS = 30.0


class Sink(Protocol):
    """Where a subscriber's bytes go: a connection."""

    def write(self, data: bytes) -> bool:
        """Send; False when the reader is slow, which must end in a call of `caught_up`."""

    def end(self, data: bytes) -> None:
        """Send the last bytes and close."""

    def abort(self) -> None:
        """Close now."""


class Channel:
    """A ring and those who follow it."""

    __slots__ = ("again", "resting", "ring", "subscribers", "waiting")

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.subscribers: set[Subscriber] = set()
        self.waiting: list[Subscriber] = []
        self.resting = False
        self.again = False


class Subscriber:
    """One open stream.

    `key_id` is the key it was opened with, so that revoking it closes it; `agent` is what its
    reader calls itself (`User-Agent`), `application` the program that the reader says it is.
    """

    __slots__ = (
        "_clock",
        "_sink",
        "agent",
        "application",
        "begun",
        "behind_since",
        "channel",
        "cursor",
        "key_id",
        "opened",
        "packed",
        "slot",
    )

    def __init__(
        self,
        channel: Channel,
        sink: Sink,
        clock: Callable[[], float],
        *,
        cursor: int | None,
        packed: bool,
        key_id: int,
        agent: str = "",
        application: str = "",
    ) -> None:
        self._clock = clock
        self.opened = clock()
        self._sink = sink
        self.channel = channel
        self.cursor = cursor
        self.packed = packed
        self.key_id = key_id
        self.agent = agent
        self.application = application
        # Until `begin` the head of the response is on its way, and nothing may go before it.
        self.behind_since: float | None = clock()
        self.begun = False
        self.slot: set[Subscriber] | None = None

    def is_current(self) -> bool:
        """Whether the reader was sent the newest version, and has taken it."""
        return self.behind_since is None and self.cursor == self.channel.ring.head

    def begin(self, greeting: Block) -> None:
        """Send the protocol's greeting and whatever the reader lacks."""
        if self.slot is None:
            self._sink.abort()
            return
        self.begun, self.behind_since = True, None
        if self.cursor is None:
            self.cursor = self.channel.ring.head
        start = sse.GZIP_HEADER + greeting.packed if self.packed else greeting.plain
        self._write(start + self._take())

    def push(self) -> None:
        """Send what the reader lacks, if it is ready for it."""
        if self.behind_since is None and self.cursor != self.channel.ring.head:
            self._write(self._take())

    def lose(self) -> None:
        """What the reader was sent is of another history: it lacks everything there is now."""
        if self.cursor is not None:
            self.cursor = -1

    def beat(self) -> None:
        """Send a heartbeat, if the reader is ready for it."""
        if self.behind_since is None:
            block = self.channel.ring.heartbeat()
            self._write(block.packed if self.packed else block.plain)

    def is_stalled(self) -> bool:
        """Whether the reader has taken nothing for too long."""
        return self.behind_since is not None and self._clock() - self.behind_since > STALL_SECONDS

    def caught_up(self) -> None:
        """The sink is ready for more."""
        self.behind_since = None
        if self.slot is not None:
            self.push()

    def end(self, block: Block) -> None:
        """Send the last word and leave."""
        self.leave()
        if self.begun:
            self._sink.end(block.packed if self.packed else block.plain)

    def abort(self) -> None:
        """Close without a word and leave."""
        self.leave()
        self._sink.abort()

    def leave(self) -> None:
        """Follow no longer. Harmless when repeated."""
        if self.slot is not None:
            self.slot.discard(self)
            self.slot = None
            self.channel.subscribers.discard(self)

    def _take(self) -> bytes:
        ring = self.channel.ring
        assert self.cursor is not None
        data = ring.after(self.cursor, packed=self.packed)
        self.cursor = ring.head
        return data

    def _write(self, data: bytes) -> None:
        if not self._sink.write(data):
            self.behind_since = self._clock()
