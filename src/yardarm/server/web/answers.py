"""What handlers answer: an `Answer`, sent by the outer application in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from .asgi import Headers, Receive, Scope, Send

JSON = (b"content-type", b"application/json")
NO_STORE = (b"cache-control", b"no-store")


class Answer:
    """A whole response. It may be made once and sent often, so nobody changes it."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes = b"") -> None:
        self.status = status
        self.headers = headers
        self.body = body


Handler: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[Answer | None]]
"""Answers a request, or has sent a stream by itself and answers None."""


def json_answer(value: Any, status: int = 200, *more: tuple[bytes, bytes]) -> Answer:
    """An answer with a JSON body."""
    return bytes_answer(msgspec.json.encode(value), JSON, *more, status=status)


def bytes_answer(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Answer:
    """An answer with these bytes; the length is added."""
    return Answer(status, [*headers, (b"content-length", b"%d" % len(body))], body)
