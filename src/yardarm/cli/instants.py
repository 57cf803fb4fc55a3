"""The option `--as-of`."""

from __future__ import annotations

import time

from ..sdk.declaring import expiry_us
from .failures import Failure


def instant_named(as_of: str | None) -> int:
    """The instant named, or now, in microseconds since 1970. Raises `Failure`."""
    if as_of is None:
        return time.time_ns() // 1000
    found = expiry_us(as_of)
    if found is None:
        raise Failure(f"--as-of {as_of!r} is no date: write 2027-03-01 or 2027-03-01T09:00:00Z")
    return found
