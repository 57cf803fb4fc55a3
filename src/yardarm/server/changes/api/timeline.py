"""REST: what happened in a project, in the order of time, and the same as CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Literal

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from msgspec import Struct, convert

from ...store.instants import from_rfc3339, to_rfc3339
from ...store.timeline import Place
from ...web.paging import Page, PageRequest, cut
from ...web.rest.bodies import StrictRequest, streams
from ...web.rest.lists import answer_page, csv_answer, wrong_cursor
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..as_csv import to_csv
from ..past import DEPLOYMENT, Entry, Past, Step
from .sought import Asked, read_asked
from .views import Edit

MAX_EXPORTED = 10_000
"""Entries of one export."""

MAX_EDITS = 5
"""Edits that an entry tells."""

_PROJECT = "/projects/{project:str}"
_READ = needs("read", on="project")
_ASKED = {"asked": Provide(read_asked)}
_RANKS = (0, 1)


class TimelineEntry(Struct):
    """A change, or a deployment.

    What was changed at once is one entry: `versions` has the version that each environment came
    to, `moved` how many contexts moved there, where somebody counted. `edits` are the first five of
    what it changed, of `edited` in all; null where that is too much to say. `emergency` marks what
    waited for no approval; `request` is the change request that was approved by `approved_by`. A
    deployment has `application`, `version` and `url` instead.
    """

    kind: Literal["change", "deployment"]
    at: str
    actor: str
    environments: list[str]
    change_set: str | None = None
    command: dict[str, Any] | None = None
    reason: str = ""
    emergency: bool = False
    versions: dict[str, int] | None = None
    moved: dict[str, int] | None = None
    edits: list[Edit] | None = None
    edited: int | None = None
    request: int | None = None
    approved_by: list[str] | None = None
    application: str | None = None
    version: str | None = None
    url: str | None = None


@get(
    f"{_PROJECT}/timeline",
    opt=_READ,
    tags=["Changes"],
    summary="Show the timeline",
    dependencies=_ASKED,
)
async def show_timeline(
    project: ProjectKey,
    request: StrictRequest,
    past: Given[Past],
    page: Given[PageRequest],
    asked: Given[Asked],
) -> Response[Page[TimelineEntry]]:
    """Changes and deployments of all environments that the token may read, newest first."""
    # A page goes on from its cursor, which lies before that instant already.
    place = None if asked.before is None else Place(asked.before)
    if page.after is not None:
        place = _place(page.after)
    entries = await past.timeline(project, asked.environments, page.limit + 1, place, asked.sought)
    kept = cut(entries, page, lambda entry: _cursor(entry.place))
    shown = Page(tuple(_shown(entry) for entry in kept.items), kept.next_cursor)
    return answer_page(request, shown)


@get(
    f"{_PROJECT}/timeline-csv",
    opt={**_READ, **streams("text/csv")},
    tags=["Changes"],
    summary="Export the timeline",
    dependencies=_ASKED,
    media_type="text/csv",
)
async def export_timeline(
    project: ProjectKey, past: Given[Past], asked: Given[Asked]
) -> Response[str]:
    """The timeline that the filters let pass, as CSV: the newest 10,000 entries. No cell is a
    formula: what a spreadsheet would run has an apostrophe before it.
    """
    place = None if asked.before is None else Place(asked.before)
    found = await past.timeline(project, asked.environments, MAX_EXPORTED, place, asked.sought)
    text = await asyncio.to_thread(to_csv, _COLUMNS, (_cells(entry) for entry in found))
    return csv_answer(text, "history.csv")


_COLUMNS = (
    "at", "actor", "kind", "environments", "what", "moved", "reason", "emergency", "request",
    "approved_by", "application", "version", "url",
)  # fmt: skip


def _cells(entry: Entry) -> Iterator[str]:
    """The columns of an entry; what it does not have is empty."""
    what = entry.what
    yield from (to_rfc3339(entry.place.at), what.actor)
    if not isinstance(what, Step):
        yield from (DEPLOYMENT, what.environment, *("",) * 6)
        yield from (what.application, what.version, what.url)
        return
    yield str(what.command["type"])
    yield ", ".join(f"{at} {version}" for at, version in what.versions.items())
    yield "; ".join(
        f"{edit.key}: {''.join(part.text for part in edit.words)}" for edit in what.edits or ()
    )
    yield ", ".join(f"{at} {moved}" for at, moved in what.moved.items())
    yield from (what.reason, "yes" if what.emergency else "")
    yield from ("" if what.request is None else str(what.request), ", ".join(what.approved_by))
    yield from ("", "", "")


def _shown(entry: Entry) -> TimelineEntry:
    what, at = entry.what, to_rfc3339(entry.place.at)
    if isinstance(what, Step):
        told = None if what.edits is None else [e.to_json() for e in what.edits[:MAX_EDITS]]
        return TimelineEntry(
            kind="change",
            at=at,
            actor=what.actor,
            environments=list(what.versions),
            change_set=what.change_set,
            command=dict(what.command),
            reason=what.reason,
            emergency=what.emergency,
            versions=dict(what.versions),
            moved=dict(what.moved),
            edits=convert(told, list[Edit] | None),
            edited=None if what.edits is None else len(what.edits),
            request=what.request,
            approved_by=list(what.approved_by),
        )
    return TimelineEntry(
        kind="deployment",
        at=at,
        actor=what.actor,
        environments=[what.environment],
        application=what.application,
        version=what.version,
        url=what.url,
    )


def _cursor(place: Place) -> list[Any]:
    return [to_rfc3339(place.at), place.rank, place.environment_id, place.number]


def _place(after: object) -> Place:
    match after:
        case [str(at), int(rank), int(environment_id), int(number)] if (
            rank in _RANKS and max(abs(environment_id), abs(number)) < 2**62
        ):
            try:
                return Place(from_rfc3339(at), rank, environment_id, number)
            except (ValueError, OverflowError):
                pass
    raise wrong_cursor()


ROUTES = (show_timeline, export_timeline)
