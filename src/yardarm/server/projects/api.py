"""REST: projects and their environments. An environment is made by `changes`."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from ..web.paging import Page, PageRequest
from ..web.problems import Fault, Known, Problem, problem
from ..web.rest.bodies import StrictRequest
from ..web.rest.lists import answer_page, page_of
from ..web.rest.parameters import ProjectKey
from ..web.rest.scopes import TOKEN, Caller, needs
from .errors import AlreadyExists, NotFound
from .model import Environment, Project
from .service import Projects


class NewProject(Struct, forbid_unknown_fields=True):
    """A project to be made. It has no environments yet."""

    key: Annotated[str, Meta(description="How it is named in URLs; it never changes.")]
    name: Annotated[str, Meta(description="For people; the key if empty.")] = ""


@get("/projects", opt=TOKEN, tags=["Projects"], summary="List projects")
async def list_projects(
    request: StrictRequest,
    caller: Given[Caller],
    projects: Given[Projects],
    page: Given[PageRequest],
) -> Response[Page[Project]]:
    """Every project that the token may read, by key."""
    readable = [p for p in await projects.list_projects() if caller.may("read", p.key)]
    return answer_page(request, page_of(page, readable, lambda project: project.key))


@post("/projects", opt=needs("admin", on="system"), tags=["Projects"], summary="Make a project")
async def create_project(
    data: JSONBody[NewProject], caller: Given[Caller], projects: Given[Projects]
) -> Project:
    """Make a project. Its first environment comes by `POST …/environments`."""
    return await projects.create_project(caller.actor, data.key, data.name)


@get(
    "/projects/{project:str}",
    opt=needs("read", on="project"),
    tags=["Projects"],
    summary="Show a project",
)
async def get_project(project: ProjectKey, projects: Given[Projects]) -> Project:
    """One project."""
    return await projects.get_project(project)


@get(
    "/projects/{project:str}/environments",
    opt=needs("read", on="project"),
    tags=["Environments"],
    summary="List environments",
)
async def list_environments(
    project: ProjectKey,
    request: StrictRequest,
    caller: Given[Caller],
    projects: Given[Projects],
    page: Given[PageRequest],
) -> Response[Page[Environment]]:
    """The project's environments that the token may read, by key."""
    readable = [
        environment
        for environment in await projects.list_environments(project)
        if caller.may("read", project, environment.key)
    ]
    return answer_page(request, page_of(page, readable, lambda environment: environment.key))


def _not_found(error: NotFound) -> Problem:
    return problem("not-found", str(error))


def _exists(error: AlreadyExists) -> Problem:
    fault = Fault("/key", "the key is taken", error.hint or "choose another")
    return problem("already-exists", str(error), errors=[fault])


PROBLEMS: Known = {NotFound: _not_found, AlreadyExists: _exists}
"""What to answer to this package's exceptions."""

ROUTES = (list_projects, create_project, get_project, list_environments)
