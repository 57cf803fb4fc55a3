"""From a JSONLogic expression to nested functions, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..ambient import Ambient
from ..model import Json
from . import branches, fractional, lists, plain, text, variables
from .expression import (
    Around,
    Expression,
    LogicError,
    Operation,
    Scope,
    UnknownOperation,
    constant,
    eager,
)
from .scope import ITEM, top

MAX_NESTING = 100
"""How deep expressions may nest. Each level is one or two calls on Python's stack."""

OPERATIONS: Mapping[str, Operation] = {
    **variables.OPERATIONS,
    **branches.OPERATIONS,
    **plain.OPERATIONS,
    **lists.OPERATIONS,
    **text.OPERATIONS,
    **fractional.OPERATIONS,
}
"""Every operation: JSONLogic's own, then flagd's."""

Logic = Callable[[Mapping[str, Any], Any, Ambient | None], Any]


def compile_logic(
    expression: Json,
    *,
    flag_key: str,
    operations: Mapping[str, Operation] = OPERATIONS,
    unknown: Callable[[str], Exception] = UnknownOperation,
) -> Logic:
    """The function that evaluates the expression for a context's attributes.

    It takes the attributes of the default kind, those of all kinds (not looked at) and the
    ambient, which may be None. Raises `LogicError` when the expression is nested too deeply. The
    function raises what `unknown` makes of an operation's name where it reaches one that is not
    known, `LogicError` when the expression makes too much work of its data, and whatever Python
    raises for the values (a division by zero, a number out of range). It changes neither the
    expression nor the attributes.
    """
    if nesting(expression) > MAX_NESTING:
        raise LogicError(f"nested too deeply: at most {MAX_NESTING} levels")
    compiled = _Compiler(operations, unknown).compile(expression, top(flag_key))
    step = compiled.step
    if compiled.costly:
        return lambda u, kinds, w: step(u, Around(w))
    unused = Around()
    return lambda u, kinds, w: step(u, unused)


def nesting(expression: Json) -> int:
    """How many levels of operations and lists the expression has, counted to just beyond the limit.

    Without recursion.
    """
    level: list[Json] = [expression]
    for depth in range(MAX_NESTING + 2):
        following: list[Json] = []
        for found in level:
            # The list of arguments belongs to its operation.
            inner = found.values() if isinstance(found, dict) else (found,)
            for part in inner:
                for item in part if isinstance(part, list) else (part,):
                    if isinstance(item, dict | list) and item is not found:
                        following.append(item)  # noqa: PERF401
        if not following:
            return depth + 1
        level = following
    return MAX_NESTING + 1


def operations_in(expression: Json) -> Iterator[str]:
    """The names of all operations of an expression, as often as they occur. Without recursion."""
    waiting = [expression]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict) and len(found) == 1:
            ((name, given),) = found.items()
            yield name
            waiting.append(given)


class _Compiler:
    def __init__(
        self, operations: Mapping[str, Operation], unknown: Callable[[str], Exception]
    ) -> None:
        self.operations = operations
        self.unknown = unknown

    def compile(self, logic: Json, scope: Scope) -> Expression:
        if isinstance(logic, list):
            return _list([self.compile(item, scope) for item in logic], logic)
        if not isinstance(logic, dict) or len(logic) != 1:
            return constant(logic)
        ((name, given),) = logic.items()
        operation = self.operations.get(name) or self._unknown(name)
        arguments = []
        for position, argument in enumerate(given if isinstance(given, list) else [given]):
            if position in operation.verbatim:
                arguments.append(constant(argument))
            else:
                inside = ITEM if position in operation.inner else scope
                arguments.append(self.compile(argument, inside))
        return Expression(
            operation.build(arguments, scope),
            size=1 + sum(argument.size for argument in arguments),
            costly=operation.costly(arguments) or any(argument.costly for argument in arguments),
        )

    def _unknown(self, name: str) -> Operation:
        """What has no definition fails when it is reached, after its arguments."""
        outer, dot, _ = name.partition(".")

        def fail(*values: Any) -> Any:
            if dot and outer in self.operations:
                raise TypeError(f"operation {name!r} is looked for inside of {outer!r}")
            raise self.unknown(name)

        return eager(fail)


def _list(items: list[Expression], given: list[Json]) -> Expression:
    """A list is made anew at each evaluation: `==` tells lists apart by identity."""
    steps = tuple(item.step for item in items)

    def step(data: Any, around: Around) -> list[Any]:
        return [step(data, around) for step in steps]

    return Expression(
        step,
        all(item.constant for item in items),
        given,
        1 + sum(item.size for item in items),
        any(item.costly for item in items),
    )
