"""Which of several things are to blame: the fewest that suffice.

U. Junker, "QuickXplain: Preferred Explanations and Relaxations for Over-Constrained Problems"
(2004). What comes first is preferred, and none of the found can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_MOST_ALONE = 200


def fewest(items: Sequence[T], impossible: Callable[[Sequence[T]], bool]) -> list[T]:
    """A smallest part of `items` that is impossible together, if all of them are.

    `impossible` says so only when it is proven. One that suffices alone is taken at once.
    """
    for item in items[:_MOST_ALONE]:
        if impossible([item]):
            return [item]
    if not impossible(items):
        return list(items)
    return _explain([], [], list(items), impossible)


def _explain(
    background: list[T], added: list[T], items: list[T], impossible: Callable[[Sequence[T]], bool]
) -> list[T]:
    if added and impossible(background):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    of_second = _explain([*background, *first], first, second, impossible)
    of_first = _explain([*background, *of_second], of_second, first, impossible)
    return [*of_first, *of_second]
