"""OFREP's two evaluations."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote

from ....core.context import Context
from ....core.decision import FLAG_NOT_FOUND, GENERAL, INVALID_CONTEXT, PARSE_ERROR
from ....core.program import Compiled
from ....errors import ContextError
from ....sdk.present import PRESENT
from ...delivery.hub import Hub
from ...delivery.snapshots import Current, Snapshots
from ...web.answers import JSON, Answer
from ...web.asgi import Receive, Scope, Send
from ...web.cors import Cors
from ...web.credentials import Doorkeeper, Key
from ...web.outer import Route
from ...web.problems import Problem, RequestFailed, failed
from ...web.requests import (
    EVALUATION_BODY,
    header,
    names_tag,
    parse_body,
    query,
    raw_path,
    read_body,
    require_json,
)
from .rendered import broken, failure, not_found, rendered
from .streams import PATH as STREAM_PATH
from .streams import Streams

PATH = "/ofrep/v1/evaluate/flags"
_BELOW = PATH.encode() + b"/"

_ALLOWED_HEADERS = (
    "authorization, x-api-key, content-type, content-encoding, if-none-match, "
    "last-event-id, cache-control, x-request-id"
)
_EXPOSED_HEADERS = "ETag, Retry-After, X-Request-Id, Yardarm-Version"
_Read: TypeAlias = tuple[dict[str, Any], dict[str, dict[str, Any]] | None, Context | dict[str, Any]]
_SPECIAL = frozenset(("kind", "multi", "_private"))
_SLICE_SECONDS = 0.005


class Observe(Protocol):
    """Counts evaluations, and notices whom they were for."""

    def count(
        self, key: Key, flag: str, variant: str | None, reason: str, application: str = ""
    ) -> None:
        """One evaluation. Never blocks, never raises."""

    def sight(self, key: Key, context: Context | dict[str, Any], application: str = "") -> None:
        """A context that was evaluated for; a dict has a `key`. Never blocks, never raises."""


class OfrepFace:
    """Answers OFREP requests."""

    def __init__(
        self,
        door: Doorkeeper,
        snapshots: Snapshots,
        hub: Hub,
        observe: Observe,
        *,
        origins: Sequence[str] = ("*",),
        public_url: str = "",
        max_body_bytes: int = EVALUATION_BODY,
    ) -> None:
        self._door = door
        self._snapshots = snapshots
        self._observe = observe
        self._streams = Streams(door, snapshots, hub, public_url)
        self._max_body_bytes = max_body_bytes
        self._cors = Cors(
            origins, methods="POST, GET, OPTIONS", allow=_ALLOWED_HEADERS, expose=_EXPOSED_HEADERS
        )

    def routes(self) -> list[Route]:
        """What it answers."""
        shared: dict[str, Any] = {"cors": self._cors, "quiet": True}
        return [
            Route(PATH, {"POST": self.evaluate_all}, shape=error_answer, **shared),
            Route(
                PATH + "/{key}",
                {"POST": self.evaluate_one},
                under=PATH,
                shape=error_answer,
                **shared,
            ),
            Route(STREAM_PATH, {"GET": self._streams.get_stream}, **shared),
        ]

    async def evaluate_one(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """One flag for one context."""
        key = await self._door.key(scope)
        current = self._snapshots.find(key.project, key.environment) or (
            await self._snapshots.get(key.project, key.environment)
        )
        flag = _flag_of(raw_path(scope))
        user, kinds, whom = await self._context(scope, receive)
        client = key.kind != "server"
        try:
            compiled = current.program.compiled(flag)
        except KeyError:
            return not_found(flag)
        if client and not _visible(compiled):
            return not_found(flag)
        try:
            outcome = compiled.run(user, kinds, PRESENT)
        except Exception as error:  # noqa: BLE001 - one flag's fault stays its own
            return broken(flag, error)
        made = rendered(compiled, outcome)
        self._observe.sight(key, whom, key.name)
        if outcome.error is None:
            self._observe.count(key, flag, outcome.variant, outcome.reason, key.name)
        return made.for_client if client else made.for_server

    async def evaluate_all(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """Every flag for one context, or 304 when the caller has what it would get."""
        key = await self._door.key(scope)
        current = await self._current(key, scope)
        context = await self._context(scope, receive)
        client = key.kind != "server"
        flags = b",".join(self._evaluated(await _listed(current, client), context, key, client))
        token = self._streams.token(key)
        digest = blake2b(flags, digest_size=12)
        digest.update(token.encode())
        etag = b'W/"%b"' % digest.hexdigest().encode()
        headers = [(b"etag", etag), (b"yardarm-version", b"%d" % current.snapshot.version)]
        if names_tag(header(scope, b"if-none-match"), etag):
            return Answer(304, headers)
        body = b'{"flags":[%b],"metadata":{},"eventStreams":%b}' % (
            flags,
            self._streams.named(token, current),
        )
        return Answer(200, [JSON, (b"content-length", b"%d" % len(body)), *headers], body)

    def _evaluated(
        self, flags: Sequence[Compiled], context: _Read, key: Key, client: bool
    ) -> list[bytes]:
        count, name = self._observe.count, key.name
        user, kinds, whom = context
        self._observe.sight(key, whom, key.name)
        parts = []
        for compiled in flags:
            try:
                outcome = compiled.run(user, kinds, PRESENT)
            except Exception as error:  # noqa: BLE001 - one flag's fault stays its own
                parts.append(broken(compiled.key, error).body)
                continue
            made = outcome.seen or rendered(compiled, outcome)
            parts.append((made.for_client if client else made.for_server).body)
            if outcome.error is None:
                count(key, compiled.key, outcome.variant, outcome.reason, name)
        return parts

    async def _current(self, key: Key, scope: Scope) -> Current:
        """The environment, at least at the version that the caller was told of by a stream."""
        told = query(scope).get("flagConfigEtag", "") if scope["query_string"] else ""
        epoch, _, version = told.removeprefix("W/").strip('"').rpartition(":")
        if not (epoch and version.isascii() and version.isdigit() and len(version) < 16):
            return await self._snapshots.get(key.project, key.environment)
        return await self._snapshots.at_least(key.project, key.environment, epoch, int(version))

    async def _context(self, scope: Scope, receive: Receive) -> _Read:
        require_json(scope)
        asked = parse_body(await read_body(scope, receive, self._max_body_bytes))
        context = asked.get("context") if isinstance(asked, dict) else asked
        if not isinstance(asked, dict) or not (context is None or isinstance(context, dict)):
            raise _bad_context('send {"context": {"targetingKey": "user-1", …}}')
        return _read_context(context)


def _read_context(context: dict[str, Any] | None) -> _Read:
    """Attributes of the default kind, and by kind, as `Context.of` reads them; and the whole."""
    if context is not None and _SPECIAL.isdisjoint(context):
        # The usual one, just decoded and nobody else's: it is its own attributes.
        key = context.get("key")
        if key is None:
            key = context.get("targetingKey")
        if key.__class__ is str and key:
            context["key"] = key
            return context, None, context
    try:
        read = Context.of(context)
    except ContextError as error:
        raise _bad_context(str(error)) from None
    return read.user, read.kinds, read


def _bad_context(detail: str) -> RequestFailed:
    return failed("bad-request", detail, errorCode=INVALID_CONTEXT)


def _flag_of(path: bytes) -> str:
    """The key behind the path; some clients leave the slashes of a key as they are."""
    rest = path[len(_BELOW) :].decode("ascii")
    return unquote(rest, errors="strict") if "%" in rest else rest


def _visible(compiled: Compiled) -> bool:
    return compiled.flag is not None and compiled.flag.client_visible


async def _listed(current: Current, client: bool) -> Sequence[Compiled]:
    """The flags of a bulk evaluation. The first one compiles them, in slices of a few ms."""
    name = "ofrep.client" if client else "ofrep.server"
    found: list[Compiled] | None = current.made.get(name)
    if found is not None:
        return found
    found, started = [], time.perf_counter()
    for flag in current.flag_keys():
        compiled = current.program.compiled(flag)
        archived = compiled.flag is None and compiled.outcomes[0].error == FLAG_NOT_FOUND
        if not archived and (not client or _visible(compiled)):
            found.append(compiled)
        if time.perf_counter() - started > _SLICE_SECONDS:
            await asyncio.sleep(0)
            started = time.perf_counter()
    current.made[name] = found
    return found


def error_answer(found: Problem, path: str, request_id: str) -> Answer:
    """A problem in OFREP's shapes.

    400, 404 and 500 are what the protocol lays down; where it prescribes no body, problem+json with
    its two fields added.
    """
    raw = path.encode()
    key = _flag_of(raw) if raw.startswith(_BELOW) else None
    details = found.detail or found.title
    if found.status == 400:
        code = found.members.get("errorCode", PARSE_ERROR)
        return failure(key, code, details, 400)
    if found.status >= 500:
        answer = failure(key, GENERAL, f"{details} (request {request_id})", found.status)
        return Answer(answer.status, [*answer.headers, *found.headers], answer.body)
    code = FLAG_NOT_FOUND if found.status == 404 else GENERAL
    said = {**found.members, "errorCode": code, "errorDetails": details}
    shown = Problem(
        found.slug,
        found.status,
        found.title,
        found.detail,
        found.errors,
        found.headers,
        {"key": key, **said} if key is not None else said,
    )
    body = shown.render(path, request_id)
    return Answer(found.status, shown.header_list(body), body)
