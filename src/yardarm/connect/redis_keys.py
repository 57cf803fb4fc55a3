"""What a library kept in Redis: its keys, each with its value as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..core.model import Json
from ..errors import DocumentError, OptionError, Problem

MAX_KEYS = 100_000
"""Most keys read, and most members of one of them."""

_PATTERNS: dict[str, str] = {
    "togglz": "togglz:*",
    "gutter": "gutter*",
    "feature_ramp": "feature.*",
    "flagon": "*",
    "flipper": "*features/*",
}
TIMEOUT_SECONDS = 10


def keeps(dialect: str) -> bool:
    """Whether the library kept its flags in Redis."""
    return dialect in _PATTERNS


def load_redis(dialect: str, url: str, options: Mapping[str, Json]) -> Json:
    """``{"redis": {key: value}}`` of the keys that the library wrote, or those that the option
    `keys` (a pattern such as ``gutter*``) names. Strings are text, hashes objects, lists and sets
    lists. Raises `OptionError` when the server cannot be reached.
    """
    try:
        import redis
    except ImportError:
        raise OptionError("reading Redis needs a library; install yardarm[redis]") from None
    pattern = options.get("keys") or _PATTERNS.get(dialect)
    if not isinstance(pattern, str):
        raise OptionError(
            f"{dialect} kept nothing in Redis; say --option keys=PATTERN if yours did"
        )
    client = redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    try:
        return {"redis": {_text(key): _value(client, key) for key in _keys(client, pattern)}}
    except redis.RedisError as error:
        raise OptionError(f"Redis cannot be read: {error}") from None
    finally:
        client.close()


def _keys(client: Any, pattern: str) -> Iterator[bytes]:
    found = set()
    for key in client.scan_iter(match=pattern, count=1_000):
        found.add(key)
        if len(found) > MAX_KEYS:
            raise _too_many(f"the pattern {pattern!r} matches too many keys")
    yield from sorted(found)


def _value(client: Any, key: bytes) -> Json:
    match client.type(key):
        case b"string":
            return _text(client.get(key))
        case b"hash":
            if client.hlen(key) > MAX_KEYS:
                raise _too_many(f"{_text(key)!r} has too many fields")
            return {_text(name): _text(value) for name, value in client.hgetall(key).items()}
        case b"set":
            return sorted(_text(member) for member in client.sscan_iter(key))
        case b"list":
            return [_text(member) for member in client.lrange(key, 0, MAX_KEYS)]
        case _:
            return None


def _text(value: bytes | None) -> str:
    """Bytes that are no UTF-8 keep a character for each byte: a reader that knows them can tell."""
    if value is None:
        return ""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _too_many(message: str) -> DocumentError:
    return DocumentError([Problem("", message, f"at most {MAX_KEYS}")])
