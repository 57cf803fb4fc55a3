"""All toggles of a document as flags by key, each made when it is first asked for.

Ten thousand toggles hold hundreds of thousands of conditions, of which a process that evaluates
needs few. Reading goes through every toggle once, for what is wrong with it, and keeps none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core import model as m
from ...core.keys import check_key
from ..base import Loss
from .dependencies import depending, read_needs
from .faults import Unreadable
from .features import LEFT_OUT, check_toggle, read_toggle
from .strategies import Common

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Toggles(Mapping[str, m.Flag]):
    """The flags by key. Equal to any mapping with equal flags; threads may share it."""

    __slots__ = ("_common", "_made", "_raws")

    def __init__(self, common: Common) -> None:
        self._common = common
        self._raws: dict[str, tuple[str, dict[str, Any]]] = {}
        self._made: dict[str, m.Flag] = {}

    def __getitem__(self, key: str) -> m.Flag:
        found = self._made.get(key)
        if found is None:
            at, raw = self._raws[key]
            found = read_toggle(raw, at, self._common)
            if raw.get("dependencies"):
                found, _ = depending(found, read_needs(raw), self._alone, self._common, at)
            self._made[key] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._raws)

    def __len__(self) -> int:
        return len(self._raws)

    def __contains__(self, key: object) -> bool:
        return key in self._raws

    def __repr__(self) -> str:
        return f"Toggles({list(self._raws)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)

    def _alone(self, key: str) -> m.Flag | None:
        """The flag without its dependencies, as those that depend on it see it."""
        found = self._raws.get(key)
        if found is None:
            return None
        at, raw = found
        return read_toggle(raw, at, self._common) if raw.get("dependencies") else self[key]

    # --- reading ------------------------------------------------------------------------------

    def add(self, raws: list[tuple[str, Any]], losses: list[Loss]) -> None:
        """Add toggles, each with its pointer into the document; note what is wrong with them."""
        for at, raw in raws:
            key, lost = check_toggle(raw, at, self._common)
            losses += lost
            if key is None:
                continue
            if key in self._raws:
                message = f"the toggle {key!r} comes twice"
                losses.append(Loss(at, message, "the last one counts", key, "malformed"))
            if not _PLAIN.issuperset(key) or not key:
                losses += _odd_key(key, at)
            self._raws[key] = at, raw
        depend = [found for found in self._raws.items() if found[1][1].get("dependencies")]
        for key, (at, raw) in depend:
            try:
                read_needs(raw)
            except Unreadable as error:
                losses.append(Loss(at + error.pointer, error.reason, LEFT_OUT, key, "malformed"))
                del self._raws[key]
        for key, (at, raw) in depend:
            if key in self._raws:
                flag = read_toggle(raw, at, self._common)
                losses += depending(flag, read_needs(raw), self._alone, self._common, at)[1]


def _odd_key(key: str, at: str) -> Iterator[Loss]:
    for problem in check_key(key, at):
        effect = "it is kept, and evaluates, but cannot be published"
        yield Loss(f"{at}/name", problem.message, effect, key)
