"""REST: two environments, or two moments of them, compared."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter
from msgspec import Struct, convert, field

from ...access.model import Principal
from ...store.instants import from_rfc3339, to_rfc3339
from ...web.problems import Fault, failed
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..commands import command_to_json
from ..past import Moment, Past
from .reading import must_read
from .views import Edit

_MOMENT = (
    "`ENVIRONMENT`, `ENVIRONMENT@VERSION`, or `ENVIRONMENT@INSTANT` (RFC 3339 with zone): "
    "`production`, `production@12`, `staging@2026-11-29T12:00:00Z`."
)

From = Annotated[str, QueryParameter(name="from", description=f"The one side. {_MOMENT}")]
To = Annotated[str, QueryParameter(name="to", description="The other side, named alike.")]


class ComparedSide(Struct):
    """One side: the environment, and the version that was compared. `at`: the instant asked."""

    environment: str
    version: int
    at: str | None


class Compared(Struct):
    """What leads from the one side to the other: `edits`, in words.

    `commands`, none or one, would make what belongs to the environment of `from` (its flags'
    environment fields and its segments) what it is in `to`. They can be previewed as they are,
    for that environment. What belongs to the project is not theirs: edit the flag for that.
    """

    start: ComparedSide = field(name="from")
    to: ComparedSide
    edits: list[Edit]
    commands: list[dict[str, Any]]


@get(
    "/projects/{project:str}/compare",
    opt=needs("read", on="project"),
    tags=["Changes"],
    summary="Compare moments or environments",
)
async def compare_moments(
    project: ProjectKey, caller: Given[Principal], past: Given[Past], start: From, to: To
) -> Compared:
    """What differs between two environments, or between two moments of one."""
    one, other = _moment("/from", start), _moment("/to", to)
    for side in (one, other):
        must_read(caller, project, side.environment)
    before, after, found = await past.compare(project, one, other)
    return Compared(
        start=ComparedSide(one.environment, before.document.version, _at(one)),
        to=ComparedSide(other.environment, after.document.version, _at(other)),
        edits=convert([edit.to_json() for edit in found.edits], list[Edit]),
        commands=[command_to_json(command) for command in found.commands],
    )


def _at(moment: Moment) -> str | None:
    return None if moment.at is None else to_rfc3339(moment.at)


def _moment(pointer: str, text: str) -> Moment:
    """`ENVIRONMENT`, `ENVIRONMENT@VERSION` or `ENVIRONMENT@INSTANT`. Raises a 422 problem."""
    environment, named, when = text.partition("@")
    if not named:
        return Moment(environment)
    if when.isascii() and when.isdigit() and len(when) < 16:
        return Moment(environment, version=int(when))
    try:
        return Moment(environment, at=from_rfc3339(when))
    except (ValueError, OverflowError):
        fault = Fault(
            pointer,
            f"{when[:40]!r} is neither a version nor an instant with a zone",
            "production@12 or production@2027-03-01T09:00:00Z",
        )
        raise failed("invalid", "not a moment", errors=[fault]) from None


ROUTES = (compare_moments,)
