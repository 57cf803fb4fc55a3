"""Writes one prepared version within a transaction: lines, change, snapshot, head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from yardarm.core.jsontext import canonical
from yardarm.core.snapshot import id_of

from ..store.changes import ChangeRow
from ..store.database import Transaction
from ..store.errors import StoreBusy
from . import commands as c
from .history import with_hash
from .model import SNAPSHOT_EVERY, Change
from .prepare import Prepared
from .state import State

CHANNEL = "yardarm_changes"


@dataclass(frozen=True, slots=True)
class Signature:
    """What all changes of one submit have in common."""

    change_set: str
    command: c.Command
    actor: str
    reason: str
    at: datetime
    movement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the changes record of who was moved, by environment."""


async def write(
    transaction: Transaction, prepared: Prepared, signature: Signature
) -> tuple[State, Change]:
    """Write the next version of an environment. Returns the state and the change it leaves."""
    row, snapshot = prepared.before.row, prepared.snapshot
    change = await _change(transaction, prepared, signature)
    moved = await transaction.projects.advance(
        row.id,
        version=change.version,
        root=change.root,
        head=change.hash,
        size=prepared.bytes,
    )
    if not moved:  # the project's lock makes this impossible; the version must not be reused
        raise StoreBusy(f"{row.key!r} was changed meanwhile; try again")
    patch = prepared.patch
    await transaction.lines.put(
        row.id, ((line, snapshot.hashes[id_of(line)]) for line in patch.lines)
    )
    await transaction.lines.remove(row.id, patch.removed)
    await transaction.changes.append(_row(row.id, change))
    if change.version % SNAPSHOT_EVERY == 0:
        await transaction.lines.keep_snapshot(row.id, change.version, snapshot.encode())
    await transaction.ring(CHANNEL, f"{row.id}:{change.version}")
    after = replace(
        row, version=change.version, root=change.root, head=change.hash, bytes=prepared.bytes
    )
    return State(after, snapshot, prepared.document), change


async def _change(transaction: Transaction, prepared: Prepared, signature: Signature) -> Change:
    row, patch = prepared.before.row, prepared.patch.encode()
    last = await transaction.changes.last_at(row.id)
    return with_hash(
        Change(
            project=row.project,
            environment=row.key,
            epoch=row.epoch,
            version=prepared.snapshot.version,
            change_set=signature.change_set,
            command=recorded(signature.command),
            actor=signature.actor,
            reason=signature.reason,
            # A history's instants never go back, also where the clock did.
            at=max(signature.at, last) if last is not None else signature.at,
            movement=signature.movement.get(row.key),
            inverse=c.command_to_json(prepared.inverse),
            root=prepared.snapshot.root,
            patch_hash=sha256(patch).hexdigest(),
            prev_hash=row.head,
            hash="",
            patch=patch,
        )
    )


def recorded(command: c.Command) -> dict[str, Any]:
    """A command as a change records it: an imported document only by its hash and extent, since
    every environment's patch holds what came of it."""
    value = c.command_to_json(command)
    if isinstance(command, c.ImportDocument):
        value["document"] = {
            "sha256": sha256(canonical(command.document)).hexdigest(),
            "flags": len(command.document.get("flags") or ()),
            "segments": len(command.document.get("segments") or ()),
        }
    return value


def _row(environment_id: int, change: Change) -> ChangeRow:
    return ChangeRow(
        environment_id=environment_id,
        version=change.version,
        change_set=change.change_set,
        command=dict(change.command),
        actor=change.actor,
        reason=change.reason,
        at=change.at,
        movement=change.movement,
        inverse=dict(change.inverse),
        root=change.root,
        patch_hash=change.patch_hash,
        prev_hash=change.prev_hash,
        hash=change.hash,
        patch=change.patch,
    )
