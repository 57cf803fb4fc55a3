"""Actors, grants, tokens and SDK keys.

A `Principal` is who acts: an actor's name and what it may do. Secrets are never part of these
objects; they are returned once, beside them, by the service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from yardarm.errors import DocumentError, Problem

Scope: TypeAlias = Literal["read", "edit", "approve", "kill", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "edit", "approve", "kill", "admin")

KeyKind: TypeAlias = Literal["server", "client"]
KEY_KINDS: tuple[KeyKind, ...] = ("server", "client")

Vendor: TypeAlias = Literal["flagsmith", "growthbook", "harness", "launchdarkly", "unleash"]
VENDORS: tuple[Vendor, ...] = ("flagsmith", "growthbook", "harness", "launchdarkly", "unleash")
"""Whose keys an environment can take over."""

ANY = "*"
"""In a grant: every project, or every environment."""

_IMPLIED: dict[Scope, frozenset[Scope]] = {
    "read": frozenset(("read",)),
    "edit": frozenset(("read", "edit")),
    "approve": frozenset(("read", "approve")),
    "kill": frozenset(("read", "kill")),
    "admin": frozenset(SCOPES),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A scope on a project and environment; `*` stands for all of them."""

    scope: Scope
    project: str = ANY
    environment: str = ANY

    def allows(self, scope: Scope, project: str | None, environment: str | None) -> bool:
        """Whether this grant gives `scope` there.

        Project None asks about the whole system, which only a grant on every project gives;
        environment None likewise asks about the whole project. `read` is the exception: a grant
        on one environment also lets its project be read.
        """
        if scope not in _IMPLIED[self.scope]:
            return False
        if self.project != ANY and self.project != project:
            return False
        if self.environment == ANY:
            return True
        return environment == self.environment or (
            scope == "read" and environment is None and project is not None
        )

    def to_json(self) -> dict[str, str]:
        """`{"scope", "project", "environment"}`."""
        return {"scope": self.scope, "project": self.project, "environment": self.environment}


def grant_from_json(value: Any, pointer: str = "") -> Grant:
    """A grant from its JSON form. Raises `DocumentError`."""
    if not isinstance(value, dict):
        raise DocumentError([Problem(pointer, "expected an object with 'scope'")])
    problems = [
        Problem(f"{pointer}/{name}", "unknown field", "known here: scope, project, environment")
        for name in value
        if name not in ("scope", "project", "environment")
    ]
    scope: Any = value.get("scope")
    if scope not in SCOPES:
        problems.append(Problem(f"{pointer}/scope", f"a scope is one of {', '.join(SCOPES)}"))
    places = [value.get(name, ANY) for name in ("project", "environment")]
    problems += [
        Problem(f"{pointer}/{name}", "expected a key, or '*' for all")
        for name, place in zip(("project", "environment"), places, strict=True)
        if not isinstance(place, str) or not place
    ]
    if problems:
        raise DocumentError(problems)
    return Grant(scope, *places)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, and what it may do. `token_id` is None for acts of the server itself."""

    actor: str
    grants: tuple[Grant, ...]
    token_id: int | None = None
    via: Literal["token", "robot", "local"] = "token"

    def may(self, scope: Scope, project: str | None = None, environment: str | None = None) -> bool:
        """Whether it has the scope. admin implies all; edit, approve and kill imply read."""
        return any(grant.allows(scope, project, environment) for grant in self.grants)

    def may_any(
        self,
        scopes: Iterable[Scope],
        project: str | None = None,
        environment: str | None = None,
    ) -> bool:
        """Whether it has one of the scopes."""
        return any(self.may(scope, project, environment) for scope in scopes)


def local(actor: str = "local") -> Principal:
    """The server's own hand, with every right: seeds of `dev`, commands on the machine itself."""
    return Principal(actor, (Grant("admin"),), None, "local")


@dataclass(frozen=True, slots=True)
class SdkKey:
    """An SDK key that was found valid, and what it opens."""

    id: int
    project: str
    environment: str
    kind: KeyKind
    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class ActorInfo:
    """A named actor."""

    id: int
    name: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What may be shown of a token. `prefix` is its first characters."""

    id: int
    actor: str
    name: str
    prefix: str
    grants: tuple[Grant, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """Somebody signed in to the dashboard, until `expires_at` at the latest.

    `token_id` and `token` (its name) are what the session was opened with; `agent` and `address`
    tell from where, and are empty where nobody noted it. `current`: the session that asks.
    """

    id: str
    actor: str
    token_id: int
    token: str
    agent: str
    address: str
    created_at: datetime
    expires_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What may be shown of an SDK key. `revealable`: its text can be shown again.

    `vendor`: it is an alias, a key that another vendor gave and programs hold already.
    """

    id: int
    project: str
    environment: str
    kind: KeyKind
    name: str
    prefix: str
    revealable: bool
    vendor: Vendor | None
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
