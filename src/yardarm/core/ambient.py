"""What surrounds an evaluation: the present and chance. An argument, so the core stays pure."""

from __future__ import annotations

from collections.abc import Callable


def _no_chance() -> float:
    return 0.0


class Ambient:
    """The present and chance, as functions: they are called only by flags that ask for them.

    `now()` is seconds since 1970, None where nobody knows. `random()` is uniform in [0, 1); a
    preview or a replay gives one of its own, so that the same question gets the same answer.
    """

    __slots__ = ("now", "random")

    def __init__(
        self, now: Callable[[], float | None], random: Callable[[], float] = _no_chance
    ) -> None:
        self.now = now
        self.random = random

    @classmethod
    def at(cls, now: float | None, random: Callable[[], float] = _no_chance) -> Ambient:
        """An ambient in which time stands still."""
        return cls(lambda: now, random)
