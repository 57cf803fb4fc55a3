"""Reading requests: paths, headers, credentials and bodies, with their limits.

Paths come from `raw_path`, because `path` has `%2F` decoded and a flag key may hold a slash. Every
resource has exactly one spelling: `segments` knows no `//`, no trailing slash, no `.` and `..`, and
no escape that RFC 3986 does not need; such paths are answered with 404 before any dispatch, so that
no two layers can ever disagree about what a path names.

Everything raises `RequestFailed` with the fitting problem: 400, 404, 413, 415.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

import msgspec

from .problems import failed

Scope: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
# Read only here, so that a framework's typed scopes fit too.

EVALUATION_BODY = 1 << 20
"""Bytes of a body that asks for evaluations or reports events, decompressed."""

IMPORT_BODY = 10 << 20
"""Bytes of a body that carries a document, decompressed."""

MAX_NESTING = 64
"""How deep a body's JSON may nest."""

MAX_PATH = 4096
MAX_QUERY = 8192

_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)+")
"""The usual path: canonical, without escapes and without a segment that begins with a dot."""
_SEGMENT = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+")
_ESCAPE = re.compile(rb"%([0-9A-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class ClientGone(Exception):
    """The client went away before its request was read; there is nobody to answer."""


# --- paths ------------------------------------------------------------------------------------


def raw_path(scope: Scope) -> bytes:
    """The path as it was sent, without its query."""
    found: bytes | None = scope.get("raw_path")
    return found if found is not None else scope["path"].encode("ascii", "replace")


def is_canonical(path: bytes) -> bool:
    """Whether this is the one spelling of a path."""
    if len(path) <= MAX_PATH and _PLAIN.fullmatch(path):
        return True
    return split_path(path) is not None


def split_path(path: bytes) -> tuple[str, ...] | None:
    """The decoded segments of a raw path, None when it is not canonical.

    >>> split_path(b"/flags/a%2Fb")
    ('flags', 'a/b')
    >>> split_path(b"/flags/") is split_path(b"/%66lags") is split_path(b"//flags") is None
    True
    """
    if path == b"/":
        return ()
    if not path.startswith(b"/") or len(path) > MAX_PATH:
        return None
    parts = path[1:].split(b"/")
    if all(_is_canonical_segment(part) for part in parts):
        try:
            return tuple(unquote(part.decode("ascii"), errors="strict") for part in parts)
        except UnicodeDecodeError:
            return None
    return None


def _is_canonical_segment(part: bytes) -> bool:
    if part in (b".", b"..") or _SEGMENT.fullmatch(part) is None:
        return False
    return all(int(code, 16) not in _UNRESERVED for code in _ESCAPE.findall(part))


def segments(scope: Scope) -> tuple[str, ...]:
    """The decoded segments of a request's path. Raises a 404 when it is not canonical."""
    found = split_path(raw_path(scope))
    if found is None:
        raise failed("not-found", "the path is not in its one canonical spelling")
    return found


def query(scope: Scope) -> dict[str, str]:
    """The query's fields. Raises a 400 when it is malformed or names a field twice."""
    text: bytes = scope.get("query_string", b"")
    if not text:
        return {}
    if len(text) > MAX_QUERY:
        raise failed("bad-request", f"the query is longer than {MAX_QUERY} bytes")
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=100,
        )
    except ValueError:
        raise failed("bad-request", "the query is malformed") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise failed("bad-request", "the query names a field twice")
    return fields


# --- headers ----------------------------------------------------------------------------------


HEADERS = "yardarm.headers"
"""Key of the scope: the headers by name, put there by the outer application."""


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by (lower-case) name; of several with one name, the first."""
    return dict(reversed(scope["headers"]))


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that (lower-case) name."""
    known: dict[bytes, bytes] | None = scope.get(HEADERS)
    return (headers_of(scope) if known is None else known).get(name)


def agent_of(scope: Scope) -> str:
    """What the caller calls itself (`User-Agent`), at most 100 characters of it."""
    return (header(scope, b"user-agent") or b"")[:100].decode("latin-1")


def application_of(scope: Scope) -> str:
    """The program that the caller says it is (`Yardarm-Application`, percent-encoded UTF-8), at
    most 100 characters of it; empty when it does not say, or says it in no UTF-8."""
    told = (header(scope, b"yardarm-application") or b"")[:1200].decode("latin-1")
    try:
        return unquote(told, errors="strict")[:100]
    except UnicodeDecodeError:
        return ""


def bearer(scope: Scope) -> str | None:
    """The secret of `Authorization: Bearer …` or, as OFREP allows, of `X-API-Key: …`.

    None when there is neither. A malformed header is a secret that nobody has.
    """
    return secret_of(header(scope, b"authorization"), header(scope, b"x-api-key"))


def secret_of(authorization: bytes | None, api_key: bytes | None = None) -> str | None:
    """The secret in the values of those two headers; `Authorization` comes first."""
    if authorization is not None:
        scheme, _, secret = authorization.partition(b" ")
        found = secret.strip() if scheme.lower() == b"bearer" else b""
        return found.decode("latin-1")
    return None if api_key is None else api_key.strip().decode("latin-1")


SESSION_COOKIE = "yardarm_session"


def session_of(cookies: bytes | None) -> str | None:
    """The session's secret in a `Cookie` header."""
    for item in (cookies or b"").split(b";"):
        name, _, value = item.strip().partition(b"=")
        if name == SESSION_COOKIE.encode() and value:
            return value.decode("latin-1")
    return None


def names_tag(if_none_match: bytes | None, etag: bytes) -> bool:
    """Whether an `If-None-Match` names the tag, weakly compared."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return etag.removeprefix(b"W/") in tags or tags == [b"*"]


def request_id(scope: Scope) -> str:
    """The id of the request, as in the log and in the `X-Request-Id` header of the answer."""
    return str(scope.get("yardarm.request_id", ""))


# --- bodies -----------------------------------------------------------------------------------


async def read_body(scope: Scope, receive: Receive, limit: int = EVALUATION_BODY) -> bytes:
    """The whole body, decompressed if it says so.

    Both the bytes on the wire and the decompressed ones are held to `limit`, and reading stops at
    it. Raises a 413, a 415 for an encoding other than gzip and deflate, a 400 for damaged ones and
    `ClientGone`.
    """
    length = header(scope, b"content-length")
    if length is not None and (not length.isdigit() or int(length[:20]) > limit):
        raise too_large(limit)
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _read_rest(body, receive, limit)
    if len(body) > limit:
        raise too_large(limit)
    encoding = header(scope, b"content-encoding")
    return body if encoding is None else decompress(body, encoding, limit)


async def _read_rest(first: bytes, receive: Receive, limit: int) -> bytes:
    parts, size = [first], len(first)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise too_large(limit)
        if not message.get("more_body", False):
            return b"".join(parts)


def too_large(limit: int) -> Exception:
    """The 413 that names the limit, to be raised. It closes the connection: the rest is unread."""
    unit = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
    return failed(
        "too-large",
        f"a body may have at most {unit} here, decompressed",
        headers=[(b"connection", b"close")],
    )


def decompress(body: bytes, encoding: bytes, limit: int) -> bytes:
    """The body behind a `Content-Encoding`, never inflating more than the limit."""
    name = encoding.strip().lower()
    if name in (b"", b"identity"):
        return body
    if name not in (b"gzip", b"x-gzip", b"deflate"):
        raise failed(
            "unsupported-media-type",
            f"no content encoding {name[:40].decode('latin-1')!r} here",
            headers=[(b"accept-encoding", b"gzip, deflate")],
        )
    inflate = zlib.decompressobj(zlib.MAX_WBITS | (16 if name.endswith(b"gzip") else 0))
    try:
        out = inflate.decompress(body, limit + 1)
    except zlib.error:
        raise failed("bad-request", "the body's compression is damaged") from None
    if len(out) > limit:
        raise too_large(limit)
    if not inflate.eof or inflate.unused_data:
        raise failed("bad-request", "the body's compression is cut off or followed by more")
    return out


def require_json(scope: Scope) -> None:
    """Raise a 415 when the body is declared to be something other than JSON."""
    declared = header(scope, b"content-type")
    if declared is not None and not is_json(declared):
        raise failed("unsupported-media-type", "the body must be application/json")


def is_json(content_type: bytes) -> bool:
    """Whether a content type is JSON, in UTF-8."""
    if content_type == b"application/json":
        return True
    kind, _, parameters = content_type.lower().partition(b";")
    kind = kind.strip()
    if kind != b"application/json" and not (
        kind.startswith(b"application/") and kind.endswith(b"+json")
    ):
        return False
    return b"charset" not in parameters or b"utf-8" in parameters


def parse_body(body: bytes, nesting: int = MAX_NESTING) -> Any:
    """The JSON of a body. Raises a 400 when it is none or nested too deeply.

    Quick, for evaluations and events; documents go through `core.jsontext.parse_json`, which points
    at what is wrong.
    """
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise failed("not-json", f"the body is not JSON: {error}") from None
    except RecursionError:
        raise failed("not-json", f"the body nests deeper than {nesting} levels") from None
    if body.count(b"[") + body.count(b"{") > nesting and _is_deeper(value, nesting):
        raise failed("not-json", f"the body nests deeper than {nesting} levels")
    return value


def _is_deeper(value: Any, nesting: int) -> bool:
    level = [value]
    for _ in range(nesting + 1):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
