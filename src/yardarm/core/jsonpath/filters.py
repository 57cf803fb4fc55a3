"""Expressions in filters: what they give for a node.

What finds no node is `NOTHING`, a value of its own that equals only itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..regex import Pattern
from .iregexp import matcher
from .tree import (
    FUNCTIONS,
    NODES,
    Below,
    Call,
    Combined,
    Compared,
    Expression,
    Literal,
    Negated,
)

NOTHING = object()

Give = Callable[[Any, Any], Any]
"""From the present node and the root to a value."""
Holds = Callable[[Any, Any], bool]


class _Nodes(list[Any]):
    """What a query found."""


def holds(expression: Expression) -> Holds:
    """Whether an expression holds for a node."""
    give = _giver(expression)
    return lambda node, root: _truth(give(node, root))


def _truth(value: Any) -> bool:
    if value is NOTHING:
        return False
    return True if value is None else bool(value)


def _giver(expression: Expression) -> Give:
    match expression:
        case Literal(value):
            return lambda node, root: value
        case Below():
            return _below(expression)
        case Call():
            return _call(expression)
        case Negated(inner):
            test = holds(inner)
            return lambda node, root: not test(node, root)
        case Combined(sign, left, right):
            first, second = holds(left), holds(right)
            if sign == "&&":
                return lambda node, root: first(node, root) and second(node, root)
            return lambda node, root: first(node, root) or second(node, root)
        case Compared(sign, left, right):
            one, other = _single(_giver(left)), _single(_giver(right))
            compare = _COMPARE[sign]
            return lambda node, root: compare(one(node, root), other(node, root))


def _below(expression: Below) -> Give:
    from .query import Path  # which needs this module for the filters of its paths

    path = Path(expression.query)
    if expression.root:
        return lambda node, root: _Nodes(path.values(root, root))
    whole = not expression.query.segments

    def relative(node: Any, root: Any) -> Any:
        if isinstance(node, dict | list):
            # Below a filter the root of a query is the present node, also for filters inside.
            return _Nodes(path.values(node, node))
        return node if whole else _Nodes()

    return relative


def _single(give: Give) -> Give:
    """The one node that was found instead of a list of it."""

    def single(node: Any, root: Any) -> Any:
        found = give(node, root)
        if type(found) is not _Nodes:
            return found
        return found[0] if found else NOTHING

    return single


# --- comparison -------------------------------------------------------------------------------


def _equal(one: Any, other: Any) -> bool:
    if one is NOTHING or other is NOTHING:
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool) and one == other
    return bool(one == other)


def _less(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one < other
    return False


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda one, other: not _equal(one, other),
    "<": _less,
    ">": lambda one, other: _less(other, one),
    "<=": lambda one, other: _less(one, other) or _equal(one, other),
    ">=": lambda one, other: _less(other, one) or _equal(one, other),
}


# --- functions --------------------------------------------------------------------------------


def _call(call: Call) -> Give:
    wanted = FUNCTIONS[call.name][0]
    givers = [
        _giver(argument) if kind == NODES else _single(_giver(argument))
        for kind, argument in zip(wanted, call.arguments, strict=True)
    ]
    if call.name in ("match", "search"):
        return _matching(call, givers)
    function = {"length": _length, "count": len, "value": _value}[call.name]
    return lambda node, root: function(givers[0](node, root))


def _length(value: Any) -> Any:
    return len(value) if isinstance(value, str | list | dict) else NOTHING


def _value(nodes: Any) -> Any:
    return nodes[0] if type(nodes) is _Nodes and len(nodes) == 1 else NOTHING


def _matching(call: Call, givers: list[Give]) -> Give:
    text, pattern = givers
    ask = operator.attrgetter("fullmatch" if call.name == "match" else "search")
    written = call.arguments[1]
    known = _known(written)

    def matching(node: Any, root: Any) -> bool:
        found = known
        if found is None and type(source := pattern(node, root)) is str:
            found = matcher(source)
        subject = text(node, root)
        return found is not None and isinstance(subject, str) and bool(ask(found)(subject))

    return matching


def _known(written: Expression) -> Pattern | None:
    is_text = isinstance(written, Literal) and isinstance(written.value, str)
    return matcher(written.value) if is_text else None  # type: ignore[union-attr]
