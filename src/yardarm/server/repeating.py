"""Work that a service does again and again in the background, from its start to its close."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from yardarm.errors import YardarmError


class Repeating:
    """Does `work` every so many seconds; one that fails is logged and tried again.

    `name` says in the log and in a list of tasks what it is. With `at_once` it begins without a
    wait. The rules of its state: there is at most one task, and it is none of ours once stopped.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        work: Callable[[], Awaitable[object]],
        log: logging.Logger,
        *,
        at_once: bool = False,
    ) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._log = log
        self._at_once = at_once
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. Does nothing when it has begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._always(), name=self._name)

    async def stop(self) -> bool:
        """Stop, in the middle of the work if need be. Whether it had begun."""
        task, self._task = self._task, None
        if task is None:
            return False
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return True

    async def _always(self) -> None:
        if not self._at_once:
            await asyncio.sleep(self._seconds)
        while True:
            try:
                await self._work()
            except YardarmError as error:
                self._log.warning("%s: %s", self._name, error)
            await asyncio.sleep(self._seconds)
