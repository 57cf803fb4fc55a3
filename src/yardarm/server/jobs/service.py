"""Does jobs when they are due: each one by one node, and again until it is done.

The rules of its state: a claim is a random name in the job's row, and nothing is finished under a
name that is no longer there. Work that writes to the database calls `Claim.finish` in its own
transaction, so that the effect and the end of the job are committed together or not at all. Due
times are those of the wall clock, and it is looked at anew at least every 30 seconds, since it may
jump; a clock that goes back makes nothing happen twice, because what is done is gone.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from yardarm.errors import YardarmError

from ..store.database import Database, Transaction
from ..store.errors import StoreBroken, StoreError
from ..store.instants import utc_now
from ..store.jobs import JobRow
from .model import GiveUp, Job, Lost, Retrying, storable_text

CHANNEL = "yardarm_jobs"
LONGEST_SLEEP = 30.0
"""Seconds after which the wall clock is looked at again."""

_MAX_ERROR = 2_000
_log = logging.getLogger("yardarm.server.jobs")


class Claim:
    """A job that this node holds for as long as its handler runs."""

    def __init__(self, job: Job, holder: str) -> None:
        self.job = job
        self.holder = holder
        self.finished = False

    async def finish(self, transaction: Transaction) -> None:
        """End the job when the transaction commits. Raises `Lost`; then nothing must be written."""
        if not await transaction.jobs.finish(self.job.id, self.holder):
            raise Lost(f"job {self.job.id} is no longer held")
        self.finished = True


Handler: TypeAlias = Callable[[Claim], Awaitable[None]]
"""Does a job. A handler that only returns has done it; one that raises is asked again later."""


@dataclass(frozen=True, slots=True)
class _Kind:
    handler: Handler
    retrying: Retrying
    at_once: int


class Jobs:
    """Jobs in, handlers called. `lease_seconds`: how long a node that died keeps its jobs."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        *,
        lease_seconds: float = 30.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)
        self._chance = chance
        self._kinds: dict[str, _Kind] = {}
        self._running: dict[asyncio.Task[None], Claim] = {}
        self._woken = asyncio.Event()
        self._doorbell = database.doorbell(CHANNEL, lambda _: self.wake())
        self._claiming: asyncio.Task[None] | None = None
        self._extending: asyncio.Task[None] | None = None
        self._closing = False
        self.ended: Counter[tuple[str, str]] = Counter()
        """How many jobs of a kind ended how: done, failed (tried again), given_up."""

    def handle(
        self, kind: str, handler: Handler, *, retrying: Retrying | None = None, at_once: int = 8
    ) -> None:
        """Have `handler` do the jobs of a kind, so many at once. To be called before `start`."""
        self._kinds[kind] = _Kind(handler, retrying or Retrying(), at_once)

    async def add(
        self,
        transaction: Transaction,
        kind: str,
        body: Mapping[str, Any],
        *,
        due_at: datetime | None = None,
        unique_key: str | None = None,
    ) -> None:
        """Add a job within a transaction, due at once or later.

        One with the same `unique_key` is replaced, also while it is being done: what its handler
        finishes then is no longer this job.
        """
        await transaction.jobs.add(kind, dict(body), due_at or self._clock(), unique_key)
        await self._ring(transaction)

    async def remove(self, transaction: Transaction, unique_key: str) -> None:
        """Remove a job within a transaction, if it is there."""
        await transaction.jobs.remove(unique_key)

    def running(self) -> int:
        """How many jobs this node does right now."""
        return len(self._running)

    def wake(self) -> None:
        """Look now whether something is due: a job was added, or the clock was set."""
        self._woken.set()

    async def _ring(self, transaction: Transaction) -> None:
        if self._database.kind == "postgresql":
            await transaction.ring(CHANNEL, "")  # at commit, and to this node as well
        else:
            self.wake()  # claiming waits until the one writer has committed

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to do jobs."""
        if self._database.kind == "sqlite":
            async with self._database.write() as transaction:
                await transaction.jobs.release_all()
        await self._doorbell.start()
        self._claiming = asyncio.create_task(self._claim_always(), name="jobs")
        self._extending = asyncio.create_task(self._extend_always(), name="holds of jobs")

    async def close(self) -> None:
        """Claim no more, and wait for what is being done."""
        self._closing = True
        await self._doorbell.close()
        self._woken.set()
        if self._claiming is not None:
            await self._claiming  # never cancelled: a job claimed just now would stay held
        if self._running:
            await asyncio.wait(set(self._running))
        if self._extending is not None:
            self._extending.cancel()
            with suppress(asyncio.CancelledError):
                await self._extending
        self._claiming = self._extending = None

    async def _claim_always(self) -> None:
        pause = 1.0
        while not self._closing:
            self._woken.clear()
            try:
                sleep = await self._claim()
                pause = 1.0
            except StoreError as error:
                _log.warning("jobs cannot be claimed: %s", error)
                sleep, pause = pause, min(2 * pause, LONGEST_SLEEP)
                if isinstance(error, StoreBroken):
                    sleep = LONGEST_SLEEP
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), sleep)

    async def _claim(self) -> float:
        """Claim and begin what is due and has room; gives the seconds until more may be due."""
        kinds = {
            name: kind.at_once - sum(claim.job.kind == name for claim in self._running.values())
            for name, kind in self._kinds.items()
        }
        room = {name: free for name, free in kinds.items() if free > 0}
        now, holder, found = self._clock(), secrets.token_hex(8), []
        async with self._database.write() as transaction:
            for name, free in room.items():
                found += await transaction.jobs.claim(
                    name,
                    free,
                    now=now,
                    until=now + self._lease,
                    holder=holder,
                    longest_hold=2 * self._lease,
                )
            due = await transaction.jobs.next_due(list(room), now, 2 * self._lease)
        for row in found:
            claim = _claim(row, holder)
            task = asyncio.create_task(self._do(claim), name=f"job {row.id} {row.kind}")
            self._running[task] = claim
            task.add_done_callback(self._ended)
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self._clock()).total_seconds(), 0.0), LONGEST_SLEEP)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._woken.set()  # there is room for another

    async def _extend_always(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            for claim in list(self._running.values()):
                await self._extend(claim)

    async def _extend(self, claim: Claim) -> None:
        """Hold one job for longer. One a transaction: who holds several rows may wait for ever."""
        try:
            async with self._database.write() as transaction:
                until = self._clock() + self._lease
                await transaction.jobs.extend(claim.job.id, claim.holder, until)
        except StoreError as error:
            _log.warning("the hold of job %s cannot be extended: %s", claim.job.id, error)

    # --- doing --------------------------------------------------------------------------------

    async def _do(self, claim: Claim) -> None:
        job, kind = claim.job, self._kinds[claim.job.kind]
        try:
            if job.attempts > kind.retrying.most_attempts:
                raise GiveUp("it never came to an end, whichever process did it")
            await kind.handler(claim)
            if not claim.finished:
                async with self._database.write() as transaction:
                    await transaction.jobs.finish(job.id, claim.holder)
            self.ended[job.kind, "done"] += 1
        except Lost:
            _log.info("job %s (%s) was changed while it was being done", job.id, job.kind)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, others go on
            await self._failed(claim, kind.retrying, error)

    async def _failed(self, claim: Claim, retrying: Retrying, error: Exception) -> None:
        job = claim.job
        given_up = isinstance(error, GiveUp) or job.attempts >= retrying.most_attempts
        pause = timedelta(seconds=retrying.pause(job.attempts, self._chance()))
        words = storable_text(str(error) or type(error).__name__)[:_MAX_ERROR]
        said = "given up" if given_up else f"tried again in {pause.total_seconds():.1f} s"
        unforeseen = not isinstance(error, YardarmError | OSError)
        _log.log(
            logging.ERROR if given_up else logging.WARNING,
            "job %s (%s) failed, attempt %s, %s: %s",
            job.id,
            job.kind,
            job.attempts,
            said,
            words,
            exc_info=error if unforeseen else None,
        )
        self.ended[job.kind, "given_up" if given_up else "failed"] += 1
        try:
            async with self._database.write() as transaction:
                due = None if given_up else self._clock() + pause
                await transaction.jobs.put_off(job.id, claim.holder, due, words)
        except StoreError as failure:
            # Its hold runs out, and then it is tried again.
            _log.warning("job %s cannot be put off: %s", job.id, failure)


def _claim(row: JobRow, holder: str) -> Claim:
    assert row.due_at is not None  # it was due
    return Claim(Job(row.id, row.kind, row.body, row.due_at, row.attempts + 1), holder)
