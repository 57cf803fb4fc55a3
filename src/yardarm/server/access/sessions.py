"""Signing in to the dashboard: a session stands for the token it was opened with.

A session is a secret in a cookie; the database has its hash. It ends with its token (revoked or
expired), at its own end, or when somebody signs out. A one-time link opens a session without the
token's text being typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..store.database import Database, Transaction
from ..store.sessions import SessionRow
from .errors import BadCredential
from .finding import Finding
from .rows import in_force
from .secrets import LINK_PREFIX, SESSION_PREFIX, hash_secret, new_secret

SESSION_HOURS = 24 * 14
LINK_MINUTES = 15


class Sessions:
    """Opens and ends sessions."""

    def __init__(self, database: Database, finding: Finding, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._finding = finding
        self._clock = clock

    async def open_with_token(self, token: str) -> tuple[str, datetime]:
        """A session's secret and when it ends. Raises `BadCredential`."""
        async with self._database.write() as transaction:
            row = await transaction.access.token_by_hash(hash_secret(token))
            if row is None or not in_force(row, self._clock()):
                raise BadCredential("the token is unknown, revoked or expired")
            return await self._add(transaction, row.id, row.expires_at)

    async def open_with_link(self, code: str) -> tuple[str, datetime]:
        """The same by a one-time link. Raises `BadCredential`."""
        now, digest = self._clock(), hash_secret(code)
        async with self._database.write() as transaction:
            link = await transaction.sessions.find(digest, "link")
            used = link is not None and await transaction.sessions.end(digest, "link", now)
            row = await transaction.access.token_by_id(link.token_id) if link and used else None
            if row is None or not in_force(row, now):
                raise BadCredential("the link was used already, or it is too old")
            return await self._add(transaction, row.id, row.expires_at)

    async def link(self, token: str) -> str:
        """A code that signs in once, for the holder of a token. Raises `BadCredential`."""
        now, code = self._clock(), new_secret(LINK_PREFIX)
        async with self._database.write() as transaction:
            row = await transaction.access.token_by_hash(hash_secret(token))
            if row is None or not in_force(row, now):
                raise BadCredential("the token is unknown, revoked or expired")
            until = now + timedelta(minutes=LINK_MINUTES)
            await transaction.sessions.add(
                SessionRow(hash_secret(code), "link", row.id, now, until)
            )
        return code

    async def end(self, secret: str) -> None:
        """Sign out. Does nothing for what is no session."""
        async with self._database.write() as transaction:
            await transaction.sessions.end(hash_secret(secret), "session", self._clock())
            await self._finding.forget_everywhere(transaction)
        self._finding.forget()

    async def _add(
        self, transaction: Transaction, token_id: int, expires_at: datetime | None
    ) -> tuple[str, datetime]:
        now, secret = self._clock(), new_secret(SESSION_PREFIX)
        until = now + timedelta(hours=SESSION_HOURS)
        until = until if expires_at is None else min(until, expires_at)
        await transaction.sessions.add(
            SessionRow(hash_secret(secret), "session", token_id, now, until)
        )
        return secret, until
