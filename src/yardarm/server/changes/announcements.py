"""Tells whoever watches a project that something happened in it, so that they can ask anew.

The rules of its state: a watcher's queue is bounded. When it is full, what waits is dropped and one
`missed` takes its place: an announcement only says that there is something to ask for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..store.database import Transaction
from .model import Published

CHANNEL = "yardarm_news"

MOST_WAITING = 200
MOST_WATCHERS = 1_000


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something happened. `environment` is empty for what concerns the whole project."""

    kind: str
    environment: str = ""
    data: dict[str, Any] = field(default_factory=dict)


MISSED = Announcement("missed")
STIRRED = Announcement("stirred")


class _Watcher:
    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Announcement | None] = asyncio.Queue(MOST_WAITING + 1)

    def tell(self, announcement: Announcement | None) -> None:
        if self.waiting.qsize() >= MOST_WAITING:
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(MISSED)
        self.waiting.put_nowait(announcement)


class Announcements:
    """Who watches which project."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[_Watcher]] = {}
        self._closed = False

    def changed(self, published: Published) -> None:
        """A change was committed."""
        data = {"version": published.version}
        self.tell(published.project, Announcement("change", published.environment, data))

    def tell(self, project: str, announcement: Announcement) -> None:
        """Tell everybody who watches the project. On the event loop."""
        for watcher in self._watchers.get(project, ()):
            watcher.tell(announcement)

    async def tell_at_commit(
        self, transaction: Transaction, project: str, announcement: Announcement
    ) -> None:
        """Tell of what a transaction does once it is done, here and on every other node."""
        transaction.afterwards.append(lambda: self.tell(project, announcement))
        await transaction.ring(CHANNEL, f"{announcement.kind} {project}")

    def rung(self, payload: str) -> None:
        """News of another node. What was missed while the connection was lost is asked for by
        whoever reconnects."""
        kind, _, project = payload.partition(" ")
        if project:
            self.tell(project, Announcement(kind))

    @property
    def full(self) -> bool:
        """Whether no further watcher is taken."""
        return self._closed or sum(map(len, self._watchers.values())) >= MOST_WATCHERS

    def stir(self) -> None:
        """Have every watch yield None at once: whoever watches may have lost the right to."""
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.tell(STIRRED)

    async def watch(self, project: str, idle_seconds: float) -> AsyncIterator[Announcement | None]:
        """What happens from now on. Ends with the server.

        The first is None: from then on nothing is missed. So is what comes when nothing happened
        for a while, or when all are stirred.
        """
        with self._watching(project) as watcher:
            yield None
            while not self._closed:
                try:
                    found = await asyncio.wait_for(watcher.waiting.get(), idle_seconds)
                except TimeoutError:
                    yield None
                    continue
                if found is None:
                    return
                yield None if found is STIRRED else found

    @contextmanager
    def _watching(self, project: str) -> Any:
        watcher = _Watcher()
        watchers = self._watchers.setdefault(project, set())
        watchers.add(watcher)
        try:
            yield watcher
        finally:
            watchers.discard(watcher)
            if not watchers:
                self._watchers.pop(project, None)

    def close(self) -> None:
        """End every watch."""
        self._closed = True
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.tell(None)
