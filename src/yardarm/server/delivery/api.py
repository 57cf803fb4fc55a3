"""REST: what this server's override file holds in force, and who is connected to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency as Given
from msgspec import Meta, Struct

from ..web.rest.parameters import EnvironmentKey, ProjectKey
from ..web.rest.scopes import TOKEN, Caller, needs
from .hub import Hub
from .overriding import Overriding
from .snapshots import Snapshots


class OverriddenEnvironment(Struct):
    """An environment that an override holds in: what is served there is not what the log has."""

    project: str
    environment: str
    kill: Annotated[list[str], Meta(description="Flags that serve their `off`.")]
    serve: Annotated[dict[str, str], Meta(description="Flags that serve everybody a variant.")]
    misses: Annotated[list[str], Meta(description="What the file asks for and cannot be done.")]


class OverridesInForce(Struct):
    """What this server's override file holds in force.

    `since` is when the file was last changed, as this server saw it; null without overrides.
    `problem` says why the file cannot be used now; what it said before stays in force then.
    """

    since: datetime | None
    problem: str
    environments: list[OverriddenEnvironment]


@get("/overrides", opt=TOKEN, tags=["Overrides"], summary="Show the overrides in force")
async def get_overrides(caller: Given[Caller], overrides: Given[Overriding]) -> OverridesInForce:
    """What the override file of the server that answers holds in force, where the token may read.

    Every server reads a file of its own; ask each of them.
    """
    return OverridesInForce(
        overrides.since,
        overrides.problem,
        [
            OverriddenEnvironment(
                each.project, each.environment, list(each.kill), each.serve, list(each.misses)
            )
            for each in overrides.environments()
            if caller.may("read", each.project, each.environment)
        ],
    )


class Connections(Struct):
    """Open streams whose readers call themselves the same.

    `sdk` is empty where a reader does not say what it is. `current` of the `streams` were sent the
    newest version.
    """

    protocol: str
    sdk: str
    version: str
    streams: int
    current: int


class Connected(Struct):
    """Who follows an environment on the server that answers, and the version it stands at."""

    version: int
    streams: int
    current: int
    sdks: list[Connections]


@get(
    "/projects/{project:str}/environments/{environment:str}/connections",
    opt=needs("read", on="environment"),
    tags=["Environments"],
    summary="Show who is connected",
)
async def get_connections(
    project: ProjectKey,
    environment: EnvironmentKey,
    hub: Given[Hub],
    snapshots: Given[Snapshots],
) -> Connected:
    """Which SDKs follow an environment, and how many of them have its newest version.

    Of several servers each knows its own streams; programs that poll hold none.
    """
    current = await snapshots.get(project, environment)
    groups = hub.connected(project, environment)
    return Connected(
        current.snapshot.version,
        sum(group.streams for group in groups),
        sum(group.current for group in groups),
        [
            Connections(group.protocol, *_named(group.agent), group.streams, group.current)
            for group in groups
        ],
    )


def _named(agent: str) -> tuple[str, str]:
    """Name and version of `NAME/VERSION …`."""
    name, _, version = agent.partition(" ")[0].partition("/")
    return name, version


ROUTES = (get_overrides, get_connections)
