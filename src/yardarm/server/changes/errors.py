"""Why a command was not carried out. Nothing was changed when one of these is raised.

`DocumentError` (not valid) comes from `yardarm.errors`, `Forbidden` from `access`.
"""

from __future__ import annotations

from collections.abc import Sequence

from yardarm.core.edits import Edit
from yardarm.errors import YardarmError

from ..projects.errors import AlreadyExists, NotFound


class Conflict(YardarmError):
    """The environment has moved on since the version the command was made on.

    `edits` lead from the base document to the current one (empty when the base is unknown).
    `changed_since` names, for an undo, the later versions that touched the same flags or segments.
    """

    def __init__(
        self,
        environment: str,
        base: int,
        current: int,
        edits: Sequence[Edit] = (),
        changed_since: Sequence[int] = (),
    ) -> None:
        self.environment = environment
        self.base = base
        self.current = current
        self.edits = tuple(edits)
        self.changed_since = tuple(changed_since)
        if self.changed_since:
            later = ", ".join(map(str, self.changed_since))
            message = f"what version {base} changed in {environment!r} was changed again by {later}"
        else:
            message = f"{environment!r} is at version {current}, not {base}"
        super().__init__(message)


class Refused(YardarmError):
    """A guard says no. `reason` is a slug, `details` what stands in the way, `hint` the way out.

    Slugs: flag-needed, flag-in-use, flag-archived, segment-needed, growth, deletion,
    environments-missing, environments-differ, same-environment.
    """

    def __init__(
        self, reason: str, message: str, details: Sequence[str] = (), hint: str = ""
    ) -> None:
        self.reason = reason
        self.details = tuple(details)
        self.hint = hint
        super().__init__(message + (": " + "; ".join(self.details) if self.details else ""))


class KeyReused(YardarmError):
    """The idempotency key was used for a different request."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the idempotency key {key!r} was used for a different request")


__all__ = ["AlreadyExists", "Conflict", "KeyReused", "NotFound", "Refused"]
