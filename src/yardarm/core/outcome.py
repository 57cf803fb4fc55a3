"""What a compiled flag can answer. Made once per flag, returned by reference."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final


class _Fallback:
    """The caller's fallback, wherever a value would stand."""

    def __repr__(self) -> str:
        return "FALLBACK"


FALLBACK: Final = _Fallback()


class Outcome:
    """One possible answer of a flag: a variant and why.

    `value` is the variant's value, or `FALLBACK`. `fresh` is set for lists and objects and makes
    a new copy, so that no caller can change what the next one gets. `unit` names the kind and
    attributes that a split divides by, when that is not the default kind's key. `at` holds the
    index of the rule and of the split's arm that served it, each None where there is none.
    `tracked` is whether being given it counts as an assignment.
    `tick` and `seen` belong to whoever runs the program: they count and remember, the core never
    reads them.
    """

    __slots__ = (
        "at",
        "cause",
        "error",
        "fresh",
        "reason",
        "rule",
        "seen",
        "tick",
        "tracked",
        "unit",
        "value",
        "variant",
    )

    def __init__(
        self,
        value: Any,
        variant: str | None,
        reason: str,
        *,
        rule: str | None = None,
        error: str | None = None,
        cause: str | None = None,
        unit: tuple[str, tuple[str, ...]] | None = None,
        at: tuple[int | None, int | None] = (None, None),
        tracked: bool = True,
    ) -> None:
        self.value = value
        self.variant = variant
        self.reason = reason
        self.rule = rule
        self.error = error
        self.cause = cause
        self.unit = unit
        self.at = at
        self.tracked = tracked
        self.fresh = maker(value) if isinstance(value, list | dict) else None
        self.tick: Callable[[], Any] | None = None
        self.seen: Any = None

    def __repr__(self) -> str:
        return f"Outcome({self.variant!r}, {self.reason})"


_LARGEST_INLINE = 200


def maker(value: list[Any] | dict[str, Any]) -> Callable[[], Any]:
    """A function that builds the value anew each time.

    A small value becomes an expression of nested displays over bound constants, several times
    faster than a deep copy; the values themselves never become source.
    """
    bound: dict[str, Any] = {}

    def expression(item: Any) -> str:
        if len(bound) > _LARGEST_INLINE:
            return ""
        if isinstance(item, dict):
            members = (f"{expression(k)}: {expression(v)}" for k, v in item.items())
            return "{" + ", ".join(members) + "}"
        if isinstance(item, list):
            return "[" + ", ".join(map(expression, item)) + "]"
        name = f"c{len(bound)}"
        bound[name] = item
        return name

    source = expression(value)
    if len(bound) > _LARGEST_INLINE:
        return lambda: deepcopy(value)
    try:
        code = compile(f"lambda: {source}", "<yardarm>", "eval")
    except (RecursionError, MemoryError, SyntaxError):  # nested deeper than the parser allows
        return lambda: deepcopy(value)
    made: Callable[[], Any] = eval(code, {"__builtins__": {}, **bound})
    return made
