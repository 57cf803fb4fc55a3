"""Sets of characters: ranges of code points, Unicode classes, case folding."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from unicodedata import category

Range = tuple[int, int]
"""First and last code point, both inside."""

LAST = 0x10FFFF
_CASED_END = 0x20000  # no letter with two cases lies beyond; a test keeps this true


def is_word(char: str) -> bool:
    """Whether Unicode `\\w` has the character: as Python's `re`, alphanumeric or underscore."""
    return char.isalnum() or char == "_"


def is_ascii_word(char: str) -> bool:
    """Whether ASCII `\\w` has the character: a letter, a digit or underscore."""
    return char.isascii() and is_word(char)


def is_marked_word(char: str) -> bool:
    """Whether `\\w` of Unicode's TS 18, annex C, has the character, as in Rust: alphabetic, a mark,
    a decimal digit, a connector or a joiner."""
    kind = category(char)
    return kind[0] in "LM" or kind in ("Nd", "Nl", "Pc") or char in _JOINED or _is_circled(char)


_JOINED = "\u200c\u200d"
CIRCLED: tuple[Range, ...] = (
    (0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189),
)  # fmt: skip
"""Letters in circles and squares: symbols by category, but alphabetic."""


def _is_circled(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in CIRCLED)


_UNICODE: dict[str, Callable[[str], bool]] = {"d": str.isdecimal, "w": is_word, "s": str.isspace}
_ASCII: dict[str, tuple[Range, ...]] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": ((0x09, 0x0D), (0x20, 0x20)),
}


@dataclass(frozen=True, slots=True)
class CharSet:
    """A set of characters: those in `ranges` or in one of the Unicode `classes`.

    `ranges` are sorted, apart from each other and not empty. `classes` holds letters out of
    `dwsDWS` (a capital is the opposite) and is empty under ASCII meaning. `negated`, the set of all
    others, is only used with `classes`; without them the complement is written out.
    """

    ranges: tuple[Range, ...]
    classes: str = ""
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        index = bisect_right(self.ranges, (code, LAST)) - 1
        found = index >= 0 and code <= self.ranges[index][1]
        for letter in self.classes:
            found = found or _UNICODE[letter.lower()](char) == letter.islower()
        return found != self.negated

    def only(self) -> str | None:
        """The one character that the set has, or None."""
        if self.classes or len(self.ranges) != 1:
            return None
        first, last = self.ranges[0]
        return chr(first) if first == last else None


def union(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same characters as sorted ranges that neither touch nor overlap."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def complement(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """All other characters. `ranges` must come from `union`."""
    others: list[Range] = []
    begin = 0
    for first, last in ranges:
        if begin < first:
            others.append((begin, first - 1))
        begin = last + 1
    if begin <= LAST:
        others.append((begin, LAST))
    return tuple(others)


def combine(ranges: Iterable[Range], sets: Iterable[CharSet] = (), negate: bool = False) -> CharSet:
    """One set out of ranges and sets that are not negated; `negate` gives all other characters."""
    every = list(ranges)
    classes: set[str] = set()
    for part in sets:
        every.extend(part.ranges)
        classes.update(part.classes)
    joined = union(every)
    if classes:
        return CharSet(joined, "".join(sorted(classes)), negate)
    return CharSet(complement(joined) if negate else joined)


def named_class(letter: str, ascii_only: bool) -> CharSet:
    """The set of `\\d \\w \\s \\D \\W \\S`, given its letter."""
    if not ascii_only:
        return CharSet((), letter)
    ranges = _ASCII[letter.lower()]
    return CharSet(ranges if letter.islower() else complement(ranges))


# --- case -------------------------------------------------------------------------------------


def simple_fold(char: str) -> str:
    """The character to which Unicode's simple case folding (CaseFolding.txt, C and S) maps it.

    Full folding would turn one character into several; those keep their single lower case, if
    they have one. So sharp s equals capital sharp s (and never `ss`), final sigma equals sigma,
    the Kelvin sign equals k, long s equals s; the Turkish dotted capital I and dotless i equal
    only themselves. RE2, Go and Rust fold alike.
    """
    folded_char = char.casefold()
    if len(folded_char) == 1:
        return folded_char
    lower = char.lower()
    return lower if len(lower) == 1 else char


def _orbits(begin: int, end: int) -> dict[int, frozenset[int]]:
    """For every cased code point in begin..end-1: all that fold alike, itself among them."""
    groups: dict[str, set[int]] = {}
    for code in range(begin, end):
        char = chr(code)
        target = simple_fold(char)
        if target != char:
            groups.setdefault(target, {ord(target)}).add(code)
    return {code: frozenset(group) for group in groups.values() for code in group}


@cache
def _all_orbits() -> dict[int, frozenset[int]]:
    # About 10 ms, once, and only for a process that has case-insensitive patterns beyond ASCII.
    return _orbits(0, _CASED_END)


_ASCII_ORBITS = {
    **_orbits(0, 0x80),
    **dict.fromkeys(map(ord, "kK\u212a"), frozenset(map(ord, "kK\u212a"))),
    **dict.fromkeys(map(ord, "sS\u017f"), frozenset(map(ord, "sS\u017f"))),
}


# What Python's `re` also takes for one letter, by a table of its own: the Turkish i's, the two
# ligatures of st, and two Greek letters that are written in two ways.
_PYTHON_ORBITS = tuple(
    frozenset(map(ord, letters)) for letters in ("iI\u0130\u0131", "\u0390\u1fd3", "\u03b0\u1fe3",
                                                 "\ufb05\ufb06")
)  # fmt: skip


def folded(ranges: Iterable[Range], python_case: bool = False) -> tuple[Range, ...]:
    """The ranges with every character that differs from one of theirs by case only.

    `python_case`: as Python's `re` sees it.
    """
    joined = union(ranges)
    if not joined:
        return joined
    orbits = _ASCII_ORBITS if joined[-1][1] < 0x80 else _all_orbits()
    more = [(code, orbit) for orbit in _PYTHON_ORBITS for code in orbit] if python_case else []
    extra = [
        (other, other)
        for code, orbit in (*orbits.items(), *more)
        if any(first <= code <= last for first, last in joined)
        for other in orbit
    ]
    return union((*joined, *extra))
