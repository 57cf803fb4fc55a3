"""REST: documents of other vendors, read, compared, verified, previewed and taken over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta, Struct

from yardarm import dialects
from yardarm.dialects.report import Fate, Step

from ..access.model import Principal
from ..changes.api.answers import Mutation, respond, what_was_done
from ..changes.api.door import Door
from ..guard import MAX_URL
from ..previews import model as previews
from ..web.paging import Page, PageRequest, cut
from ..web.problems import Known, Problem, problem
from ..web.rest.bodies import LARGE, StrictRequest
from ..web.rest.lists import answer_page, wrong_cursor
from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import TOKEN, needs
from . import model
from .errors import TooManyImports
from .service import Imports
from .sources import ImportSource

MAX_CONTEXTS = 10_000
"""Most contexts of one verification."""

MAX_WAIT = 30
"""Longest that a request waits for work to end, in seconds."""

_ALL = "/projects/{project:str}/environments/{environment:str}/imports"
_ONE = f"{_ALL}/{{name:str}}"
_EDIT = needs("edit", on="environment")
_TAGS = ["Imports"]

Name = Annotated[str, PathParameter(name="name", description="The import's id.")]
Wait = Annotated[
    int,
    QueryParameter(
        name="wait",
        description="Answer when its work has ended, but not later than after so many seconds.",
        ge=0,
        le=MAX_WAIT,
    ),
]


class NewImport(Struct, forbid_unknown_fields=True):
    """What is to be read: files, or what a vendor's SDK endpoint or a database answers.

    The key is used once, and neither kept nor logged.
    """

    dialect: Annotated[str, Meta(max_length=60, description="The vendor or library.")]
    files: Annotated[
        dict[str, bytes] | None,
        Meta(description="The content of each file by its name, in base64; gzip is understood."),
    ] = None
    address: Annotated[str, Meta(max_length=MAX_URL, description="Instead of files.")] = ""
    key: Annotated[str, Meta(max_length=4_000)] = ""
    options: Annotated[dict[str, Any], Meta(description="Options of the reader.")] = {}


class NewOptions(Struct, forbid_unknown_fields=True):
    """By which options to read it anew; those left out are as usual."""

    options: dict[str, Any]


class NewVerification(Struct, forbid_unknown_fields=True):
    """For which contexts to ask the vendor's SDK: made up, observed here, or the given ones."""

    contexts: model.Contexts = "generated"
    count: Annotated[int, Meta(ge=1, le=MAX_CONTEXTS)] = 1_000
    given: Annotated[
        tuple[dict[str, Any], ...],
        Meta(max_length=MAX_CONTEXTS, description="In the vendor's shape, where `given` is said."),
    ] = ()


class Applying(Struct, forbid_unknown_fields=True):
    """How to take it over; see the import of a configuration."""

    mode: model.Mode = "merge"
    force: bool = False
    reason: Annotated[str, Meta(max_length=1_000)] = ""


class HowToPreview(Struct, forbid_unknown_fields=True):
    """As what it is to be previewed."""

    mode: model.Mode = "merge"


class ImportView(Struct):
    """A document that was read, and how far it is taken over.

    `version` is the environment's that it was compared with, `source` the file or address.
    """

    id: str
    project: str
    environment: str
    dialect: str
    title: str
    source: str
    options: dict[str, Any]
    state: model.State
    progress: float
    error: str
    troubles: tuple[model.ImportTrouble, ...]
    version: int
    summary: model.ImportSummary | None
    verification: model.Verification | None
    previewed: bool
    applied: model.ImportApplied | None
    created_at: datetime
    created_by: str


class ImportMovement(Struct):
    """Whom taking it over would move, by environment, and how far the counting is."""

    id: str
    state: previews.State
    progress: float
    versions: dict[str, int]
    warnings: list[dict[str, str]]
    movement: dict[str, dict[str, Any]]
    error: str


@get("/import-sources", opt=TOKEN, tags=_TAGS, summary="List what can be imported from")
async def list_import_sources(imports: Given[Imports]) -> list[ImportSource]:
    """Every vendor and library, and what this server can do for each."""
    return imports.sources()


@post(_ALL, opt={**_EDIT, **LARGE}, tags=_TAGS, status_code=202, summary="Read a document")
async def begin_import(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[NewImport],
    caller: Given[Principal],
    imports: Given[Imports],
    wait: Wait = 0,
) -> Response[ImportView]:
    """Read another vendor's document. Nothing is changed; it is kept for a week."""
    begun = await imports.begin(
        caller,
        project,
        environment,
        data.dialect,
        data.options,
        files=data.files,
        address=data.address,
        key=data.key or None,
    )
    found = await imports.get(project, environment, begun.id, wait)
    at = f"/api/v1/projects/{quote(project, safe='')}/environments/{quote(environment, safe='')}"
    headers = {"Location": f"{at}/imports/{begun.id}"}
    return Response(_view(found), status_code=202, headers=headers)


@get(_ALL, opt=_EDIT, tags=_TAGS, summary="List imports")
async def list_imports(
    project: ProjectKey, environment: EnvironmentKey, imports: Given[Imports]
) -> list[ImportView]:
    """The environment's imports of the last week, newest first; at most 20 are kept."""
    return [_view(found) for found in await imports.recent(project, environment)]


@get(_ONE, opt=_EDIT, tags=_TAGS, summary="Show an import")
async def get_import(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    imports: Given[Imports],
    wait: Wait = 0,
) -> ImportView:
    """How it stands: the report in numbers, the verification, the change that it became."""
    return _view(await imports.get(project, environment, name, wait))


@patch(_ONE, opt=_EDIT, tags=_TAGS, summary="Read it anew")
async def choose_options(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    data: JSONBody[NewOptions],
    imports: Given[Imports],
    wait: Wait = 0,
) -> ImportView:
    """Read the same document by other options, and compare it with what is there now."""
    await imports.choose(project, environment, name, data.options)
    return _view(await imports.get(project, environment, name, wait))


@delete(_ONE, opt=_EDIT, tags=_TAGS, summary="Forget an import")
async def remove_import(
    project: ProjectKey, environment: EnvironmentKey, name: Name, imports: Given[Imports]
) -> None:
    """Forget what was read. What was taken over stays."""
    await imports.remove(project, environment, name)


@get(f"{_ONE}/flags", opt=_EDIT, tags=_TAGS, summary="List what becomes of each flag")
async def list_imported_flags(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    request: StrictRequest,
    imports: Given[Imports],
    page: Given[PageRequest],
    search: Annotated[
        str | None,
        QueryParameter(name="search", description="Only keys that hold this.", max_length=256),
    ] = None,
    fate: Annotated[
        Fate | None, QueryParameter(name="fate", description="Only flags that were read so.")
    ] = None,
    step: Annotated[
        Step | None, QueryParameter(name="step", description="Only flags that become this.")
    ] = None,
) -> Response[Page[model.ImportedFlag]]:
    """The report flag by flag, what needs a look first."""
    after = -1 if page.after is None else page.after
    if type(after) is not int or after < -1:
        raise wrong_cursor()
    wanted = (search or "").casefold()

    def fits(row: model.ImportedFlag) -> bool:
        return (
            (fate is None or row.fate == fate)
            and (step is None or row.step == step)
            and wanted in row.key.casefold()
        )

    found = await imports.flags(project, environment, name, fits, after, page.limit + 1)
    return answer_page(request, cut(found, page, lambda row: row.number))


@post(
    f"{_ONE}/verification",
    opt={**_EDIT, **LARGE},
    tags=_TAGS,
    status_code=202,
    summary="Verify with the vendor's SDK",
)
async def verify_import(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    data: JSONBody[NewVerification],
    imports: Given[Imports],
    wait: Wait = 0,
) -> ImportView:
    """Ask the vendor's own SDK and ours about every flag for so many contexts."""
    await imports.verify(project, environment, name, data.contexts, data.count, data.given)
    return _view(await imports.get(project, environment, name, wait))


@delete(
    f"{_ONE}/verification", opt=_EDIT, tags=_TAGS, status_code=200, summary="Stop what is running"
)
async def stop_verification(
    project: ProjectKey, environment: EnvironmentKey, name: Name, imports: Given[Imports]
) -> ImportView:
    """End the verification, or the reading."""
    return _view(await imports.stop(project, environment, name))


@post(f"{_ONE}/preview", opt=_EDIT, tags=_TAGS, status_code=202, summary="Preview taking it over")
async def preview_import(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    data: JSONBody[HowToPreview],
    caller: Given[Principal],
    imports: Given[Imports],
) -> ImportMovement:
    """Begin to count whom it would move. Nothing is changed."""
    return _movement(await imports.preview(caller, project, environment, name, data.mode))


@get(f"{_ONE}/preview", opt=_EDIT, tags=_TAGS, summary="Show the last preview")
async def get_import_preview(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    imports: Given[Imports],
    wait: Wait = 0,
) -> ImportMovement:
    """Whom it would move, as far as that is counted."""
    return _movement(await imports.movement(project, environment, name, wait))


@post(f"{_ONE}/apply", opt=_EDIT, tags=_TAGS, status_code=200, summary="Take it over")
async def apply_import(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    data: JSONBody[Applying],
    caller: Given[Principal],
    door: Given[Door],
    imports: Given[Imports],
) -> Response[Mutation]:
    """Take it over as one change set, through the same gate as any other change.

    New flags are made in all environments, disabled in the others.
    """
    command = await imports.command(project, environment, name, data.mode, data.force)
    found = await imports.get(project, environment, name)
    reason = data.reason or f"import from {_title(found.body.dialect)}"
    done = await door.submit_in(environment, command, project, reason=reason)
    await imports.applied(caller, (project, environment, name), done)
    return respond(done, Mutation(**what_was_done(done)), environment)


def _view(found: model.Import) -> ImportView:
    body = found.body
    return ImportView(
        id=found.id,
        project=found.project,
        environment=found.environment,
        dialect=body.dialect,
        title=_title(body.dialect),
        source=body.source,
        options=body.options,
        state=body.state,
        progress=round(body.progress, 3),
        error=body.error,
        troubles=body.troubles,
        version=body.version,
        summary=body.summary,
        verification=body.verification,
        previewed=bool(body.preview),
        applied=body.applied,
        created_at=found.created_at,
        created_by=found.created_by,
    )


def _title(dialect: str) -> str:
    found = dialects.find(dialect)
    return dialect if found is None else found.title


def _movement(found: previews.Preview) -> ImportMovement:
    told = found.to_json()
    return ImportMovement(**{name: told[name] for name in ImportMovement.__struct_fields__})


def _too_many(error: TooManyImports) -> Problem:
    wait = str(error.retry_after_seconds).encode()
    return problem("unavailable", str(error), headers=[(b"retry-after", wait)])


PROBLEMS: Known = {TooManyImports: _too_many}
"""What to answer to this package's exceptions."""

ROUTES = (
    list_import_sources,
    begin_import,
    list_imports,
    get_import,
    choose_options,
    remove_import,
    list_imported_flags,
    verify_import,
    stop_verification,
    preview_import,
    get_import_preview,
    apply_import,
)
