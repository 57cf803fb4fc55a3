"""`map`, `filter`, `reduce`, `all`, `some`, `none`: an expression over each item of a list.

The expression sees the item as its data. What that costs is charged to the evaluation, because
lists within lists, and an accumulator that doubles with each item, would cost without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .coerce import truthy
from .expression import Around, Expression, LogicError, Operation, Scope, Step, constant

MAX_WEIGHT = 100_000
"""How large an accumulator may become, in characters, items and bytes of numbers."""

_NULL = constant(None)


def _always(arguments: Sequence[Expression]) -> bool:
    return True


def _over(
    answer: Callable[[Iterator[Any], list[Any]], Any], no_list: Callable[[], Any], needed: int
) -> Operation:
    """An operation that makes `answer` of the expression's values and the items."""

    def build(arguments: Sequence[Expression], scope: Scope) -> Step:
        if len(arguments) < needed:
            return lambda data, around: no_list()
        items_of = arguments[0].step
        each = arguments[1] if len(arguments) > 1 else _NULL
        step, size = each.step, each.size

        def run(data: Any, around: Around) -> Any:
            items = items_of(data, around)
            if not isinstance(items, list):
                return no_list()
            around.spend(len(items) * size)
            return answer((step(item, around) for item in items), items)

        return run

    return Operation(build, inner=frozenset({1}), costly=_always)


def _kept(values: Iterator[Any], items: list[Any]) -> list[Any]:
    return [item for item, value in zip(items, values, strict=True) if truthy(value)]


def _reduce(arguments: Sequence[Expression], scope: Scope) -> Step:
    """`{"reduce": [list, expression, start]}`; the start is not evaluated."""
    if not arguments:
        return lambda data, around: None
    items_of = arguments[0].step
    each = arguments[1] if len(arguments) > 1 else _NULL
    start = arguments[2].value if len(arguments) > 2 else None
    step, size = each.step, each.size

    def run(data: Any, around: Around) -> Any:
        items = items_of(data, around)
        if not isinstance(items, list):
            return start
        state = {"accumulator": start}
        for item in items:
            state["current"] = item
            state["accumulator"] = reached = step(state, around)
            weight = _weight(reached, state)
            if weight > MAX_WEIGHT:
                raise LogicError("the accumulator of 'reduce' becomes too large")
            around.spend(size + weight)
        return state["accumulator"]

    return run


def _weight(value: Any, state: Any) -> int:
    """How large a value is. What is larger than allowed is not counted to its end.

    A value may hold the state, which holds the value; that is looked into no further.
    """
    weight = 0
    waiting = [value]
    while waiting and weight <= MAX_WEIGHT:
        found = waiting.pop()
        if isinstance(found, str):
            weight += len(found)
        elif isinstance(found, int):
            weight += found.bit_length() >> 3
        elif isinstance(found, list):
            weight += len(found)
            waiting += found
        elif isinstance(found, dict) and found is not state:
            weight += len(found)
            waiting += found.values()
    return weight


OPERATIONS = {
    "map": _over(lambda values, items: list(values), list, 1),
    "filter": _over(_kept, list, 2),
    # By JSONLogic's definition, not all items of an empty list are anything.
    "all": _over(lambda values, items: bool(items) and all(map(truthy, values)), bool, 2),
    "some": _over(lambda values, items: any(map(truthy, values)), bool, 2),
    "none": _over(lambda values, items: not any(map(truthy, values)), lambda: True, 2),
    "reduce": Operation(_reduce, inner=frozenset({1}), verbatim=frozenset({2}), costly=_always),
}
