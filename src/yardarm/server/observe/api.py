"""REST: what clients reported. Clients themselves report by the faces."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter
from msgspec import Struct

from ..store.instants import from_rfc3339
from ..web.problems import Known, Problem, faults, problem
from ..web.rest.durations import PATTERN, not_valid, read_duration
from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import needs
from .errors import BadBatch, Overloaded
from .model import Converted, Count, Event, Exposed, FirstAnswer
from .service import MOST_VALUES, Observe

MAX_INTERVALS = 2_000
"""Most intervals that one answer divides its time into."""

MAX_LATEST = 20
"""How many exposures are listed one by one."""

MAX_EVENTS = 200
"""Most names of events in one answer."""

_READ = needs("read", on="environment")
_TAGS = ["Observations"]
_AT = "/projects/{project:str}/environments/{environment:str}"

Flag = Annotated[str, QueryParameter(name="flag", description="The flag's key.")]
By = Annotated[
    str | None,
    QueryParameter(
        name="by",
        description=(
            f"An attribute: one row for each of its values, the {MOST_VALUES} of most units."
        ),
    ),
]
Since = Annotated[
    str | None,
    QueryParameter(
        name="from",
        description="Only exposures since this instant (RFC 3339 with zone).",
        schema_extra={"format": "date-time"},
    ),
]
From = Annotated[
    str | None,
    QueryParameter(
        name="from",
        description="Not before this instant (RFC 3339 with zone).",
        schema_extra={"format": "date-time"},
    ),
]
To = Annotated[
    str | None,
    QueryParameter(
        name="to",
        description="Before this instant (RFC 3339 with zone).",
        schema_extra={"format": "date-time"},
    ),
]
Interval = Annotated[
    str | None,
    QueryParameter(
        name="interval",
        description="One row for each interval of this length: `5m`, `1h`, `1d`. Needs `from`.",
        schema_extra={"pattern": PATTERN},
    ),
]


class Counts(Struct):
    """Evaluation counts: calls, not people."""

    items: list[Count]


class Exposures(Struct):
    """Exposed units per variant."""

    items: list[Exposed]


class FirstAnswers(Struct):
    """Exposures one by one, the latest first."""

    items: list[FirstAnswer]


class Conversions(Struct):
    """What exposed units did, per variant."""

    items: list[Converted]


class Events(Struct):
    """Metric events by name."""

    items: list[Event]


@get(f"{_AT}/counts", opt=_READ, tags=_TAGS, summary="Count evaluations")
async def list_counts(
    project: ProjectKey,
    environment: EnvironmentKey,
    observe: Given[Observe],
    flag: Annotated[str | None, QueryParameter(name="flag", description="Only this flag.")] = None,
    start: From = None,
    end: To = None,
    interval: Interval = None,
) -> Counts:
    """How often each flag answered with which variant and reason."""
    since, until = _instant("from", start), _instant("to", end)
    step = read_duration("interval", interval)
    if step is not None:
        _bound(since, until, step)
    return Counts(
        await observe.counts(project, environment, flag=flag, start=since, end=until, interval=step)
    )


@get(f"{_AT}/exposures", opt=_READ, tags=_TAGS, summary="Count exposed units")
async def list_exposures(
    project: ProjectKey,
    environment: EnvironmentKey,
    observe: Given[Observe],
    flag: Flag,
    by: By = None,
    since: Since = None,
) -> Exposures:
    """How many units were given each variant of a flag."""
    start = _instant("from", since)
    return Exposures(await observe.exposures(project, environment, flag, by, start))


@get(f"{_AT}/exposures/latest", opt=_READ, tags=_TAGS, summary="List the latest exposures")
async def list_latest_exposures(
    project: ProjectKey,
    environment: EnvironmentKey,
    observe: Given[Observe],
    flag: Flag,
) -> FirstAnswers:
    """The 20 units that were given a variant last, by which program and when, of the last hour."""
    return FirstAnswers(await observe.latest_exposures(project, environment, flag, MAX_LATEST))


@get(f"{_AT}/conversions", opt=_READ, tags=_TAGS, summary="Count conversions")
async def list_conversions(
    project: ProjectKey,
    environment: EnvironmentKey,
    observe: Given[Observe],
    flag: Flag,
    event: Annotated[str, QueryParameter(name="event", description="The metric event's name.")],
    by: By = None,
    since: Since = None,
) -> Conversions:
    """How many of the units exposed to each variant had the event afterwards.

    An error is counted like a conversion: as an event that programs track.
    """
    start = _instant("from", since)
    return Conversions(await observe.conversions(project, environment, flag, event, by, start))


@get(f"{_AT}/metric-events", opt=_READ, tags=_TAGS, summary="List metric events")
async def list_metric_events(
    project: ProjectKey, environment: EnvironmentKey, observe: Given[Observe]
) -> Events:
    """The names of the events that programs tracked, the 200 most frequent, to ask about."""
    return Events(await observe.events(project, environment, MAX_EVENTS))


def _instant(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        raise not_valid(name, f"{text[:40]!r} is no instant", "2027-03-01T09:00:00Z") from None


def _bound(since: datetime | None, until: datetime | None, step: timedelta) -> None:
    if since is None:
        raise not_valid("from", "an interval needs a beginning", "from=2027-03-01T09:00:00Z")
    end = until or datetime.now(since.tzinfo)
    if (end - since) / step > MAX_INTERVALS:
        raise not_valid("interval", f"more than {MAX_INTERVALS} intervals", "ask for longer ones")


def _bad_batch(error: BadBatch) -> Problem:
    return problem("invalid", str(error), errors=faults(error.problems))


def _overloaded(error: Overloaded) -> Problem:
    wait = str(error.retry_after_seconds).encode()
    return problem("unavailable", str(error), headers=[(b"retry-after", wait)])


PROBLEMS: Known = {BadBatch: _bad_batch, Overloaded: _overloaded}
"""What to answer to this package's exceptions."""

ROUTES = (
    list_counts,
    list_exposures,
    list_latest_exposures,
    list_conversions,
    list_metric_events,
)
