"""`if`, `?:`, `and` and `or`: only what decides is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .coerce import truthy
from .expression import Around, Expression, Operation, Scope, Step


def _if(arguments: Sequence[Expression], scope: Scope) -> Step:
    """Condition, value, condition, value, …, and possibly a value for all others."""
    steps = [argument.step for argument in arguments]
    pairs = tuple(zip(steps[0:-1:2], steps[1::2], strict=False))
    otherwise = steps[-1] if len(steps) % 2 else None
    if len(pairs) == 1 and otherwise is not None:
        return _one_condition(*pairs[0], otherwise)

    def run(data: Any, around: Around) -> Any:
        for condition, value in pairs:
            met = condition(data, around)
            if met is True or (met is not False and truthy(met)):
                return value(data, around)
        return None if otherwise is None else otherwise(data, around)

    return run


def _one_condition(condition: Step, value: Step, otherwise: Step) -> Step:
    def run(data: Any, around: Around) -> Any:
        met = condition(data, around)
        if met is True or (met is not False and truthy(met)):
            return value(data, around)
        return otherwise(data, around)

    return run


def _and(arguments: Sequence[Expression], scope: Scope) -> Step:
    """The first value that is not true, or the last one; null without arguments."""
    steps = tuple(argument.step for argument in arguments)

    def run(data: Any, around: Around) -> Any:
        value = None
        for step in steps:
            value = step(data, around)
            if value is False or (value is not True and not truthy(value)):
                return value
        return value

    return run


def _or(arguments: Sequence[Expression], scope: Scope) -> Step:
    """The first value that is true, or the last one; null without arguments."""
    steps = tuple(argument.step for argument in arguments)

    def run(data: Any, around: Around) -> Any:
        value = None
        for step in steps:
            value = step(data, around)
            if value is True or (value is not False and truthy(value)):
                return value
        return value

    return run


OPERATIONS = {
    "if": Operation(_if),
    "?:": Operation(_if),
    "and": Operation(_and),
    "or": Operation(_or),
}
