"""A preview: what commands would move, and how far the counting is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: frozenset[State] = frozenset({"done", "failed", "cancelled"})


@dataclass(slots=True)
class Preview:
    """One preview. `Previews` alone changes it, until it has ended.

    `versions` are those of every environment that was looked at, and what it speaks of. `movement`
    is by environment (see the how-to guide): what `core.movement` says, beside where its population
    stood, what analysis finds after the change and not before, and how certain a sample is.
    `edits` are what the commands change, in words, by environment; `fingerprint` names that.
    """

    id: str
    project: str
    actor: str
    commands: Sequence[Mapping[str, Any]]
    environments: Mapping[str, int | None] | None
    versions: Mapping[str, int]
    at: str
    created_at: str
    warnings: Sequence[Mapping[str, str]] = ()
    state: State = "queued"
    progress: float = 0.0
    movement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    edits: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing about it changes any more."""
        return self.state in ENDED

    def to_json(self) -> dict[str, Any]:
        """The preview as JSON."""
        return {
            "id": self.id,
            "project": self.project,
            "actor": self.actor,
            "commands": [dict(command) for command in self.commands],
            "environments": None if self.environments is None else dict(self.environments),
            "versions": dict(self.versions),
            "at": self.at,
            "created_at": self.created_at,
            "warnings": [dict(warning) for warning in self.warnings],
            "state": self.state,
            "progress": round(self.progress, 3),
            "movement": {at: dict(found) for at, found in self.movement.items()},
            "edits": {at: [dict(edit) for edit in found] for at, found in self.edits.items()},
            "fingerprint": dict(self.fingerprint),
            "error": self.error,
        }
