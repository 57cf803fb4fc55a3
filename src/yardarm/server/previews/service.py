"""Previews: commands rehearsed, counted by the worker, kept for a week.

The rules of its state: previews that have not ended live in `_open`, with the task that counts
them. A finished one is written down and then read from the database; one that failed or was
cancelled is remembered a while, because there is nothing to write down.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from yardarm.core.affected import affected
from yardarm.core.codec import flag_to_json, segment_to_json
from yardarm.core.jsontext import canonical
from yardarm.core.model import Document
from yardarm.errors import DocumentError, Problem

from ..access.errors import Forbidden
from ..access.model import Principal
from ..changes import commands as c
from ..changes.reach import sources_of
from ..changes.rehearsal import Rehearsal, RehearsedStep
from ..changes.service import Changes
from ..store.database import Database
from ..store.errors import NotFound, StoreError
from ..store.instants import to_rfc3339, utc_now
from ..working.errors import WorkFailed
from ..working.worker import Worker
from .errors import PreviewFailed, TooManyPreviews
from .held import BUDGET
from .job import Step, Work
from .model import Preview
from .process import main
from .sdks import LATELY, Poll, Program, Stream, Streams, connected, judge, unable

KEPT = timedelta(days=7)
MAX_OPEN = 50
"""Previews that may wait to be counted."""

"""Edits that a preview tells in words."""

_REMEMBERED = 200
_FORGET_EVERY = timedelta(hours=1)


@dataclass(slots=True)
class _Open:
    preview: Preview
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


def counting(url: str, budget: int = BUDGET) -> Worker:
    """The worker that counts what is in the database at `url`, as `process.main` says."""
    return Worker("yardarm-previews", main, url, budget)


class Previews:
    """Says whom commands would move. Nothing is changed by it."""

    def __init__(
        self,
        database: Database,
        changes: Changes,
        *,
        worker: Worker | None = None,
        streams: Streams | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._changes = changes
        self._worker = worker or counting(database.url)
        self._streams = streams
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._failed: OrderedDict[str, Preview] = OrderedDict()
        self._forgot_at: datetime | None = None

    async def close(self) -> None:
        """Stop counting and end the worker."""
        tasks = [each.task for each in self._open.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        await self._worker.close()
        if tasks:
            await asyncio.wait(tasks)

    # --- for people ---------------------------------------------------------------------------

    async def start(
        self,
        commands: Sequence[c.Command],
        principal: Principal,
        *,
        project: str,
        environments: Mapping[str, int | None] | None,
        at: datetime | None = None,
    ) -> Preview:
        """Begin to preview commands, one after the other on top of each other.

        `environments` maps each to the version to build on: any one there was, None for the
        current. `at` is what rules take for the present. Raises what `Changes.rehearse` raises,
        `TooManyPreviews`, and `Forbidden` for who may not read an environment that is looked at.
        """
        sources = [source for command in commands for source in sources_of(command)]
        permit(principal, project, [*(environments or ()), *sources])
        if len(self._open) >= MAX_OPEN:
            raise TooManyPreviews(f"{MAX_OPEN} previews are waiting already; try again later")
        now = self._clock()
        try:
            rehearsal = await self._changes.rehearse(
                commands, project=project, environments=environments
            )
        except ValueError as error:  # environments that do not go with a command
            raise DocumentError([Problem("/environments", str(error))]) from None
        permit(principal, project, rehearsal.versions)
        preview = Preview(
            id=secrets.token_hex(12),
            project=project,
            actor=principal.actor,
            commands=[c.command_to_json(command) for command in commands],
            environments=environments,
            versions=rehearsal.versions,
            at=to_rfc3339(at or now),
            created_at=to_rfc3339(now),
            warnings=[
                {"pointer": w.pointer, "detail": w.message, "hint": w.hint}
                for w in rehearsal.warnings
            ],
            edits=await asyncio.to_thread(rehearsal.edits),
            fingerprint=await asyncio.to_thread(_fingerprints, rehearsal.steps),
        )
        opened = self._open[preview.id] = _Open(preview)
        work = _work(rehearsal, at or now, full=True)
        opened.task = asyncio.create_task(
            self._count(opened, rehearsal.steps, work), name="preview"
        )
        return preview

    async def get(self, project: str, preview_id: str) -> Preview:
        """A preview as it stands. Raises `NotFound`."""
        opened = self._open.get(preview_id)
        found = self._failed.get(preview_id) if opened is None else opened.preview
        if found is None:
            found = await self._kept(project, preview_id)
        if found is None or found.project != project:
            raise NotFound("preview", preview_id, project)
        return found

    async def finished(
        self, project: str, preview_id: str, seconds: float | None = None
    ) -> Preview:
        """The preview when it has ended, or as it stands after so many seconds."""
        found = await self.get(project, preview_id)
        opened = self._open.get(preview_id)
        if opened is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(opened.ended.wait(), seconds)
            return opened.preview
        return found

    async def cancel(self, project: str, preview_id: str) -> Preview:
        """Stop counting; nothing happens to a preview that has ended. Raises `NotFound`."""
        found = await self.get(project, preview_id)
        opened = self._open.get(preview_id)
        if opened is not None and opened.task is not None:
            opened.task.cancel()
            await opened.ended.wait()
        return found

    # --- for what judges changes --------------------------------------------------------------

    async def measure(
        self, rehearsal: Rehearsal, preview: str | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """The movement of a rehearsal by environment, without examples and findings.

        `preview` names a finished preview; what it counted is taken where it speaks of the same
        change, the same versions and the same population. Raises `PreviewFailed`.
        """
        if not rehearsal.steps:
            return {}
        if preview is not None:
            found = await self._same(rehearsal, preview)
            if found is not None:
                return found
        work = _work(rehearsal, self._clock(), full=False)
        return await self._counted(work)

    async def _same(
        self, rehearsal: Rehearsal, preview_id: str
    ) -> Mapping[str, Mapping[str, Any]] | None:
        found = await self._kept(None, preview_id)
        if found is None:
            return None
        wanted = await asyncio.to_thread(_fingerprints, rehearsal.steps)
        if any(found.fingerprint.get(at) != mark for at, mark in wanted.items()):
            return None
        for step in rehearsal.steps:
            async with self._database.read() as transaction:
                state = await transaction.population.state(step.environment_id)
            counted = found.movement.get(step.environment, {}).get("population")
            if not isinstance(counted, Mapping) or (
                (counted["sequence"], counted["generation"]) != (state.sequence, state.generation)
            ):
                return None
        return {at: found.movement[at] for at in wanted}

    # --- counting -----------------------------------------------------------------------------

    async def _count(self, opened: _Open, steps: Sequence[RehearsedStep], work: Work) -> None:
        preview = opened.preview

        def report(done: float) -> None:
            preview.state, preview.progress = "running", done

        try:
            movement = await self._counted(work, report)
            for step in steps:
                movement[step.environment]["sdks"] = await self._unable(preview.project, step)
            preview.movement = movement
            preview.state, preview.progress = "done", 1.0
            await self._keep(preview)
        except asyncio.CancelledError:
            preview.state = "cancelled"
        except (PreviewFailed, StoreError) as error:
            preview.state, preview.error = "failed", str(error)
        finally:
            if preview.state != "done":
                self._failed[preview.id] = preview
                while len(self._failed) > _REMEMBERED:
                    self._failed.popitem(last=False)
            del self._open[preview.id]
            opened.ended.set()

    async def _unable(self, project: str, step: RehearsedStep) -> list[Any]:
        """The connected SDKs that could not evaluate what the change touches."""
        since = self._clock() - LATELY
        async with self._database.read() as transaction:
            rows = await transaction.reporters.all(step.environment_id)
        reporters = [row for row in rows if row.last_at >= since]
        streams = self._streams.connected(project, step.environment) if self._streams else ()
        touched = await asyncio.to_thread(affected, step.before, step.after)
        return await asyncio.to_thread(
            unable, step.after, touched, reporters, streams, self._clock()
        )

    async def programs(self, project: str, environment: str) -> list[Program]:
        """Which programs follow an environment, and whether they can evaluate what it has.

        Of several servers each knows its own streams; what programs report, all know. Raises
        `NotFound`.
        """
        now, document = self._clock(), await self._changes.document(project, environment)
        async with self._database.read() as transaction:
            row = await transaction.projects.find_environment(project, environment)
            reporters = [] if row is None else await transaction.reporters.all(row.id)
        streams: Collection[Stream] = ()
        polls: Collection[Poll] = ()
        if self._streams is not None:
            streams = self._streams.connected(project, environment)
            polls = self._streams.polls.lately(project, environment)
        lately = [each for each in reporters if each.last_at >= now - LATELY]
        found = connected(lately, streams, polls, now)
        await asyncio.to_thread(judge, document, found)
        return found

    async def _counted(
        self, work: Work, report: Callable[[float], Any] = lambda _: None
    ) -> dict[str, dict[str, Any]]:
        try:
            counted: dict[str, dict[str, Any]] = await self._worker.run(work, report)
        except WorkFailed as error:
            raise PreviewFailed(str(error)) from None
        return counted

    async def _keep(self, preview: Preview) -> None:
        now = self._clock()
        async with self._database.write() as transaction:
            project = await transaction.projects.find(preview.project)
            if project is None:
                raise NotFound("project", preview.project)
            await transaction.previews.keep(
                preview.id, project.id, preview.actor, preview.to_json(), now
            )
            if self._forgot_at is None or now >= self._forgot_at + _FORGET_EVERY:
                await transaction.previews.forget(now - KEPT)
                self._forgot_at = now

    async def _kept(self, project: str | None, preview_id: str) -> Preview | None:
        async with self._database.read() as transaction:
            body = await transaction.previews.find(preview_id, self._clock() - KEPT)
        if body is None or (project is not None and body.get("project") != project):
            return None
        return Preview(**body)


def permit(principal: Principal, project: str, environments: Iterable[str]) -> None:
    """Raises `Forbidden` for who may not read one of the environments: examples are people."""
    for environment in environments:
        if not principal.may("read", project, environment):
            raise Forbidden(principal.actor, ("read",), project, environment)


def _work(rehearsal: Rehearsal, at: datetime, *, full: bool) -> Work:
    steps = tuple(
        Step(step.environment, step.environment_id, step.before, step.after)
        for step in rehearsal.steps
    )
    return Work(steps, at.timestamp(), full)


def _fingerprints(steps: Sequence[RehearsedStep]) -> dict[str, str]:
    return {step.environment: _fingerprint(step) for step in steps}


def _fingerprint(step: RehearsedStep) -> str:
    """Names what changes from which version."""
    before, after = step.before, step.after
    parts = {
        "environment": step.environment_id,
        "version": step.version,
        "affected": sorted(affected(before, after)),
        "flags": {key: _body(after, key) for key in _changed(before.flags, after.flags)},
        "segments": {
            key: None if key not in after.segments else segment_to_json(after.segments[key])
            for key in _changed(before.segments, after.segments)
        },
    }
    return sha256(canonical(parts)).hexdigest()


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in {*before, *after} if before.get(key) is not after.get(key))


def _body(document: Document, key: str) -> Any:
    flag = document.flags.get(key)
    return None if flag is None else flag_to_json(flag)
