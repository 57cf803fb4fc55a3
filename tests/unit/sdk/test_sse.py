"""The parser of server-sent events. Fault 77: any split, any line ends, BOM, comments, bounds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.sdk.sse import Event, EventTooLong, Parser

STREAM = (
    b"\xef\xbb\xbf: welcome\r\n"
    b"event: hello\r\ndata: {}\r\n\r\n"
    b"id: e:7\nevent: patch\ndata: one\ndata:two\ndata:  three\n\n"
    b"data: plain\r\r"
    b"data\n\n"
    b"event: empty\n\n"
    b"unknown: field\nretry: 1500\nid: \0bad\ndata: last\n\n"
    b"data: cut off"
)
EVENTS = [
    Event("hello", b"{}"),
    Event("patch", b"one\ntwo\n three", "e:7"),
    Event("message", b"plain", "e:7"),
    Event("message", b"", "e:7"),
    Event("message", b"last", "e:7"),
]


def fed(*chunks: bytes) -> list[Event]:
    parser = Parser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


def test_a_stream_is_read() -> None:
    assert fed(STREAM) == EVENTS


@pytest.mark.parametrize("at", range(len(STREAM) + 1))
def test_fault_77_split_at_every_byte(at: int) -> None:
    assert fed(STREAM[:at], STREAM[at:]) == EVENTS


def test_fault_77_one_byte_at_a_time() -> None:
    assert fed(*(STREAM[i : i + 1] for i in range(len(STREAM)))) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_fault_77_split_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert fed(*(STREAM[a:b] for a, b in pairwise(places))) == EVENTS


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_fault_77_every_kind_of_line_end(end: bytes) -> None:
    lines = [b"event: patch", b"data: 1", b"data: 2", b"", b"data: 3", b"", b""]
    assert fed(end.join(lines)) == [Event("patch", b"1\n2"), Event("message", b"3")]


def test_fault_77_comments_only_are_no_events() -> None:
    assert fed(b": keep-alive\n\n" * 1000) == []


def test_a_bom_counts_only_at_the_very_start() -> None:
    assert fed(b"data: a\n\n", b"\xef\xbb\xbfdata: b\n\n") == [Event("message", b"a")]


def test_retry_is_read_and_nonsense_is_not() -> None:
    parser = Parser()
    parser.feed(b"retry: soon\nretry: \xd9\xa1\nretry: 99999999999\n")
    assert parser.retry_ms is None
    parser.feed(b"retry: 2500\n")
    assert parser.retry_ms == 2500


@pytest.mark.parametrize("chunk", [b"data: " + b"x" * 100, b"data: 0123456789\n", b"x" * 30])
def test_an_endless_event_is_refused(chunk: bytes) -> None:
    parser = Parser(max_event_bytes=1000)
    with pytest.raises(EventTooLong):
        list(map(parser.feed, [chunk] * 200))


def test_endless_comments_are_not_kept() -> None:
    parser = Parser(max_event_bytes=1000)
    for _ in range(10_000):
        parser.feed(b": still here\nid: x\nunknown: field\n")
    assert parser.feed(b"data: a\n\n") == [Event("message", b"a", "x")]


def test_many_chunks_of_one_long_line_take_linear_time() -> None:
    """Reading a 6 MB snapshot in small pieces must not copy it again for each piece."""
    parser = Parser()
    piece = b"x" * 1000
    parser.feed(b"data: ")
    for _ in range(6000):
        assert parser.feed(piece) == []
    (event,) = parser.feed(b"\n\n")
    assert len(event.data) == 6_000_000
