"""A ring gives each reader exactly what it lacks, from bytes that are made once."""

from __future__ import annotations

import zlib

import pytest

from yardarm.core.snapshot import Patch
from yardarm.server.delivery import channel
from yardarm.server.delivery.channel import Rendering, Ring
from yardarm.server.web import sse


class Counting:
    """A rendering that says a line per event and counts how often it was asked."""

    def __init__(self, *, cumulative: bool = True, size: int = 0) -> None:
        self.events = 0
        self.size = size
        self.rendering = Rendering(
            "test", self.event, self.reset, self.heartbeat, cumulative=cumulative
        )

    def event(self, patch: Patch, encoded: bytes) -> bytes:
        self.events += 1
        return b"event %d%b\n" % (patch.version, b"x" * self.size)

    def reset(self, epoch: str, version: int) -> bytes:
        return b"reset %d\n" % version

    def heartbeat(self, version: int) -> bytes:
        return b"beat %d\n" % version


def patch(version: int, epoch: str = "e") -> Patch:
    return Patch(epoch, version - 1, version, "", (), ())


def ring(last: int = 5, counting: Counting | None = None) -> Ring:
    made = Ring((counting or Counting()).rendering, "e", 0)
    for version in range(1, last + 1):
        made.append(patch(version), b"")
    return made


def test_a_reader_gets_what_it_lacks() -> None:
    counting = Counting()
    made = ring(5, counting)
    assert made.after(5, packed=False) == b""
    assert made.after(3, packed=False) == b"event 4\nevent 5\n"
    assert made.after(0, packed=False).count(b"event") == 5
    assert counting.events == 5
    assert made.after(3, packed=False) is made.after(3, packed=False), "joined once for all"


def test_compressed_bytes_are_the_same_said_shorter() -> None:
    made = ring(5)
    inflate = zlib.decompressobj(31)
    packed = sse.GZIP_HEADER + made.after(2, packed=True) + made.heartbeat().packed
    assert inflate.decompress(packed) == made.after(2, packed=False) + b"beat 5\n"


def test_who_can_go_on() -> None:
    made = ring(5)
    assert [made.reaches("e", version) for version in (0, 4, 5, 6)] == [True, True, True, False]
    assert not made.reaches("other", 4)


def test_only_the_last_versions_are_kept() -> None:
    made = ring(channel.RING_VERSIONS + 10)
    assert not made.reaches("e", 9)
    assert made.reaches("e", 10)
    assert made.after(9, packed=False) == b"reset 210\n"
    assert made.after(10, packed=False).count(b"event") == channel.RING_VERSIONS


def test_only_so_many_bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "RING_BYTES", 1000)
    made = ring(10, Counting(size=300))
    assert not made.reaches("e", 6)
    assert made.after(7, packed=False).count(b"event") == 3


def test_a_large_event_is_not_sent_to_everybody() -> None:
    made = ring(3, Counting(size=channel.LARGEST_EVENT))
    assert made.after(2, packed=False) == b"reset 3\n"
    assert made.reaches("e", 3)


def test_what_does_not_continue_begins_anew() -> None:
    for odd in (patch(9), patch(6, "other")):
        made = ring(5)
        made.append(odd, b"")
        assert (made.epoch, made.head) == (odd.epoch, odd.version)
        assert made.after(5, packed=False) == b"reset %d\n" % odd.version


def test_where_only_the_newest_counts_it_stands_for_all() -> None:
    made = ring(5, Counting(cumulative=False))
    assert made.after(1, packed=False) == b"event 5\n"
    assert made.after(-1, packed=False) == b"event 5\n"
    assert Ring(Counting(cumulative=False).rendering, "e", 7).after(3, packed=False) == b"reset 7\n"


def test_a_heartbeat_names_the_newest_version() -> None:
    made = ring(1)
    assert made.heartbeat().plain == b"beat 1\n"
    assert made.heartbeat() is made.heartbeat()
    made.append(patch(2), b"")
    assert made.heartbeat().plain == b"beat 2\n"
