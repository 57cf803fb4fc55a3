"""Which addresses a document may be fetched from, on behalf of whoever may edit an environment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from yardarm.errors import DocumentError, Problem

from ..guard import Network, Resolver, Unsafe, read_url, resolved
from .sources import ImportSource, can_be_read

_RESOLVE_SECONDS = 10.0
_KINDS = {"redis": "redis", "rediss": "redis", "postgres": "postgresql", "postgresql": "postgresql"}


async def judged(
    source: ImportSource,
    address: str,
    key: str | None,
    resolver: Resolver,
    allowed: Sequence[Network],
) -> str:
    """The IP address to connect to; empty for a database, of which this server may read any.

    Raises `DocumentError` pointing at the address, or at the key that is missing.
    """
    kind = _KINDS.get(address.partition("://")[0].lower())
    if kind is not None:
        if kind in source.databases and can_be_read(address):
            return ""
        hint = "bring an export as a file, or import by the command line"
        raise _wrong("/address", f"this server reads no flags from {kind}", hint)
    if not source.endpoint:
        raise _wrong("/address", f"{source.title} has no address to ask", "bring a file")
    if source.key and not key:
        raise _wrong("/key", f"{source.title} answers nobody without a key")
    if key and not (key.isascii() and key.isprintable()):
        raise _wrong("/key", "a key is visible ASCII")
    try:
        async with asyncio.timeout(_RESOLVE_SECONDS):
            return str(await resolved(read_url(address), resolver, allowed))
    except (Unsafe, OSError, TimeoutError) as error:
        raise _wrong("/address", str(error) or "its host is not found in time") from None


def _wrong(pointer: str, message: str, hint: str = "") -> DocumentError:
    return DocumentError([Problem(pointer, message, hint)])
