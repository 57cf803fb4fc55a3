"""Paths have one spelling, bodies have limits, and every refusal has its status."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.web import requests as r
from yardarm.server.web.problems import RequestFailed

CANONICAL = {
    b"/": (),
    b"/a": ("a",),
    b"/a/b-c_d.e~f": ("a", "b-c_d.e~f"),
    b"/a%2Fb": ("a/b",),
    b"/a%20b/%C3%A9": ("a b", "é"),
    b"/.well-known/x": (".well-known", "x"),
    b"/a..b": ("a..b",),
    b"/%3A": (":",),  # reserved: some clients escape it, some do not, both may be meant
    b"/:": (":",),
    b"/%00": ("\0",),
}
OTHER_SPELLINGS = [
    b"", b"a", b"//", b"//a", b"/a/", b"/a//b", b"/.", b"/..", b"/a/../b", b"/a/./b", b"/%78",
    b"/%2e%2e", b"/a%2fb", b"/a%2", b"/%GG", b"/\xc3\xa9", b"/%FF", b"/a b", b"/a?b", b"/a#b",
    b"/%7Eann", b"/a\\b", b"/" + b"a" * 5000, b"/%20" + b"a" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("path", CANONICAL)
def test_a_canonical_path_is_split_and_decoded(path: bytes) -> None:
    assert r.split_path(path) == CANONICAL[path]
    assert r.is_canonical(path)


@pytest.mark.parametrize("path", OTHER_SPELLINGS)
def test_every_other_spelling_is_refused(path: bytes) -> None:
    assert r.split_path(path) is None
    assert not r.is_canonical(path)
    with pytest.raises(RequestFailed) as caught:
        r.segments({"raw_path": path})
    assert caught.value.problem.status == 404


@given(st.lists(st.text(min_size=1).filter(lambda text: text not in (".", "..")), min_size=1))
def test_any_key_can_be_sent_and_comes_back(keys: list[str]) -> None:
    try:
        path = "".join(f"/{quote(key, safe='')}" for key in keys).encode()
    except UnicodeEncodeError:  # a lone surrogate is no text that a URL can hold
        return
    if len(path) <= r.MAX_PATH:
        assert r.split_path(path) == tuple(keys)


@given(st.binary(max_size=40))
def test_splitting_is_total_and_agrees_with_the_quick_test(path: bytes) -> None:
    assert r.is_canonical(b"/" + path) is (r.split_path(b"/" + path) is not None)


def test_a_query_is_read_strictly() -> None:
    assert r.query({}) == {}
    assert r.query({"query_string": b"a=1&b=%20x&c="}) == {"a": "1", "b": " x", "c": ""}
    for text in (b"a=1&a=2", b"a", b"a=%FF", b"=&=", b"a=\xff", b"a=" + b"x" * 9000):
        with pytest.raises(RequestFailed) as caught:
            r.query({"query_string": text})
        assert caught.value.problem.status == 400


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ([], None),
        ([(b"authorization", b"Bearer abc")], "abc"),
        ([(b"authorization", b"bearer  abc ")], "abc"),
        ([(b"x-api-key", b"abc")], "abc"),
        ([(b"authorization", b"Basic abc"), (b"x-api-key", b"abc")], ""),
        ([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")], "a"),
        ([(b"authorization", b"Bearer")], ""),
        ([(b"authorization", b"")], ""),
    ],
)
def test_the_secret_of_a_request(headers: list[tuple[bytes, bytes]], secret: str | None) -> None:
    assert r.bearer({"headers": headers}) == secret


def read(parts: list[bytes], *headers: tuple[bytes, bytes], limit: int = 100) -> Any:
    """What `read_body` gives for a body that comes in these parts; and how much it asked for."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    try:
        return asyncio.run(r.read_body({"headers": list(headers)}, receive, limit))
    except RequestFailed as error:
        return error.problem.status, len(parts) - len(left)


def test_a_body_is_read_whole() -> None:
    assert read([b""]) == b""
    assert read([b"ab", b"", b"cd"]) == b"abcd"
    assert read([b"x" * 100]) == b"x" * 100


def test_reading_stops_at_the_limit() -> None:
    assert read([b"x" * 101]) == (413, 1)
    assert read([b"x" * 60] * 1000) == (413, 2)
    assert read([b"x"], (b"content-length", b"101")) == (413, 0)
    assert read([b"x"], (b"content-length", b"-1")) == (413, 0)
    assert read([b"x"], (b"content-length", b"9" * 5000)) == (413, 0)


def test_a_compressed_body_is_held_to_the_limit_decompressed() -> None:
    encoded = (b"content-encoding", b"gzip")
    assert read([gzip.compress(b"x" * 100)], encoded) == b"x" * 100
    assert read([zlib.compress(b"x" * 100)], (b"content-encoding", b"deflate")) == b"x" * 100
    assert read([b"x"], (b"content-encoding", b"identity")) == b"x"
    assert read([gzip.compress(b"x" * 101)], encoded) == (413, 1)
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert read([bomb], encoded, limit=len(bomb) + 10) == (413, 1)
    assert read([gzip.compress(b"x")[:-3]], encoded) == (400, 1)
    assert read([gzip.compress(b"x") + b"more"], encoded) == (400, 1)
    assert read([b"no gzip"], encoded) == (400, 1)
    assert read([b"x"], (b"content-encoding", b"br")) == (415, 1)


def test_a_client_that_leaves_is_not_answered() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(r.ClientGone):
        asyncio.run(r.read_body({"headers": []}, receive))


@pytest.mark.parametrize(
    ("declared", "fits"),
    [
        (b"application/json", True),
        (b"Application/JSON; charset=utf-8", True),
        (b"application/merge-patch+json", True),
        (b"application/json; charset=latin-1", False),
        (b"text/json", False),
        (b"application/x-www-form-urlencoded", False),
        (b"", False),
    ],
)
def test_what_counts_as_json(declared: bytes, fits: bool) -> None:
    assert r.is_json(declared) is fits


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_json_bodies() -> None:
    assert r.parse_body(b'{"a": [1, 2.5, "\\u00e9", null]}') == {"a": [1, 2.5, "é", None]}
    assert r.parse_body(nested(65)) is not None
    assert r.parse_body(b'{"a": "' + b"[" * 500 + b'"}') == {"a": "[" * 500}
    bad = (
        b"", b"{", b"NaN", b"1e999", b"9" * 5000, b'"\\ud800"', b"\xff", b"{}{}", nested(66),
        nested(100_000),
    )  # fmt: skip
    for body in bad:
        with pytest.raises(RequestFailed) as caught:
            r.parse_body(body)
        assert caught.value.problem.slug == "not-json"
