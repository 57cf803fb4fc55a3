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
from .steps import Steps


def shortest(
    monitors: Sequence[Monitor], letters: Sequence[str], wanted: int, unwanted: int, steps: Steps
) -> str | None:
    """The shortest text that has all of the wanted bits and none of the unwanted, if there is one.

    Raises `Spent`.
    """
    start = tuple(monitor.start for monitor in monitors)
    seen: set[tuple[Any, ...]] = {start}
    queue: deque[tuple[tuple[Any, ...], str]] = deque([(start, "")])
    cost = len(letters) * sum(monitor.cost for monitor in monitors)
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
        steps.take(cost)
        for letter in letters:
            following = tuple(
                [monitor.step(part, letter) for monitor, part in zip(monitors, state, strict=True)]
            )
            if following not in seen:
                seen.add(following)
                queue.append((following, text + letter))
    return None


def explore(monitors: Sequence[Monitor], letters: Sequence[str], steps: Steps) -> dict[int, str]:
    """For each set of bits that comes out for some text, the shortest such text.

    Raises `TooMany` and `Spent`.
    """
    start = tuple(monitor.start for monitor in monitors)
    seen: set[tuple[Any, ...]] = {start}
    queue: deque[tuple[tuple[Any, ...], str]] = deque([(start, "")])
    ways = [monitor.step for monitor in monitors]
    found: dict[int, str] = {}
    cost = len(letters) * sum(monitor.cost for monitor in monitors)
    while queue:
        state, text = queue.popleft()
        bits = 0
        for monitor, part in zip(monitors, state, strict=True):
            bits |= monitor.bits(part)
        found.setdefault(bits, text)
        if len(found) > MAX_CELLS:
            raise TooMany
        steps.take(cost)
        for letter in letters:
            following = tuple([step(part, letter) for step, part in zip(ways, state, strict=True)])
            if following not in seen:
                seen.add(following)
                queue.append((following, text + letter))
    return found
