"""The server's override file: followed, put over every snapshot, and told to whoever asks.

It is read from the disk and held in memory, so it works while the database cannot be written or
reached. Mutable state, by the event loop's thread only: `held` is what is in force.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ...sdk.drivers.override_file import OverrideFile
from ...sdk.overrides import NOTHING, Overrides
from .snapshots import Snapshots

LOOK_SECONDS = 0.25

_log = logging.getLogger("yardarm.server.overrides")


@dataclass(frozen=True, slots=True)
class Overridden:
    """An environment that an override holds in. `misses` says what of it could not be done."""

    project: str
    environment: str
    kill: tuple[str, ...]
    serve: dict[str, str]
    misses: tuple[str, ...]


class Overriding:
    """Follows the file at `path`; without one there is nothing to follow."""

    def __init__(
        self,
        path: Path | None,
        snapshots: Snapshots,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file = None if path is None else OverrideFile(path)
        self._snapshots = snapshots
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.held: Overrides = NOTHING
        self.since: datetime | None = None
        self.problem = ""

    async def start(self) -> None:
        """Read the file, so that the first snapshots have it, and go on following it."""
        if self._file is not None:
            await self._look(self._file)
            self._task = asyncio.create_task(self._follow(self._file))

    async def close(self) -> None:
        """Follow it no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def environments(self) -> list[Overridden]:
        """Where an override is in force."""
        return [
            Overridden(
                current.project,
                current.environment,
                tuple(sorted(current.override.kill)),
                dict(sorted(current.override.serve.items())),
                current.misses,
            )
            for current in self._snapshots.overridden()
        ]

    def notice(self) -> str:
        """What is in force, in short and without names; empty when nothing is.

        A flag counts once for each environment.
        """
        said = []
        if self.since is not None:
            flags = sum(len(each.kill) + len(each.serve) for each in self.environments())
            said.append(f"{flags} flags overridden by file since {self.since:%Y-%m-%dT%H:%M:%SZ}")
        if self.problem:
            said.append("the override file cannot be used; what it said before stays in force")
        return "; ".join(said)

    async def _follow(self, file: OverrideFile) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look(file)
            except Exception:  # noqa: BLE001 - a mistake of ours must not end it
                _log.exception("looking at the override file failed")

    async def _look(self, file: OverrideFile) -> None:
        # Beside the loop: the file may be on a disk that hangs.
        if not await asyncio.to_thread(file.look):
            return
        if file.problem != self.problem:
            self.problem = file.problem
            if file.problem:
                _log.error("%s; what it said before stays in force", file.problem)
            else:
                _log.warning("%s can be used again", file.path)
        if file.held == self.held:
            return
        self.held = file.held
        self.since = self._clock() if self.held != NOTHING else None
        self._snapshots.override(self.held)
        if self.since is None:
            _log.warning("OVERRIDES LIFTED: flags are served as the log has them again")
        else:
            _log.warning("OVERRIDES IN FORCE from %s: %s", file.path, words(self.held))


def words(overrides: Overrides) -> str:
    """What overrides do, for people."""
    said = [overrides.everywhere.words()] if overrides.everywhere.keys else []
    said += [
        f"in {name}: {part.words()}" for name, part in overrides.environments.items() if part.keys
    ]
    return "; ".join(said) or "nothing"
