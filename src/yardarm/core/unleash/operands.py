"""What a constraint compares with: a number, a date or a version.

The engine decides by the text of the constraint's `value` alone, not by the operator: `NUM_GT` with
`"1.2.3"` compares versions, `SEMVER_EQ` with `"5"` numbers. A text that is none of the three makes
the whole toggle fail to compile.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .instants import instant, written_instant

Sign = str
"""`eq`, `gt`, `gte`, `lt` or `lte`."""

Ask = Callable[[str], bool]

_WRITTEN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI][nN][fF]"
    r"(?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])"
)
_VERSION = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_EPSILON = 2.0**-52


def comparison(sign: Sign, value: str) -> Ask | None:
    """A test of texts against a constraint's value; None when that is nothing to compare with.

    The test answers False for a text that cannot be read as the value's type.
    """
    value = value.strip(" \t")
    date = written_instant(value)
    if date is not None:
        return _asking(instant, sign, date)
    if _WRITTEN_NUMBER.fullmatch(value):
        return _asking(number, sign, float(value))
    wanted = version(value)
    return None if wanted is None else _asking(version, sign, wanted)


def compares(value: str) -> bool:
    """Whether a constraint's value is something to compare with."""
    if value.isdecimal() and value.isascii():
        return True  # most of them, and a reader of many toggles asks for each
    value = value.strip(" \t")
    return (
        _WRITTEN_NUMBER.fullmatch(value) is not None
        or written_instant(value) is not None
        or version(value) is not None
    )


def _asking(read: Callable[[str], Any], sign: Sign, wanted: Any) -> Ask:
    holds = SIGNS[sign]

    def ask(text: str) -> bool:
        found = read(text)
        return found is not None and holds(found, wanted)

    return ask


def _equal(one: Any, other: Any) -> bool:
    """Equality; of numbers up to the distance between 1 and the next float."""
    return abs(one - other) < _EPSILON if isinstance(other, float) else one == other  # type: ignore[no-any-return]


SIGNS: dict[Sign, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
}
"""What the signs mean, of numbers, instants and versions alike."""


def number(text: str) -> float | None:
    """A context's text as Rust's `f64` reads it: no white space, no `_`, but `inf` and `nan`."""
    if text.isdecimal() and text.isascii():
        return float(text)
    return float(text) if _NUMBER.fullmatch(text) else None


Version = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]
"""What orders versions: the three numbers, whether it is a release, the pre-release's parts."""


def version(text: str) -> Version | None:
    """A semantic version 2.0 with numbers of 64 bits, build metadata aside. None for no version."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    *numbers, prerelease = found.groups()
    if any(len(digits) > 20 or int(digits) >= 2**64 for digits in numbers):
        return None
    parts = prerelease.split(".") if prerelease else []
    if any(part.isdigit() and part[0] == "0" and part != "0" for part in parts):
        return None
    major, minor, patch = map(int, numbers)
    return major, minor, patch, not parts, tuple(map(_identifier, parts))


def _identifier(part: str) -> tuple[bool, int, str]:
    """Numbers before texts; numbers by length first, so that any size can be compared."""
    return (False, len(part), part) if part.isdigit() else (True, 0, part)
