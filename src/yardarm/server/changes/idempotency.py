"""Requests, and the answers kept for those that carry an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from yardarm.core.jsontext import canonical, check_value
from yardarm.errors import DocumentError, Problem

from ..access.model import Principal
from ..store.changes import SubmissionRow
from ..store.database import Transaction
from ..store.texts import storable
from .commands import Command, command_to_json
from .errors import KeyReused
from .history import as_change
from .model import Submitted

KEPT_DAYS = 7
MAX_REASON = 10_000
MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Request:
    """One call of `Changes.submit`. `preview` names a finished preview of the same command."""

    command: Command
    principal: Principal
    project: str
    environments: Mapping[str, int | None] | None
    reason: str
    key: str | None
    emergency: bool = False
    preview: str | None = None

    def check(self) -> None:
        """Raises `DocumentError` for what cannot be written down: text that is no text, numbers
        that are none, a reason or key that is too long."""
        try:
            canonical(command_to_json(self.command))
        except (TypeError, ValueError, RecursionError):
            problems = check_value(command_to_json(self.command))
            raise DocumentError(problems or [Problem("", "the command is no JSON")]) from None
        if len(self.reason) > MAX_REASON or not storable(self.reason):
            raise DocumentError(
                [Problem("/reason", f"a reason is text of at most {MAX_REASON} characters")]
            )
        if self.key is not None and not (0 < len(self.key) <= MAX_KEY and self.key.isprintable()):
            raise DocumentError(
                [Problem("", f"an idempotency key has 1 to {MAX_KEY} visible characters")]
            )

    def fingerprint(self) -> str:
        """Equal for equal requests."""
        environments = None if self.environments is None else dict(self.environments)
        content = [self.project, environments, command_to_json(self.command), self.reason]
        return sha256(canonical(content)).hexdigest()


async def replay(transaction: Transaction, request: Request) -> Submitted | None:
    """The answer to the same request made before; None when there was none.

    Raises `KeyReused` when the key came with another request.
    """
    if request.key is None:
        return None
    found = await transaction.changes.find_submission(request.principal.actor, request.key)
    if found is None:
        return None
    if found.fingerprint != request.fingerprint():
        raise KeyReused(request.key)
    return await _answer(transaction, found.answer)


async def _answer(transaction: Transaction, answer: Mapping[str, Any]) -> Submitted:
    changes = []
    for row in await transaction.changes.in_change_set(answer["change_set"]):
        environment = await transaction.projects.get_environment(row.environment_id)
        if environment is not None:
            changes.append(as_change(environment, row))
    order = {key: index for index, key in enumerate(answer["changed"])}
    return Submitted(
        change_set=answer["change_set"],
        changes=tuple(sorted(changes, key=lambda change: order[change.environment])),
        versions=answer["versions"],
        warnings=tuple(Problem(**warning) for warning in answer["warnings"]),
        replayed=True,
    )


async def remember(
    transaction: Transaction, request: Request, submitted: Submitted, at: datetime
) -> None:
    """Keep the answer, when the request has a key."""
    if request.key is None:
        return
    answer = {
        "change_set": submitted.change_set,
        "changed": [change.environment for change in submitted.changes],
        "versions": dict(submitted.versions),
        "warnings": [asdict(warning) for warning in submitted.warnings],
    }
    await transaction.changes.forget_submissions(at - timedelta(days=KEPT_DAYS))
    row = SubmissionRow(request.fingerprint(), answer)
    if not await transaction.changes.remember_submission(
        request.principal.actor, request.key, row, at
    ):
        raise KeyReused(request.key)  # used meanwhile, in another project
