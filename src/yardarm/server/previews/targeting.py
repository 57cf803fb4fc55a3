"""What is known of one flag in one environment, as it is or as a draft would make it.

The rules of its state: answers are remembered by what they speak of (the flag at a version, or the
draft of one, and where the population stands), the ones not asked for longest are forgotten. Who
asks for what is being worked out already waits for the same work. Of one person's drafts of a flag
only the newest is worked out: what was asked about an older one ends, so that nobody waits for it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from yardarm.core.codec import flag_to_json
from yardarm.core.jsontext import canonical
from yardarm.core.model import Document, Flag
from yardarm.core.rewording import Reworded, reworded

from ..changes import commands as c
from ..changes.service import Changes
from ..store.database import Database
from ..store.errors import NotFound
from ..store.instants import utc_now
from ..working.errors import WorkFailed
from ..working.worker import Worker
from .breakdown import Analysing, Breaking
from .errors import PreviewFailed, TooManyPreviews

MAX_OPEN = 50
"""Questions that may wait to be worked out."""

_REMEMBERED = 500
_FRESH_SECONDS = 60
"""How long an answer holds for flags whose rules ask for the time."""


class Asker(NamedTuple):
    """Who asks again and again: what they ask last takes the place of what they asked before.

    `turn` says what is last, since questions may overtake one another on their way.
    """

    name: str
    turn: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields of a flag that are not saved, on top of a version (None: the current one).

    Of one `asker` the newest draft of a flag takes the place of older ones.
    """

    fields: Mapping[str, Any]
    version: int | None = None
    asker: Asker | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A flag's document with the draft in it, at the version it is on top of."""

    environment_id: int
    version: int
    before: Flag
    document: Document
    mark: str

    def says(self, flag: str) -> list[Reworded]:
        """The flag's sentence; of a draft, with what it says otherwise than before."""
        return reworded(self.before, self.document.flags[flag])


class Targeting:
    """Counts and analyses single flags. `analyst` is a worker of its own: proofs may take seconds,
    and who moves must not wait for them."""

    def __init__(
        self,
        database: Database,
        changes: Changes,
        *,
        worker: Worker,
        analyst: Worker,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._worker = worker
        self._analyst = analyst
        self._clock = clock
        self._known: OrderedDict[tuple[Any, ...], asyncio.Task[Any]] = OrderedDict()
        self._waiting: Counter[asyncio.Task[Any]] = Counter()
        self._newest: dict[tuple[Any, ...], tuple[int, asyncio.Task[Any]]] = {}

    async def close(self) -> None:
        """End the analyst, whose worker is nobody else's."""
        for task in self._known.values():
            task.cancel()
        await self._analyst.close()

    async def look(self, project: str, environment: str, flag: str, draft: Draft | None) -> Looked:
        """The flag as it is, or with a draft.

        Raises what saving the draft would, but for a version that is not current, and `NotFound`.
        """
        before = after = await self._changes.document(project, environment)
        async with self._database.read() as transaction:
            row = await transaction.projects.find_environment(project, environment)
        if row is None:
            raise NotFound("environment", environment, project)
        if draft is not None:
            rehearsal = await self._changes.rehearse(
                [c.EditFlag(flag, draft.fields)],
                project=project,
                environments={environment: draft.version},
            )
            for step in rehearsal.steps:
                before, after = step.before, step.after
        if flag not in before.flags:
            raise NotFound("flag", flag, f"{project}/{environment}")
        drafted = after.flags[flag] != before.flags[flag]
        mark = sha256(canonical(flag_to_json(after.flags[flag]))).hexdigest() if drafted else ""
        return Looked(row.id, before.version, before.flags[flag], after, mark)

    async def breakdown(
        self, looked: Looked, flag: str, asker: Asker | None = None
    ) -> Mapping[str, Any]:
        """What each step takes of the observed contexts; see `breakdown.counted`.

        Raises `PreviewFailed` and `TooManyPreviews`.
        """
        async with self._database.read() as transaction:
            state = await transaction.population.state(looked.environment_id)
        now = self._clock().timestamp()
        about = (state.sequence, state.generation, state.contexts, int(now // _FRESH_SECONDS))
        work = Breaking(looked.environment_id, looked.document, flag, now)
        found: Mapping[str, Any] = await self._once(self._worker, work, looked, asker, *about)
        return found

    async def findings(
        self, looked: Looked, flag: str, asker: Asker | None = None
    ) -> list[dict[str, Any]]:
        """What analysis finds about the flag. Raises `PreviewFailed` and `TooManyPreviews`."""
        work = Analysing(looked.document, flag)
        found: list[dict[str, Any]] = await self._once(self._analyst, work, looked, asker)
        return found

    async def _once(
        self,
        worker: Worker,
        work: Breaking | Analysing,
        looked: Looked,
        asker: Asker | None,
        *about: int,
    ) -> Any:
        key = (type(work), looked.environment_id, looked.version, work.flag, looked.mark, *about)
        task = self._known.get(key)
        if task is None or task.cancelled() or (task.done() and task.exception() is not None):
            if sum(not each.done() for each in self._known.values()) >= MAX_OPEN:
                raise TooManyPreviews(f"{MAX_OPEN} questions are waiting already; try again later")
            task = self._known[key] = asyncio.create_task(_done(worker, work), name="targeting")
        self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        self._waiting[task] += 1
        if asker is not None:
            whose = (type(work), looked.environment_id, work.flag, asker.name)
            self._supersede(whose, asker.turn, task)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise PreviewFailed("a newer draft was asked about; ask again") from None
            raise
        finally:
            self._waiting[task] -= 1
            if not self._waiting[task]:
                del self._waiting[task]

    def _supersede(self, whose: tuple[Any, ...], turn: int, task: asyncio.Task[Any]) -> None:
        asked = turn, task
        known = self._newest.get(whose, asked)
        newest, late = (asked, known) if turn >= known[0] else (known, asked)
        if late[1] is not newest[1] and self._waiting[late[1]] <= 1:
            late[1].cancel()  # nobody else wants to know the same
        self._newest[whose] = newest
        newest[1].add_done_callback(lambda done: self._forget(whose, done))

    def _forget(self, whose: tuple[Any, ...], done: asyncio.Task[Any]) -> None:
        if self._newest.get(whose, (0, None))[1] is done:
            del self._newest[whose]


async def _done(worker: Worker, work: Breaking | Analysing) -> Any:
    try:
        return await worker.run(work)
    except WorkFailed as error:
        raise PreviewFailed(str(error)) from None
