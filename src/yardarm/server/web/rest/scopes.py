"""Which scope a route needs: declared beside the route, asked by one guard.

A route says it in its options, ``opt=needs("edit", "environment")``: one of the scopes, on the
environment or project that its path names, or on the whole system. `TOKEN` asks for nothing but a
valid token (the route shows only what that token may see), `PUBLIC` for nothing at all. A route
that says nothing keeps the server from starting (`check_declared`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Guard

from ..pace import Pace
from ..problems import failed
from ..requests import secret_of, session_of

Scope: TypeAlias = Literal["read", "edit", "approve", "kill", "admin"]
Place: TypeAlias = Literal["environment", "project", "system", "anywhere", "public"]

_SDK_KEYS = {"ys_": "a server key", "yc_": "a client key"}


@runtime_checkable
class Caller(Protocol):
    """Who asks. The slices below `access` know no more of a principal."""

    @property
    def actor(self) -> str:
        """The name that goes into the log."""

    def may(self, scope: Scope, project: str | None = None, environment: str | None = None) -> bool:
        """Whether the caller has the scope there; None asks about the whole."""


Authenticate: TypeAlias = Callable[[str], Awaitable[Caller | None]]
"""Who holds a token; None when nobody does."""


class UndeclaredScope(Exception):
    """A route does not say, or says wrongly, which scope it needs. A mistake in the program."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a route asks of its caller: one of `scopes`, at the place that its path names."""

    scopes: tuple[Scope, ...]
    on: Place

    def words(self) -> str:
        """For the reference."""
        if self.on == "public":
            return "no token"
        if self.on == "anywhere":
            return "any valid token"
        return f"scope {' or '.join(self.scopes)} on the {self.on}"


def needs(*scopes: Scope, on: Literal["environment", "project", "system"]) -> dict[str, Any]:
    """Route options that declare: one of these scopes is needed there."""
    return {"scope": scopes, "on": on}


TOKEN: dict[str, Any] = {"scope": (), "on": "anywhere"}
PUBLIC: dict[str, Any] = {"scope": (), "on": "public"}


def need_of(handler: BaseRouteHandler, path: str) -> Need:
    """What a route declares. Raises `UndeclaredScope`."""
    scopes, on = handler.opt.get("scope"), handler.opt.get("on")
    if scopes is None or on is None:
        raise UndeclaredScope(f"{path}: {handler} declares no scope")
    if bool(scopes) is (on in ("anywhere", "public")):
        raise UndeclaredScope(f"{path}: {scopes!r} on {on!r} makes no sense")
    named = {"environment": ("project", "environment"), "project": ("project",)}
    for name in named.get(on, ()):
        if f"{{{name}:str}}" not in path:
            raise UndeclaredScope(f"{path}: declares {on!r}, but the path names no {name}")
    return Need(tuple(scopes), on)


def declared(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler, Need]]:
    """Every route: method, path, handler, and what it needs. Raises `UndeclaredScope`.

    What answers OPTIONS is Litestar's own and tells no more than the reference does.
    """
    for route in app.routes:
        for handler in getattr(route, "route_handlers", (None,)):
            if not isinstance(handler, HTTPRouteHandler):
                raise UndeclaredScope(f"{route.path}: only HTTP routes can declare a scope")
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield method, route.path, handler, need_of(handler, route.path)


def check_declared(app: Litestar) -> None:
    """Raises `UndeclaredScope` when a route does not declare its scope."""
    for _ in declared(app):
        pass


def scope_guard(authenticate: Authenticate) -> Guard:
    """The guard of every route: finds the caller, then asks for the declared scope."""
    pace = Pace()

    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        if isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}:
            return
        scopes, on = handler.opt["scope"], handler.opt["on"]
        if on == "public":
            return
        token = _token(connection)
        caller = await _caller(connection, token, authenticate, pace)
        connection.scope["user"] = caller
        connection.scope["auth"] = partial(authenticate, token or "")
        if on == "anywhere":
            return
        path = connection.path_params
        project = path["project"] if on != "system" else None
        environment = path["environment"] if on == "environment" else None
        if not any(caller.may(scope, project, environment) for scope in scopes):
            where = "/".join(filter(None, (project, environment))) or "the whole system"
            raise failed(
                "forbidden",
                f"{caller.actor!r} may not do this: it needs the scope {' or '.join(scopes)} "
                f"on {where}",
            )

    return guard


def _session(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The secret of the dashboard's session.

    Raises a 403 problem for a change without the header that only our own pages can send.
    """
    secret = session_of(connection.headers.get("cookie", "").encode("latin-1"))
    changes = connection.scope.get("method") not in ("GET", "HEAD")
    if secret is not None and changes and "yardarm-session" not in connection.headers:
        raise failed("forbidden", "a change by a session needs the header Yardarm-Session")
    return secret


def _token(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    header = connection.headers.get("authorization")
    return _session(connection) if header is None else secret_of(header.encode("latin-1"))


async def _caller(
    connection: ASGIConnection[Any, Any, Any, Any],
    token: str | None,
    authenticate: Authenticate,
    pace: Pace,
) -> Caller:
    caller = await authenticate(token) if token else None
    if caller is not None:
        return caller
    wait = pace.fail(connection.client.host if connection.client else "")
    if wait:
        raise failed(
            "too-many-requests",
            "too many requests without a valid token from this address",
            headers=[(b"retry-after", b"%d" % wait)],
        )
    if not token:
        detail = "send `Authorization: Bearer <token>`"
    elif token[:3] in _SDK_KEYS:
        detail = f"this is {_SDK_KEYS[token[:3]]} for SDKs; this interface takes a token (yt_…)"
    else:
        detail = "the token is unknown, revoked or expired"
    raise failed("unauthorized", detail, headers=[(b"www-authenticate", b'Bearer realm="yardarm"')])
