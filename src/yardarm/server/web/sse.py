r"""Server-sent events as bytes, and gzip that many connections can share.

A compressed stream cannot normally be shared, for each connection has its own compressor. Here
each event becomes one raw deflate block that was compressed alone and *fully flushed*: it ends on a
byte boundary, refers to nothing before it and is not marked as the last. A connection sends
`GZIP_HEADER` once, then any such blocks in any order, and never a trailer: to the reader that is
one gzip stream that goes on. So an event is compressed once, whatever the number of connections.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from .asgi import Headers
from .requests import header, query

CONTENT_TYPE = b"text/event-stream; charset=utf-8"

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""No name, no time, no checksum: equal for every connection."""


def event(name: str = "", data: bytes | Iterable[bytes] = b"", *, id: str = "") -> bytes:
    r"""One event. `data` is one line, or its lines; the reader joins them with ``\n``.

    >>> event("hello", b"{}", id="e:1")
    b'id: e:1\nevent: hello\ndata: {}\n\n'
    """
    parts: list[bytes] = []
    if id:
        parts.append(b"id: %b\n" % id.encode())
    if name:
        parts.append(b"event: %b\n" % name.encode())
    lines = (data,) if isinstance(data, bytes) else data
    parts += [b"data: %b\n" % line for line in lines]
    return b"".join(parts) + b"\n"


def stream_headers(*, packed: bool) -> Headers:
    """The headers of a stream's response. No proxy may hold it back, store it or recode it."""
    headers = [
        (b"content-type", CONTENT_TYPE),
        (b"cache-control", b"no-store, no-transform"),
        (b"x-accel-buffering", b"no"),
        (b"vary", b"accept-encoding, authorization"),
    ]
    return [*headers, (b"content-encoding", b"gzip")] if packed else headers


def read_since(scope: Mapping[str, Any]) -> tuple[str, int] | None:
    """The epoch and version that a reader has, by `Last-Event-ID` or else `?since=`.

    None when it names none. What cannot be read is a version that nothing continues.
    """
    given = header(scope, b"last-event-id")
    text = given.decode("latin-1") if given else query(scope).get("since")
    if not text:
        return None
    epoch, _, version = text.rpartition(":")
    if not (version.isascii() and version.isdigit() and len(version) < 16):
        return ("", -1)
    return epoch, int(version)


COMMENT = b":\n\n"
"""Keeps a connection alive and means nothing."""


def retry(retry_ms: int) -> bytes:
    """Tell the reader how long to wait before it connects again."""
    return b"retry: %d\n\n" % retry_ms


def deflate_block(data: bytes) -> bytes:
    """The data as an independent, fully flushed raw deflate block."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush(zlib.Z_FULL_FLUSH)


def accepts_gzip(accept_encoding: bytes | None) -> bool:
    """Whether an `Accept-Encoding` lets gzip through."""
    if accept_encoding is None:
        return False
    for part in accept_encoding.lower().split(b","):
        name, _, parameters = part.partition(b";")
        if name.strip() == b"gzip":
            weight = parameters.replace(b" ", b"")
            return not (weight.startswith(b"q=0") and not weight.strip(b"q=0."))
    return False
