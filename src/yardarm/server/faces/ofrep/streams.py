"""The change stream: tells a browser to evaluate anew, and why its address holds a token.

A browser's `EventSource` sends no headers, so the address that a bulk evaluation names carries a
signed token in place of the key. It opens nothing but this stream, which says versions, never
values, and it is valid for 15 to 30 minutes: all bulk evaluations of a quarter of an hour name the
same token, so that clients see no new address without need. Whoever comes with an expired one gets
401, evaluates anew and has the next.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial

import msgspec

from ....core.snapshot import Patch
from ...delivery.channel import Block, Rendering
from ...delivery.hub import Hub
from ...delivery.snapshots import Current, Snapshots
from ...web import sse, streaming
from ...web.answers import Answer
from ...web.asgi import Receive, Scope, Send
from ...web.credentials import Doorkeeper, Key
from ...web.outer import EXTRA
from ...web.problems import failed
from ...web.requests import agent_of, header, query

PATH = "/ofrep/v1/stream"
INACTIVITY_SECONDS = 120
TOKEN_WINDOW_SECONDS = 900

_MOST_TOKENS = 10_000


def _refetch(epoch: str, version: int) -> bytes:
    data = msgspec.json.encode(
        {
            "type": "refetchEvaluation",
            "etag": f'"{epoch}:{version}"',
            "lastModified": int(time.time()),
        }
    )
    return sse.event(data=data, id=f"{epoch}:{version}")


def _event(patch: Patch, encoded: bytes) -> bytes:
    return _refetch(patch.epoch, patch.version)


def _heartbeat(version: int) -> bytes:
    return sse.COMMENT


RENDERING = Rendering("ofrep", _event, _refetch, _heartbeat, cumulative=False)
_GREETING = Block(0, sse.COMMENT)


class Streams:
    """Names streams in bulk answers, and serves them. `public_url` is empty when not set."""

    def __init__(
        self, door: Doorkeeper, snapshots: Snapshots, hub: Hub, public_url: str = ""
    ) -> None:
        self._door = door
        self._snapshots = snapshots
        self._hub = hub
        self._public_url = public_url
        self._tokens: dict[int, tuple[int, str]] = {}

    def token(self, key: Key) -> str:
        """The token for streams of this key's environment."""
        window = int(time.time()) // TOKEN_WINDOW_SECONDS
        kept = self._tokens.get(key.id)
        if kept is not None and kept[0] == window:
            return kept[1]
        expires_at = datetime.fromtimestamp((window + 2) * TOKEN_WINDOW_SECONDS, UTC)
        payload = "\n".join(("ofrep", str(key.id), key.project, key.environment))
        token = self._door.keys.sign(payload, expires_at)
        if len(self._tokens) >= _MOST_TOKENS:
            self._tokens.clear()
        self._tokens[key.id] = (window, token)
        return token

    def named(self, token: str, current: Current) -> bytes:
        """The JSON of `eventStreams`. `since` makes good what happens before the stream opens."""
        snapshot = current.snapshot
        target = f"{PATH}?token={token}&since={snapshot.epoch}:{snapshot.version}"
        where = (
            {"url": self._public_url + target}
            if self._public_url
            else {"endpoint": {"requestUri": target}}
        )
        return msgspec.json.encode(
            [{"type": "sse", **where, "inactivityDelaySec": INACTIVITY_SECONDS}]
        )

    async def get_stream(self, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """Tell of every change, the newest only when several come together."""
        token = query(scope).get("token")
        if not token:
            raise failed("unauthorized", "the address lacks its token; take it from eventStreams")
        parts = self._door.verified(scope, token).split("\n")
        if len(parts) != 4 or parts[0] != "ofrep":
            raise failed("unauthorized", "the token is for something else")
        _, key_id, project, environment = parts
        if not await self._door.keys.key_in_force(int(key_id)):
            raise failed("unauthorized", "the key behind this address was revoked")
        await self._snapshots.get(project, environment)
        packed = sse.accepts_gzip(header(scope, b"accept-encoding"))
        await streaming.serve(
            scope,
            receive,
            send,
            [*sse.stream_headers(packed=packed), *scope[EXTRA]],
            follow=partial(
                self._hub.open,
                RENDERING.name,
                project,
                environment,
                since=sse.read_since(scope),
                packed=packed,
                key_id=int(key_id),
                agent=agent_of(scope),
            ),
            greet=_greet,
        )
        return None


def _greet() -> Block:
    return _GREETING
