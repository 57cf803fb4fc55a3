r"""The native protocol, `/sdk/v1`: for server keys, which see the whole configuration.

`GET /sdk/v1/snapshot` is the snapshot (`core.snapshot`), with `ETag: "<epoch>:<version>"`.
`GET /sdk/v1/stream` carries what happens after it: `hello`, then a `patch` per version (its lines
as `data` lines; joined with ``\n`` and ended by one they are the patch's bytes), `heartbeat` every
ten seconds, and `reset` where the reader must fetch the snapshot anew. The version that a reader
has comes as `Last-Event-ID: <epoch>:<version>` or `?since=`. `POST /sdk/v1/events` takes evaluation
counts, exposures and metric events.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from ...core.jsontext import canonical
from ...core.snapshot import Patch
from ..delivery.channel import Block, Rendering
from ..delivery.hub import HEARTBEAT_SECONDS, Hub
from ..delivery.snapshots import Current, Snapshots
from ..web import sse, streaming
from ..web.answers import Answer, bytes_answer, json_answer
from ..web.asgi import Headers, Receive, Scope, Send
from ..web.credentials import Doorkeeper, Key
from ..web.outer import EXTRA, Route
from ..web.requests import (
    EVALUATION_BODY,
    agent_of,
    application_of,
    header,
    names_tag,
    read_body,
)

SNAPSHOT_TYPE = (b"content-type", b"application/vnd.yardarm.snapshot; charset=utf-8")
_FRESH = (b"cache-control", b"private, no-cache")
_VARY = (b"vary", b"accept-encoding, authorization")


class Rejected(Protocol):
    """An entry of a batch that was not taken."""

    @property
    def pointer(self) -> str: ...
    @property
    def message(self) -> str: ...


class Accepted(Protocol):
    """What became of a batch."""

    @property
    def accepted(self) -> int: ...
    @property
    def rejected(self) -> Sequence[Rejected]: ...
    @property
    def duplicate(self) -> bool: ...


class Observe(Protocol):
    """Takes events in."""

    async def accept(self, key: Key, body: bytes) -> Accepted:
        """Store a batch; its raising is answered by the table of known exceptions."""


# --- what is said on the stream, once per version ---------------------------------------------


def _event(patch: Patch, encoded: bytes) -> bytes:
    lines = encoded[:-1].split(b"\n")
    return sse.event("patch", lines, id=f"{patch.epoch}:{patch.version}")


def _reset(epoch: str, version: int) -> bytes:
    return sse.event("reset", b'{"version":%d}' % version)


def _heartbeat(version: int) -> bytes:
    return sse.event("heartbeat", b'{"version":%d}' % version)


RENDERING = Rendering("native", _event, _reset, _heartbeat)


def hello(current: Current) -> Block:
    """The greeting: where the reader is, and at what version the environment stands."""
    snapshot = current.snapshot
    data = canonical(
        {
            "project": current.project,
            "environment": current.environment,
            "epoch": snapshot.epoch,
            "version": snapshot.version,
            "root": snapshot.root,
            "heartbeat_seconds": int(HEARTBEAT_SECONDS),
        }
    )
    return Block(snapshot.version, sse.event("hello", data))


# --- the routes -------------------------------------------------------------------------------


class NativeFace:
    """Answers the native protocol's requests."""

    def __init__(
        self,
        door: Doorkeeper,
        snapshots: Snapshots,
        hub: Hub,
        observe: Observe,
        *,
        max_body_bytes: int = EVALUATION_BODY,
    ) -> None:
        self._door = door
        self._snapshots = snapshots
        self._hub = hub
        self._observe = observe
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[Route]:
        """What it answers."""
        snapshot = {"GET": self.get_snapshot, "HEAD": self.get_snapshot}
        return [
            Route("/sdk/v1/snapshot", snapshot, quiet=True),
            Route("/sdk/v1/stream", {"GET": self.get_stream}, quiet=True),
            Route("/sdk/v1/events", {"POST": self.post_events}, quiet=True),
        ]

    async def get_snapshot(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """The snapshot, or 304 when the caller has it."""
        key = await self._door.server_key(scope)
        current = await self._snapshots.get(key.project, key.environment)
        self._hub.polls.note(key.project, key.environment, agent_of(scope), application_of(scope))
        headers: Headers = [(b"etag", current.etag), _FRESH, _VARY, *_whereabouts(current)]
        if names_tag(header(scope, b"if-none-match"), current.etag):
            return Answer(304, headers)
        headers.append(SNAPSHOT_TYPE)
        if not sse.accepts_gzip(header(scope, b"accept-encoding")):
            return bytes_answer(current.encoded(), *headers)
        return bytes_answer(await current.packed(), *headers, (b"content-encoding", b"gzip"))

    async def get_stream(self, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """Everything that happens from now on, or from the version on that the caller has."""
        key = await self._door.server_key(scope)
        at = (key.project, key.environment)
        headers = _whereabouts(await self._snapshots.get(*at))
        packed = sse.accepts_gzip(header(scope, b"accept-encoding"))
        await streaming.serve(
            scope,
            receive,
            send,
            [*sse.stream_headers(packed=packed), *headers, *scope[EXTRA]],
            follow=partial(
                self._hub.open,
                RENDERING.name,
                *at,
                since=sse.read_since(scope),
                packed=packed,
                key_id=key.id,
                agent=agent_of(scope),
                application=application_of(scope),
            ),
            greet=partial(self._hello, at),
        )
        return None

    def _hello(self, at: tuple[str, str]) -> Block:
        current = self._snapshots.find(*at)
        assert current is not None
        found: Block | None = current.made.get("native.hello")
        if found is None:
            found = current.made["native.hello"] = hello(current)
        return found

    async def post_events(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """Take a batch of events in."""
        key = await self._door.server_key(scope)
        body = await read_body(scope, receive, self._max_body_bytes)
        done = await self._observe.accept(key, body)
        rejected = [{"pointer": r.pointer, "message": r.message} for r in done.rejected]
        return json_answer(
            {"accepted": done.accepted, "rejected": rejected, "duplicate": done.duplicate}, 202
        )


def _whereabouts(current: Current) -> Headers:
    return [
        (b"yardarm-project", current.project.encode()),
        (b"yardarm-environment", current.environment.encode()),
        (b"yardarm-version", b"%d" % current.snapshot.version),
    ]
