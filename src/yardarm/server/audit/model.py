"""Entries of the system chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from yardarm.core.jsontext import canonical

from ..store.instants import to_rfc3339

GENESIS = "0" * 64
"""The `prev_hash` of the first entry of any chain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to access or projects. `number` is gapless from 1.

    `hash` is the SHA-256 of the canonical JSON of everything else.
    """

    number: int
    at: datetime
    actor: str
    action: str
    details: Mapping[str, Any]
    reason: str
    prev_hash: str
    hash: str

    def payload(self) -> dict[str, Any]:
        """What the hash covers."""
        return {
            "number": self.number,
            "at": to_rfc3339(self.at),
            "actor": self.actor,
            "action": self.action,
            "details": dict(self.details),
            "reason": self.reason,
            "prev_hash": self.prev_hash,
        }

    def to_json(self) -> dict[str, Any]:
        """The payload and its hash, so that a reader can check the chain alone."""
        return {**self.payload(), "hash": self.hash}


def hash_of(payload: Mapping[str, Any]) -> str:
    """The hash of an entry's payload."""
    return sha256(canonical(payload)).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Something wrong with a chain: at which number (or version), and what."""

    number: int
    message: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking a chain found. `length` entries were read, `head` is the last hash."""

    length: int
    head: str
    faults: tuple[ChainFault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
