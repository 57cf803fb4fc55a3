"""Which past configuration a request asks for: `version`, or `at` an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter

from ...store.instants import from_rfc3339
from ...web.problems import Fault, failed

AtVersion = Annotated[
    int | None,
    QueryParameter(
        name="version",
        description="At this version.",
        ge=0,
        le=10**15,
    ),
]
At = Annotated[
    str | None,
    QueryParameter(
        name="at",
        description="As it was at this instant (RFC 3339 with zone).",
        schema_extra={"format": "date-time"},
    ),
]


def moment(version: int | None, at: str | None) -> datetime | None:
    """The instant asked for. Raises a 422 problem for none, or for a version besides."""
    if at is None:
        return None
    if version is not None:
        raise failed(
            "invalid",
            "either a version or an instant",
            errors=[Fault("/at", "a version is given too", "give one of them")],
        )
    return instant(at)


def instant(at: str, pointer: str = "/at") -> datetime:
    """The instant in a text. Raises a 422 problem that points there."""
    try:
        return from_rfc3339(at)
    except (ValueError, OverflowError):
        raise failed(
            "invalid",
            "not an instant",
            errors=[
                Fault(pointer, f"{at[:40]!r} is no instant with a zone", "2027-03-01T09:00:00Z")
            ],
        ) from None
