"""REST: the policies of a project and of its environments."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from litestar import delete, get, put
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter
from msgspec import Struct

from ...access.model import Principal
from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.preconditions import ReasonHeader, reason_of
from ...web.rest.scopes import needs
from ..policies import PolicyBook, PolicyInfo

_OF_PROJECT = "/projects/{project:str}/policies"
_OF_ENVIRONMENT = "/projects/{project:str}/environments/{environment:str}/policies"
_NAMED = "/{name:str}"
_TAGS = ["Policies"]

Name: TypeAlias = Annotated[
    str,
    PathParameter(
        description="Which policy.", schema_extra={"enum": ["budgets", "freezes", "approval"]}
    ),
]
Body: TypeAlias = dict[str, Any]


class SetPolicy(Struct):
    """A policy as it was set. Without an environment it is the project's.

    An environment's policy stands in the place of the project's of the same name. What a policy
    can say is described on the page "Policies" of the reference.
    """

    environment: str | None
    name: Literal["budgets", "freezes", "approval"]
    policy: Body


class SetPolicies(Struct):
    """Every policy that is set."""

    items: list[SetPolicy]


@get(_OF_PROJECT, opt=needs("read", on="project"), tags=_TAGS, summary="List policies")
async def list_policies(
    project: ProjectKey, caller: Given[Principal], policies: Given[PolicyBook]
) -> SetPolicies:
    """The project's policies, and those of the environments that the token may read."""
    found = await policies.list(project)
    return SetPolicies(
        [
            _shown(info)
            for info in found
            if info.environment is None or caller.may("read", project, info.environment)
        ]
    )


@get(_OF_PROJECT + _NAMED, opt=needs("read", on="project"), tags=_TAGS, summary="Show a policy")
async def get_project_policy(
    project: ProjectKey, name: Name, policies: Given[PolicyBook]
) -> SetPolicy:
    """One policy of the project."""
    return _shown(await policies.get(project, None, name))


@put(_OF_PROJECT + _NAMED, opt=needs("admin", on="project"), tags=_TAGS, summary="Set a policy")
async def put_project_policy(
    project: ProjectKey,
    name: Name,
    data: JSONBody[Body],
    caller: Given[Principal],
    policies: Given[PolicyBook],
    reason: ReasonHeader = None,
) -> SetPolicy:
    """Set a policy of the project, for every environment without one of its own."""
    why = reason_of(reason)
    return _shown(await policies.put(caller, project, None, name, data, why))


@delete(
    _OF_PROJECT + _NAMED,
    opt=needs("admin", on="project"),
    tags=_TAGS,
    status_code=204,
    summary="Remove a policy",
)
async def remove_project_policy(
    project: ProjectKey,
    name: Name,
    caller: Given[Principal],
    policies: Given[PolicyBook],
    reason: ReasonHeader = None,
) -> None:
    """Remove a policy of the project."""
    await policies.remove(caller, project, None, name, reason_of(reason))


@get(
    _OF_ENVIRONMENT + _NAMED,
    opt=needs("read", on="environment"),
    tags=_TAGS,
    summary="Show an environment's policy",
)
async def get_environment_policy(
    project: ProjectKey, environment: EnvironmentKey, name: Name, policies: Given[PolicyBook]
) -> SetPolicy:
    """One policy of the environment itself."""
    return _shown(await policies.get(project, environment, name))


@put(
    _OF_ENVIRONMENT + _NAMED,
    opt=needs("admin", on="environment"),
    tags=_TAGS,
    summary="Set an environment's policy",
)
async def put_environment_policy(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    data: JSONBody[Body],
    caller: Given[Principal],
    policies: Given[PolicyBook],
    reason: ReasonHeader = None,
) -> SetPolicy:
    """Set a policy of the environment, in the place of the project's."""
    return _shown(await policies.put(caller, project, environment, name, data, reason_of(reason)))


@delete(
    _OF_ENVIRONMENT + _NAMED,
    opt=needs("admin", on="environment"),
    tags=_TAGS,
    status_code=204,
    summary="Remove an environment's policy",
)
async def remove_environment_policy(
    project: ProjectKey,
    environment: EnvironmentKey,
    name: Name,
    caller: Given[Principal],
    policies: Given[PolicyBook],
    reason: ReasonHeader = None,
) -> None:
    """Remove a policy of the environment: the project's holds again."""
    await policies.remove(caller, project, environment, name, reason_of(reason))


def _shown(info: PolicyInfo) -> SetPolicy:
    return SetPolicy(info.environment, info.name, info.body)


ROUTES = (
    list_policies,
    get_project_policy,
    put_project_policy,
    remove_project_policy,
    get_environment_policy,
    put_environment_policy,
    remove_environment_policy,
)
