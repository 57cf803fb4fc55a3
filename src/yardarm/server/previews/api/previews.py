"""REST: whom commands would move, before they are carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from yardarm.errors import DocumentError
from yardarm.errors import Problem as DocumentProblem

from ...access.model import Principal
from ...changes.api.door import Previewed
from ...changes.api.views import Edit
from ...changes.commands import Command, command_from_json
from ...store.instants import from_rfc3339
from ...web.problems import Known, Problem, problem
from ...web.rest.bodies import LARGE
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from .. import model
from ..errors import PreviewFailed, TooManyPreviews
from ..service import Previews, permit

MAX_WAIT = 30
"""Longest that a request waits for a preview to end, in seconds."""

MAX_COMMANDS = 100

_ALL = "/projects/{project:str}/previews"
_ONE = f"{_ALL}/{{preview:str}}"
_READ = needs("read", on="project")  # examples are people
_TAGS = ["Previews"]

PreviewId = Annotated[str, PathParameter(name="preview", description="The preview's id.")]
Wait = Annotated[
    int,
    QueryParameter(
        name="wait",
        description="Answer when the preview has ended, but not later than after so many seconds.",
        ge=0,
        le=MAX_WAIT,
    ),
]


class NewPreview(Struct, forbid_unknown_fields=True):
    """Commands to preview, one after the other on top of each other.

    Each is a command as a change records it: `{"type": "edit_flag", "flag": …, "fields": …}`.
    """

    commands: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MAX_COMMANDS)]
    environments: Annotated[
        dict[str, int | None] | None,
        Meta(description="Where, and on top of which version; null: the current one."),
    ] = None
    at: Annotated[
        str | None, Meta(description="What rules take for the present (RFC 3339 with zone).")
    ] = None


class Preview(Struct):
    """What commands would move, by environment, and how far the counting is.

    `state` is queued, running, done, failed or cancelled; `versions` are those it speaks of;
    `edits` are what the commands change, the first 200 of each environment.
    """

    id: str
    project: str
    actor: str
    commands: list[dict[str, Any]]
    environments: dict[str, int | None] | None
    versions: dict[str, int]
    at: str
    created_at: str
    warnings: list[dict[str, str]]
    state: model.State
    progress: float
    movement: dict[str, dict[str, Any]]
    edits: dict[str, list[Edit]]
    error: str


@post(_ALL, opt={**_READ, **LARGE}, tags=_TAGS, status_code=202, summary="Preview commands")
async def start_preview(
    project: ProjectKey,
    data: JSONBody[NewPreview],
    previews: Given[Previews],
    caller: Given[Principal],
    wait: Wait = 0,
) -> Response[Preview]:
    """Count whom commands would move. Nothing is changed."""
    commands = _commands(data.commands)
    started = await previews.start(
        commands, caller, project=project, environments=data.environments, at=_instant(data.at)
    )
    found = await previews.finished(project, started.id, wait) if wait else started
    return _answer(found, 202)


@get(_ONE, opt=_READ, tags=_TAGS, summary="Show a preview")
async def get_preview(
    project: ProjectKey,
    preview: PreviewId,
    previews: Given[Previews],
    caller: Given[Principal],
    wait: Wait = 0,
) -> Preview:
    """A preview as it stands. Finished ones are kept for a week."""
    await _permitted(previews, caller, project, preview)
    return _shown(await previews.finished(project, preview, wait))


@delete(_ONE, opt=_READ, tags=_TAGS, status_code=200, summary="Cancel a preview")
async def cancel_preview(
    project: ProjectKey, preview: PreviewId, previews: Given[Previews], caller: Given[Principal]
) -> Preview:
    """Stop counting. A preview that has ended stays as it is."""
    await _permitted(previews, caller, project, preview)
    return _shown(await previews.cancel(project, preview))


async def _permitted(previews: Previews, caller: Principal, project: str, preview: str) -> None:
    found = await previews.get(project, preview)
    permit(caller, project, found.versions)


def _commands(given: list[dict[str, Any]]) -> list[Command]:
    found: list[Command] = []
    problems: list[DocumentProblem] = []
    for index, value in enumerate(given):
        try:
            found.append(command_from_json(value))
        except DocumentError as error:
            problems += [
                DocumentProblem(f"/commands/{index}{p.pointer}", p.message, p.hint, p.severity)
                for p in error.problems
            ]
    if problems:
        raise DocumentError(problems)
    return found


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        wrong = DocumentProblem("/at", f"{text[:40]!r} is no instant", "2027-03-01T09:00:00Z")
        raise DocumentError([wrong]) from None


def _shown(found: model.Preview) -> Preview:
    values = found.to_json()
    del values["fingerprint"]
    return Preview(**values)


def _answer(found: model.Preview, status: int) -> Response[Preview]:
    at = f"/api/v1/projects/{quote(found.project, safe='')}/previews/{found.id}"
    return Response(_shown(found), status_code=status, headers={"Location": at})


def _answer_previewed(_: Request[Any, Any, Any], previewed: Previewed) -> Response[Preview]:
    """What a mutation answers that was only to be previewed."""
    return _answer(previewed.preview, 202)


def _failed(error: PreviewFailed) -> Problem:
    return problem("unavailable", str(error), headers=[(b"retry-after", b"1")])


def _too_many(error: TooManyPreviews) -> Problem:
    wait = str(error.retry_after_seconds).encode()
    return problem("unavailable", str(error), headers=[(b"retry-after", wait)])


PREVIEWED: dict[int | type[Exception], Any] = {Previewed: _answer_previewed}
"""Answers that are no faults, but come as exceptions from inside any route that changes something.
"""

PROBLEMS: Known = {PreviewFailed: _failed, TooManyPreviews: _too_many}
"""What to answer to this package's exceptions."""

ROUTES = (start_preview, get_preview, cancel_preview)
