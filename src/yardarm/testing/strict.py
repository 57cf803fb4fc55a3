"""What a strict test may not do: ask for unknown flags, override what nobody asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..sdk.local import did_you_mean
from .recording import Recording


def complaints(
    seen: Recording, overridden: Iterable[str], *, bare: bool, known: Collection[str] = ()
) -> list[str]:
    """What is wrong, in words; nothing when nothing is. With `bare` every flag is unknown."""
    asked = seen.flags
    unknown = set() if bare else seen.unknown
    found = [
        f"flag {key!r} was asked for and is in no document{did_you_mean(key, known)}"
        for key in sorted(unknown)
    ]
    return found + [
        f"flag {key!r} was overridden and never asked for{did_you_mean(key, asked)}"
        for key in sorted(set(overridden) - asked)
    ]
