"""REST: an environment with everything in it; making one, copying one."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Raw, Struct

from ...access.model import Principal
from ...projects.model import Environment
from ...projects.service import Projects
from ...web.rest.bodies import StrictRequest
from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.preconditions import TAGGED, Terms, answer, etag
from ...web.rest.scopes import needs
from ..commands import CopyEnvironment, CreateEnvironment
from ..service import Changes
from .answers import Mutation, respond, what_was_done
from .bodies import CopyFrom, NewEnvironment
from .door import Door
from .native import FlagJson, SegmentJson
from .reading import must_read
from .views import bodies_of

_ENVIRONMENTS = "/projects/{project:str}/environments"
_ENVIRONMENT = _ENVIRONMENTS + "/{environment:str}"
_READ = needs("read", on="environment")
_TAGS = ["Environments"]


class EnvironmentState(Struct):
    """An environment with all of its flags (archived ones too) and segments.

    `version` counts its changes, within its `epoch`; `root` is the SHA-256 that names exactly
    this configuration.
    """

    key: str
    name: str
    version: int
    epoch: str
    root: str
    flags: list[FlagJson]
    segments: list[SegmentJson]


class _Rendered(Struct):
    """An `EnvironmentState` whose flags and segments are the snapshot's own JSON, as bytes."""

    key: str
    name: str
    version: int
    epoch: str
    root: str
    flags: list[Raw]
    segments: list[Raw]


@get(_ENVIRONMENT, opt={**_READ, **TAGGED}, tags=_TAGS, summary="Show an environment")
async def get_environment(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    projects: Given[Projects],
    changes: Given[Changes],
) -> Response[EnvironmentState]:
    """The environment's whole configuration at its current version."""
    found = await projects.get_environment(project, environment)
    snapshot = await changes.snapshot(project, environment)
    state = _Rendered(
        found.key,
        found.name,
        snapshot.version,
        snapshot.epoch,
        snapshot.root,
        list(bodies_of(snapshot, "flag").values()),
        list(bodies_of(snapshot, "segment").values()),
    )
    return answer(request, cast(EnvironmentState, state), etag(snapshot.version))


@post(_ENVIRONMENTS, opt=needs("admin", on="project"), tags=_TAGS, summary="Make an environment")
async def create_environment(
    project: ProjectKey,
    data: JSONBody[NewEnvironment],
    caller: Given[Principal],
    projects: Given[Projects],
    changes: Given[Changes],
    terms: Given[Terms],
) -> Response[Environment]:
    """Make an environment with every flag of the project."""
    if data.copy_from is not None:
        must_read(caller, project, data.copy_from)
    command = CreateEnvironment(data.key, data.name, data.copy_from)
    await changes.submit(
        command,
        caller,
        project=project,
        environments=None,
        reason=terms.because(data.reason),
        idempotency_key=terms.idempotency_key,
    )
    made = await projects.get_environment(project, data.key)
    path = f"/api/v1/projects/{quote(project, safe='')}/environments/{quote(made.key, safe='')}"
    return Response(made, headers={"ETag": etag(made.version), "Location": path})


@post(
    f"{_ENVIRONMENT}/copy",
    opt=needs("edit", on="environment"),
    tags=_TAGS,
    status_code=200,
    summary="Copy another environment",
)
async def copy_environment(
    project: ProjectKey, environment: EnvironmentKey, data: JSONBody[CopyFrom], door: Given[Door]
) -> Response[Mutation]:
    """Take over every flag's environment fields and all segments from another environment."""
    must_read(door.caller, project, data.source)
    command = CopyEnvironment(data.source, data.force)
    done = await door.submit_in(environment, command, project, reason=data.reason)
    return respond(done, Mutation(**what_was_done(done)), environment)


ROUTES = (get_environment, create_environment, copy_environment)
