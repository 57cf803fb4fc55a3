"""Reading the small signs: escapes such as `\\d` or `\\x41`, and bracket classes `[a-z]`.

`Reader` is the cursor that the parser of the whole pattern builds on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from .charset import LAST, CharSet, Range, combine, folded, named_class
from .tree import Meaning, PatternError, Place

DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")
_CONTROL = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11}
_OPERATIONS = ("--", "&&", "~~")


class Reader:
    """A cursor over a pattern: `at` is the index of the next character."""

    def __init__(self, source: str, meaning: Meaning) -> None:
        self.source = source
        self.meaning = meaning
        self.at = 0

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Refuse the pattern at `position`, or where the cursor is."""
        raise PatternError(message, self.at if position is None else position)

    def peek(self, ahead: int = 0) -> str:
        """The next character, or one further ahead; empty at the end."""
        index = self.at + ahead
        return self.source[index : index + 1]

    def take(self, text: str) -> bool:
        """Step over `text` if it comes next."""
        if not self.source.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def chars(self, *codes: Range) -> CharSet:
        """The set of these ranges under the present case rule."""
        return CharSet(self._folded(codes)) if self.meaning.ignore_case else combine(codes)

    def _folded(self, ranges: Iterable[Range]) -> tuple[Range, ...]:
        return folded(ranges, self.meaning.python_case)

    # --- escapes ------------------------------------------------------------------------------

    def escape(self) -> CharSet | Place | int:
        """Read an escape outside brackets: a class, a place, or one code point."""
        start, letter = self.at, self.peek(1)
        if letter == "A":
            place = Place.TEXT_START
        elif letter == "z":
            place = Place.TEXT_END
        elif letter == "b":
            place = self._either(Place.WORD_EDGE, Place.UNICODE_WORD_EDGE)
        elif letter == "B":
            place = self._either(Place.NOT_WORD_EDGE, Place.NOT_UNICODE_WORD_EDGE)
        elif letter == "Z":
            self.fail(r"\Z means different ends in different engines; write \z", start)
        elif letter in DIGITS - {"0"} or letter in ("k", "g"):
            self.fail("a back-reference cannot be matched in linear time; rewrite without", start)
        else:
            return self._char_escape()
        self.at += 2
        return place

    def _either(self, ascii_place: Place, unicode_place: Place) -> Place:
        return ascii_place if self.meaning.ascii_classes else unicode_place

    def _char_escape(self) -> CharSet | int:
        """Read an escape that means characters, in brackets or outside."""
        start = self.at
        letter = self.peek(1)
        self.at += 2
        if not letter:
            self.fail(r"the pattern ends in a single backslash; write \\ for a backslash", start)
        if letter in "dwsDWS":
            return named_class(letter, self.meaning.ascii_classes)
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter in "xu":
            return self._code_point(letter, start)
        if letter in "pP":
            self.fail(rf"\{letter} (Unicode property) is not supported; list the ranges", start)
        if letter.isascii() and letter.isalnum():
            self.fail(rf"\{letter} is not a known escape; write a code as \x41 or \x{{41}}", start)
        return ord(letter)

    def _code_point(self, letter: str, start: int) -> int:
        if letter == "x" and self.take("{"):
            end = self.source.find("}", self.at)
            digits = self.source[self.at : max(end, self.at)]
            self.at = end + 1
            fits = 1 <= len(digits) <= 6
        else:
            length = 2 if letter == "x" else 4
            digits = self.source[self.at : self.at + length]
            self.at += length
            fits = len(digits) == length
        if not fits or not _HEX.issuperset(digits):
            self.fail(r"not a code point; write \x41, \u0041 or \x{1F600}", start)
        code = int(digits, 16)
        if code > LAST or 0xD800 <= code <= 0xDFFF:
            self.fail(r"no such character; write one beyond \uFFFF as \x{1F600}", start)
        return code

    # --- brackets -----------------------------------------------------------------------------

    def bracket(self) -> CharSet:
        """Read a class from its `[` to its `]`.

        What engines read differently is refused: an unescaped `[` or a leading `]`, set operations
        (`&&`, `--`, `~~`). Ignoring case folds characters and ranges, not `\\d` and its kin.
        """
        start = self.at
        self.at += 1
        negate = self.take("^")
        if self.peek() == "]":
            self.fail(r"] as the first sign of a class is ambiguous; write \]")
        ranges: list[Range] = []
        sets: list[CharSet] = []
        while not self.take("]"):
            if not self.peek():
                self.fail("the class is not closed; add ]", start)
            item = self._bracket_item()
            if isinstance(item, CharSet):
                sets.append(item)
            elif self.peek() == "-" and self.peek(1) not in ("]", ""):
                ranges.append((item, self._range_end(item)))
            else:
                ranges.append((item, item))
        return combine(self._folded(ranges) if self.meaning.ignore_case else ranges, sets, negate)

    def _bracket_item(self) -> CharSet | int:
        if self.source.startswith(_OPERATIONS, self.at):
            self.fail(rf"set operations are not supported; write \{self.peek()} for the sign")
        char = self.peek()
        if char == "[":
            self.fail(r"[ inside a class is ambiguous; write \[ (and a-z for [:lower:])")
        if char == "\\":
            if self.peek(1) == "b":
                self.fail(r"\b inside a class is ambiguous; write \x08 for a backspace")
            return self._char_escape()
        self.at += 1
        return ord(char)

    def _range_end(self, first: int) -> int:
        start = self.at
        if self.source.startswith(_OPERATIONS, start):
            self.fail(r"set operations are not supported; write \- for the sign")
        self.at += 1
        last = self._bracket_item()
        if isinstance(last, CharSet):
            self.fail(r"a range cannot end in a class; write \- for the sign", start)
        if last < first:
            self.fail("the range runs backwards; put the smaller character first", start)
        return last
