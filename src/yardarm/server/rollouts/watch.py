"""Watches what others change, within their transactions, and pauses the plans it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..changes import commands as c
from ..changes.idempotency import Request
from ..changes.model import Change, Submitted
from ..store.database import Transaction
from .book import Book, read
from .model import LIVE, Plan, Target
from .planning import describe_target
from .runner import KEY_PREFIX, SERVER, landed

_BESIDE = frozenset(("name", "description", "owner", "tags", "metadata", "expires_at", "purpose"))
"""Fields of a flag that say nothing of what it serves."""


class Watch:
    """A witness of every command."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def __call__(
        self, transaction: Transaction, request: Request, submitted: Submitted
    ) -> None:
        """Pause every live plan whose flags or segments a person has just changed.

        A kill pauses also where it made no difference. What a plan does itself, and the landing of
        its own change request, carries it on; what plans do pauses no plan.
        """
        if request.principal.via == "robot" and (request.key or "").startswith(KEY_PREFIX):
            return
        changed = dict(_changed(submitted.changes))
        command = request.command
        if isinstance(command, c.Kill):
            at = request.environments or submitted.versions
            changed |= {(key, "flag", command.flag): submitted.versions.get(key, 0) for key in at}
        if not changed:
            return
        for row in await transaction.plans.in_states(request.project, LIVE, lock=True):
            plan = read(row)
            concerned = sorted(plan.touches & changed.keys())
            if concerned:
                await self._concerned(transaction, plan, request, changed, concerned[0])

    async def _concerned(
        self,
        transaction: Transaction,
        plan: Plan,
        request: Request,
        changed: Mapping[Target, int],
        target: Target,
    ) -> None:
        waited = plan.progress.request
        if waited is not None and await transaction.plans.request_state(waited) == "landed":
            versions = {environment: version for (environment, _, _), version in changed.items()}
            await landed(self._book, transaction, plan, versions)
            return
        killed = isinstance(request.command, c.Kill)
        why = (
            f"{request.principal.actor} {'killed' if killed else 'changed'} "
            f"{describe_target(target)} (version {changed[target]})"
        )
        await self._book.put(
            transaction, plan.moved("paused", request=None, why=why), by=SERVER, what="paused"
        )


def _changed(changes: Iterable[Change]) -> Iterable[tuple[Target, int]]:
    """What the changes changed that is served, with the versions they led to."""
    for change in changes:
        entries: Iterable[Mapping[str, Any]] = change.inverse.get("entries", ())
        for entry in entries:
            fields = entry.get("fields")
            if fields is None or not _BESIDE.issuperset(fields):
                yield (change.environment, entry["kind"], entry["key"]), change.version
