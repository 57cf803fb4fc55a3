"""REST: what the override file holds in force on this server."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency as Given
from msgspec import Meta, Struct

from ..web.rest.scopes import TOKEN, Caller
from .overriding import Overriding


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


ROUTES = (get_overrides,)
