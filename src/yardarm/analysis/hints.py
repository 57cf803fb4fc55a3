"""Values that an opaque atom may have to do with: guesses, each of which is tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..core.dates import format_instant, instant_us
from ..core.semver import parse
from .subjects import Atom

_DAY = 86_400_000_000


def hints(sides: Sequence[tuple[Atom, bool]]) -> Iterator[Any]:
    """Values near those that the atoms name."""
    for atom, _ in sides:
        for value in atom.hints or atom.values:
            yield value
            yield from _near(value)


def _near(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from (value + "x", "x" + value, value.upper(), value.lower(), value[:-1])
        yield from _beside(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (value + 1, value - 1, str(value), [value])
    elif isinstance(value, list):
        yield from value
        for item in value:
            yield from _near(item)


def _beside(text: str) -> Iterator[str]:
    """Texts before and after one that is a version or a date."""
    if parse(text) is not None:
        yield from ("0.0.1", "9999.0.0")
    instant = instant_us(text)
    if instant is not None:
        for other in (instant - _DAY, instant + _DAY):
            try:
                yield format_instant(other)
            except ValueError:
                continue
