"""Documents in Redis: a source for `Client.from_source`. Needs `yardarm[redis]`.

>>> from yardarm.integrations.redis import RedisSource
>>> client = yardarm.Client.from_source(RedisSource("redis://127.0.0.1:6379/0"))
"""

from __future__ import annotations

from typing import Any

import redis

from ..sdk.sources import Content, encoded, mark_of_data

CONNECT_SECONDS = 5.0


class RedisSource:
    """A document in one key of Redis, a hash with the fields `mark` and `document`.

    `server` is a URL or a client of the package `redis`, which stays yours to close. As long as
    nothing changes, each look reads the mark alone.
    """

    def __init__(self, server: str | redis.Redis, key: str = "yardarm:document") -> None:
        self.name = f"Redis key {key}"
        self._redis = _client(server)
        self._key = key

    def fetch(self, mark: str) -> Content | None:
        """The document, if it has another mark. Raises `LookupError` when there is none."""
        now = _text(self._redis.hget(self._key, "mark"))
        if now and now == mark:
            return None
        now, data = self._redis.hmget(self._key, ["mark", "document"])
        if now is None or data is None:
            raise LookupError("there is no document yet")
        return Content(data if isinstance(data, bytes) else data.encode(), _text(now))

    def write(self, data: bytes) -> None:
        """Hold another document. Raises `DocumentError` when it is not valid, and as Redis does."""
        fields = {"mark": mark_of_data(data), "document": encoded(data)}
        self._redis.hset(self._key, mapping=fields)


def _client(given: str | redis.Redis) -> Any:
    if not isinstance(given, str):
        return given
    return redis.Redis.from_url(
        given, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=CONNECT_SECONDS
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
