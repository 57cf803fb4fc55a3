"""REST: which programs follow an environment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency as Given
from msgspec import Struct

from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.scopes import needs
from ..sdks import Follows, Verdict
from ..service import Previews


class Program(Struct):
    """An application with one version of an SDK.

    `application` is empty where it does not say what it is. It follows by a `stream`, by asking for
    the snapshot again and again (`poll`), or `asks` for each answer by OFREP; of one that only
    `reports` it cannot be told. `since` is when its oldest stream was opened, or its polling began;
    `last_at` when it last reported or polled. `current` of its `streams` were sent the newest
    version. `verdict` is whether it can evaluate every flag: of an `older` SDK `lacking` counts the
    flags that it cannot, and `lacks` names what it lacks for the first 50 of them.
    """

    application: str
    sdk: str
    version: str
    follows: Follows
    streams: int
    current: int
    since: datetime | None
    last_at: datetime | None
    verdict: Verdict
    lacking: int
    lacks: dict[str, list[str]]


class Programs(Struct):
    """Every program that is connected now, or reported within a day."""

    items: list[Program]


@get(
    "/projects/{project:str}/environments/{environment:str}/programs",
    opt=needs("read", on="environment"),
    tags=["Environments"],
    summary="List connected programs",
)
async def list_programs(
    project: ProjectKey, environment: EnvironmentKey, previews: Given[Previews]
) -> Programs:
    """Applications with the SDK that each follows the environment with, since when and how, and
    what of its flags it cannot evaluate."""
    found = await previews.programs(project, environment)
    return Programs([Program(**asdict(one)) for one in found])


ROUTES = (list_programs,)
