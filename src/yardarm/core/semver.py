"""Semantic versions, strictly by SemVer 2.0.0 (https://semver.org/spec/v2.0.0.html).

`1.0`, `v1.2.3`, `01.2.3` and `1.2.3.4` are not versions. A vendor that is more lenient completes
the text in its dialect before it comes here.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_LENGTH = 256
"""Longest version, in characters. Numbers may be as large as fit."""

_DIGITS = frozenset("0123456789")
_IDENTIFIER = _DIGITS | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-")

Identifier = tuple[bool, int, str]
"""A part of a pre-release: (False, number, "") sorts before (True, 0, text), by clause 11.4."""


@dataclass(frozen=True, slots=True, order=True)
class SemVer:
    """A version that can be compared and hashed. Its order is the precedence of clause 11.

    Build metadata has no precedence and is not kept: `1.0.0+a == 1.0.0+b`.
    """

    major: int
    minor: int
    patch: int
    released: bool
    """False for a pre-release, which sorts before its release."""
    prerelease: tuple[Identifier, ...]


def parse(text: object, longest: int = MAX_LENGTH) -> SemVer | None:
    """The version that `text` is, or None when it is none. Never raises for a `longest` of less
    than 4,300 characters."""
    if not issubclass(type(text), str):
        return None
    plain = str.__str__(text)
    if len(plain) > longest:
        return None
    precedence, plus, build = plain.partition("+")
    if plus and not all(map(_is_identifier, build.split("."))):
        return None
    core, dash, tail = precedence.partition("-")
    numbers = core.split(".")
    if len(numbers) != 3 or not all(map(_is_number, numbers)):
        return None
    prerelease: tuple[Identifier, ...] = ()
    if dash:
        parts = tail.split(".")
        if not all(map(_is_prerelease, parts)):
            return None
        prerelease = tuple(
            (False, int(part), "") if _DIGITS.issuperset(part) else (True, 0, part)
            for part in parts
        )
    major, minor, patch = map(int, numbers)
    return SemVer(major, minor, patch, not dash, prerelease)


def _is_number(part: str) -> bool:
    """Whether the part is a number in ASCII digits without a needless zero in front."""
    return bool(part) and _DIGITS.issuperset(part) and (part[0] != "0" or part == "0")


def _is_identifier(part: str) -> bool:
    return bool(part) and _IDENTIFIER.issuperset(part)


def _is_prerelease(part: str) -> bool:
    return _is_identifier(part) and (not _DIGITS.issuperset(part) or _is_number(part))
