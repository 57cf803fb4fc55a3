"""What a regular expression means, as a tree: the result of parsing, the input of everything else.

The tree is independent of any vendor's syntax. Case folding, `.` and the classes are already
resolved to explicit sets of characters, `^ $ \\b` to one exact `Place`, so two patterns that mean
the same in their own dialects become the same tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .charset import CharSet

MAX_PATTERN = 1_000
"""Longest pattern, in characters."""
MAX_TEXT = 65_536
"""Longest text that is searched, in characters. Longer text never matches."""
MAX_REPEAT = 1_000
"""Largest number in `{n,m}`."""
MAX_DEPTH = 50
"""Deepest nesting of groups."""
MAX_SIZE = 5_000
"""Most states after repeats are written out (`size`); bounds memory and the time per character."""


class PatternError(ValueError):
    """A pattern that is not accepted. It is the fault of whoever wrote the pattern.

    `message` says what is wrong and how to mend it, `position` is the index of the character at
    which it was noticed (from 0).
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return f"{self.message} (at character {self.position + 1})"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the signs of a pattern mean before its own inline flags speak.

    The default is Yardarm's native meaning. A dialect states its vendor's:
    `Meaning(ascii_classes=False, dollar_before_final_newline=True)` is Python's `re`.
    """

    ignore_case: bool = False
    """`(?i)`: letters match their other cases (see `charset.folded`)."""
    multiline: bool = False
    """`(?m)`: `^` and `$` also match after and before every newline."""
    dot_matches_newline: bool = False
    """`(?s)`: `.` matches a newline too."""
    ascii_classes: bool = True
    """`\\d \\w \\s \\b` know ASCII only; otherwise Unicode as Python's `re` has it."""
    dollar_before_final_newline: bool = False
    """`$` also matches before a newline that ends the text, as in Python and Perl."""
    python_case: bool = False
    """Case is ignored as Python's `re` does: `(?i)i` finds the Turkish i's too."""


class Place(Enum):
    """A condition on the place between two characters. The value is its google-re2 spelling."""

    TEXT_START = r"\A"
    TEXT_END = r"\z"
    TEXT_END_OR_FINAL_NEWLINE = "$ of Python"
    LINE_START = "(?m:^)"
    LINE_END = "(?m:$)"
    WORD_EDGE = r"\b"
    NOT_WORD_EDGE = r"\B"
    UNICODE_WORD_EDGE = r"\b of Unicode"
    NOT_UNICODE_WORD_EDGE = r"\B of Unicode"
    MARKED_WORD_EDGE = r"\b of UTS 18"
    NOT_MARKED_WORD_EDGE = r"\B of UTS 18"


@dataclass(frozen=True, slots=True)
class Char:
    """One character out of a set."""

    of: CharSet


@dataclass(frozen=True, slots=True)
class At:
    """Nothing, but only where `place` holds."""

    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """One item after the other. Without items it matches the empty text."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of several items."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The item at least `least` and at most `most` times (None: without end)."""

    item: Node
    least: int
    most: int | None


Node = Char | At | Sequence | Choice | Repeat


def sequence(*items: Node) -> Node:
    """The items one after the other, without needless nesting."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Sequence) else (item,))
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def size(node: Node) -> int:
    """How many states the node costs once repeats are written out. Never under 1.

    That empty items count too is what stops `((){1000}){1000}`.
    """
    match node:
        case Sequence(items):
            return max(1, sum(map(size, items)))
        case Choice(items):
            return 1 + sum(1 + size(item) for item in items)
        case Repeat(item, least, None):
            return max(1, least) * size(item) + 2
        case Repeat(item, least, int(most)):
            return max(1, most * size(item) + most - least)
        case _:
            return 1
