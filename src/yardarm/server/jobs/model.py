"""Jobs, and the terms on which they are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yardarm.errors import YardarmError


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done. `attempts` counts this one too."""

    id: int
    kind: str
    body: Mapping[str, Any]
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Retrying:
    """How often a job of a kind is tried, and how long apart.

    The pause doubles from `first_seconds` to `longest_seconds`; a random part of up to half is
    taken off, so that jobs that failed together do not come back together.
    """

    most_attempts: int = 20
    first_seconds: float = 1.0
    longest_seconds: float = 3600.0

    def pause(self, attempts: int, chance: float) -> float:
        """Seconds to wait after so many attempts. `chance` is from 0 to 1."""
        whole = min(self.first_seconds * 2.0 ** min(attempts - 1, 60), self.longest_seconds)
        return whole * (1 - chance / 2)


class Lost(YardarmError):
    """The job is no longer held: it was done, changed or taken over meanwhile."""


class GiveUp(YardarmError):
    """Raised by a handler: the job failed, and trying again would not help."""


def storable_text(text: str) -> str:
    """The text without what a database cannot hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
