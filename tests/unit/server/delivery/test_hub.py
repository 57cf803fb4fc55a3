"""The hub tells every stream everything, once, in order; and no stream keeps it from the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from yardarm.core.snapshot import Patch
from yardarm.server.delivery import channel, hub, subscriber
from yardarm.server.delivery.channel import Block, Rendering
from yardarm.server.delivery.hub import Hub, HubClosed
from yardarm.server.delivery.subscriber import Subscriber

pytestmark = pytest.mark.anyio

NATIVE = Rendering(
    "native",
    lambda patch, encoded: b"<%d>" % patch.version,
    lambda epoch, version: b"<reset %d>" % version,
    lambda version: b"<beat %d>" % version,
)
NEWEST = Rendering(
    "newest",
    lambda patch, encoded: b"<new %d>" % patch.version,
    lambda epoch, version: b"<new %d>" % version,
    lambda version: b":",
    cumulative=False,
)
HELLO = Block(0, b"<hello>")


class Reader:
    """The other end of a stream."""

    def __init__(self) -> None:
        self.got = b""
        self.slow = False
        self.ended = False
        self.aborted = False
        self.writes = 0
        self.fails: Exception | None = None

    def write(self, data: bytes) -> bool:
        assert not self.ended
        if self.fails is not None:
            raise self.fails
        self.got += data
        self.writes += 1
        return not self.slow

    def end(self, data: bytes) -> None:
        self.got += data
        self.ended = True

    def abort(self) -> None:
        self.aborted = self.ended = True


class Room:
    """A hub with one environment and its readers."""

    def __init__(self, **options: Any) -> None:
        self.hub = Hub([NATIVE, NEWEST], **options)
        self.hub.start()
        self.hub.place("p", "e", "epoch", 0)
        self.version = 0

    def open(
        self, rendering: str = "native", since: tuple[str, int] | None = None, **options: Any
    ) -> tuple[Reader, Subscriber]:
        reader = Reader()
        stream = self.hub.open(rendering, "p", "e", reader, since=since, packed=False, **options)
        stream.begin(HELLO)
        return reader, stream

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.version += 1
            patch = Patch("epoch", self.version - 1, self.version, "", (), ())
            self.hub.publish("p", "e", patch, b"")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.001)


async def test_every_stream_is_told_everything_in_order() -> None:
    room = Room()
    readers = [room.open()[0] for _ in range(700)]
    room.publish(3)
    await until(lambda: all(reader.got.endswith(b"<3>") for reader in readers))
    assert {reader.got for reader in readers} == {b"<hello><1><2><3>"}
    assert {reader.writes for reader in readers} == {2}, "three changes at once are one write"


async def test_a_reader_goes_on_from_where_it_was() -> None:
    room = Room()
    room.publish(5)
    assert room.open(since=("epoch", 3))[0].got == b"<hello><4><5>"
    assert room.open(since=("epoch", 5))[0].got == b"<hello>"
    assert room.open(since=None)[0].got == b"<hello>"
    for since in (("other", 3), ("epoch", 6), ("", -1)):
        assert room.open(since=since)[0].got == b"<hello><reset 5>"
    assert room.open("newest", since=("epoch", 1))[0].got == b"<hello><new 5>"


async def test_changes_faster_than_waves_are_joined() -> None:
    room = Room()
    readers = [room.open()[0] for _ in range(600)]
    for _ in range(100):
        room.publish()
        await asyncio.sleep(0)
    await until(lambda: all(reader.got.endswith(b"<100>") for reader in readers))
    told = b"".join(b"<%d>" % version for version in range(1, 101))
    assert {reader.got for reader in readers} == {b"<hello>" + told}
    assert room.hub.counts().waves < 50


async def test_a_slow_reader_is_told_when_it_is_ready_and_keeps_nobody() -> None:
    room = Room()
    slow, stream = room.open()
    quick, _ = room.open()
    slow.slow = True
    room.publish()
    await until(lambda: quick.got.endswith(b"<1>"))
    assert slow.got == b"<hello><1>"
    room.publish(3)
    await until(lambda: quick.got.endswith(b"<4>"))
    assert slow.got == b"<hello><1>", "nothing is written to one that is behind"
    slow.slow = False
    stream.caught_up()
    assert slow.got == b"<hello><1><2><3><4>"


async def test_a_reader_that_fell_out_of_the_ring_fetches_anew() -> None:
    room = Room()
    slow, stream = room.open()
    slow.slow = True
    room.publish()
    await until(lambda: slow.got.endswith(b"<1>"))
    room.publish(channel.RING_VERSIONS + 5)
    slow.slow = False
    stream.caught_up()
    assert slow.got == b"<hello><1><reset %d>" % room.version


async def test_a_reader_that_takes_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.2)
    room = Room()
    stalled, _ = room.open()
    other, _ = room.open()
    stalled.slow = True
    room.publish()
    await until(lambda: other.got.endswith(b"<1>"))
    held = [stream for slot in room.hub._slots for stream in slot]
    late = next(stream for stream in held if stream.behind_since is not None)
    assert late.behind_since is not None
    assert not late.is_stalled()
    late.behind_since -= subscriber.STALL_SECONDS + 1
    await until(lambda: stalled.aborted)
    await until(lambda: other.got.endswith(b"<beat 1>"))
    assert (room.hub.count(), room.hub.counts().dropped) == (1, 1)


async def test_a_stream_that_fails_is_closed_and_the_others_are_told(caplog: Any) -> None:
    room = Room()
    readers = [room.open()[0] for _ in range(20)]
    readers[7].fails = RuntimeError("a fault of ours")
    for version in (1, 2):
        room.publish()
        told = [reader for reader in readers if reader is not readers[7]]
        await until(lambda: all(r.got.endswith(b"<%d>" % version) for r in told))  # noqa: B023
    assert readers[7].aborted
    assert room.hub.count() == 19
    assert "a fault of ours" in caplog.text


async def test_one_timer_beats_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.2)
    room = Room()
    readers = [room.open()[0] for _ in range(250)]
    newest, _ = room.open("newest")
    assert max(len(slot) for slot in room.hub._slots) == 3, "spread over the slots"
    await until(lambda: all(reader.got.count(b"<beat 0>") >= 2 for reader in readers))
    assert b":" in newest.got


async def test_nothing_goes_before_the_head_of_the_response() -> None:
    room = Room()
    reader = Reader()
    stream = room.hub.open("native", "p", "e", reader, since=None, packed=False)
    room.publish()
    await until(lambda: room.hub.counts().waves == 1)
    assert reader.got == b""
    stream.begin(HELLO)
    assert reader.got == b"<hello>", "without a version, it begins with the newest"
    room.publish()
    await until(lambda: reader.got == b"<hello><2>")


async def test_whoever_leaves_is_told_no_more() -> None:
    room = Room()
    reader, stream = room.open()
    room.publish()
    stream.leave()
    stream.leave()
    await asyncio.sleep(0.01)
    assert reader.got == b"<hello>"
    assert room.hub.counts().open == {"native": 0, "newest": 0}


async def test_a_new_history_resets_everybody() -> None:
    room = Room()
    reader, _ = room.open()
    room.hub.place("p", "e", "restored", 3)
    await until(lambda: reader.got == b"<hello><reset 3>")


async def test_a_revoked_key_loses_its_streams() -> None:
    room = Room()
    theirs, _ = room.open(key_id=7)
    others, _ = room.open(key_id=8)
    room.hub.close_key(7)
    assert theirs.ended
    assert not others.ended
    assert room.hub.count() == 1


async def test_the_end_comes_to_all_with_delays_of_their_own() -> None:
    room = Room()
    readers = [room.open()[0] for _ in range(600)]
    waiting = Reader()
    unbegun = room.hub.open("native", "p", "e", waiting, since=None, packed=False)
    await room.hub.close()
    assert all(reader.ended for reader in readers)
    delays = {int(reader.got.partition(b"retry: ")[2]) for reader in readers}
    assert len(delays) > 20
    assert min(delays) >= 200
    assert max(delays) < 200 + 2 * 601
    unbegun.begin(HELLO)
    assert waiting.aborted
    assert waiting.got == b""
    with pytest.raises(HubClosed):
        room.open()


async def test_no_more_streams_than_the_process_can_hold() -> None:
    room = Room(most_streams=2)
    room.open()
    _, second = room.open()
    with pytest.raises(HubClosed):
        room.open()
    second.leave()
    room.open()


async def test_an_unknown_environment_has_no_streams() -> None:
    with pytest.raises(KeyError):
        Room().hub.open("native", "p", "other", Reader(), since=None, packed=False)


async def test_another_history_at_the_very_version_that_readers_have() -> None:
    """As when an override file comes and goes: nothing was published, all is to be fetched."""
    room = Room()
    room.publish(2)
    reader, _ = room.open()
    newest, _ = room.open("newest")
    slow, stream = room.open()
    slow.slow = True
    room.publish()
    await until(lambda: slow.got == b"<hello><3>")
    for epoch in ("epoch~1", "epoch"):
        room.hub.place("p", "e", epoch, 3)
        await until(lambda: reader.got.endswith(b"<reset 3>") and newest.got.endswith(b"<new 3>"))
        room.hub.place("p", "e", epoch, 3)  # says nothing new
        reader.got, newest.got = b"", b""
    patch = Patch("epoch", 3, 4, "", (), ())
    room.hub.publish("p", "e", patch, b"")
    await until(lambda: reader.got == b"<4>" and newest.got == b"<new 4>")
    slow.slow = False
    stream.caught_up()
    assert slow.got == b"<hello><3><reset 4>"


async def test_a_reset_names_the_history_it_is_of() -> None:
    named = Rendering(
        "newest", NEWEST.event, lambda epoch, version: b"<%b>" % epoch.encode(), NEWEST.heartbeat,
        cumulative=False,
    )  # fmt: skip
    ring = channel.Ring(named, "one", 3)
    assert ring.reset().plain == b"<one>"
    ring.restart("two", 3)
    assert ring.reset().plain == b"<two>"


async def test_who_is_connected_and_who_has_the_newest_version() -> None:
    room = Room()
    slow, _ = room.open(agent="yardarm-python/0.1.0")
    room.open(agent="yardarm-python/0.1.0")
    room.open("newest", agent="node")
    room.open()
    slow.slow = True
    room.publish()
    await until(lambda: b"<1>" in slow.got)
    found = [(c.protocol, c.agent, c.streams, c.current) for c in room.hub.connected("p", "e")]
    assert found == [
        ("native", "", 1, 1),
        ("native", "yardarm-python/0.1.0", 2, 1),
        ("newest", "node", 1, 1),
    ]
    assert room.hub.connected("p", "elsewhere") == []
