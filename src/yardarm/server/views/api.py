"""REST: each person's saved views of the list of flags."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from ..store.errors import NotFound
from ..web.rest.parameters import ProjectKey
from ..web.rest.scopes import Caller, needs
from . import model
from .service import Views

_ALL = "/projects/{project:str}/views"
_ONE = f"{_ALL}/{{view:str}}"
_READ = needs("read", on="project")
_TAGS = ["Views"]

ViewId = Annotated[
    str,
    PathParameter(
        name="view",
        description="The view's id.",
        schema_extra={"type": "integer", "minimum": 1},
    ),
]
Name = Annotated[str, Meta(max_length=model.MAX_NAME, description="What it is called.")]
Filters = Annotated[
    dict[str, str],
    Meta(description='The query of the list of flags, such as `{"owner": "payments"}`.'),
]


class NewView(Struct, forbid_unknown_fields=True):
    """Filters, and what they are called."""

    name: Name
    filters: Filters


class ViewChange(Struct, forbid_unknown_fields=True):
    """What is to be another; the rest stays."""

    name: Name | UnsetType = UNSET
    filters: Filters | UnsetType = UNSET


class View(Struct):
    """A view of whoever asks."""

    id: int
    name: str
    filters: dict[str, str]


class ViewList(Struct):
    """All views of whoever asks, in the order in which they were made."""

    items: list[View]


@get(_ALL, opt=_READ, tags=_TAGS, summary="List your views")
async def list_views(project: ProjectKey, views: Given[Views], caller: Given[Caller]) -> ViewList:
    """The caller's own saved views of the project's flags."""
    found = await views.list_views(project, caller.actor)
    return ViewList([_shown(each) for each in found])


@post(_ALL, opt=_READ, tags=_TAGS, summary="Save a view")
async def save_view(
    project: ProjectKey, data: JSONBody[NewView], views: Given[Views], caller: Given[Caller]
) -> View:
    """Keep filters under a name. It is seen by nobody else, and changes no configuration."""
    return _shown(await views.add(project, caller.actor, data.name, data.filters))


@patch(_ONE, opt=_READ, tags=_TAGS, summary="Change a view")
async def change_view(
    project: ProjectKey,
    view: ViewId,
    data: JSONBody[ViewChange],
    views: Given[Views],
    caller: Given[Caller],
) -> View:
    """Give one of the caller's views another name, other filters, or both."""
    name = None if data.name is UNSET else data.name
    filters = None if data.filters is UNSET else data.filters
    return _shown(
        await views.change(project, caller.actor, _id(project, view), name=name, filters=filters)
    )


@delete(_ONE, opt=_READ, tags=_TAGS, status_code=204, summary="Remove a view")
async def remove_view(
    project: ProjectKey, view: ViewId, views: Given[Views], caller: Given[Caller]
) -> None:
    """Remove one of the caller's views."""
    await views.remove(project, caller.actor, _id(project, view))


def _id(project: str, view: str) -> int:
    """The id. Raises `NotFound` for what is none."""
    if not (view.isascii() and view.isdigit() and len(view) < 19):
        raise NotFound("view", view[:40], project)
    return int(view)


def _shown(found: model.View) -> View:
    return View(found.id, found.name, dict(found.filters))


ROUTES = (list_views, save_view, change_view, remove_view)
