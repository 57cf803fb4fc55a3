"""Work on imports that is being done: each in a process of its own, few at a time.

The rules of its state: an import has at most one piece of work, and whoever begins another one
ends it first. What has ended is told in the import's body, not here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..working.errors import WorkFailed
from ..working.worker import Worker
from .errors import TooManyImports
from .process import main
from .reading import Reading
from .verifying import Verifying

AT_ONCE = 2
"""Processes that work at the same time."""
MAX_WAITING = 20
READ_SECONDS = 120.0
VERIFY_SECONDS = 30 * 60.0

End: TypeAlias = Callable[[Any, str], Awaitable[None]]
"""Told how work ended: the result, or None and why there is none (empty: it was cancelled)."""


@dataclass(slots=True)
class _Running:
    task: asyncio.Task[None] | None = None
    progress: float = 0.0
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Running:
    """What is being done, by import."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._running: dict[str, _Running] = {}

    async def close(self) -> None:
        """End all work; what was not finished has to be asked for again."""
        tasks = [each.task for each in self._running.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def room(self) -> None:
        """Raises `TooManyImports` when no more work may wait."""
        if len(self._running) >= MAX_WAITING:
            raise TooManyImports(f"{MAX_WAITING} imports are waiting already; try again later")

    def progress(self, name: str) -> float | None:
        """The share that is done of an import's work; None where nothing is being done here."""
        running = self._running.get(name)
        return None if running is None else running.progress

    def begin(self, name: str, work: Reading | Verifying, end: End) -> None:
        """Do work on an import that has none."""
        running = self._running[name] = _Running()
        running.task = asyncio.create_task(self._run(name, running, work, end), name="import")

    async def ended(self, name: str, seconds: float) -> None:
        """Wait until its work has ended, if it has any, but no longer than that."""
        running = self._running.get(name)
        if running is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(running.ended.wait(), seconds)

    async def stop(self, name: str) -> None:
        """End its work, if it has any."""
        running = self._running.get(name)
        if running is not None and running.task is not None:
            running.task.cancel()
            await running.ended.wait()

    async def _run(self, name: str, running: _Running, work: Reading | Verifying, end: End) -> None:
        def report(done: float) -> None:
            running.progress = done

        result, why = None, ""
        try:
            result = await self._worked(work, report)
        except WorkFailed as error:
            why = str(error)
        except TimeoutError:
            why = "it took too long; import it in parts"
        except asyncio.CancelledError:
            pass
        finally:
            try:
                await end(result, why)
            finally:
                del self._running[name]
                running.ended.set()

    async def _worked(self, work: Reading | Verifying, report: Callable[[float], Any]) -> Any:
        seconds = READ_SECONDS if isinstance(work, Reading) else VERIFY_SECONDS
        async with self._turn:
            worker = Worker("yardarm-imports", main)
            try:
                async with asyncio.timeout(seconds):
                    return await worker.run(work, report)
            finally:
                await worker.close()
