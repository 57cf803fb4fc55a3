"""Finds who is behind a token or key, and issues and revokes them.

Tokens and keys are looked up by their SHA-256; what was found is remembered for a short time and
forgotten at once when something is revoked, here or (by the database's doorbell) on another node.
Everything that changes access is written into the system chain in the same transaction.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from ..audit.service import Audit
from ..store.access import KeyRow, TokenRow
from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound, StoreError
from ..store.instants import to_rfc3339, utc_now
from .errors import BadCredential, Forbidden, SetupClosed
from .model import (
    ANY,
    KEY_KINDS,
    ActorInfo,
    Grant,
    KeyInfo,
    KeyKind,
    Principal,
    SdkKey,
    TokenInfo,
)
from .remembered import Remembered
from .secrets import (
    KEY_PREFIXES,
    LONGEST_GIVEN,
    SHORTEST_GIVEN,
    TOKEN_PREFIX,
    Sealer,
    hash_secret,
    new_secret,
    shown_prefix,
    usable,
)

CHANNEL = "yardarm_access"
SETUP_MINUTES = 15
_EVERYTHING = (Grant("admin"),)
_NOTE_SECONDS = 60

_log = logging.getLogger("yardarm.server.access")


class Access:
    """Actors, tokens and SDK keys. `secret_key` is YARDARM_SECRET_KEY, at least 16 characters."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        secret_key: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._audit = audit
        self._sealer = Sealer(secret_key)
        self._clock = clock
        self._tokens: Remembered[TokenRow] = Remembered()
        self._keys: Remembered[SdkKey] = Remembered()
        self._used: dict[int, datetime] = {}
        self._noting: asyncio.Task[None] | None = None
        self._doorbell = database.doorbell(CHANNEL, lambda _: self._forget())

    # --- finding ------------------------------------------------------------------------------

    async def authenticate(self, token: str) -> Principal | None:
        """Who holds this token; None when it is unknown, revoked or expired."""
        digest = hash_secret(token)

        async def look_up() -> TokenRow | None:
            async with self._database.read() as transaction:
                row = await transaction.access.token_by_hash(digest)
            # The lookup has compared already; this does so without telling how far it got.
            fits = row is not None and hmac.compare_digest(row.hash, digest)
            return row if fits else None

        row, now = await self._tokens.get(digest, look_up), self._clock()
        if row is None or not _in_force(row, now):
            return None
        self._used[row.id] = now
        return Principal(row.actor, _grants(row.grants), row.id)

    async def find_key(self, key: str) -> SdkKey | None:
        """What this SDK key opens; None when it is unknown or revoked."""
        digest = hash_secret(key)

        async def look_up() -> SdkKey | None:
            async with self._database.read() as transaction:
                row = await transaction.access.key_by_hash(digest)
            if row is None or row.revoked_at or not hmac.compare_digest(row.hash, digest):
                return None
            return SdkKey(
                row.id, row.project, row.environment, _kind(row.kind), row.name, row.prefix
            )

        return await self._keys.get(digest, look_up)

    # --- actors and tokens --------------------------------------------------------------------

    async def create_actor(self, principal: Principal, name: str) -> ActorInfo:
        """A named actor. Raises `Forbidden`, `AlreadyExists`, `BadCredential`."""
        _need_admin(principal)
        name, at = _actor_name(name), self._clock()
        async with self._database.write() as transaction:
            row, new = await transaction.access.add_actor(name, at, principal.actor)
            if not new:
                raise AlreadyExists("actor", name)
            await self._note(transaction, principal.actor, "actor.created", {"actor": name})
        return ActorInfo(row.id, row.name, row.created_at, row.created_by)

    async def list_actors(self, principal: Principal) -> list[ActorInfo]:
        """Every actor, by name. Raises `Forbidden`."""
        _need_admin(principal)
        async with self._database.read() as transaction:
            rows = await transaction.access.actors()
        return [ActorInfo(row.id, row.name, row.created_at, row.created_by) for row in rows]

    async def issue_token(
        self,
        principal: Principal,
        actor_name: str,
        name: str,
        grants: Sequence[Grant],
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> tuple[TokenInfo, str]:
        """A token for an actor (made if new) and its text, which is never shown again.

        `token` gives the text instead of a random one (development). Nobody may give grants that
        they do not have, nor, without admin on everything, act in the name of an actor that
        somebody else made. Raises `Forbidden`, `BadCredential`.
        """
        actor_name = _actor_name(actor_name)
        if not grants:
            raise BadCredential("a token needs at least one grant")
        for grant in grants:
            _need_admin(
                principal,
                None if grant.project == ANY else grant.project,
                None if grant.environment == ANY else grant.environment,
            )
        if expires_at is not None and expires_at <= self._clock():
            raise BadCredential("the token would be expired already")
        async with self._database.write() as transaction:
            await _need_own_actor(transaction, principal, actor_name)
            issued = await self._add_token(
                transaction, principal.actor, actor_name, name, grants, expires_at, token
            )
        self._forget()
        return issued

    async def _add_token(
        self,
        transaction: Transaction,
        by: str,
        actor_name: str,
        name: str,
        grants: Sequence[Grant],
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> tuple[TokenInfo, str]:
        secret, at = _given(token) or new_secret(TOKEN_PREFIX), self._clock()
        actor, new = await transaction.access.add_actor(actor_name, at, by)
        if new:
            await self._note(transaction, by, "actor.created", {"actor": actor_name})
        row = await transaction.access.add_token(
            actor.id,
            {
                "name": _label(name),
                "hash": hash_secret(secret),
                "prefix": shown_prefix(secret),
                "grants": [grant.to_json() for grant in grants],
                "created_at": at,
                "created_by": by,
                "expires_at": expires_at,
            },
        )
        if row is None:
            raise BadCredential("this token is in use already, or was revoked: choose another")
        await self._note(
            transaction,
            by,
            "token.issued",
            {
                "token": row.id,
                "actor": actor_name,
                "name": row.name,
                "grants": row.grants,
                "expires_at": None if expires_at is None else to_rfc3339(expires_at),
            },
        )
        await self._changed(transaction)
        return _token_info(row), secret

    async def revoke_token(self, principal: Principal, token_id: int) -> None:
        """End a token at once; one's own, or any with admin. Raises `Forbidden`, `NotFound`."""
        async with self._database.write() as transaction:
            row = await transaction.access.token_by_id(token_id)
            own = row is not None and row.actor == principal.actor
            if not own:
                _need_admin(principal)
            if row is None or not await transaction.access.revoke_token(token_id, self._clock()):
                raise NotFound("token", str(token_id))
            details = {"token": row.id, "actor": row.actor, "name": row.name}
            await self._note(transaction, principal.actor, "token.revoked", details)
            await self._changed(transaction)
        self._forget()

    async def list_tokens(self, principal: Principal) -> list[TokenInfo]:
        """Every token, newest first; without admin only one's own."""
        actor = None if principal.may("admin") else principal.actor
        async with self._database.read() as transaction:
            return [_token_info(row) for row in await transaction.access.tokens(actor)]

    # --- SDK keys -----------------------------------------------------------------------------

    async def issue_key(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        name: str = "",
        key: str | None = None,
        *,
        revealable: bool | None = None,
    ) -> tuple[KeyInfo, str]:
        """An SDK key for one environment and its text.

        `key` gives the text instead of a random one. `revealable` None: client keys are kept
        encrypted so that they can be shown again, server keys only as a hash.
        Raises `Forbidden`, `NotFound`, `BadCredential`.
        """
        _need_admin(principal, project, environment)
        if kind not in KEY_KINDS:
            raise BadCredential(f"a key is of kind {' or '.join(KEY_KINDS)}")
        secret, at = _given(key) or new_secret(KEY_PREFIXES[kind]), self._clock()
        keep = kind == "client" if revealable is None else revealable
        digest = hash_secret(secret)
        async with self._database.write() as transaction:
            environment_id = await _environment_id(transaction, project, environment)
            row = await transaction.access.add_key(
                environment_id,
                {
                    "kind": kind,
                    "name": _label(name),
                    "hash": digest,
                    "prefix": shown_prefix(secret),
                    "sealed": self._sealer.seal(secret, digest) if keep else None,
                    "created_at": at,
                    "created_by": principal.actor,
                },
            )
            if row is None:
                raise BadCredential("this key is in use already, or was revoked: choose another")
            await self._note(transaction, principal.actor, "key.issued", _about(row))
            await self._changed(transaction)
        self._forget()
        return _key_info(row), secret

    async def revoke_key(self, principal: Principal, key_id: int) -> None:
        """End a key at once. Raises `Forbidden`, `NotFound`."""
        async with self._database.write() as transaction:
            row = await self._key(transaction, principal, key_id)
            if not await transaction.access.revoke_key(key_id, self._clock()):
                raise NotFound("key", str(key_id))
            await self._note(transaction, principal.actor, "key.revoked", _about(row))
            await self._changed(transaction)
        self._forget()

    async def list_keys(
        self, principal: Principal, project: str, environment: str
    ) -> list[KeyInfo]:
        """An environment's keys, newest first. Raises `Forbidden`, `NotFound`."""
        _need_admin(principal, project, environment)
        async with self._database.read() as transaction:
            environment_id = await _environment_id(transaction, project, environment)
            return [_key_info(row) for row in await transaction.access.keys(environment_id)]

    async def reveal_key(self, principal: Principal, key_id: int) -> str | None:
        """The text of a key kept encrypted (audited); None when only its hash is kept, or it
        was encrypted under another secret key."""
        async with self._database.write() as transaction:
            row = await self._key(transaction, principal, key_id)
            if row.sealed is None:
                return None
            await self._note(transaction, principal.actor, "key.revealed", _about(row))
            return self._sealer.open(row.sealed, row.hash)

    async def _key(self, transaction: Transaction, principal: Principal, key_id: int) -> KeyRow:
        row = await transaction.access.key_by_id(key_id)
        if row is None:
            raise NotFound("key", str(key_id))
        if not principal.may("admin", row.project, row.environment):
            # Whether a key of that number exists is nobody else's business.
            if not principal.may("read", row.project, row.environment):
                raise NotFound("key", str(key_id))
            raise Forbidden(principal.actor, ("admin",), row.project, row.environment)
        return row

    # --- first set-up -------------------------------------------------------------------------

    async def admin_exists(self) -> bool:
        """Whether a token in force has admin on everything."""
        async with self._database.read() as transaction:
            return await self._has_admin(transaction)

    async def setup_link(self) -> str | None:
        """A new one-time code, good for 15 minutes; None once an administrator exists."""
        code = new_secret("")
        async with self._database.write() as transaction:
            if await self._has_admin(transaction):
                return None
            expires_at = self._clock() + timedelta(minutes=SETUP_MINUTES)
            await transaction.access.add_setup_code(hash_secret(code), expires_at)
        return code

    async def redeem(self, code: str, actor_name: str) -> tuple[TokenInfo, str]:
        """Trade the code for an admin token. Raises `SetupClosed`, `BadCredential`."""
        actor_name = _actor_name(actor_name)
        async with self._database.write() as transaction:
            used = await transaction.access.use_setup_code(hash_secret(code), self._clock())
            if not used or await self._has_admin(transaction):
                raise SetupClosed(
                    "the set-up code is wrong, used or too old, or there is an administrator: "
                    "restart the server for a new one"
                )
            issued = await self._add_token(
                transaction, actor_name, actor_name, "first administrator", _EVERYTHING
            )
        self._forget()
        return issued

    async def _has_admin(self, transaction: Transaction) -> bool:
        now = self._clock()
        rows = await transaction.access.tokens()
        return any(
            _in_force(row, now)
            and any(grant.allows("admin", None, None) for grant in _grants(row.grants))
            for row in rows
        )

    # --- short-lived stream tokens ------------------------------------------------------------

    def sign(self, payload: str, expires_at: datetime) -> str:
        """A URL-safe text that `verify` answers with `payload` until `expires_at`."""
        return self._sealer.sign(payload, expires_at)

    def verify(self, signed: str) -> str | None:
        """The payload of a signed text; None when it is forged or expired."""
        return self._sealer.verify(signed, self._clock())

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen for revocations made by other nodes, and to note uses of tokens."""
        await self._doorbell.start()
        self._noting = asyncio.create_task(self._note_uses(), name="uses of tokens")

    async def close(self) -> None:
        """Stop listening, and write when tokens were last used."""
        await self._doorbell.close()
        if self._noting is not None:
            self._noting.cancel()
            with suppress(asyncio.CancelledError):
                await self._noting
            self._noting = None
            await self.flush()

    async def _note_uses(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_SECONDS)
            try:
                await self.flush()
            except StoreError as error:
                _log.warning("uses of tokens could not be noted: %s", error)

    async def flush(self) -> None:
        """Write when tokens were last used."""
        used, self._used = self._used, {}
        if used:
            async with self._database.write() as transaction:
                await transaction.access.tokens_used(used)

    def _forget(self) -> None:
        self._tokens.forget()
        self._keys.forget()

    async def _changed(self, transaction: Transaction) -> None:
        self._forget()
        await transaction.ring(CHANNEL, "changed")

    async def _note(
        self, transaction: Transaction, actor: str, action: str, details: Mapping[str, Any]
    ) -> None:
        await self._audit.append(
            transaction, actor=actor, action=action, details=details, at=self._clock()
        )


def _need_admin(
    principal: Principal, project: str | None = None, environment: str | None = None
) -> None:
    if not principal.may("admin", project, environment):
        raise Forbidden(principal.actor, ("admin",), project or "", environment or "")


async def _need_own_actor(transaction: Transaction, principal: Principal, name: str) -> None:
    if principal.may("admin") or name == principal.actor:
        return
    present = await transaction.access.find_actor(name)
    if present is not None and present.created_by != principal.actor:
        raise Forbidden(principal.actor, ("admin",))


async def _environment_id(transaction: Transaction, project: str, environment: str) -> int:
    row = await transaction.projects.find_environment(project, environment)
    if row is None:
        raise NotFound("environment", environment, project)
    return row.id


def _actor_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name.strip())
    if not 0 < len(name) <= 100 or any(unicodedata.category(c)[0] == "C" for c in name):
        raise BadCredential("an actor's name has 1 to 100 characters, none of them invisible")
    return name


def _label(name: str) -> str:
    name = name.strip()
    if len(name) > 100 or any(unicodedata.category(c)[0] == "C" for c in name):
        raise BadCredential("a name has at most 100 characters, none of them invisible")
    return name


def _given(secret: str | None) -> str | None:
    if secret is not None and not usable(secret):
        raise BadCredential(
            f"a given token or key has {SHORTEST_GIVEN} to {LONGEST_GIVEN} visible ASCII characters"
        )
    return secret


def _in_force(row: TokenRow, now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _kind(kind: str) -> KeyKind:
    return "client" if kind == "client" else "server"


def _grants(value: Any) -> tuple[Grant, ...]:
    return tuple(Grant(**grant) for grant in value)


def _about(row: KeyRow) -> dict[str, Any]:
    return {
        "key": row.id,
        "project": row.project,
        "environment": row.environment,
        "kind": row.kind,
        "name": row.name,
    }


def _token_info(row: TokenRow) -> TokenInfo:
    return TokenInfo(
        id=row.id,
        actor=row.actor,
        name=row.name,
        prefix=row.prefix,
        grants=_grants(row.grants),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _key_info(row: KeyRow) -> KeyInfo:
    return KeyInfo(
        id=row.id,
        project=row.project,
        environment=row.environment,
        kind=_kind(row.kind),
        name=row.name,
        prefix=row.prefix,
        revealable=row.sealed is not None,
        created_at=row.created_at,
        created_by=row.created_by,
        revoked_at=row.revoked_at,
    )
