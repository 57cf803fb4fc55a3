"""What texts there are: every way in which several monitors can come out together, with texts.

The monitors' common automaton is walked breadth first, so the texts found are the shortest, and
what is not found does not exist.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from .cells import MAX_CELLS, TooMany
from .monitors import Monitor

MAX_STEPS = 300_000
"""Most letters read in one walk."""


def shortest(
    monitors: Sequence[Monitor], letters: Sequence[str], wanted: int, unwanted: int
) -> str | None:
    """The shortest text that has all of the wanted bits and none of the unwanted, if there is one.

    Raises `TooMany` when the walk would take too long.
    """
    start = tuple(monitor.start for monitor in monitors)
    seen: set[tuple[Any, ...]] = {start}
    queue: deque[tuple[tuple[Any, ...], str]] = deque([(start, "")])
    left = MAX_STEPS
    while queue:
        state, text = queue.popleft()
        bits = settled = 0
        for monitor, part in zip(monitors, state, strict=True):
            bits |= monitor.bits(part)
            settled |= monitor.settled(part)
        if settled & unwanted:
            continue
        if bits & wanted == wanted and not bits & unwanted:
            return text
        left -= len(letters)
        if left < 0:
            raise TooMany
        for letter in letters:
            following = tuple(
                [monitor.step(part, letter) for monitor, part in zip(monitors, state, strict=True)]
            )
            if following not in seen:
                seen.add(following)
                queue.append((following, text + letter))
    return None


def explore(monitors: Sequence[Monitor], letters: Sequence[str]) -> dict[int, str]:
    """For each set of bits that comes out for some text, the shortest such text.

    Raises `TooMany` when the walk would take too long.
    """
    start = tuple(monitor.start for monitor in monitors)
    seen: set[tuple[Any, ...]] = {start}
    queue: deque[tuple[tuple[Any, ...], str]] = deque([(start, "")])
    steps = [monitor.step for monitor in monitors]
    found: dict[int, str] = {}
    left = MAX_STEPS
    while queue:
        state, text = queue.popleft()
        bits = 0
        for monitor, part in zip(monitors, state, strict=True):
            bits |= monitor.bits(part)
        found.setdefault(bits, text)
        left -= len(letters)
        if left < 0 or len(found) > MAX_CELLS:
            raise TooMany
        for letter in letters:
            following = tuple([step(part, letter) for step, part in zip(steps, state, strict=True)])
            if following not in seen:
                seen.add(following)
                queue.append((following, text + letter))
    return found
