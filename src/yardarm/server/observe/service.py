"""Takes events in and answers for them.

Batches that arrive together are written in one transaction, and a batch is answered only when it
is written. Evaluations made by the server itself are counted in memory and written every second.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..store.database import Database
from ..store.instants import utc_now
from .model import Accepted, Converted, Count, Exposed, Origin, Usage


class Observe:
    """Evaluation counts, exposures and metric events of all environments."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        *,
        retention_days: int = 90,
    ) -> None:
        self._database = database
        self._clock = clock

    async def start(self) -> None:
        """Begin to write in the background."""

    async def close(self) -> None:
        """Write what is buffered and stop."""

    async def accept(self, key: Origin, body: bytes) -> Accepted:
        """Store a batch (JSON bytes, already decompressed). Returns when it is written.

        Entries that are out of bounds are rejected one by one. Raises `BadBatch`, `Overloaded`,
        `NotFound`.
        """
        raise NotImplementedError

    def count(
        self, key: Origin, flag: str, variant: str | None, reason: str, application: str = ""
    ) -> None:
        """Count one evaluation made by the server. Never blocks, never raises."""
        raise NotImplementedError

    async def flush(self) -> None:
        """Write the buffered counts now."""
        raise NotImplementedError

    async def counts(
        self,
        project: str,
        environment: str,
        *,
        flag: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        interval: timedelta | None = None,
    ) -> list[Count]:
        """Counts per flag, variant, reason and interval (None: over the whole time)."""
        raise NotImplementedError

    async def exposures(
        self, project: str, environment: str, flag: str, by: str | None = None
    ) -> list[Exposed]:
        """Exposed units per variant, and per value of the attribute `by`."""
        raise NotImplementedError

    async def conversions(
        self, project: str, environment: str, flag: str, event: str, by: str | None = None
    ) -> list[Converted]:
        """Units that had the event after being exposed, per variant (and attribute value)."""
        raise NotImplementedError

    async def usage(
        self, project: str, flag: str | None = None, since: datetime | None = None
    ) -> list[Usage]:
        """Which applications evaluated which flags since then, latest first."""
        raise NotImplementedError
