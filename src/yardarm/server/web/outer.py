"""The outer application: what every request passes, whichever package answers it.

It gives a request its id, refuses paths with a second spelling, finds the route, turns exceptions
into problems, adds the headers that every answer carries, and counts and logs. A hot route
(`quiet`) pays for a dictionary look-up, two clock readings and a few headers; nothing is formatted
for a log.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import TypeAlias

from .answers import Answer, Handler
from .asgi import App, Headers, Message, Receive, Scope, Send
from .cors import Cors
from .log import ACCESS
from .metrics import Metrics, RouteStats
from .problems import Known, Problem, problem, problem_of
from .requests import HEADERS, ClientGone, headers_of, is_canonical, raw_path

Shape: TypeAlias = Callable[[Problem, str, str], Answer]
"""Makes an answer of a problem, the path and the request id: a protocol's own form of errors."""

EXTRA = "yardarm.extra_headers"
"""Key of the scope: headers that a handler which sends a stream by itself must send with it."""

_log = logging.getLogger("yardarm.server.web")
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_SECURE: Headers = [
    _NOSNIFF,
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


@dataclass(frozen=True, slots=True)
class Route:
    """A path and who answers it, by method.

    `under` makes it answer every path below that one; then `path` is only its name in the metrics.
    `quiet` routes are counted, but only their failures are logged. `shape` replaces problem+json.
    """

    path: str
    methods: Mapping[str, Handler]
    under: str = ""
    cors: Cors | None = None
    quiet: bool = False
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Mount:
    """An application that answers every path under `path`. It is given the scope unchanged."""

    path: str
    app: App


class _Target:
    """A route or mount, made ready to be dispatched to."""

    __slots__ = ("allow", "mount", "route", "stats")

    def __init__(self, route: Route, mount: Mount | None, metrics: Metrics) -> None:
        self.route = route
        self.mount = mount
        names = sorted({*route.methods, *(["OPTIONS"] if route.cors else [])})
        self.allow = ", ".join(names).encode()
        self.stats = {
            name: metrics.route(route.path, name)
            for name in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "other")
        }

    def stats_of(self, method: str) -> RouteStats:
        return self.stats.get(method) or self.stats["other"]


def problem_answer(found: Problem, path: str, request_id: str) -> Answer:
    """The problem as problem+json."""
    body = found.render(path, request_id)
    return Answer(found.status, found.header_list(body), body)


class Outer:
    """The application that uvicorn runs. It has no lifespan: its services begin before it."""

    def __init__(self, routes: Sequence[Route | Mount], *, known: Known, metrics: Metrics) -> None:
        self._known = known
        self._exact: dict[bytes, _Target] = {}
        self._below: list[tuple[bytes, _Target]] = []
        self._nowhere = _Target(Route("(none)", {}), None, metrics)
        for item in routes:
            mount = item if isinstance(item, Mount) else None
            route = Route(item.path, {}, under=item.path) if isinstance(item, Mount) else item
            target = _Target(route, mount, metrics)
            if route.under:
                self._below.append((route.under.encode() + b"/", target))
            else:
                self._exact[route.path.encode()] = target
        self._id_prefix = secrets.token_hex(6).encode() + b"-"
        self._ids = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"no {scope['type']} here")
        started = perf_counter()
        path, method = raw_path(scope), scope["method"]
        headers = scope[HEADERS] = headers_of(scope)
        request_id = self._id_of(headers)
        scope["yardarm.request_id"] = request_id.decode()
        target = self._exact.get(path) or self._find(path)
        route = target.route
        extra = [(b"x-request-id", request_id), _NOSNIFF]
        if route.cors is not None:
            extra += route.cors.headers(headers.get(b"origin"))
        scope[EXTRA] = extra
        if target.mount is not None:
            await self._mounted(target, scope, receive, send, started)
            return
        handler = route.methods.get(method)
        try:
            if handler is None:
                answer: Answer | None = self._without_handler(target, scope, method)
            else:
                answer = await handler(scope, receive, send)
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 - the last one who can answer
            answer = self._failure(error, route, scope)
        if answer is None:
            target.stats_of(method).add(200, None)
            return
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": answer.headers + extra,
            }
        )
        await send({"type": "http.response.body", "body": answer.body})
        took = perf_counter() - started
        target.stats_of(method).add(answer.status, took)
        if not route.quiet or answer.status >= 400:
            _log_access(scope, answer.status, took)

    def _find(self, path: bytes) -> _Target:
        for prefix, target in self._below:
            if path.startswith(prefix) and len(path) > len(prefix) and is_canonical(path):
                return target
        return self._nowhere

    def _id_of(self, headers: dict[bytes, bytes]) -> bytes:
        given = headers.get(b"x-request-id")
        if given is not None and _GIVEN_ID.fullmatch(given):
            return given
        return self._id_prefix + b"%x" % next(self._ids)

    def _without_handler(self, target: _Target, scope: Scope, method: str) -> Answer:
        route = target.route
        if target is self._nowhere:
            found = problem("not-found", "there is nothing at this path")
        elif method == "OPTIONS" and route.cors is not None:
            return Answer(204, [(b"allow", target.allow), *route.cors.preflight()])
        else:
            found = problem(
                "method-not-allowed",
                f"only {target.allow.decode()} here",
                headers=[(b"allow", target.allow)],
            )
        return (route.shape or problem_answer)(found, _shown_path(scope), _shown_id(scope))

    def _failure(self, error: Exception, route: Route, scope: Scope) -> Answer:
        found = problem_of(error, self._known)
        if found.status == 500:
            _log.error(
                "request failed",
                exc_info=error,
                extra={"request_id": _shown_id(scope), "path": _shown_path(scope)},
            )
        return (route.shape or problem_answer)(found, _shown_path(scope), _shown_id(scope))

    async def _mounted(
        self, target: _Target, scope: Scope, receive: Receive, send: Send, started: float
    ) -> None:
        status = 0
        extra: Headers = scope[EXTRA]

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message["headers"])
                names = {name.lower() for name, _ in given}
                more = [h for h in (extra[0], *_SECURE) if h[0] not in names]
                message = {**message, "headers": given + more}
            await send(message)

        assert target.mount is not None
        try:
            await target.mount.app(scope, receive, noting)
        except ClientGone:
            return
        except Exception as error:
            if status:
                raise
            answer = self._failure(error, target.route, scope)
            await noting(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": answer.headers,
                }
            )
            await send({"type": "http.response.body", "body": answer.body})
        took = perf_counter() - started
        target.stats_of(scope["method"]).add(status, took)
        _log_access(scope, status, took)


def _shown_path(scope: Scope) -> str:
    return raw_path(scope).decode("ascii", "replace")


def _shown_id(scope: Scope) -> str:
    return str(scope["yardarm.request_id"])


def _log_access(scope: Scope, status: int, seconds: float) -> None:
    if not ACCESS.isEnabledFor(logging.INFO):
        return
    client = scope.get("client")
    ACCESS.info(
        "request",
        extra={
            "method": scope["method"],
            "path": _shown_path(scope),
            "status": status,
            "ms": round(seconds * 1000, 2),
            "client": client[0] if client else "",
            "request_id": _shown_id(scope),
        },
    )
