"""How long to wait after a failure. Pure: randomness is an argument.

Exponential back-off with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS 2015): a
fleet that lost its server at one moment comes back spread over the whole interval. What the server
asks for by Retry-After is respected up to a cap. A refused key is tried again slowly and for ever,
because a server that is still starting, or a key that is put right, must not need a restart here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import Literal

Failure = Literal["network", "server", "refused"]
"""Nothing usable came; the server cannot at the moment (5xx, 429); it does not want us (401 …)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient to be. All in seconds."""

    first_seconds: float = 0.5
    most_seconds: float = 30.0
    refused_seconds: float = 60.0
    most_refused_seconds: float = 600.0
    most_asked_seconds: float = 300.0


@dataclass(slots=True)
class Backoff:
    """Counts failures in a row and says how long to wait after each."""

    pace: Pace = field(default_factory=Pace)
    failures: int = 0

    def failed(self, failure: Failure, random: float, asked_seconds: float | None = None) -> float:
        """Seconds to wait now. `random` is uniform in [0, 1); `asked_seconds` is Retry-After."""
        pace = self.pace
        doubled = 2.0 ** min(self.failures, 30)
        self.failures += 1
        if asked_seconds is not None:
            # Never earlier than asked, and not everybody at that very moment.
            return min(max(asked_seconds, 0.0), pace.most_asked_seconds) * (1 + random / 4) + (
                random * pace.first_seconds
            )
        if failure == "refused":
            ceiling = min(pace.most_refused_seconds, pace.refused_seconds * doubled)
            return ceiling * (1 + random) / 2
        return random * min(pace.most_seconds, pace.first_seconds * doubled)

    def succeeded(self) -> None:
        """Begin anew."""
        self.failures = 0


def asked_seconds(header: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for; `now` is seconds since 1970. None if unclear."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 12 else float("inf")
    from email.utils import parsedate_to_datetime  # loads sockets and more: only when needed

    try:
        at = parsedate_to_datetime(text)
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
