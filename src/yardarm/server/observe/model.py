"""The event format, version 1, and the answers to questions about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..store.database import Transaction


class Origin(Protocol):
    """Whose events they are: an SDK key is one."""

    @property
    def project(self) -> str: ...

    @property
    def environment(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sighted:
    """A context that a program was asked about: its place, its canonical JSON, and when."""

    place: int
    body: bytes
    at: datetime


class Population(Protocol):
    """Keeps the contexts of environments."""

    async def take(
        self,
        transaction: Transaction,
        environment_id: int,
        sighted: Sequence[Sighted],
        halvings: int,
        application: str,
        sdk: str,
        version: str,
        at: datetime,
    ) -> None:
        """Keep what an application reported by an SDK, within the transaction.

        `halvings`: it reports only contexts placed below `core.observed.PLACES >> halvings`.
        """


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a batch. `duplicate`: it was stored before, nothing was counted twice."""

    counts: int
    exposures: int
    metrics: int
    rejected: tuple[Rejected, ...]
    duplicate: bool = False
    contexts: int = 0

    @property
    def accepted(self) -> int:
        """How many entries were taken."""
        return self.counts + self.exposures + self.metrics + self.contexts


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that was not taken: where in the batch, and why."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often a flag answered so within `[at, at + interval)`. `at` None: in the whole time."""

    flag: str
    variant: str | None
    reason: str
    at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Exposed:
    """How many units were given a variant; `value` is the attribute's, when asked by one."""

    flag: str
    variant: str | None
    value: str | None
    units: int


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first time that a version of a flag gave a unit a variant, in one application.

    `at` is when it was evaluated, by the clock of the program. `version` is the environment's
    version that the flag was last changed by.
    """

    variant: str | None
    version: int
    rule: str | None
    kind: str
    unit: str
    at: datetime
    application: str


@dataclass(frozen=True, slots=True)
class Converted:
    """Of the units exposed to a variant, how many later had the event.

    `events` counts every event after exposure, `total` sums their values.
    """

    flag: str
    variant: str | None
    value: str | None
    units: int
    converted: int
    events: int
    total: float


@dataclass(frozen=True, slots=True)
class Event:
    """A metric event by its name: how many are kept, and when the latest was."""

    event: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """When an application last evaluated a flag in an environment."""

    environment: str
    flag: str
    application: str
    last_evaluated_at: datetime
