"""What this client knows and what may follow it: the synchronisation machine. Pure.

It holds the one snapshot that is served. The rules:

1. Within one epoch the version never goes back; what is older is dropped.
2. A patch must continue exactly the version held and lead to the root it names. If it does not,
   something was missed: the full snapshot is fetched.
3. Another epoch is another history (a second server, or one restored from a backup): the full
   snapshot is fetched and taken whatever its version is, and somebody is told.
4. A server that says it is at a lower version of the same epoch was restored without a new epoch:
   what is held stays, and somebody is told.
5. What cannot be read changes nothing.

A method answers with a `Step`: what to do next, and what to tell people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from ..core.references import Reference
from ..core.snapshot import LineId, Patch, Snapshot, apply, between, decode_patch, id_of
from ..errors import SnapshotError
from .overrides import SEPARATOR, same_history

Action = Literal["stay", "take", "fetch"]


class ProtocolError(ValueError):
    """The other side does not speak our protocol. The message says how that shows."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from something that was heard.

    `take`: serve `snapshot`, in which only `changed` differs from what was held before (None: it is
    all new); `fetch`: get the full snapshot and `offer` it; `stay`: nothing to do. `why` is for a
    log, `alarm` means that a person should read it.
    """

    action: Action
    why: str = ""
    alarm: bool = False
    snapshot: Snapshot | None = None
    changed: frozenset[Reference] | None = None


STAY = Step("stay")


class Continuity:
    """The state machine. `snapshot` is what is held, None before the first one.

    `provisional` says that it came with the program (a bootstrap document): whatever the server
    has replaces it, and that its history is another one surprises nobody.
    """

    __slots__ = ("provisional", "snapshot")

    def __init__(self, snapshot: Snapshot | None = None, *, provisional: bool = False) -> None:
        self.snapshot = snapshot
        self.provisional = provisional

    @property
    def position(self) -> str | None:
        """Where to go on from, as `Last-Event-ID` wants it: epoch, colon, version."""
        held = self.snapshot
        return f"{held.epoch}:{held.version}" if held is not None and held.epoch else None

    def hello(self, data: bytes) -> Step:
        """The server's first event: its epoch, version and root."""
        told = _object(data)
        epoch, version, root = told.get("epoch"), told.get("version"), told.get("root")
        if not (isinstance(epoch, str) and _is_version(version) and isinstance(root, str)):
            raise ProtocolError("its first event does not name epoch, version and root")
        held = self.snapshot
        if held is None:
            return Step("fetch", "nothing held yet")
        if held.epoch != epoch:
            return Step("fetch", self._other_epoch(epoch), alarm=not self.provisional)
        if version < held.version:
            return self._behind(version)
        if version == held.version and root != held.root:
            return Step("fetch", f"version {version} differs from the one held", alarm=True)
        return STAY  # at it, or behind it: then patches follow

    def heartbeat(self, data: bytes) -> Step:
        """The server's regular sign of life, with its version."""
        version = _object(data).get("version")
        if not _is_version(version):
            raise ProtocolError("its heartbeat names no version")
        held = self.snapshot
        if held is None or version > held.version:
            return Step("fetch", f"version {version} is out, patches are missing")
        return self._behind(version) if version < held.version else STAY

    def reset(self) -> Step:
        """The server cannot replay what was missed."""
        return Step("fetch", "the server no longer has what was missed")

    def patches(self, received: Iterable[bytes]) -> Step:
        """Patches in the order of their arrival, applied together and all or none."""
        held = self.snapshot
        if held is None:
            return Step("fetch", "a patch, but nothing to apply it to")
        try:
            chain = self._chain(held, received)
            if not chain:
                return STAY
            merged = _merged(chain)
            return self._take(apply(held, merged), frozenset(merged.changed()))
        except SnapshotError as error:
            return Step("fetch", str(error))

    def offer(self, snapshot: Snapshot) -> Step:
        """A full snapshot that was fetched."""
        held = self.snapshot
        if held is None:
            return self._take(snapshot, None)
        changed = frozenset(between(held, snapshot).changed())
        if snapshot.epoch != held.epoch:
            alarm = "" if self.provisional else self._other_epoch(snapshot.epoch)
            return self._take(snapshot, changed, alarm)
        if snapshot.version < held.version:
            return self._behind(snapshot.version)
        if snapshot.version > held.version:
            return self._take(snapshot, changed)
        if snapshot.root == held.root:
            return STAY
        return self._take(snapshot, changed, f"version {held.version} came with other content")

    def replace(self, snapshot: Snapshot) -> Step:
        """A snapshot from a source that has no history: a file, a document given by a test."""
        held = self.snapshot
        if held is None:
            return self._take(snapshot, None)
        changed = frozenset(between(held, snapshot).changed())
        return self._take(snapshot, changed) if changed else STAY

    def _take(
        self, snapshot: Snapshot, changed: frozenset[Reference] | None, alarm: str = ""
    ) -> Step:
        self.snapshot = snapshot
        self.provisional = False
        return Step("take", alarm, bool(alarm), snapshot, changed)

    def _chain(self, held: Snapshot, received: Iterable[bytes]) -> list[Patch]:
        chain: list[Patch] = []
        version = held.version
        for data in received:
            patch = decode_patch(data)
            if patch.epoch != held.epoch:
                raise SnapshotError(self._other_epoch(patch.epoch))
            if patch.version <= version:
                continue  # heard before
            if patch.base != version:
                raise SnapshotError(f"the patch continues {patch.base}, held is {version}")
            chain.append(patch)
            version = patch.version
        return chain

    def _other_epoch(self, epoch: str) -> str:
        held = self.snapshot.epoch if self.snapshot else ""
        if same_history(epoch, held):
            if SEPARATOR in epoch:
                return "the server's override file is in force"
            return "the server's override file is no longer in force"
        return f"the server has another history (epoch {epoch!r}, held {held!r})"

    def _behind(self, version: int) -> Step:
        held = self.snapshot.version if self.snapshot else 0
        return Step("stay", f"the server is at version {version}, keeping {held}", alarm=True)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise ProtocolError("an event that is not JSON") from None
    if not isinstance(value, dict):
        raise ProtocolError("an event that is no JSON object")
    return value


def _is_version(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _merged(chain: list[Patch]) -> Patch:
    """One patch that does what the chain does: a burst costs one root, not one each."""
    if len(chain) == 1:
        return chain[0]
    lines: dict[LineId, bytes] = {}
    removed: set[LineId] = set()
    for patch in chain:
        for at in patch.removed:
            lines.pop(at, None)
            removed.add(at)
        for line in patch.lines:
            lines[id_of(line)] = line  # stands even if it was removed before
    last = chain[-1]
    return Patch(
        last.epoch, chain[0].base, last.version, last.root, tuple(lines.values()), tuple(removed)
    )
