"""Webhooks: set by people, told by transactions, delivered by jobs.

What is told is a job, written in the transaction that it tells of: either both are there or none.
It is delivered at least once. Deliveries of a project begin in their order; one that failed is
tried again later and may come after younger ones.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from yardarm.core.jsontext import canonical
from yardarm.errors import YardarmError

from ..access.secrets import Sealer, new_secret
from ..audit.service import Audit
from ..changes import commands as c
from ..changes.idempotency import Request
from ..changes.model import Submitted
from ..jobs.model import GiveUp, Retrying
from ..jobs.service import Claim, Jobs
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.instants import from_rfc3339, to_rfc3339, utc_now
from ..store.webhooks import WebhookRow
from .model import Body, Delivery, Event, Webhook, body_from_json, body_to_json
from .send import Outcome, Sender, signature

JOB = "webhook"
PREFIX = "yw_"
GIVE_UP = timedelta(hours=24)

_RETRYING = Retrying(most_attempts=100, first_seconds=2.0, longest_seconds=1800.0)


class Failed(YardarmError):
    """A delivery failed, and is tried again."""


class Webhooks:
    """Every project's webhook."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        jobs: Jobs,
        sealer: Sealer,
        sender: Sender,
        *,
        clock: Callable[[], datetime] = utc_now,
        retrying: Retrying = _RETRYING,
    ) -> None:
        self._database = database
        self._audit = audit
        self._jobs = jobs
        self._sealer = sealer
        self._sender = sender
        self._clock = clock
        self._retrying = retrying
        self._turns: dict[str, asyncio.Lock] = {}
        jobs.handle(JOB, self._deliver, retrying=retrying, at_once=32)

    # --- setting ------------------------------------------------------------------------------

    async def find(self, project: str) -> Webhook | None:
        """The project's webhook, if it has one. Raises `NotFound` for the project."""
        async with self._database.read() as transaction:
            if await transaction.projects.find(project) is None:
                raise NotFound("project", project)
            row = await transaction.webhooks.find(project)
            return None if row is None else _webhook(row)

    async def put(
        self, actor: str, project: str, url: str, events: Sequence[Event]
    ) -> tuple[Webhook, str | None]:
        """Set a webhook; gives its secret if it is new. Raises `Unsafe`, `NotFound`."""
        await self._sender.check(url)
        at, secret = self._clock(), None
        async with self._database.write() as transaction:
            owner = await transaction.projects.find(project, lock=True)
            if owner is None:
                raise NotFound("project", project)
            present = await transaction.webhooks.find(project, lock=True)
            if present is None:
                secret, body = new_secret(PREFIX), Body(tuple(events))
                sealed = self._sealer.seal(secret, _purpose(owner.id))
            else:
                sealed = present.sealed
                body = Body(tuple(events), body_from_json(present.body).deliveries)
            await transaction.webhooks.put(owner.id, url, sealed, body_to_json(body), at, actor)
            await self._note(transaction, actor, project, "set", url=url, events=list(events))
            return _webhook(await _find(transaction, project)), secret

    async def rotate_secret(self, actor: str, project: str) -> str:
        """A new secret in place of the old one, which signs nothing from now on.

        Raises `NotFound`.
        """
        secret = new_secret(PREFIX)
        async with self._database.write() as transaction:
            row = await _find(transaction, project, lock=True)
            sealed = self._sealer.seal(secret, _purpose(row.project_id))
            await transaction.webhooks.put(
                row.project_id, row.url, sealed, row.body, self._clock(), actor
            )
            await self._note(transaction, actor, project, "secret-rotated")
        return secret

    async def remove(self, actor: str, project: str) -> None:
        """Remove a webhook, and what still waits to be delivered with it. Raises `NotFound`."""
        async with self._database.write() as transaction:
            row = await _find(transaction, project, lock=True)
            await transaction.webhooks.remove(row.project_id)
            await self._note(transaction, actor, project, "removed")

    async def test(self, actor: str, project: str) -> Delivery:
        """Send an event `test` at once; says how that ended. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await _find(transaction, project)
        told = _told(project, "test", {"by": actor}, self._clock())
        outcome = await self._send(row, told)
        delivery = _delivery(told, 1, outcome, "delivered" if outcome.delivered else "failed")
        async with self._database.write() as transaction:
            await _write_down(transaction, project, delivery)
        return delivery

    # --- telling ------------------------------------------------------------------------------

    async def tell(
        self, transaction: Transaction, project: str, event: str, data: Mapping[str, Any]
    ) -> None:
        """Have an event delivered if the transaction commits, and the webhook asks for it."""
        row = await transaction.webhooks.find(project)
        if row is not None and event in body_from_json(row.body).events:
            told = _told(project, event, data, self._clock())
            await self._jobs.add(transaction, JOB, told)

    async def witness(
        self, transaction: Transaction, request: Request, submitted: Submitted
    ) -> None:
        """Tell of a command that changed something."""
        if not submitted.changes:
            return
        killed = isinstance(request.command, c.Kill)
        event: Event = "kill" if killed else "emergency" if request.emergency else "change"
        data = {
            "change_set": submitted.change_set,
            "actor": request.principal.actor,
            "reason": request.reason,
            "command": dict(submitted.changes[0].command),
            "changes": [
                {
                    "environment": change.environment,
                    "version": change.version,
                    "at": to_rfc3339(change.at),
                    "movement": change.movement,
                    "hash": change.hash,
                }
                for change in submitted.changes
            ],
        }
        await self.tell(transaction, request.project, event, data)

    # --- delivering ---------------------------------------------------------------------------

    async def _deliver(self, claim: Claim) -> None:
        told = claim.job.body
        project = str(told["project"])
        async with self._turns.setdefault(project, asyncio.Lock()):
            async with self._database.read() as transaction:
                row = await transaction.webhooks.find(project)
            if row is None:
                return
            outcome = await self._send(row, told)
        too_old = self._clock() - from_rfc3339(told["at"]) > GIVE_UP
        ended = outcome.delivered or too_old or claim.job.attempts >= self._retrying.most_attempts
        state = "delivered" if outcome.delivered else "failed" if ended else "retrying"
        delivery = _delivery(told, claim.job.attempts, outcome, state)
        async with self._database.write() as transaction:
            await _write_down(transaction, project, delivery)
            if outcome.delivered:
                await claim.finish(transaction)
        if not outcome.delivered:
            words = outcome.error or f"the receiver answered {outcome.status}"
            raise GiveUp(words) if ended else Failed(words)

    async def _send(self, row: WebhookRow, told: Mapping[str, Any]) -> Outcome:
        secret = self._sealer.open(row.sealed, _purpose(row.project_id))
        if secret is None:
            return Outcome(None, "the secret was sealed with another YARDARM_SECRET_KEY: rotate it")
        body = canonical(dict(told))
        headers = {
            "Yardarm-Signature": signature(secret, int(self._clock().timestamp()), body),
            "Yardarm-Delivery": str(told["id"]),
        }
        return await self._sender.post(row.url, headers, body)

    async def _note(
        self, transaction: Transaction, actor: str, project: str, what: str, **more: Any
    ) -> None:
        await self._audit.append(
            transaction,
            actor=actor,
            action=f"webhook.{what}",
            details={"project": project, **more},
            at=self._clock(),
        )


async def _find(transaction: Transaction, project: str, *, lock: bool = False) -> WebhookRow:
    row = await transaction.webhooks.find(project, lock=lock)
    if row is None:
        if await transaction.projects.find(project) is None:
            raise NotFound("project", project)
        raise NotFound("webhook", project)
    return row


async def _write_down(transaction: Transaction, project: str, delivery: Delivery) -> None:
    row = await transaction.webhooks.find(project, lock=True)
    if row is not None:
        body = body_from_json(row.body).with_delivery(delivery)
        await transaction.webhooks.note(row.project_id, body_to_json(body))


def _purpose(project_id: int) -> str:
    """Bound to its project, so that one row's secret cannot be moved into another."""
    return f"webhook {project_id}"


def _told(project: str, event: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "event": event,
        "project": project,
        "at": to_rfc3339(at),
        "data": dict(data),
    }


def _delivery(told: Mapping[str, Any], attempts: int, outcome: Outcome, state: Any) -> Delivery:
    return Delivery(
        id=str(told["id"]),
        event=str(told["event"]),
        at=from_rfc3339(told["at"]),
        state=state,
        attempts=attempts,
        status=outcome.status,
        error=outcome.error,
    )


def _webhook(row: WebhookRow) -> Webhook:
    body = body_from_json(row.body)
    return Webhook(row.url, body.events, body.deliveries, row.updated_at, row.updated_by)
