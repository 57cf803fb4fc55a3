"""Who is behind a token, what an SDK key opens.

Both are looked up by their SHA-256. What was found is remembered for a short time, and forgotten
at once when something is revoked, here or (by the database's doorbell) on another node.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..repeating import Repeating
from ..store.access import TokenRow
from ..store.database import Database, Transaction
from .model import Principal, SdkKey
from .remembered import Remembered
from .rows import grants_of, in_force, kind_of
from .secrets import SESSION_PREFIX, hash_secret

CHANNEL = "yardarm_access"
_NOTE_SECONDS = 60

_log = logging.getLogger("yardarm.server.access")


class Finding:
    """Looks up credentials, and notes when tokens were used."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._tokens: Remembered[TokenRow] = Remembered()
        self._keys: Remembered[SdkKey] = Remembered()
        self._ids: Remembered[int] = Remembered()
        self._used: dict[int, datetime] = {}
        self._noting = Repeating("uses of tokens", _NOTE_SECONDS, self.note_uses, _log)
        self._doorbell = database.doorbell(CHANNEL, lambda _: self.forget())
        self.on_forget: list[Callable[[], None]] = []

    async def authenticate(self, token: str) -> Principal | None:
        """See `Access.authenticate`."""
        digest = hash_secret(token)

        async def look_up() -> TokenRow | None:
            async with self._database.read() as transaction:
                if token.startswith(SESSION_PREFIX):
                    return await self._behind_session(transaction, digest)
                row = await transaction.access.token_by_hash(digest)
            # The lookup has compared already; this does so without telling how far it got.
            fits = row is not None and hmac.compare_digest(row.hash, digest)
            return row if fits else None

        row, now = await self._tokens.get(digest, look_up), self._clock()
        if row is None or not in_force(row, now):
            return None
        self._used[row.id] = now
        return Principal(row.actor, grants_of(row.grants), row.id)

    async def _behind_session(self, transaction: Transaction, digest: str) -> TokenRow | None:
        """The token that a session was opened with, which ends no later than the session."""
        session = await transaction.sessions.find(digest, "session")
        if session is None or not hmac.compare_digest(session.hash, digest):
            return None
        row = await transaction.access.token_by_id(session.token_id)
        if row is None:
            return None
        until = min(session.expires_at, row.expires_at or session.expires_at)
        return replace(row, expires_at=until)

    async def find_key(self, key: str) -> SdkKey | None:
        """See `Access.find_key`."""
        digest = hash_secret(key)

        async def look_up() -> SdkKey | None:
            async with self._database.read() as transaction:
                row = await transaction.access.key_by_hash(digest)
            if row is None or row.revoked_at or not hmac.compare_digest(row.hash, digest):
                return None
            return SdkKey(
                row.id, row.project, row.environment, kind_of(row.kind), row.name, row.prefix
            )

        return await self._keys.get(digest, look_up)

    async def key_in_force(self, key_id: int) -> bool:
        """See `Access.key_in_force`."""

        async def look_up() -> int | None:
            async with self._database.read() as transaction:
                row = await transaction.access.key_by_id(key_id)
            return None if row is None or row.revoked_at else row.id

        return await self._ids.get(str(key_id), look_up) is not None

    # --- forgetting ---------------------------------------------------------------------------

    def forget(self) -> None:
        """Look everything up anew."""
        self._tokens.forget()
        self._keys.forget()
        self._ids.forget()
        for tell in self.on_forget:
            tell()

    async def forget_everywhere(self, transaction: Transaction) -> None:
        """Have other nodes forget when the transaction commits. This node does so after it."""
        await transaction.ring(CHANNEL, "changed")

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen, and to note uses of tokens."""
        await self._doorbell.start()
        self._noting.start()

    async def close(self) -> None:
        """Stop listening, and note the last uses."""
        await self._doorbell.close()
        if await self._noting.stop():
            await self.note_uses()

    async def note_uses(self) -> None:
        """Write when tokens were last used."""
        used, self._used = self._used, {}
        if used:
            async with self._database.write() as transaction:
                await transaction.access.tokens_used(used)
