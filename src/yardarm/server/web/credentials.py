"""SDK keys in requests: who may ask, and words that help whoever holds the wrong one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from .pace import Pace
from .problems import RequestFailed, failed
from .requests import bearer

KINDS = {"ys_": "a server key", "yc_": "a client key", "yt_": "an API token"}
"""How the texts begin that Yardarm makes, and what they are."""

KNOWN_SECONDS = 5.0
_MOST_KNOWN = 10_000

_CHALLENGE = (b"www-authenticate", b'Bearer realm="yardarm"')


class Key(Protocol):
    """What an SDK key opens."""

    @property
    def id(self) -> int: ...
    @property
    def project(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...


class Authenticate(Protocol):
    """Finds SDK keys, and signs what a URL must carry because a browser sends no header with it."""

    async def find_key(self, key: str) -> Key | None:
        """What this text opens, None when nothing."""

    async def key_in_force(self, key_id: int) -> bool:
        """Whether the key with this id is still valid."""

    def sign(self, payload: str, expires_at: datetime) -> str:
        """A URL-safe text that `verify` answers with `payload` until `expires_at`."""

    def verify(self, signed: str) -> str | None:
        """The payload, None when the text is forged or expired."""


class Doorkeeper:
    """Answers whose request this is, or raises the 401, 403 or 429 that says what to do.

    A key that was found is known again by its text for `KNOWN_SECONDS`, which spares each
    evaluation a hash and a search; `forget` must be called when a key may have been revoked.
    """

    def __init__(
        self,
        keys: Authenticate,
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.keys = keys
        self._pace = pace or Pace()
        self._monotonic = monotonic
        self._known: dict[str, Key] = {}
        self._known_until = 0.0

    def forget(self) -> None:
        """Look every key up anew."""
        self._known = {}

    async def key(self, scope: Mapping[str, Any]) -> Key:
        """The SDK key of a request. Raises a 401 (or 429, after many of them)."""
        secret = bearer(scope)
        if secret is None:
            raise self._refused(scope, "send an SDK key: `Authorization: Bearer …`")
        now = self._monotonic()
        if now >= self._known_until or len(self._known) > _MOST_KNOWN:
            self._known, self._known_until = {}, now + KNOWN_SECONDS
        known = self._known
        found = known.get(secret)
        if found is None:
            found = await self.keys.find_key(secret)
            if found is None:
                raise self._refused(scope, _unknown(secret))
            known[secret] = found  # a table that was forgotten meanwhile takes nobody in again
        return found

    async def server_key(self, scope: Mapping[str, Any]) -> Key:
        """The same, for what only server keys may see. Raises a 403 for a client key."""
        key = await self.key(scope)
        if key.kind != "server":
            raise failed(
                "wrong-key",
                f"this is a {key.kind} key of {key.project}/{key.environment}; the configuration "
                "itself is for server keys, a client key evaluates over OFREP",
                key_kind=key.kind,
                project=key.project,
                environment=key.environment,
            )
        return key

    def verified(self, scope: Mapping[str, Any], signed: str) -> str:
        """The payload of a signed text. Raises a 401."""
        payload = self.keys.verify(signed)
        if payload is None:
            raise self._refused(scope, "the token in the address is expired or was never ours")
        return payload

    def _refused(self, scope: Mapping[str, Any], detail: str) -> RequestFailed:
        client = scope.get("client")
        wait = self._pace.fail(client[0] if client else "")
        if wait:
            return failed(
                "too-many-requests",
                "too many requests without a valid key from this address",
                headers=[(b"retry-after", b"%d" % wait)],
            )
        return failed("unauthorized", detail, headers=[_CHALLENGE])


def _unknown(secret: str) -> str:
    kind = KINDS.get(secret[:3])
    if kind == "an API token":
        return "this is an API token; SDKs and OFREP take an SDK key (ys_… or yc_…)"
    looks = f"this looks like {kind}, but" if kind else "this is not a key of ours:"
    return f"{looks} no environment has it; it may be revoked, or belong to another server"
