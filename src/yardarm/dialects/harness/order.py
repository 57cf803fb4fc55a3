"""Asking prerequisites in the SDK's order.

The SDK asks what a prerequisite would serve without prerequisites of its own, and only then for
those. The same comes out as for our flags, which ask theirs first, unless an evaluation breaks off:
then the order decides whether it is come to at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...core import model as m
from ...core.ambient import Ambient
from ...core.compile import Abort
from ...core.program import Compiled, Program
from .flags import direct
from .notes import Malformed, Notes

MOST_STEPS = 10_000
"""How many prerequisites may be asked in one evaluation. The SDK asks flags that many others need
again and again, in a circle until Python stops it."""


class Order:
    """A document whose prerequisites are asked as the SDK does."""

    def __init__(self, document: m.Document) -> None:
        alone = {key: replace(flag, prerequisites=()) for key, flag in document.flags.items()}
        self._alone = Program.of(replace(document, flags=alone), follow_cycles=True)
        self._raws: dict[str, m.Json] = {
            key: flag.origin["raw"] for key, flag in document.flags.items() if flag.origin
        }
        self._needs: dict[str, list[tuple[str, tuple[str, ...]]]] = {}

    def matters(self, flag: m.Flag) -> bool:
        """Whether the flag's prerequisites could be asked in another order, or not at all: the SDK
        asks those of a flag that is off as well."""
        needed = self._needed(flag.key)
        return bool(needed) and (not flag.enabled or any(self._needed(key) for key, _ in needed))

    def compiled(self, key: str) -> Compiled:
        """The flag without its prerequisites."""
        return self._alone.compiled(key)

    def met(self, key: str, target: Mapping[str, Any], ambient: Ambient) -> bool:
        """Whether the flag's prerequisites are met. Raises `Abort` where the SDK raises."""
        pending = list(reversed(self._needed(key)))
        for _ in range(MOST_STEPS):
            if not pending:
                return True
            other, wanted = pending.pop()
            compiled = self._alone.compiled(other)
            run = compiled.raw or compiled.run
            if run(target, None, ambient).variant not in wanted:
                return False
            pending += reversed(self._needed(other))
        raise Abort("prerequisites without end")

    def _needed(self, key: str) -> list[tuple[str, tuple[str, ...]]]:
        found = self._needs.get(key)
        if found is None:
            try:
                found = direct(self._raws[key], "", self._raws, Notes())
            except Malformed:
                found = []
            self._needs[key] = found
        return found
