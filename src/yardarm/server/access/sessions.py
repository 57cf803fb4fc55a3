"""Signing in to the dashboard: a session stands for the token it was opened with.

A session is a secret in a cookie; the database has its hash. It ends with its token (revoked or
expired), at its own end, or when somebody signs out. A one-time link opens a session without the
token's text being typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..audit.service import Audit
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.sessions import OpenSessionRow, SessionRow
from .errors import BadCredential
from .finding import Finding
from .model import Principal, SessionInfo
from .rows import in_force, session_info
from .secrets import LINK_PREFIX, SESSION_PREFIX, hash_secret, new_secret, session_id

SESSION_HOURS = 24 * 14
LINK_MINUTES = 15
MAX_AGENT = 300
"""How many characters are kept of what a browser calls itself."""


@dataclass(frozen=True, slots=True)
class Whence:
    """From where somebody signs in: what the browser calls itself, and its address."""

    agent: str = ""
    address: str = ""


NOWHERE = Whence()


class Sessions:
    """Opens, lists and ends sessions."""

    def __init__(
        self, database: Database, audit: Audit, finding: Finding, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._audit = audit
        self._finding = finding
        self._clock = clock

    async def open_with_token(self, token: str, whence: Whence = NOWHERE) -> tuple[str, datetime]:
        """A session's secret and when it ends. Raises `BadCredential`."""
        async with self._database.write() as transaction:
            row = await transaction.access.token_by_hash(hash_secret(token))
            if row is None or not in_force(row, self._clock()):
                raise BadCredential("the token is unknown, revoked or expired")
            return await self._add(transaction, row.id, row.expires_at, whence)

    async def open_with_link(self, code: str, whence: Whence = NOWHERE) -> tuple[str, datetime]:
        """The same by a one-time link. Raises `BadCredential`."""
        now, digest = self._clock(), hash_secret(code)
        async with self._database.write() as transaction:
            link = await transaction.sessions.find(digest, "link")
            used = link is not None and await transaction.sessions.end(digest, "link", now)
            row = await transaction.access.token_by_id(link.token_id) if link and used else None
            if row is None or not in_force(row, now):
                raise BadCredential("the link was used already, or it is too old")
            return await self._add(transaction, row.id, row.expires_at, whence)

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

    async def list(self, principal: Principal, secret: str | None = None) -> list[SessionInfo]:
        """Who is signed in, newest first: everybody with `admin` on the system, else one's own.

        `secret` is the session that asks, if it is one.
        """
        current = "" if secret is None else hash_secret(secret)
        actor = None if principal.may("admin") else principal.actor
        async with self._database.read() as transaction:
            rows = await transaction.sessions.open(self._clock(), actor)
        return [session_info(row, current) for row in rows]

    async def end_by_id(self, principal: Principal, session: str) -> None:
        """Sign somebody out: oneself elsewhere, or anybody with `admin`. Raises `NotFound`, also
        for a session of somebody else's, which is nobody's business."""
        async with self._database.write() as transaction:
            row = await self._find(transaction, principal, session)
            if row is None or not await transaction.sessions.end(
                row.hash, "session", self._clock()
            ):
                raise NotFound("session", session)
            await self._audit.append(
                transaction,
                actor=principal.actor,
                action="session.ended",
                details={"session": session, "actor": row.actor, "token": row.token_id},
                at=self._clock(),
            )
            await self._finding.forget_everywhere(transaction)
        self._finding.forget()

    async def _find(
        self, transaction: Transaction, principal: Principal, session: str
    ) -> OpenSessionRow | None:
        actor = None if principal.may("admin") else principal.actor
        rows = await transaction.sessions.open(self._clock(), actor)
        return next((row for row in rows if session_id(row.hash) == session), None)

    async def _add(
        self,
        transaction: Transaction,
        token_id: int,
        expires_at: datetime | None,
        whence: Whence,
    ) -> tuple[str, datetime]:
        now, secret = self._clock(), new_secret(SESSION_PREFIX)
        until = now + timedelta(hours=SESSION_HOURS)
        until = until if expires_at is None else min(until, expires_at)
        await transaction.sessions.add(
            SessionRow(
                hash_secret(secret),
                "session",
                token_id,
                now,
                until,
                agent=whence.agent[:MAX_AGENT],
                address=whence.address[:MAX_AGENT],
            )
        )
        return secret, until
