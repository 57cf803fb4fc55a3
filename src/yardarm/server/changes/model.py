"""Changes: the numbered, hash-linked entries of an environment's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from yardarm.core.jsontext import canonical
from yardarm.errors import Problem

from ..audit.model import GENESIS, ChainFault, ChainReport
from ..store.instants import to_rfc3339

SNAPSHOT_EVERY = 100
"""A whole snapshot is stored each time the version is a multiple of this."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of one environment, from `version - 1` to `version`.

    `command` is what was asked, `inverse` the command that takes it back, `patch` the bytes that
    lead from the snapshot before to the one after, `root` the root after. Changes made by one
    submit share `change_set`. `hash` is the SHA-256 of the canonical JSON of `payload()`.
    """

    project: str
    environment: str
    epoch: str
    version: int
    change_set: str
    command: Mapping[str, Any]
    actor: str
    reason: str
    at: datetime
    movement: Any
    inverse: Mapping[str, Any]
    root: str
    patch_hash: str
    prev_hash: str
    hash: str
    patch: bytes = field(repr=False)

    def payload(self) -> dict[str, Any]:
        """What the hash covers: every field but `hash`, the patch as its SHA-256."""
        return {
            "project": self.project,
            "environment": self.environment,
            "epoch": self.epoch,
            "version": self.version,
            "change_set": self.change_set,
            "command": dict(self.command),
            "actor": self.actor,
            "reason": self.reason,
            "at": to_rfc3339(self.at),
            "movement": self.movement,
            "inverse": dict(self.inverse),
            "root": self.root,
            "patch_hash": self.patch_hash,
            "prev_hash": self.prev_hash,
        }

    def to_json(self) -> dict[str, Any]:
        """The payload and its hash, so that a reader can check the chain alone."""
        return {**self.payload(), "hash": self.hash}

    def published(self) -> Published:
        """The change, as the ways out need it."""
        return Published(
            self.project, self.environment, self.epoch, self.version, self.root, self.patch
        )


def hash_of(payload: Mapping[str, Any]) -> str:
    """The hash of a change's payload."""
    return sha256(canonical(payload)).hexdigest()


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submit did. No `changes` when the command made no difference.

    `versions` has the version of every environment concerned, changed or not. `warnings` are
    problems that did not stand in the way. `replayed`: the answer to an earlier submit with the
    same idempotency key.
    """

    change_set: str
    changes: tuple[Change, ...]
    versions: Mapping[str, int]
    warnings: tuple[Problem, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A committed change, as the ways out need it. Per environment they come in order, gapless."""

    project: str
    environment: str
    epoch: str
    version: int
    root: str
    patch: bytes = field(repr=False)


__all__ = [
    "GENESIS",
    "SNAPSHOT_EVERY",
    "ChainFault",
    "ChainReport",
    "Change",
    "Published",
    "Submitted",
    "hash_of",
]
