"""Events are what the standard says, and shared blocks are one gzip stream to any reader."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.web import sse


def test_events() -> None:
    assert sse.event("patch", [b"a", b"b"], id="e:1") == (
        b"id: e:1\nevent: patch\ndata: a\ndata: b\n\n"
    )
    assert sse.event(data=b"{}") == b"data: {}\n\n"
    assert sse.retry(250) == b"retry: 250\n\n"


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8))
def test_blocks_of_any_number_and_order_are_one_gzip_stream(parts: list[bytes]) -> None:
    inflate = zlib.decompressobj(31)
    found = inflate.decompress(sse.GZIP_HEADER)
    for part in parts:
        # Each block can be read as soon as it is there.
        found += inflate.decompress(sse.deflate_block(part))
        assert found.endswith(part)
    assert found == b"".join(parts)
    assert not inflate.eof


def test_a_block_refers_to_nothing_before_it() -> None:
    data = bytes(range(256)) * 4
    block = sse.deflate_block(data)
    assert sse.deflate_block(data) == block
    for before in (b"", data, b"x" * 40_000):
        inflate = zlib.decompressobj(31)
        inflate.decompress(sse.GZIP_HEADER + (sse.deflate_block(before) if before else b""))
        assert inflate.decompress(block) == data


@pytest.mark.parametrize(
    ("header", "accepts"),
    [
        (None, False), (b"", False), (b"gzip", True), (b"deflate, GZIP;q=0.5", True),
        (b"gzip;q=0", False), (b"gzip; q=0.000", False), (b"gzip;q=0.001", True),
        (b"br", False), (b"x-gzip2", False), (b"identity, gzip;q=1.0", True),
    ],
)  # fmt: skip
def test_who_accepts_gzip(header: bytes | None, accepts: bool) -> None:
    assert sse.accepts_gzip(header) is accepts


@pytest.mark.parametrize(
    ("header", "query", "since"),
    [
        (b"", b"", None),
        (b"ab12:7", b"", ("ab12", 7)),
        (b"", b"since=ab12:7", ("ab12", 7)),
        (b"ab12:9", b"since=ab12:7", ("ab12", 9)),
        (b"7", b"", ("", 7)),
        (b"ab12:", b"", ("", -1)),
        (b"ab12:-1", b"", ("", -1)),
        (b"ab12:" + b"9" * 40, b"", ("", -1)),
        (b"\xff\xfe", b"", ("", -1)),
    ],
)
def test_where_a_reader_stands(header: bytes, query: bytes, since: tuple[str, int] | None) -> None:
    headers = [(b"last-event-id", header)] if header else []
    assert sse.read_since({"headers": headers, "query_string": query}) == since
