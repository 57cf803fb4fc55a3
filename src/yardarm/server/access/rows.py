"""From stored rows to what the rest of the server sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..store.access import ActorRow, KeyRow, TokenRow
from ..store.sessions import OpenSessionRow
from .model import VENDORS, ActorInfo, Grant, KeyInfo, KeyKind, SessionInfo, TokenInfo, Vendor
from .secrets import session_id


def in_force(row: TokenRow, now: datetime) -> bool:
    """Whether a token is neither revoked nor expired."""
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def kind_of(kind: str) -> KeyKind:
    """A stored kind; whatever it is, never more than it says."""
    return "server" if kind == "server" else "client"


def vendor_of(vendor: str | None) -> Vendor | None:
    """A stored vendor."""
    return next((known for known in VENDORS if known == vendor), None)


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
        **({} if row.vendor is None else {"vendor": row.vendor}),
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


def session_info(row: OpenSessionRow, current: str) -> SessionInfo:
    """A session as it is shown. `current` is the hash of the one that asks."""
    return SessionInfo(
        id=session_id(row.hash),
        actor=row.actor,
        token_id=row.token_id,
        token=row.token_name,
        agent=row.agent or "",
        address=row.address or "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        current=row.hash == current,
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
        vendor=vendor_of(row.vendor),
        created_at=row.created_at,
        created_by=row.created_by,
        revoked_at=row.revoked_at,
    )
