"""flagd's operations on text: `starts_with`, `ends_with`, `sem_ver`.

With a wrong number of arguments, or arguments of a wrong type, each gives null.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ..semver import SemVer, parse
from .expression import eager


def starts_with(*arguments: Any) -> bool | None:
    """Whether the first text begins with the second."""
    return arguments[0].startswith(arguments[1]) if _two_texts(arguments) else None


def ends_with(*arguments: Any) -> bool | None:
    """Whether the first text ends with the second."""
    return arguments[0].endswith(arguments[1]) if _two_texts(arguments) else None


def _two_texts(arguments: tuple[Any, ...]) -> bool:
    return len(arguments) == 2 and isinstance(arguments[0], str) and isinstance(arguments[1], str)


COMPARISONS: dict[str, Callable[[SemVer, SemVer], bool]] = {
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "^": lambda one, other: one.major == other.major,
    "~": lambda one, other: (one.major, one.minor) == (other.major, other.minor),
}
"""What `sem_ver` can compare: precedence, `^` the same major, `~` also the same minor version."""


def sem_ver(*arguments: Any) -> bool | None:
    """`{"sem_ver": [version, comparison, version]}`; null for what is no version or comparison."""
    if len(arguments) != 3:
        return None
    one, name, other = version(arguments[0]), arguments[1], version(arguments[2])
    compare = COMPARISONS.get(name) if isinstance(name, str) else None
    return None if one is None or other is None or compare is None else compare(one, other)


def version(value: Any) -> SemVer | None:
    """The value as a version: a leading v is dropped, missing minor and patch numbers are 0.

    Numbers count as their text, so that 1.2 is version 1.2.0.
    """
    if not isinstance(value, str | int | float):
        return None
    text = str(value)
    if text.startswith(("v", "V")):
        text = text[1:]
    numbers = text.split("-")[0].split("+")[0]
    missing = max(2 - numbers.count("."), 0)
    return parse(numbers + ".0" * missing + text[len(numbers) :])


OPERATIONS = {
    "starts_with": eager(starts_with),
    "ends_with": eager(ends_with),
    "sem_ver": eager(sem_ver),
}
