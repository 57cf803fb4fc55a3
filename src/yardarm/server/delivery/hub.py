"""The hub: tells every open stream what happened, as fast as one core can.

Mutable state, and its rules:

1. One thread, the event loop's. Nothing here awaits between reading and writing its state.
2. A `Subscriber` is a *cursor* into its channel's ring: the version its reader has been sent. There
   are no queues per connection; what a reader lacks is what the ring holds beyond its cursor. So a
   slow reader costs nothing, many changes become one write (coalescing), and a reader that fell out
   of the ring is told to fetch the snapshot.
3. Bytes are made once per version and shared (`Ring`), also compressed.
4. A change starts a *wave* over the channel's subscribers, `BATCH` of them per turn of the loop, so
   that ten thousand streams do not stop everybody else. While a wave runs, further changes only
   lengthen the ring; when it ends, the next one starts after a pause as long as the wave took, so
   waves never take more than half of the core, however often somebody publishes.
5. `sink.write` answers whether the reader took the bytes. Until a reader that did not calls
   `caught_up`, nothing more is written to it. One that takes nothing for `STALL_SECONDS` is closed.
6. One timer serves all heartbeats. Streams are spread over `SLOTS`, and each tick serves one slot,
   so each stream hears something every `HEARTBEAT_SECONDS` and no tick is long.
7. One stream that fails is closed, and the wave goes on.
8. After `close` nothing opens, and every stream has been ended with its own reconnect delay.
9. Who asks again and again instead of following is remembered by `polls`, which has its own rules.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...core.snapshot import Patch
from ..web import sse
from .channel import Block, Rendering, Ring
from .polls import Polls
from .subscriber import Channel, Sink, Subscriber

_log = logging.getLogger("yardarm.server.delivery")

HEARTBEAT_SECONDS = 10.0
SLOTS = 100
BATCH = 250
RETRY_VARIANTS = 64
LONGEST_RETRY_MS = 30_000


class HubClosed(Exception):
    """The hub opens no more streams: the server is ending, or holds as many as it may."""


@dataclass(frozen=True, slots=True)
class HubCounts:
    """What the hub has to tell the metrics."""

    open: dict[str, int]
    dropped: int
    waves: int
    wave_seconds: float


@dataclass(slots=True)
class Connected:
    """Open streams of one protocol whose readers call themselves the same.

    `current` of the `streams` were sent the newest version; the oldest is open for so many
    seconds.
    """

    protocol: str
    agent: str
    application: str = ""
    streams: int = 0
    current: int = 0
    seconds: float = 0.0


class Hub:
    """All channels. `renderings` are the protocols that have streams."""

    def __init__(self, renderings: Iterable[Rendering], *, most_streams: int = 19_000) -> None:
        self._renderings = {rendering.name: rendering for rendering in renderings}
        self._channels: dict[tuple[str, str, str], Channel] = {}
        self._slots: list[set[Subscriber]] = [set() for _ in range(SLOTS)]
        self._most = most_streams
        self._opened = 0
        self._tick = 0
        self._timer: asyncio.TimerHandle | None = None
        self.polls = Polls()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: Callable[[], float] = time.monotonic
        self.closing = False
        self._dropped = 0
        self._waves = 0
        self._wave_seconds = 0.0

    def start(self) -> None:
        """Begin to beat. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._clock = self._loop.time
        self._beat()

    # --- what happened ------------------------------------------------------------------------

    def place(self, project: str, environment: str, epoch: str, version: int) -> None:
        """An environment stands at this version, with no events before it to tell."""
        for name, rendering in self._renderings.items():
            at = (name, project, environment)
            channel = self._channels.get(at)
            if channel is None:
                self._channels[at] = Channel(Ring(rendering, epoch, version))
            elif (channel.ring.epoch, channel.ring.head) != (epoch, version):
                if channel.ring.epoch != epoch:  # maybe at the very version that readers have
                    for subscriber in channel.subscribers:
                        subscriber.lose()
                channel.ring.restart(epoch, version)
                self._wave(channel)

    def publish(self, project: str, environment: str, patch: Patch, encoded: bytes) -> None:
        """An environment has gone on by one version."""
        for name in self._renderings:
            channel = self._channels[name, project, environment]
            channel.ring.append(patch, encoded)
            self._wave(channel)

    # --- who listens --------------------------------------------------------------------------

    def open(
        self,
        rendering: str,
        project: str,
        environment: str,
        sink: Sink,
        *,
        since: tuple[str, int] | None,
        packed: bool,
        key_id: int = 0,
        agent: str = "",
        application: str = "",
    ) -> Subscriber:
        """A new stream. `since` is what its reader has; None: it will look for itself.

        `agent` is what the reader calls itself, `application` the program that it says it is.

        The caller sends the head of the response, then calls `begin`, and `leave` at the end.
        Raises `HubClosed`, and `KeyError` for an environment that was never placed.
        """
        if self.closing or self.count() >= self._most:
            raise HubClosed
        channel = self._channels[rendering, project, environment]
        ring = channel.ring
        cursor: int | None = None
        if since is not None:
            epoch, version = since
            cursor = version if ring.reaches(epoch, version) else -1
        made = Subscriber(
            channel,
            sink,
            self._clock,
            cursor=cursor,
            packed=packed,
            key_id=key_id,
            agent=agent,
            application=application,
        )
        made.slot = self._slots[self._opened % SLOTS]
        self._opened += 1
        made.slot.add(made)
        channel.subscribers.add(made)
        return made

    def count(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._slots))

    def counts(self) -> HubCounts:
        """Numbers for the metrics."""
        opened: dict[str, int] = dict.fromkeys(self._renderings, 0)
        for (name, _, _), channel in self._channels.items():
            opened[name] += len(channel.subscribers)
        return HubCounts(opened, self._dropped, self._waves, self._wave_seconds)

    def connected(self, project: str, environment: str) -> list[Connected]:
        """Who follows an environment on this server, by protocol and what they call themselves."""
        found: dict[tuple[str, str, str], Connected] = {}
        now = self._clock()
        for name in self._renderings:
            channel = self._channels.get((name, project, environment))
            for subscriber in () if channel is None else channel.subscribers:
                at = (name, subscriber.agent, subscriber.application)
                group = found.setdefault(at, Connected(*at))
                group.streams += 1
                group.current += subscriber.is_current()
                group.seconds = max(group.seconds, now - subscriber.opened)
        return [found[at] for at in sorted(found)]

    def key_ids(self) -> set[int]:
        """The keys that streams were opened with."""
        return {subscriber.key_id for slot in self._slots for subscriber in slot}

    def close_key(self, key_id: int) -> None:
        """Close the streams of a key that is no longer valid."""
        for subscriber in [s for slot in self._slots for s in slot if s.key_id == key_id]:
            subscriber.end(_last_words(1000))

    async def close(self) -> None:
        """End every stream, each with a reconnect delay of its own, spread by their number."""
        self.closing = True
        if self._timer is not None:
            self._timer.cancel()
        spread = min(LONGEST_RETRY_MS, max(1000, 2 * self.count()))
        words = [_last_words(200 + random.randrange(spread)) for _ in range(RETRY_VARIANTS)]
        waiting = [subscriber for slot in self._slots for subscriber in slot]
        for index, subscriber in enumerate(waiting):
            if subscriber.slot is not None:
                subscriber.end(words[index % RETRY_VARIANTS])
            if index % BATCH == BATCH - 1:
                await asyncio.sleep(0)

    # --- waves and beats ----------------------------------------------------------------------

    def _wave(self, channel: Channel) -> None:
        if not channel.subscribers or self._loop is None or self.closing:
            return
        if channel.waiting or channel.resting:
            channel.again = True
            return
        channel.waiting = list(channel.subscribers)
        self._loop.call_soon(self._go_on, channel, self._loop.time())

    def _go_on(self, channel: Channel, started: float) -> None:
        assert self._loop is not None
        waiting = channel.waiting
        batch = waiting[-BATCH:]
        del waiting[-BATCH:]
        for subscriber in batch:
            self._careful(subscriber, subscriber.push)
        if waiting:
            self._loop.call_soon(self._go_on, channel, started)
            return
        took = self._loop.time() - started
        self._waves += 1
        self._wave_seconds += took
        channel.resting = True
        self._loop.call_later(took, self._rested, channel)

    def _rested(self, channel: Channel) -> None:
        channel.resting = False
        if channel.again:
            channel.again = False
            self._wave(channel)

    def _beat(self) -> None:
        assert self._loop is not None
        self._timer = self._loop.call_later(HEARTBEAT_SECONDS / SLOTS, self._beat)
        self._tick = (self._tick + 1) % SLOTS
        for subscriber in list(self._slots[self._tick]):
            if subscriber.is_stalled():
                self._dropped += 1
                subscriber.abort()
            else:
                self._careful(subscriber, subscriber.beat)

    @staticmethod
    def _careful(subscriber: Subscriber, tell: Callable[[], None]) -> None:
        """Tell one; if that fails, whatever it is, the others are still told."""
        if subscriber.slot is None:
            return
        try:
            tell()
        except Exception:  # noqa: BLE001 - rule 7
            _log.exception("a stream failed and is closed")
            subscriber.abort()


def _last_words(retry_ms: int) -> Block:
    return Block(0, sse.retry(retry_ms))
