"""Files that are held in memory and answered whole, each with an ETag over its bytes."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from .answers import Answer, bytes_answer
from .asgi import Headers, Scope
from .requests import header, names_tag

FOR_EVER = b"public, max-age=31536000, immutable"
"""For files whose names carry a hash of what is in them."""

ASK_AGAIN = b"no-cache"


CODINGS = {b"br": ".br", b"gzip": ".gz"}
"""Content codings, the best first, and how a file is called that lies beside another in one."""


@dataclass(frozen=True, slots=True)
class File:
    """Bytes and what is said of them. `coded` are the same bytes by content coding."""

    body: bytes
    kind: bytes
    tag: bytes
    cache: bytes = ASK_AGAIN
    coded: Mapping[bytes, bytes] = field(default_factory=dict)


def read_file(path: Path, cache: bytes = ASK_AGAIN) -> File:
    """A file from disk, its kind told by its name, with its compressed forms that lie beside it."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("javascript", "json")):
        kind += "; charset=utf-8"
    beside = {coding: path.with_name(path.name + end) for coding, end in CODINGS.items()}
    coded = {coding: found.read_bytes() for coding, found in beside.items() if found.is_file()}
    return make_file(path.read_bytes(), kind, cache, coded)


def make_file(
    body: bytes, kind: str, cache: bytes = ASK_AGAIN, coded: Mapping[bytes, bytes] | None = None
) -> File:
    """A file of these bytes."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    return File(body, kind.encode(), tag.encode(), cache, coded or {})


def is_coded(path: Path) -> bool:
    """Whether it is only the compressed form of the file beside it."""
    return path.suffix in CODINGS.values() and path.with_suffix("").is_file()


def file_answer(scope: Scope, file: File, *headers: tuple[bytes, bytes]) -> Answer:
    """The file, compressed if the reader takes that, or 304 when the reader has it."""
    coding = _coding(header(scope, b"accept-encoding"), file)
    tag = file.tag if coding is None else file.tag[:-1] + b"-" + coding + b'"'
    said: Headers = [(b"etag", tag), (b"cache-control", file.cache), *headers]
    if file.coded:
        said.append((b"vary", b"accept-encoding"))
    if names_tag(header(scope, b"if-none-match"), tag):
        return Answer(304, said)
    if coding is None:
        return bytes_answer(file.body, (b"content-type", file.kind), *said)
    said.append((b"content-encoding", coding))
    return bytes_answer(file.coded[coding], (b"content-type", file.kind), *said)


def _coding(accepted: bytes | None, file: File) -> bytes | None:
    """The best coding that there is and that `Accept-Encoding` names, with a weight above 0."""
    if not accepted or not file.coded:
        return None
    taken = set()
    for each in accepted.lower().split(b","):
        name, _, weight = each.partition(b";")
        if weight.strip().rstrip(b"0.") != b"q=":
            taken.add(name.strip())
    return next((coding for coding in file.coded if coding in taken), None)
