"""Actors and tokens: made, listed, revoked, and the first of all by a set-up code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ..audit.service import Audit
from ..store.database import Database, Transaction
from ..store.errors import AlreadyExists, NotFound
from ..store.instants import to_rfc3339
from .errors import BadCredential, Forbidden, SetupClosed
from .finding import Finding
from .model import ANY, ActorInfo, Grant, Principal, TokenInfo
from .naming import actor_name, given_secret, label
from .rows import actor_info, grants_of, in_force, token_info
from .secrets import TOKEN_PREFIX, hash_secret, new_secret, shown_prefix

SETUP_MINUTES = 15
_EVERYTHING = (Grant("admin"),)


class Tokens:
    """Actors and their tokens. Methods are described at `Access`."""

    def __init__(
        self, database: Database, audit: Audit, finding: Finding, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._audit = audit
        self._finding = finding
        self._clock = clock

    async def create_actor(self, principal: Principal, name: str) -> ActorInfo:
        need_admin(principal)
        name, at = actor_name(name), self._clock()
        async with self._database.write() as transaction:
            row, new = await transaction.access.add_actor(name, at, principal.actor)
            if not new:
                raise AlreadyExists("actor", name)
            await self._note_actor(transaction, principal.actor, name)
        return actor_info(row)

    async def list_actors(self, principal: Principal) -> list[ActorInfo]:
        need_admin(principal)
        async with self._database.read() as transaction:
            return [actor_info(row) for row in await transaction.access.actors()]

    async def issue(
        self,
        principal: Principal,
        actor: str,
        name: str,
        grants: Sequence[Grant],
        expires_at: datetime | None,
        token: str | None,
    ) -> tuple[TokenInfo, str]:
        actor = actor_name(actor)
        if not grants:
            raise BadCredential("a token needs at least one grant")
        for grant in grants:
            need_admin(principal, _place(grant.project), _place(grant.environment))
        if expires_at is not None and expires_at <= self._clock():
            raise BadCredential("the token would be expired already")
        async with self._database.write() as transaction:
            await _need_own_actor(transaction, principal, actor)
            issued = await self._add(
                transaction, principal.actor, actor, name, grants, expires_at, token
            )
        self._finding.forget()
        return issued

    async def _add(
        self,
        transaction: Transaction,
        by: str,
        actor: str,
        name: str,
        grants: Sequence[Grant],
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> tuple[TokenInfo, str]:
        secret, at = given_secret(token) or new_secret(TOKEN_PREFIX), self._clock()
        holder, new = await transaction.access.add_actor(actor, at, by)
        if new:
            await self._note_actor(transaction, by, actor)
        row = await transaction.access.add_token(
            holder.id,
            {
                "name": label(name),
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
        await self._audit.append(
            transaction,
            actor=by,
            action="token.issued",
            details={
                "token": row.id,
                "actor": actor,
                "name": row.name,
                "grants": row.grants,
                "expires_at": None if expires_at is None else to_rfc3339(expires_at),
            },
            at=at,
        )
        await self._finding.forget_everywhere(transaction)
        return token_info(row), secret

    async def revoke(self, principal: Principal, token_id: int) -> None:
        at = self._clock()
        async with self._database.write() as transaction:
            row = await transaction.access.token_by_id(token_id)
            if row is None or row.actor != principal.actor:
                need_admin(principal)
            if row is None or not await transaction.access.revoke_token(token_id, at):
                raise NotFound("token", str(token_id))
            await self._audit.append(
                transaction,
                actor=principal.actor,
                action="token.revoked",
                details={"token": row.id, "actor": row.actor, "name": row.name},
                at=at,
            )
            await self._finding.forget_everywhere(transaction)
        self._finding.forget()

    async def list(self, principal: Principal) -> list[TokenInfo]:
        actor = None if principal.may("admin") else principal.actor
        async with self._database.read() as transaction:
            return [token_info(row) for row in await transaction.access.tokens(actor)]

    async def _note_actor(self, transaction: Transaction, by: str, actor: str) -> None:
        await self._audit.append(
            transaction, actor=by, action="actor.created", details={"actor": actor},
            at=self._clock(),
        )  # fmt: skip

    # --- first set-up -------------------------------------------------------------------------

    async def admin_exists(self) -> bool:
        async with self._database.read() as transaction:
            return await self._has_admin(transaction)

    async def setup_link(self) -> str | None:
        code = new_secret("")
        async with self._database.write() as transaction:
            if await self._has_admin(transaction):
                return None
            expires_at = self._clock() + timedelta(minutes=SETUP_MINUTES)
            await transaction.access.add_setup_code(hash_secret(code), expires_at)
        return code

    async def redeem(self, code: str, actor: str) -> tuple[TokenInfo, str]:
        actor = actor_name(actor)
        async with self._database.write() as transaction:
            used = await transaction.access.use_setup_code(hash_secret(code), self._clock())
            if not used or await self._has_admin(transaction):
                raise SetupClosed(
                    "the set-up code is wrong, used or too old, or there is an administrator: "
                    "restart the server for a new one"
                )
            issued = await self._add(transaction, actor, actor, "first administrator", _EVERYTHING)
        self._finding.forget()
        return issued

    async def _has_admin(self, transaction: Transaction) -> bool:
        now = self._clock()
        return any(
            in_force(row, now)
            and any(grant.allows("admin", None, None) for grant in grants_of(row.grants))
            for row in await transaction.access.tokens()
        )


def need_admin(
    principal: Principal, project: str | None = None, environment: str | None = None
) -> None:
    """Raises `Forbidden` unless the principal has admin there."""
    if not principal.may("admin", project, environment):
        raise Forbidden(principal.actor, ("admin",), project or "", environment or "")


def _place(name: str) -> str | None:
    return None if name == ANY else name


async def _need_own_actor(transaction: Transaction, principal: Principal, actor: str) -> None:
    if principal.may("admin") or actor == principal.actor:
        return
    present = await transaction.access.find_actor(actor)
    if present is not None and present.created_by != principal.actor:
        raise Forbidden(principal.actor, ("admin",))
