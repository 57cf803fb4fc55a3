"""What JSONLogic is compiled from and into: expressions, operations, and what bounds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..ambient import Ambient
from ..model import Json

MAX_STEPS = 5_000_000
"""How much work lists may cause in one evaluation, in expressions evaluated and characters held."""


class LogicError(ValueError):
    """An expression that cannot be evaluated: nested too deeply, or too much work for its data."""


class UnknownOperation(LogicError):
    """An operation that nobody defined. It is an error only where evaluation reaches it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no operation {name!r}")


class Around:
    """What surrounds one evaluation: the present, and what may still be spent on lists.

    It belongs to that evaluation alone, so it may change. `everything` holds all data as one
    value once somebody asked for it: it is told apart from others by identity.
    """

    __slots__ = ("_clock", "everything", "left")

    def __init__(self, ambient: Ambient | None = None) -> None:
        self.left = MAX_STEPS
        self.everything: dict[str, Any] | None = None
        self._clock = None if ambient is None else ambient.now

    def spend(self, amount: int) -> None:
        """Note work. Raises `LogicError` when there is too much of it."""
        self.left -= amount
        if self.left < 0:
            raise LogicError("the expression makes too much work of this context")

    def timestamp(self) -> int | None:
        """Whole seconds since 1970, None where nobody knows the time."""
        now = None if self._clock is None else self._clock()
        return None if now is None else int(now)


Step = Callable[[Any, Around], Any]
"""A compiled expression: the data and what surrounds them in, value out."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled part. A `constant` one gives a value equal to `value`, whatever the data.

    `size` counts the expressions in it, itself included. `costly`: it needs an `Around` of this
    evaluation's own.
    """

    step: Step
    constant: bool = False
    value: Json = None
    size: int = 1
    costly: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands, which says what its data are.

    - `data`: a step that gives all data as one value.
    - `path(names)`: a step that gives the value at a path of names, or None.
    - `flag_key`, `targeting_key`: steps that give these.
    """

    data: Step
    path: Callable[[Sequence[str]], Step]
    flag_key: Step
    targeting_key: Step


@dataclass(frozen=True, slots=True)
class Operation:
    """How calls of one operation are compiled.

    `inner` are the positions of arguments that see a list's items as their data, `verbatim` those
    that are not evaluated. `costly` says whether a call needs an `Around` of its own.
    """

    build: Callable[[Sequence[Expression], Scope], Step]
    inner: frozenset[int] = frozenset()
    verbatim: frozenset[int] = frozenset()
    costly: Callable[[Sequence[Expression]], bool] = lambda arguments: False


def constant(value: Json) -> Expression:
    """An expression that always gives this very object."""
    return Expression(lambda data, around: value, True, value)


def eager(function: Callable[..., Any]) -> Operation:
    """An operation that takes all arguments, evaluated in order."""
    return Operation(lambda arguments, scope: call(function, arguments))


def call(function: Callable[..., Any], arguments: Sequence[Expression]) -> Step:
    """A step that calls the function with the values of all arguments."""
    steps = tuple(argument.step for argument in arguments)
    match steps:
        case ():
            return lambda data, around: function()
        case (first,):
            return lambda data, around: function(first(data, around))
        case (first, second):
            return lambda data, around: function(first(data, around), second(data, around))
    return lambda data, around: function(*[step(data, around) for step in steps])
