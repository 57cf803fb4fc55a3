"""The current snapshot of every environment, and what is made of it, each once per version.

`Snapshots` is filled from a `Log` at start and then follows what was published. What continues the
version at hand is applied; for everything else (an environment not seen before, a gap, a patch that
does not fit) the log is asked. So readers never see a version that goes back.

What is served may have overrides over the log's snapshot. It then has an epoch of its own, so that
a reader never takes the one for the other, and a patch of the log becomes one between what is shown
before and after it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ...core import snapshot as native
from ...core.program import Program
from ...core.snapshot import Patch, Snapshot, SnapshotSource
from ...errors import SnapshotError
from ...sdk.overrides import NOTHING, Overlay, Override, Overrides, overlay

At = tuple[str, str]

_log = logging.getLogger("yardarm.server.delivery")

TRIES = 5
"""How often the log is asked for a version that was announced."""


class Published(Protocol):
    """What was committed: the patch's bytes and where they belong."""

    @property
    def project(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def epoch(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def patch(self) -> bytes: ...


class Log(Protocol):
    """The truth, which publications only announce."""

    async def environments(self) -> Iterable[At]:
        """Project and environment keys of all there are."""

    async def snapshot(self, project: str, environment: str) -> Snapshot:
        """The newest snapshot. Raises what the store raises when there is no such environment."""

    async def patches(self, project: str, environment: str, after: int) -> Sequence[bytes]:
        """The bytes of every patch after that version, oldest first."""


class Current:
    """One environment at one version."""

    __slots__ = (
        "_encoded",
        "_packed",
        "environment",
        "etag",
        "made",
        "misses",
        "override",
        "program",
        "project",
        "snapshot",
        "truth",
    )

    def __init__(
        self,
        project: str,
        environment: str,
        truth: Snapshot,
        shown: Overlay,
        override: Override,
        program: Program,
    ) -> None:
        snapshot = shown.snapshot
        self.project = project
        self.environment = environment
        self.truth = truth
        """What the log has."""
        self.snapshot = snapshot
        """What is served."""
        self.override = override
        self.misses = shown.misses
        self.program = program
        self.etag = f'"{snapshot.epoch}:{snapshot.version}"'.encode()
        self._encoded = b""
        self._packed: asyncio.Future[bytes] | None = None
        self.made: dict[str, Any] = {}
        """What faces made of this version, by names of theirs, to make it once."""

    def encoded(self) -> bytes:
        """The snapshot's bytes."""
        if not self._encoded:
            self._encoded = self.snapshot.encode()
        return self._encoded

    def flag_keys(self) -> list[str]:
        """The keys of its flags, archived ones too, in the order of the snapshot."""
        return [
            # Most keys need no JSON reader: this is asked anew for each version.
            at[6:-1].decode() if b"\\" not in at else json.loads(at[5:])
            for at in sorted(self.snapshot.lines)
            if at.startswith(b"flag\t")
        ]

    async def packed(self) -> bytes:
        """The snapshot's bytes, gzipped once, beside the event loop."""
        if self._packed is None:
            data = self.encoded()
            self._packed = asyncio.ensure_future(asyncio.to_thread(gzip.compress, data, 6, mtime=0))
        return await asyncio.shield(self._packed)


Listener = Callable[[str, str, Patch, bytes], None]
"""Told of each new version, in order: project, environment, patch, its bytes."""

Placed = Callable[[str, str, str, int], None]
"""Told that an environment stands at a version with nothing before it: project, …, version."""


class Snapshots:
    """What every reader of configuration is given.

    Mutable, by the event loop's thread only: a `Current` is replaced, never changed; `_heard` has
    what was announced and could not be applied; `_asking` the one task per environment that asks
    the log.
    """

    def __init__(
        self, log: Log, *, accelerate: Callable[[str], Callable[[str], bool] | None] | None = None
    ) -> None:
        self._log = log
        self._accelerate = accelerate
        self._overrides = NOTHING
        self._current: dict[At, Current] = {}
        self._heard: dict[At, tuple[str, int]] = {}
        self._asking: dict[At, asyncio.Task[None]] = {}
        self.on_version: list[Listener] = []
        self.on_placed: list[Placed] = []
        self.ready = False

    async def load(self) -> None:
        """Load every environment. Until then `ready` is False."""
        for project, environment in await self._log.environments():
            await self.get(project, environment)
        self.ready = True

    def override(self, overrides: Overrides) -> None:
        """Serve these over what the log has, in every environment, from now on."""
        self._overrides = overrides
        for current in list(self._current.values()):
            self._stand(current.project, current.environment, current.truth)

    def overridden(self) -> list[Current]:
        """The environments that an override holds in."""
        return [current for current in self._current.values() if current.override.keys]

    def find(self, project: str, environment: str) -> Current | None:
        """The environment as it is now, if it was loaded."""
        return self._current.get((project, environment))

    async def get(self, project: str, environment: str) -> Current:
        """The environment as it is now. Raises what the log raises when there is none."""
        at = (project, environment)
        if at not in self._current:
            await self._ask(at)
        return self._current[at]

    async def at_least(self, project: str, environment: str, epoch: str, version: int) -> Current:
        """The environment at that version or later, if the log has it.

        For a client that was told of a version by another node before this node heard of it.
        """
        current = await self.get(project, environment)
        if current.snapshot.epoch == epoch and current.snapshot.version < version:
            await self._ask((project, environment))
        return self._current[project, environment]

    def published(self, news: Published) -> None:
        """A change was committed, here or on another node. Returns at once."""
        at = (news.project, news.environment)
        current = self._current.get(at)
        if current is not None and current.truth.epoch == news.epoch:
            if news.version <= current.truth.version:
                return
            if news.version == current.truth.version + 1 and self._apply(current, news.patch):
                return
        self._heard[at] = (news.epoch, news.version)
        self._ask(at)

    def _ask(self, at: At) -> asyncio.Future[None]:
        """Catch up with the log; one task per environment, however many ask for it."""
        task = self._asking.get(at)
        if task is None:
            task = self._asking[at] = asyncio.create_task(self._catch_up(at))
            task.add_done_callback(lambda _: self._asking.pop(at, None))
        return asyncio.shield(task)

    async def _catch_up(self, at: At) -> None:
        for _ in range(TRIES):
            await self._read_log(at, self._heard.get(at))
            # More may have been announced while the log was read.
            heard, now = self._heard.get(at), self._current[at].truth
            if heard is None or (heard[0] == now.epoch and heard[1] <= now.version):
                self._heard.pop(at, None)
                return
        _, version = self._heard.pop(at)
        _log.warning("the log lacks version %d of %s/%s that was announced", version, *at)

    async def _read_log(self, at: At, heard: tuple[str, int] | None) -> None:
        current = self._current.get(at)
        if current is None or (heard is not None and heard[0] != current.truth.epoch):
            await self._load(at)
            return
        for data in await self._log.patches(*at, current.truth.version):
            now = self._current[at]
            patch = native.decode_patch(data)
            if patch.epoch != now.truth.epoch:
                break
            if patch.version == now.truth.version + 1 and not self._apply(now, data):
                break
        if heard is not None and self._current[at].truth.version < heard[1]:
            await self._load(at)

    async def _load(self, at: At) -> None:
        snapshot = await self._log.snapshot(*at)
        known = self._current.get(at)
        if known is not None and (
            known.truth.epoch == snapshot.epoch and known.truth.version >= snapshot.version
        ):
            return
        self._stand(*at, snapshot)

    def _apply(self, current: Current, data: bytes) -> bool:
        """Go on by one patch; False when it does not fit."""
        at = (current.project, current.environment)
        try:
            patch = native.decode_patch(data)
            after = native.apply(current.truth, patch)
        except SnapshotError:
            _log.exception("a patch for %s/%s does not fit; asking the log", *at)
            return False
        self._stand(*at, after, (patch, data))
        return True

    def _stand(
        self, project: str, environment: str, truth: Snapshot, by: tuple[Patch, bytes] | None = None
    ) -> None:
        """Serve what the log has, with the overrides over it, and tell. `by` is what led to it."""
        at = (project, environment)
        before = self._current.get(at)
        override = self._overrides.of(*at)
        shown = overlay(truth, override, own_epoch=True)
        after = shown.snapshot
        patch: Patch | None = None
        if before is None or before.truth.epoch != truth.epoch:
            program = Program(SnapshotSource(after), accelerate=self._accelerate)
        else:
            plain = after is truth and before.snapshot is before.truth
            patch = by[0] if by and plain else native.between(before.snapshot, after)
            program = before.program.successor(SnapshotSource(after), patch.changed())
        self._current[at] = Current(*at, truth, shown, override, program)
        held = before.snapshot if before is not None else None
        if by is not None and patch is not None and held is not None and held.epoch == after.epoch:
            data = by[1] if patch is by[0] else patch.encode()
            for tell in self.on_version:
                tell(*at, patch, data)
        elif held is None or (held.epoch, held.version) != (after.epoch, after.version):
            for place in self.on_placed:
                place(*at, after.epoch, after.version)

    async def close(self) -> None:
        """Stop asking the log."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
