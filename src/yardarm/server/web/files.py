"""Files that are held in memory and answered whole, each with an ETag over its bytes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .answers import Answer, bytes_answer
from .asgi import Headers, Scope
from .requests import header, names_tag

FOR_EVER = b"public, max-age=31536000, immutable"
"""For files whose names carry a hash of what is in them."""

ASK_AGAIN = b"no-cache"


@dataclass(frozen=True, slots=True)
class File:
    """Bytes and what is said of them."""

    body: bytes
    kind: bytes
    tag: bytes
    cache: bytes = ASK_AGAIN


def read_file(path: Path, cache: bytes = ASK_AGAIN) -> File:
    """A file from disk, its kind told by its name."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("javascript", "json")):
        kind += "; charset=utf-8"
    return make_file(path.read_bytes(), kind, cache)


def make_file(body: bytes, kind: str, cache: bytes = ASK_AGAIN) -> File:
    """A file of these bytes."""
    return File(body, kind.encode(), f'"{sha256(body).hexdigest()[:32]}"'.encode(), cache)


def file_answer(scope: Scope, file: File, *headers: tuple[bytes, bytes]) -> Answer:
    """The file, or 304 when the reader has it."""
    said: Headers = [(b"etag", file.tag), (b"cache-control", file.cache), *headers]
    if names_tag(header(scope, b"if-none-match"), file.tag):
        return Answer(304, said)
    return bytes_answer(file.body, (b"content-type", file.kind), *said)
