"""Rows of actors, tokens, SDK keys and set-up codes. Only hashes of secrets come here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import actors, environments, projects, sdk_keys, setup_codes, tokens
from .upsert import insert


@dataclass(frozen=True, slots=True)
class ActorRow:
    """An actor."""

    id: int
    name: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, with its actor's name."""

    id: int
    actor: str
    name: str
    hash: str = field(repr=False)
    prefix: str
    grants: Any
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An SDK key, with its environment."""

    id: int
    environment_id: int
    project: str
    environment: str
    kind: str
    name: str
    hash: str = field(repr=False)
    prefix: str
    sealed: bytes | None = field(repr=False)
    vendor: str | None
    created_at: datetime
    created_by: str
    revoked_at: datetime | None


_TOKEN = sa.select(
    tokens.c.id,
    actors.c.name.label("actor"),
    tokens.c.name,
    tokens.c.hash,
    tokens.c.prefix,
    tokens.c.grants,
    tokens.c.created_at,
    tokens.c.created_by,
    tokens.c.expires_at,
    tokens.c.revoked_at,
    tokens.c.last_used_at,
).join(actors, actors.c.id == tokens.c.actor_id)

_KEY = (
    sa.select(
        sdk_keys.c.id,
        sdk_keys.c.environment_id,
        projects.c.key.label("project"),
        environments.c.key.label("environment"),
        sdk_keys.c.kind,
        sdk_keys.c.name,
        sdk_keys.c.hash,
        sdk_keys.c.prefix,
        sdk_keys.c.sealed,
        sdk_keys.c.vendor,
        sdk_keys.c.created_at,
        sdk_keys.c.created_by,
        sdk_keys.c.revoked_at,
    )
    .join(environments, environments.c.id == sdk_keys.c.environment_id)
    .join(projects, projects.c.id == environments.c.project_id)
)


class AccessRows:
    """Actors, tokens, keys and set-up codes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # --- actors -------------------------------------------------------------------------------

    async def actors(self) -> Sequence[ActorRow]:
        """Every actor, by name."""
        query = sa.select(actors).order_by(actors.c.name)
        return [ActorRow(**row._mapping) for row in await self._connection.execute(query)]

    async def find_actor(self, name: str) -> ActorRow | None:
        """The actor of that name."""
        query = sa.select(actors).where(actors.c.name == name)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else ActorRow(**row._mapping)

    async def add_actor(self, name: str, at: datetime, by: str) -> tuple[ActorRow, bool]:
        """The actor of that name, and whether it is new."""
        done = await self._connection.execute(
            insert(self._connection, actors)
            .values(name=name, created_at=at, created_by=by)
            .on_conflict_do_nothing()
        )
        query = sa.select(actors).where(actors.c.name == name)
        row = (await self._connection.execute(query)).one()
        return ActorRow(**row._mapping), bool(done.rowcount)

    # --- tokens -------------------------------------------------------------------------------

    async def add_token(self, actor_id: int, values: Mapping[str, Any]) -> TokenRow | None:
        """A new token; None when its hash exists."""
        done = await self._connection.execute(
            insert(self._connection, tokens)
            .values(actor_id=actor_id, **values)
            .on_conflict_do_nothing()
        )
        return await self.token_by_hash(values["hash"]) if done.rowcount else None

    async def token_by_hash(self, token_hash: str) -> TokenRow | None:
        """The token with this hash."""
        return await self._token(tokens.c.hash == token_hash)

    async def token_by_id(self, token_id: int) -> TokenRow | None:
        """One token."""
        return await self._token(tokens.c.id == token_id)

    async def tokens(self, actor: str | None = None) -> Sequence[TokenRow]:
        """Tokens of one actor or of all, newest first."""
        query = _TOKEN.order_by(tokens.c.id.desc())
        if actor is not None:
            query = query.where(actors.c.name == actor)
        return [TokenRow(**row._mapping) for row in await self._connection.execute(query)]

    async def revoke_token(self, token_id: int, at: datetime) -> bool:
        """End a token. False when it was not in force."""
        done = await self._connection.execute(
            sa.update(tokens)
            .where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return done.rowcount == 1

    async def tokens_used(self, used: Mapping[int, datetime]) -> None:
        """Note when tokens were last used."""
        for token_id, at in used.items():
            await self._connection.execute(
                sa.update(tokens).where(tokens.c.id == token_id).values(last_used_at=at)
            )

    async def _token(self, condition: sa.ColumnElement[bool]) -> TokenRow | None:
        row = (await self._connection.execute(_TOKEN.where(condition))).one_or_none()
        return None if row is None else TokenRow(**row._mapping)

    # --- SDK keys -----------------------------------------------------------------------------

    async def add_key(self, environment_id: int, values: Mapping[str, Any]) -> KeyRow | None:
        """A new key; None when its hash exists."""
        done = await self._connection.execute(
            insert(self._connection, sdk_keys)
            .values(environment_id=environment_id, **values)
            .on_conflict_do_nothing()
        )
        return await self.key_by_hash(values["hash"]) if done.rowcount else None

    async def key_by_hash(self, key_hash: str) -> KeyRow | None:
        """The key with this hash."""
        return await self._key(sdk_keys.c.hash == key_hash)

    async def key_by_id(self, key_id: int) -> KeyRow | None:
        """One key."""
        return await self._key(sdk_keys.c.id == key_id)

    async def keys(self, environment_id: int) -> Sequence[KeyRow]:
        """An environment's keys, newest first."""
        query = _KEY.where(sdk_keys.c.environment_id == environment_id)
        found = await self._connection.execute(query.order_by(sdk_keys.c.id.desc()))
        return [KeyRow(**row._mapping) for row in found]

    async def revoke_key(self, key_id: int, at: datetime) -> bool:
        """End a key. False when it was not in force."""
        done = await self._connection.execute(
            sa.update(sdk_keys)
            .where(sdk_keys.c.id == key_id, sdk_keys.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return done.rowcount == 1

    async def _key(self, condition: sa.ColumnElement[bool]) -> KeyRow | None:
        row = (await self._connection.execute(_KEY.where(condition))).one_or_none()
        return None if row is None else KeyRow(**row._mapping)

    # --- set-up codes -------------------------------------------------------------------------

    async def add_setup_code(self, code_hash: str, expires_at: datetime) -> None:
        """A new code; those before it are void."""
        await self._connection.execute(sa.delete(setup_codes))
        await self._connection.execute(
            sa.insert(setup_codes).values(hash=code_hash, expires_at=expires_at)
        )

    async def use_setup_code(self, code_hash: str, at: datetime) -> bool:
        """Use a code up. False when it is unknown, used or expired.

        Its row is locked by the update, so of two at once only one succeeds.
        """
        done = await self._connection.execute(
            sa.update(setup_codes)
            .where(
                setup_codes.c.hash == code_hash,
                setup_codes.c.used_at.is_(None),
                setup_codes.c.expires_at > at,
            )
            .values(used_at=at)
        )
        return done.rowcount == 1
