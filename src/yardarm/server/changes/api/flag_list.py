"""REST: the list of a project's flags, what it can be filtered by, and the list as CSV."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from yardarm.core.model import Document

from ...store.instants import to_rfc3339
from ...web.paging import Page, PageRequest, cut
from ...web.rest.bodies import StrictRequest, streams
from ...web.rest.durations import not_valid
from ...web.rest.lists import csv_answer, links, wrong_cursor
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..as_csv import to_csv
from ..listing.cells import cells, names
from ..listing.held import Found, HeldFlags
from ..listing.row import Row, State
from ..listing.stale import Stale
from ..listing.wanted import Looking, Wanted
from .filters import read_wanted
from .views import ProjectFlag, Readable, etag_of_all, project_flag

MAX_OFFSET = 1_000_000
MAX_TALLIES = 500
HOURS = 24

_PROJECT = "/projects/{project:str}"
_READ = needs("read", on="project")
_TAGS = ["Flags"]
_WANTED = {"wanted": Provide(read_wanted)}

Instant = Annotated[str | None, Meta(description="RFC 3339.")]


class FlagState(Struct):
    """A flag's state in one environment, in short.

    `state` is `off`, `killed` (off by a kill), `one` (everybody is served one variant) or
    `several`. `only` is the one variant; null means the caller's fallback, or several variants.
    """

    state: State
    only: str | None
    changed_at: Instant
    last_evaluated_at: Instant


class ListedFlag(ProjectFlag):
    """A flag as lists show it. `stale`: why it is stale, or null."""

    states: dict[str, FlagState]
    changed_at: Instant
    last_evaluated_at: Instant
    stale: Stale | None


class FlagPage(Struct):
    """A page of flags. `total` is how many flags there are on all pages together."""

    items: list[ListedFlag]
    next_cursor: str | None
    total: int


class Tally(Struct):
    """A value and how many flags have it."""

    value: str
    flags: int


class FlagFacets(Struct):
    """What the project's flags can be filtered by. Archived flags are not counted."""

    total: int
    owners: list[Tally]
    tags: list[Tally]


class ActivityOf(Struct, forbid_unknown_fields=True):
    """The flags to tell of, by key."""

    flags: Annotated[list[Annotated[str, Meta(max_length=256)]], Meta(min_length=1, max_length=100)]


class FlagActivity(Struct):
    """A flag's evaluations of the last 24 hours in one environment.

    `variants` counts by variant (empty: the caller's fallback), `hours` by hour, the oldest first.
    """

    variants: dict[str, int]
    hours: Annotated[list[int], Meta(min_length=HOURS, max_length=HOURS)]


class Activity(Struct):
    """Evaluations by flag and environment. What is missing was not evaluated."""

    flags: dict[str, dict[str, FlagActivity]]


@get(f"{_PROJECT}/flags", opt=_READ, tags=_TAGS, summary="List flags", dependencies=_WANTED)
async def list_flags(
    project: ProjectKey,
    request: StrictRequest,
    readable: Given[Readable],
    held_flags: Given[HeldFlags],
    page: Given[PageRequest],
    wanted: Given[Wanted],
    environment: Annotated[
        str | None,
        QueryParameter(name="environment", description="Show the state in this environment only."),
    ] = None,
    offset: Annotated[
        int | None,
        QueryParameter(
            name="offset",
            description="Leave out so many; instead of a cursor, to jump within a long list.",
            ge=0,
            le=MAX_OFFSET,
        ),
    ] = None,
) -> Response[FlagPage]:
    """The project's flags, by key where nothing else is said. The ETag names the version of each
    environment shown.
    """
    if offset is not None and page.after is not None:
        raise not_valid("offset", "there is a cursor already", "give one of both")
    documents = await _documents(readable, project, environment, wanted)
    found = await held_flags.find(project, documents, wanted)
    shown = _page(found, wanted, page, offset or 0)
    keys = [row.key for row in shown.items]
    looking = await held_flags.looking_at(project, list(documents), keys)
    items = [_listed(row, documents, looking) for row in shown.items]
    headers = {"ETag": etag_of_all(documents), **links(request, shown)}
    return Response(FlagPage(items, shown.next_cursor, len(found.rows)), headers=headers)


@get(f"{_PROJECT}/flag-facets", opt=_READ, tags=_TAGS, summary="Show what flags are filtered by")
async def get_flag_facets(
    project: ProjectKey, readable: Given[Readable], held_flags: Given[HeldFlags]
) -> Response[FlagFacets]:
    """Owners and tags with the number of their flags, those with most first."""
    documents = await readable.documents(project)
    found = await held_flags.find(project, documents, Wanted())
    owners = Counter(row.flag.owner for row in found.rows)
    tags = Counter(tag for row in found.rows for tag in row.flag.tags)
    facets = FlagFacets(len(found.rows), _tallies(owners), _tallies(tags))
    return Response(facets, headers={"ETag": etag_of_all(documents)})


@get(
    f"{_PROJECT}/flags-csv",
    opt={**_READ, **streams("text/csv")},
    tags=_TAGS,
    summary="Export the list of flags",
    dependencies=_WANTED,
    media_type="text/csv",
)
async def export_flags(
    project: ProjectKey,
    readable: Given[Readable],
    held_flags: Given[HeldFlags],
    wanted: Given[Wanted],
) -> Response[str]:
    """All flags that the filters let pass, as CSV. No cell is a formula: what a spreadsheet would
    run has an apostrophe before it.
    """
    documents = await _documents(readable, project, None, wanted)
    found = await held_flags.find(project, documents, wanted)
    keys = [row.key for row in found.rows] if len(found.rows) <= 500 else None
    looking = await held_flags.looking_at(project, list(documents), keys)
    at = list(documents)
    lines = (cells(row, at, looking) for row in found.rows)
    return csv_answer(await asyncio.to_thread(to_csv, names(at), lines), "flags.csv")


@post(
    f"{_PROJECT}/flag-activity",
    opt=_READ,
    tags=_TAGS,
    status_code=200,
    summary="Show evaluations of several flags",
)
async def show_activity(
    project: ProjectKey,
    data: JSONBody[ActivityOf],
    readable: Given[Readable],
    held_flags: Given[HeldFlags],
) -> Activity:
    """How often each of the flags was evaluated in the last 24 hours. Nothing is changed."""
    environments = list(await readable.documents(project))
    keys = sorted(set(data.flags))
    shown: dict[str, dict[str, FlagActivity]] = {}
    found = await held_flags.activity(project, environments, keys)
    for environment, counted in found.items():
        for flag, variant, hour, count in counted:
            here = shown.setdefault(flag, {}).setdefault(environment, FlagActivity({}, [0] * HOURS))
            here.variants[variant] = here.variants.get(variant, 0) + count
            here.hours[min(hour, HOURS - 1)] += count
    return Activity(shown)


async def _documents(
    readable: Readable, project: str, environment: str | None, wanted: Wanted
) -> dict[str, Document]:
    """The documents to look at. Raises `NotFound`, and a 422 for a state in another environment."""
    documents = await readable.documents(project, environment)
    for asked, _ in wanted.states:
        if asked not in documents:
            known = ", ".join(documents) or "none"
            raise not_valid("state", f"there is no environment {asked[:64]!r}", f"known: {known}")
    return documents


def _page(found: Found, wanted: Wanted, page: PageRequest, offset: int) -> Page[Row]:
    rows, place = found.rows, found.looking.place(wanted)
    if page.after is not None:
        if not isinstance(page.after, list):
            raise wrong_cursor()
        after = tuple(page.after)
        try:
            rows = [
                row
                for row in rows
                if (place(row) < after if wanted.reverse else place(row) > after)
            ]
        except TypeError:
            raise wrong_cursor() from None
    return cut(rows[offset : offset + page.limit + 1], page, lambda row: list(place(row)))


def _listed(row: Row, documents: dict[str, Document], looking: Looking) -> ListedFlag:
    evaluated = looking.evaluated.get(row.key, {})
    shown = project_flag(row.key, documents)
    return ListedFlag(
        **{name: getattr(shown, name) for name in ProjectFlag.__struct_fields__},
        states={
            at: FlagState(
                here.state, here.only, _instant(here.changed_at), _instant(evaluated.get(at))
            )
            for at, here in row.here.items()
        },
        changed_at=_instant(row.changed_at),
        last_evaluated_at=_instant(looking.last_evaluated_at(row.key)),
        stale=looking.stale(row),
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else to_rfc3339(at)


def _tallies(counted: Counter[str]) -> list[Tally]:
    ordered: Sequence[tuple[str, int]] = sorted(
        counted.items(), key=lambda item: (-item[1], item[0])
    )
    return [Tally(value, flags) for value, flags in ordered[:MAX_TALLIES]]


ROUTES = (list_flags, get_flag_facets, export_flags, show_activity)
