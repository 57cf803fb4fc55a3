"""What can be wrong with a part of Unleash's document.

The engine knows two grades. A part of a wrong shape (`Unreadable`) makes it refuse the whole
document; here only the toggle around it is left out. A part of the right shape that makes no rule
(`Uncompilable`) switches the whole toggle off, there and here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Read = TypeVar("Read")


class PartError(Exception):
    """Something wrong at `pointer`, which is completed on the way out."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(reason)
        self.pointer = pointer
        self.reason = reason


class Unreadable(PartError):
    """A part of the wrong shape."""


class Uncompilable(PartError):
    """A part of the right shape that the engine cannot make a rule of."""


def each(name: str, raws: Iterable[Any], read: Callable[[Any], Read]) -> list[Read]:
    """Read each item of the list `name`, so that an error tells its place."""
    made: list[Read] = []
    try:
        for raw in raws:
            made.append(read(raw))  # noqa: PERF401 - how many there are tells where it broke off
    except PartError as error:
        error.pointer = f"/{name}/{len(made)}{error.pointer}"
        raise
    return made


def optional(raw: dict[str, Any], name: str, kind: type[Read]) -> Read | None:
    """A field that may be missing or null. Raises `Unreadable` when it is something else."""
    value = raw.get(name)
    if value is None or type(value) is kind:
        return value
    raise Unreadable(f"/{name}", f"{name} is not {_SAID[kind]}")


def needed(raw: dict[str, Any], name: str, kind: type[Read]) -> Read:
    """A field that must be there. Raises `Unreadable` when it is not, or something else."""
    value = raw.get(name)
    if type(value) is kind:
        return value
    if name not in raw:
        raise Unreadable("", f"{name} is missing")
    raise Unreadable(f"/{name}", f"{name} is not {_SAID[kind]}")


def texts(raw: dict[str, Any], name: str) -> list[str] | None:
    """A list of texts that may be missing or null."""
    values = optional(raw, name, list)
    if values is not None:
        for index, value in enumerate(values):
            if type(value) is not str:
                raise Unreadable(f"/{name}/{index}", "not a text")
    return values


_SAID: dict[type, str] = {
    str: "a text", bool: "true or false", int: "a whole number", list: "a list", dict: "an object",
}  # fmt: skip
