"""Writes change requests within transactions that others begin, and has others told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from ..store.change_requests import ChangeRequestRow
from ..store.database import Transaction

Emit: TypeAlias = Callable[[Transaction, str, str, Mapping[str, Any]], Awaitable[None]]
"""Tells whoever follows a project something, within a transaction: project, event, data."""

EVENT = "request"


class RequestBook:
    """Adds and saves rows, and tells `emit` what happened to them: `what` is `commented`, too."""

    def __init__(self, emit: Emit | None = None) -> None:
        self._emit = emit

    async def add(self, transaction: Transaction, row: ChangeRequestRow) -> ChangeRequestRow:
        """A new change request, with its id."""
        made = await transaction.change_requests.add(row)
        await self._tell(transaction, made)
        return made

    async def save(self, transaction: Transaction, row: ChangeRequestRow) -> None:
        """What has become of a change request, which must be locked."""
        await transaction.change_requests.save(row)
        await self._tell(transaction, row)

    async def _tell(self, transaction: Transaction, row: ChangeRequestRow) -> None:
        if self._emit is None:
            return
        last = row.body["history"][-1]
        data = {
            "request": row.id,
            "state": row.state,
            "what": last["what"],
            "actor": last["actor"],
            "author": row.author,
            "environments": row.body["concerned"],
            "grounds": row.body["grounds"],
        }
        await self._emit(transaction, row.project, EVENT, data)
