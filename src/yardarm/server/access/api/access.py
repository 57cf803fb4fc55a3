"""REST: who is asking, actors, tokens, SDK keys, and the first set-up.

The text of a token or key is answered once, by the route that issues it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from litestar import Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from ...projects.errors import NotFound
from ...web.paging import Page, PageRequest
from ...web.problems import Known, Problem, problem
from ...web.rest.bodies import StrictRequest
from ...web.rest.lists import answer_page, page_of
from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.scopes import PUBLIC, TOKEN, needs
from ..errors import BadCredential, Forbidden, SetupClosed
from ..model import ANY, ActorInfo, Grant, KeyInfo, KeyKind, Principal, Scope, TokenInfo, Vendor
from ..service import Access

_KEYS = "/projects/{project:str}/environments/{environment:str}/keys"
_SYSTEM = needs("admin", on="system")
_ADMIN = needs("admin", on="environment")
_ONCE = {"Cache-Control": "no-store"}

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Number = Annotated[
    str,
    PathParameter(
        description="Its id.",
        schema_extra={"type": "integer", "minimum": 1},
    ),
]


class Me(Struct):
    """Who is asking, and what they may do."""

    actor: str
    grants: list[Grant]
    token_id: int | None


class NewActor(Struct, forbid_unknown_fields=True):
    """An actor to be made: a person, or a program that acts by itself."""

    name: Name


class GrantBody(Struct, forbid_unknown_fields=True):
    """A scope on a project and environment; `*` stands for all of them."""

    scope: Scope
    project: Annotated[str, Meta(min_length=1)] = ANY
    environment: Annotated[str, Meta(min_length=1)] = ANY


class NewToken(Struct, forbid_unknown_fields=True):
    """A token to be issued. The actor is made if new."""

    actor: Name
    grants: Annotated[list[GrantBody], Meta(min_length=1, max_length=100)]
    name: Annotated[str, Meta(max_length=200, description="What it is for.")] = ""
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class IssuedToken(Struct):
    """A new token. `token` is its text, shown this once."""

    token: str
    info: TokenInfo


class NewKey(Struct, forbid_unknown_fields=True):
    """An SDK key to be issued.

    A server key opens the whole configuration and is for servers only; a client key opens
    evaluated values of client-visible flags.
    """

    kind: KeyKind = "server"
    name: Annotated[str, Meta(max_length=200, description="What it is for.")] = ""


class NewAlias(Struct, forbid_unknown_fields=True):
    """A key that another vendor gave, and that programs hold already."""

    vendor: Vendor
    key: Annotated[str, Meta(min_length=1, max_length=512, description="Word for word.")]
    kind: Annotated[
        KeyKind, Meta(description="server: for server-side SDKs; client: for browsers and apps.")
    ] = "server"
    name: Annotated[str, Meta(max_length=200, description="What it is for.")] = ""


class IssuedKey(Struct):
    """A new SDK key. `key` is its text."""

    key: str
    info: KeyInfo


class RevealedKey(Struct):
    """The text of a key that is kept encrypted."""

    key: str


class SetUp(Struct, forbid_unknown_fields=True):
    """The one-time code that the server printed at its start, and who the administrator is."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]
    name: Name


@get("/me", opt=TOKEN, tags=["Access"], summary="Who am I?")
async def get_me(caller: Given[Principal]) -> Me:
    """The actor behind the token and what it may do."""
    return Me(caller.actor, list(caller.grants), caller.token_id)


@get("/actors", opt=_SYSTEM, tags=["Access"], summary="List actors")
async def list_actors(
    request: StrictRequest,
    caller: Given[Principal],
    access: Given[Access],
    page: Given[PageRequest],
) -> Response[Page[ActorInfo]]:
    """Every actor, by name."""
    actors = await access.list_actors(caller)
    return answer_page(request, page_of(page, actors, lambda actor: actor.name))


@post("/actors", opt=_SYSTEM, tags=["Access"], summary="Make an actor")
async def create_actor(
    data: JSONBody[NewActor], caller: Given[Principal], access: Given[Access]
) -> ActorInfo:
    """Make a named actor. It can do nothing until it is given a token."""
    return await access.create_actor(caller, data.name)


@get("/tokens", opt=TOKEN, tags=["Access"], summary="List tokens")
async def list_tokens(
    request: StrictRequest,
    caller: Given[Principal],
    access: Given[Access],
    page: Given[PageRequest],
) -> Response[Page[TokenInfo]]:
    """Every token, newest first; without `admin` on the system only one's own."""
    tokens = await access.list_tokens(caller)
    found = page_of(page, tokens, lambda token: token.id, newest_first=True)
    return answer_page(request, found)


@post("/tokens", opt=TOKEN, tags=["Access"], summary="Issue a token")
async def issue_token(
    data: JSONBody[NewToken], caller: Given[Principal], access: Given[Access]
) -> Response[IssuedToken]:
    """Issue a token. Its text is in the answer and never shown again.

    Nobody gives what they do not have: it takes `admin` wherever the grants are.
    """
    grants = [Grant(given.scope, given.project, given.environment) for given in data.grants]
    info, token = await access.issue_token(
        caller, data.actor, data.name, grants, expires_at=data.expires_at
    )
    return Response(IssuedToken(token, info), headers=_ONCE)


@delete("/tokens/{token:str}", opt=TOKEN, tags=["Access"], summary="Revoke a token")
async def revoke_token(token: Number, caller: Given[Principal], access: Given[Access]) -> None:
    """End a token at once: one's own, or any with `admin` on the system."""
    await access.revoke_token(caller, _number("token", token))


@get(_KEYS, opt=_ADMIN, tags=["Keys"], summary="List SDK keys")
async def list_keys(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    caller: Given[Principal],
    access: Given[Access],
    page: Given[PageRequest],
) -> Response[Page[KeyInfo]]:
    """The environment's SDK keys, newest first."""
    keys = await access.list_keys(caller, project, environment)
    found = page_of(page, keys, lambda key: key.id, newest_first=True)
    return answer_page(request, found)


@post(_KEYS, opt=_ADMIN, tags=["Keys"], summary="Issue an SDK key")
async def issue_key(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[NewKey],
    caller: Given[Principal],
    access: Given[Access],
) -> Response[IssuedKey]:
    """Issue an SDK key. The text of a server key is never shown again."""
    info, key = await access.issue_key(caller, project, environment, data.kind, data.name)
    return Response(IssuedKey(key, info), headers=_ONCE)


@post(f"{_KEYS}/alias", opt=_ADMIN, tags=["Keys"], summary="Take over a vendor's key")
async def add_alias(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[NewAlias],
    caller: Given[Principal],
    access: Given[Access],
) -> KeyInfo:
    """Have the environment accept a key that another vendor gave: programs need no new one.

    It is listed and revoked like any key. Only its hash is kept, so it is never shown again.
    """
    return await access.add_alias(
        caller, project, environment, data.kind, data.vendor, data.key, data.name
    )


@post(
    f"{_KEYS}/{{key:str}}/reveal",
    opt=_ADMIN,
    tags=["Keys"],
    status_code=200,
    summary="Show an SDK key again",
)
async def reveal_key(
    project: ProjectKey,
    environment: EnvironmentKey,
    key: Number,
    caller: Given[Principal],
    access: Given[Access],
) -> Response[RevealedKey]:
    """The text of a client key, which is kept encrypted. Of a server key only a hash is kept."""
    found = await _key(access, caller, project, environment, key)
    text = await access.reveal_key(caller, found.id)
    if text is None:
        raise NotFound("text of the key", key)
    return Response(RevealedKey(text), headers=_ONCE)


@delete(f"{_KEYS}/{{key:str}}", opt=_ADMIN, tags=["Keys"], summary="Revoke an SDK key")
async def revoke_key(
    project: ProjectKey,
    environment: EnvironmentKey,
    key: Number,
    caller: Given[Principal],
    access: Given[Access],
) -> None:
    """End an SDK key at once."""
    found = await _key(access, caller, project, environment, key)
    await access.revoke_key(caller, found.id)


@post("/setup", opt=PUBLIC, tags=["Access"], summary="Set up the first administrator")
async def set_up(data: JSONBody[SetUp], access: Given[Access]) -> Response[IssuedToken]:
    """Trade the one-time code for an administrator's token. The page at `/setup` does the same."""
    info, token = await access.redeem(data.code, data.name)
    return Response(IssuedToken(token, info), headers=_ONCE)


def _forbidden(error: Forbidden) -> Problem:
    return problem("forbidden", str(error))


def _bad_credential(error: BadCredential) -> Problem:
    return problem("invalid", str(error))


def _closed(error: SetupClosed) -> Problem:
    return problem("gone", str(error))


PROBLEMS: Known = {Forbidden: _forbidden, BadCredential: _bad_credential, SetupClosed: _closed}
"""What to answer to this package's exceptions."""


async def _key(
    access: Access, caller: Principal, project: str, environment: str, key: str
) -> KeyInfo:
    """The environment's key of that id, and of no other environment. Raises `NotFound`."""
    number = _number("key", key)
    for found in await access.list_keys(caller, project, environment):
        if found.id == number:
            return found
    raise NotFound("key", key, f"{project}/{environment}")


def _number(kind: Literal["token", "key"], text: str) -> int:
    """The id in a path; anything but its one spelling is not found."""
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 16:
        return int(text)
    raise NotFound(kind, text)


ROUTES = (
    get_me,
    list_actors,
    create_actor,
    list_tokens,
    issue_token,
    revoke_token,
    list_keys,
    issue_key,
    add_alias,
    reveal_key,
    revoke_key,
    set_up,
)
