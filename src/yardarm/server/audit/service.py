"""The system chain: appended to within the transaction that does what the entry says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..store.audit import AuditRow
from ..store.database import Database, Transaction
from .model import GENESIS, ChainFault, ChainReport, Entry, hash_of

_PAGE = 500


class Audit:
    """Appends to, reads and checks the system chain."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self,
        transaction: Transaction,
        *,
        actor: str,
        action: str,
        details: Mapping[str, Any],
        at: datetime,
        reason: str = "",
    ) -> Entry:
        """Add an entry. `at` is moved on to the last entry's instant where a clock went back."""
        head = await transaction.audit.head(GENESIS, lock=True)
        last = await transaction.audit.last_at()
        entry = Entry(
            number=head.number + 1,
            at=max(at, last) if last is not None else at,
            actor=actor,
            action=action,
            details=dict(details),
            reason=reason,
            prev_hash=head.hash,
            hash="",
        )
        entry = replace(entry, hash=hash_of(entry.payload()))
        await transaction.audit.append(
            AuditRow(
                number=entry.number,
                at=entry.at,
                actor=entry.actor,
                action=entry.action,
                details=entry.details,
                reason=entry.reason,
                prev_hash=entry.prev_hash,
                hash=entry.hash,
            )
        )
        return entry

    async def list_entries(self, limit: int = 50, before: int | None = None) -> list[Entry]:
        """Entries, newest first; `before` continues a page after its last number."""
        async with self._database.read() as transaction:
            return [_entry(row) for row in await transaction.audit.page(limit, before)]

    async def verify(self) -> ChainReport:
        """Read the whole chain and check numbers, links, hashes and head."""
        faults: list[ChainFault] = []
        number, link, length = 0, GENESIS, 0
        async with self._database.read() as transaction:
            head = await transaction.audit.head(GENESIS)
            while rows := await transaction.audit.after(number, _PAGE):
                for row in rows:
                    faults += _faults(_entry(row), number + 1, link)
                    number, link, length = row.number, row.hash, length + 1
        if (head.number, head.hash) != (number, link):
            faults.append(ChainFault(number, "the chain does not end where its head says"))
        return ChainReport(length, link, tuple(faults))


def _faults(entry: Entry, expected: int, link: str) -> list[ChainFault]:
    found = []
    if entry.number != expected:
        found.append(ChainFault(entry.number, f"entry {expected} is missing"))
    if entry.prev_hash != link:
        found.append(ChainFault(entry.number, "does not link to the entry before it"))
    if hash_of(entry.payload()) != entry.hash:
        found.append(ChainFault(entry.number, "was altered: its hash does not fit"))
    return found


def _entry(row: AuditRow) -> Entry:
    return Entry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        details=row.details,
        reason=row.reason,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
