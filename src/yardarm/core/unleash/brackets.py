r"""Sets of characters as the crate regex has them: `\d \w \s`, `\p{…}`, `[…]` with set operations.

All sets are plain ranges here; nothing is left to what Python takes for a word or a space.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NoReturn
from unicodedata import category

from ..regex import PatternError
from ..regex.charset import CIRCLED, LAST, Range, complement, folded, union
from .text import WHITE_SPACE

Ranges = tuple[Range, ...]

ALL: Ranges = ((0, LAST),)
_SPACES = union((ord(char), ord(char)) for char in WHITE_SPACE)
_POSIX: dict[str, str] = {
    "alnum": "09AZaz", "alpha": "AZaz", "ascii": "\0\x7f", "blank": "\t\t  ",
    "cntrl": "\0\x1f\x7f\x7f",
    "digit": "09", "graph": "!~", "lower": "az", "print": " ~", "punct": "!/:@[`{~",
    "space": "\t\r  ", "upper": "AZ", "word": "09AZ__az", "xdigit": "09AFaf",
}  # fmt: skip
"""First and last characters of each range."""
_CATEGORIES = frozenset((
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
))  # fmt: skip
_LONG = {
    "letter": "L", "lowercaseletter": "Ll", "uppercaseletter": "Lu", "titlecaseletter": "Lt",
    "mark": "M", "number": "N", "decimalnumber": "Nd", "punctuation": "P", "symbol": "S",
    "separator": "Z", "spaceseparator": "Zs", "control": "Cc", "other": "C", "any": "any",
    "ascii": "ascii", "alphabetic": "alphabetic", "alpha": "alphabetic", "whitespace": "space",
    "wspace": "space", "space": "space", "digit": "Nd", "punct": "P", "cntrl": "Cc",
}  # fmt: skip


class NotAPattern(ValueError):
    """What the engine refuses as well: it matches nothing there and here."""


def fail() -> NoReturn:
    raise NotAPattern


# --- named classes ----------------------------------------------------------------------------


def perl(letter: str) -> Ranges:
    r"""The characters of one of `\d \w \s \D \W \S`."""
    if letter.isupper():
        return complement(perl(letter.lower()))
    if letter == "s":
        return _SPACES
    return _of("Nd") if letter == "d" else _word()


def posix(name: str) -> Ranges | None:
    """The characters of `[:name:]`; None when there is no such class."""
    pairs = _POSIX.get(name)
    if pairs is None:
        return None
    ends = [ord(char) for char in pairs]
    return union(zip(ends[::2], ends[1::2], strict=True))


def unicode_class(name: str) -> Ranges:
    r"""The characters of `\p{name}`: general categories and a few properties.

    Raises `PatternError` for scripts and other properties, which the engine may know.
    """
    plain = "".join(char for char in name.lower() if char not in " -_")
    for prefix in ("gc=", "generalcategory=", "is"):
        plain = plain.removeprefix(prefix)
    short = plain.capitalize()
    wanted = short if short in _CATEGORIES else _LONG.get(plain)
    if wanted is None:
        raise PatternError(rf"\p{{{name}}} is not supported; list the ranges", 0)
    special: dict[str, Callable[[], Ranges]] = {
        "any": lambda: ALL,
        "ascii": lambda: ((0, 0x7F),),
        "space": lambda: _SPACES,
        "alphabetic": _alphabetic,
    }
    return special.get(wanted, lambda: _of(wanted))()


_SPARSE = range(0x40000, 0xE0000)
"""Planes in which Unicode has assigned nothing yet."""


@cache
def _by_category() -> dict[str, Ranges]:
    """The characters of every category of two letters. About 0.1 s, once, and only where a pattern
    has a Unicode class."""
    found: dict[str, list[Range]] = {"Cn": [(_SPARSE[0], _SPARSE[-1])]}
    for first, last in ((0, _SPARSE[0] - 1), (_SPARSE[-1] + 1, LAST)):
        begin, now = first, category(chr(first))
        for code in range(first + 1, last + 1):
            kind = category(chr(code))
            if kind != now:
                found.setdefault(now, []).append((begin, code - 1))
                begin, now = code, kind
        found.setdefault(now, []).append((begin, last))
    return {kind: union(ranges) for kind, ranges in found.items()}


@cache
def _of(wanted: str) -> Ranges:
    kinds = _by_category()
    return union(r for kind, ranges in kinds.items() if kind.startswith(wanted) for r in ranges)


@cache
def _word() -> Ranges:
    """Alphabetic, marks, decimal digits, connectors, joiners (Unicode TS 18, annex C)."""
    parts = (_alphabetic(), _of("M"), _of("Nd"), _of("Pc"), ((0x200C, 0x200D),))
    return union(r for part in parts for r in part)


@cache
def _alphabetic() -> Ranges:
    return union(r for part in (_of("L"), _of("Nl"), _of("Mc"), CIRCLED) for r in part)


# --- sets -------------------------------------------------------------------------------------


def both(one: Ranges, other: Ranges) -> Ranges:
    """Characters in both sets."""
    return complement(union((*complement(one), *complement(other))))


def combined(operation: str, one: Ranges, other: Ranges) -> Ranges:
    """`&&`, `--` or `~~` of two sets."""
    if operation == "&&":
        return both(one, other)
    if operation == "--":
        return both(one, complement(other))
    return union((*both(one, complement(other)), *both(other, complement(one))))


def with_cases(ranges: Ranges, ignore_case: bool) -> Ranges:
    """The set, with every character that differs from one of its own by case only."""
    return folded(ranges) if ignore_case else union(ranges)
