"""Which web pages may read our answers (CORS). Only where a browser is meant to call: OFREP.

Keys travel in headers that a page sets itself, never in cookies, so any origin may be let in.
"""

from __future__ import annotations

from collections.abc import Sequence

from .asgi import Headers

MAX_AGE_SECONDS = 86400


class Cors:
    """The headers for one set of routes. `origins` has `*`, or origins like `https://shop.nl`."""

    def __init__(self, origins: Sequence[str], *, methods: str, allow: str, expose: str) -> None:
        self._any = "*" in origins
        self._origins = frozenset(origin.encode() for origin in origins)
        self._expose = (b"access-control-expose-headers", expose.encode())
        self._to_any: Headers = [(b"access-control-allow-origin", b"*"), self._expose]
        self._preflight: Headers = [
            (b"access-control-allow-methods", methods.encode()),
            (b"access-control-allow-headers", allow.encode()),
            (b"access-control-max-age", b"%d" % MAX_AGE_SECONDS),
        ]

    def headers(self, origin: bytes | None) -> Headers:
        """What to add to an answer; nothing for a client that is no browser."""
        if self._any:
            return [] if origin is None else self._to_any
        vary = (b"vary", b"origin")
        if origin is None or origin not in self._origins:
            return [vary]
        return [vary, (b"access-control-allow-origin", origin), self._expose]

    def preflight(self) -> Headers:
        """What to add to the answer to a preflight request, beside `headers`."""
        return self._preflight
