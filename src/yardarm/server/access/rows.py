"""From stored rows to what the rest of the server sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..store.access import ActorRow, KeyRow, TokenRow
from .model import ActorInfo, Grant, KeyInfo, KeyKind, TokenInfo


def in_force(row: TokenRow, now: datetime) -> bool:
    """Whether a token is neither revoked nor expired."""
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def kind_of(kind: str) -> KeyKind:
    """A stored kind; whatever it is, never more than it says."""
    return "server" if kind == "server" else "client"


def grants_of(value: Any) -> tuple[Grant, ...]:
    """Stored grants."""
    return tuple(Grant(**grant) for grant in value)


def about(row: KeyRow) -> dict[str, Any]:
    """What the system chain says of a key."""
    return {
        "key": row.id,
        "project": row.project,
        "environment": row.environment,
        "kind": row.kind,
        "name": row.name,
    }


def actor_info(row: ActorRow) -> ActorInfo:
    """An actor as it is shown."""
    return ActorInfo(row.id, row.name, row.created_at, row.created_by)


def token_info(row: TokenRow) -> TokenInfo:
    """A token as it is shown."""
    return TokenInfo(
        id=row.id,
        actor=row.actor,
        name=row.name,
        prefix=row.prefix,
        grants=grants_of(row.grants),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def key_info(row: KeyRow) -> KeyInfo:
    """An SDK key as it is shown."""
    return KeyInfo(
        id=row.id,
        project=row.project,
        environment=row.environment,
        kind=kind_of(row.kind),
        name=row.name,
        prefix=row.prefix,
        revealable=row.sealed is not None,
        created_at=row.created_at,
        created_by=row.created_by,
        revoked_at=row.revoked_at,
    )
