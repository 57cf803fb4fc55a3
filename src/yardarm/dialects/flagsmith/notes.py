"""What went wrong while a document was read."""

from __future__ import annotations

from ...core.keys import check_key
from ..base import Loss, LossKind

MOST_LOSSES = 10_000
"""So many losses are reported one by one; more are only counted."""


class Malformed(Exception):
    """A part of the vendor's document that cannot be read. `pointer` is relative to the part."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer


class Notes:
    """Collects losses."""

    def __init__(self) -> None:
        self.losses: list[Loss] = []
        self._untold = 0

    def add(
        self,
        pointer: str,
        message: str,
        effect: str = "",
        *,
        flag: str | None = None,
        kind: LossKind = "malformed",
    ) -> None:
        """Note a loss."""
        if len(self.losses) < MOST_LOSSES:
            self.losses.append(Loss(pointer, message, effect, flag, kind))
        else:
            self._untold += 1

    def key(self, key: str, pointer: str, what: str, flag: str | None = None) -> None:
        """Note what is wrong with a key, if anything is."""
        if key.isascii() and key.replace("-", "_").isidentifier() and len(key) <= 256:
            return  # the usual case, quickly
        for problem in check_key(key, pointer):
            effect = f"the {what} is evaluated, but cannot be published under this key"
            self.add(pointer, problem.message, effect, flag=flag, kind="lost")

    def all(self) -> tuple[Loss, ...]:
        """Every loss, and how many more there are."""
        if self._untold:
            more = Loss("", f"{self._untold} more of these", kind="malformed")
            return (*self.losses, more)
        return tuple(self.losses)
