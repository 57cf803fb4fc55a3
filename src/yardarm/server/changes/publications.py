"""Tells subscribers of committed changes: per environment in order, without gaps or repeats.

The rules of its state: `_last` has, per environment, the version told last; it only grows. What
lies between it and a version that arrives is read from the log, which is the truth; an arrival,
from this node's own commit or another's doorbell, only says that there is something to tell.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from .model import Published

Subscriber = Callable[[Published], None]
Load = Callable[[int, int], Awaitable[list[Published]]]
"""From environment id and version to the changes after it."""

_log = logging.getLogger("yardarm.server.changes")


class Publications:
    """The order in which changes are told."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._subscribers: list[Subscriber] = []
        self._last: dict[int, int] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        self._following = False

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with each change from now on. Returns what ends that."""
        self._subscribers.append(subscriber)

        def end() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return end

    def begin(self, versions: Mapping[int, int]) -> None:
        """Everything up to these versions is known; environments not named are new."""
        self._following = True
        for environment_id, version in versions.items():
            self._last.setdefault(environment_id, version)

    async def committed(self, environment_id: int, published: Published) -> None:
        """This node has committed a change."""
        async with self._lock(environment_id):
            last = self._known(environment_id, published.version)
            if published.version == last + 1:
                self._tell(environment_id, published)
            elif published.version > last:
                await self._catch_up(environment_id, last)

    async def rung(self, environment_id: int, version: int) -> None:
        """Some node says that it has committed a version."""
        async with self._lock(environment_id):
            last = self._known(environment_id, version)
            if version > last:
                await self._catch_up(environment_id, last)

    def _known(self, environment_id: int, version: int) -> int:
        return self._last.get(environment_id, 0 if self._following else version - 1)

    async def _catch_up(self, environment_id: int, last: int) -> None:
        for published in await self._load(environment_id, last):
            self._tell(environment_id, published)

    def _tell(self, environment_id: int, published: Published) -> None:
        self._last[environment_id] = published.version
        for subscriber in list(self._subscribers):
            try:
                subscriber(published)
            except Exception:  # noqa: BLE001 - one way out that fails must not silence the others
                _log.exception("a subscriber failed on version %d", published.version)

    def _lock(self, environment_id: int) -> asyncio.Lock:
        return self._locks.setdefault(environment_id, asyncio.Lock())
