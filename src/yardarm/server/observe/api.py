"""REST: what clients reported. Clients themselves report by the faces."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter
from msgspec import Struct

from ..store.instants import from_rfc3339
from ..web.problems import Fault, Known, Problem, failed, faults, problem
from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import needs
from .errors import BadBatch, Overloaded
from .model import Converted, Count, Exposed
from .service import Observe

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_INTERVAL = re.compile(r"([1-9][0-9]{0,3})([mhd])", re.ASCII)
MAX_INTERVALS = 2_000
"""Most intervals that one answer divides its time into."""

_READ = needs("read", on="environment")
_TAGS = ["Observations"]
_AT = "/projects/{project:str}/environments/{environment:str}"

Flag = Annotated[str, QueryParameter(name="flag", description="The flag's key.")]
By = Annotated[
    str | None,
    QueryParameter(
        name="by",
        description="An attribute: one row for each of its values.",
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
        schema_extra={"pattern": "^[1-9][0-9]{0,3}[mhd]$"},
    ),
]


class Counts(Struct):
    """Evaluation counts: calls, not people."""

    items: list[Count]


class Exposures(Struct):
    """Exposed units per variant."""

    items: list[Exposed]


class Conversions(Struct):
    """What exposed units did, per variant."""

    items: list[Converted]


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
    step = _interval(interval)
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
) -> Exposures:
    """How many units were given each variant of a flag."""
    return Exposures(await observe.exposures(project, environment, flag, by))


@get(f"{_AT}/conversions", opt=_READ, tags=_TAGS, summary="Count conversions")
async def list_conversions(
    project: ProjectKey,
    environment: EnvironmentKey,
    observe: Given[Observe],
    flag: Flag,
    event: Annotated[str, QueryParameter(name="event", description="The metric event's name.")],
    by: By = None,
) -> Conversions:
    """How many of the units exposed to each variant had the event afterwards."""
    return Conversions(await observe.conversions(project, environment, flag, event, by))


def _instant(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        raise _invalid(name, f"{text[:40]!r} is no instant", "2027-03-01T09:00:00Z") from None


def _interval(text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise _invalid("interval", f"{text[:40]!r} is no interval", "5m, 1h or 1d")
    return int(found[1]) * _UNITS[found[2]]


def _bound(since: datetime | None, until: datetime | None, step: timedelta) -> None:
    if since is None:
        raise _invalid("from", "an interval needs a beginning", "from=2027-03-01T09:00:00Z")
    end = until or datetime.now(since.tzinfo)
    if (end - since) / step > MAX_INTERVALS:
        raise _invalid("interval", f"more than {MAX_INTERVALS} intervals", "ask for longer ones")


def _invalid(name: str, detail: str, hint: str) -> Exception:
    return failed("invalid", detail, errors=[Fault(f"/{name}", detail, hint)])


def _bad_batch(error: BadBatch) -> Problem:
    return problem("invalid", str(error), errors=faults(error.problems))


def _overloaded(error: Overloaded) -> Problem:
    wait = str(error.retry_after_seconds).encode()
    return problem("unavailable", str(error), headers=[(b"retry-after", wait)])


PROBLEMS: Known = {BadBatch: _bad_batch, Overloaded: _overloaded}
"""What to answer to this package's exceptions."""

ROUTES = (list_counts, list_exposures, list_conversions)
