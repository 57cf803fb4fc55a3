"""Populations as the rest of the server sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from msgspec import Meta, Struct, field

from ...core.model import DEFAULT_KIND

Source: TypeAlias = Literal["observed", "imported", "synthetic"]
"""Where a context came from: a program that was asked about it, a file, or a schema."""

MAX_HALVINGS = 40
"""No process sees so many contexts that it needs to halve its own sample more often."""

Names: TypeAlias = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=256)]], Meta(max_length=1_000)
]


class Sighted(Protocol):
    """A report of one context by one process: `observe` reads it from an event."""

    @property
    def place(self) -> int: ...

    @property
    def body(self) -> bytes: ...

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A context to be kept: its place, its canonical JSON, when it was seen and how often."""

    place: int
    body: bytes
    at: datetime
    sightings: int = 1


class PopulationPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of an environment's population, and for how long.

    An attribute that is not kept is removed on arrival and named as withheld, so that a preview
    counts it as unknown. What is kept already stays as it is until it is seen again.
    """

    enabled: Annotated[bool, Meta(description="Whether what programs report is kept.")] = True
    limit: Annotated[
        int,
        Meta(ge=1_000, le=10_000_000, description="Beyond as many contexts, a sample is kept."),
    ] = 1_000_000
    retention_days: Annotated[
        int, Meta(ge=1, le=3_650, description="Contexts not seen for so long are removed.")
    ] = 90
    keep: Annotated[
        Names | None, Meta(description="Names of the attributes to keep; null: all of them.")
    ] = None
    drop: Annotated[Names, Meta(description="Names of attributes never to keep.")] = field(
        default_factory=list
    )

    @property
    def retention(self) -> timedelta:
        """For how long a context is kept that is not seen again."""
        return timedelta(days=self.retention_days)


class SyntheticAttribute(Struct, frozen=True, forbid_unknown_fields=True):
    """How the values of an attribute are spread: over `values`, or evenly from `min` to `max`.

    `values` gives texts their weights, or lists any values of equal weight. The share `missing` of
    the contexts lacks the attribute.
    """

    values: Annotated[
        dict[str, Annotated[float, Meta(ge=0, le=1e12)]] | list[str | int | float | bool] | None,
        Meta(description="Texts with their weights, or values of equal weight."),
    ] = None
    min: float | None = None
    max: float | None = None
    integer: Annotated[bool, Meta(description="Whole numbers only.")] = False
    missing: Annotated[float, Meta(ge=0, le=1)] = 0


class SyntheticSchema(Struct, frozen=True, forbid_unknown_fields=True):
    """What the contexts of an environment that has none yet may look like."""

    attributes: Annotated[dict[str, SyntheticAttribute], Meta(max_length=100)] = field(
        default_factory=dict
    )
    kind: Annotated[str, Meta(min_length=1, max_length=64)] = DEFAULT_KIND
    key_prefix: Annotated[
        str, Meta(max_length=100, description="What keys begin with; a number follows.")
    ] = "user-"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of entries: how many are kept, how many stand outside of the sample."""

    taken: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Reporter:
    """An application with one version of an SDK: contexts it reported in all, and when last."""

    application: str
    sdk: str
    version: str
    contexts: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """A population in numbers.

    `contexts` are kept, which is the share `rate` of all that came: `estimate`, with 95 %
    confidence from `low` to `high`. `silent_reporters` are applications that evaluated flags in
    the last week and never reported a context. `oldest` and `newest` are the last sightings of the
    context not seen for the longest time, and of all. `sequence` grows whenever a context is added
    or changed, `generation` changes when contexts go.
    """

    contexts: int
    rate: float
    estimate: int
    low: int
    high: int
    sources: Mapping[str, int]
    reporters: tuple[Reporter, ...]
    silent_reporters: tuple[str, ...]
    oldest: datetime | None
    newest: datetime | None
    sequence: int
    generation: int


@dataclass(frozen=True, slots=True)
class Held:
    """A context of a population: how often it was seen (`weight`), from where, and when."""

    place: int
    context: Mapping[str, Any]
    weight: int
    source: str
    application: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was not taken: where in the request, and why."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of imported contexts, and where the population stands now.

    `left_out` stand outside of the sample that is kept (its share is `rate`).
    """

    taken: int
    left_out: int
    rejected: tuple[Refused, ...]
    contexts: int
    rate: float


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed of a person: contexts, exposures, metric events, previews naming them."""

    contexts: int
    exposures: int
    metric_events: int
    previews: int


@dataclass(frozen=True, slots=True)
class ValueShare:
    """A value, and the share of the contexts that have it."""

    value: str | int | float | bool
    share: float


@dataclass(frozen=True, slots=True)
class AttributeShare:
    """An attribute: the share of contexts that have it, that withheld it, its commonest values."""

    kind: str
    name: str
    share: float
    withheld: float
    values: tuple[ValueShare, ...]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a population, the commonest first, as seen in so many of its contexts."""

    contexts: int
    items: tuple[AttributeShare, ...]
