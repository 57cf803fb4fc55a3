r"""JavaScript's regular expressions without `u`, `v`, `m`, `s`, in linear time.

The grammar is ECMA-262's with its Annex B (`{` may be a literal, `\8` is an 8, `[\d-x]` has three
parts); the result is a tree of `yardarm.core.regex`, whose automaton matches it. Patterns and texts
are read as UTF-16 code units, so that `.` is half of an emoji, as it is there.

Look-around and back-references are beyond linear time and are refused (`PatternError`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from struct import Struct
from typing import NoReturn

from ..regex import MAX_PATTERN, Meaning, Node, Pattern, PatternError
from ..regex.charset import CharSet, Range, complement, union
from ..regex.tree import (
    MAX_DEPTH,
    MAX_REPEAT,
    MAX_SIZE,
    At,
    Char,
    Choice,
    Place,
    Repeat,
    sequence,
    size,
)
from .values import WHITE_SPACE

Search = Callable[[str], bool]

_DIGITS = frozenset("0123456789")
_OCTAL = frozenset("01234567")
_HEX = frozenset("0123456789abcdefABCDEF")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CONTROL = {"f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_CLASSES: dict[str, tuple[Range, ...]] = {
    "d": ((0x30, 0x39),),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "s": union((ord(char), ord(char)) for char in WHITE_SPACE),
}
_CLASSES |= {name.upper(): complement(ranges) for name, ranges in _CLASSES.items()}
_NOT_LINE_END = complement(((10, 10), (13, 13), (0x2028, 0x2029)))
_MEANING = Meaning()


class NotAPattern(ValueError):
    """What JavaScript refuses with a SyntaxError."""


def search_of(source: str, *, ignore_case: bool = False) -> Search:
    """A function that says whether the pattern is found in a text (`RegExp.prototype.test`).

    Raises `NotAPattern` where JavaScript has a SyntaxError, `PatternError` for what is beyond
    linear time or beyond the bounds of `yardarm.core.regex`.
    """
    found = Pattern(source, _MEANING, parse(source, ignore_case)).search
    return lambda text: found(code_units(text))


def code_units(text: str) -> str:
    """The text with a character for each of its UTF-16 code units."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, Struct(f"<{len(encoded) >> 1}H").unpack(encoded)))


def parse(source: str, ignore_case: bool) -> Node:
    """The tree of a pattern. Raises `NotAPattern` and `PatternError`."""
    if len(source) > MAX_PATTERN:
        raise PatternError(f"a pattern has at most {MAX_PATTERN:,} characters", MAX_PATTERN)
    parser = _Parser(code_units(source), ignore_case)
    tree = parser.pattern()
    if size(tree) > MAX_SIZE:
        parser.beyond(f"repeats multiply to over {MAX_SIZE:,} states")
    return tree


class _Parser:
    """Recursive descent over code units, one method for a rule of the grammar."""

    def __init__(self, source: str, ignore_case: bool) -> None:
        self.source = source
        self.ignore_case = ignore_case
        self.any: tuple[Range, ...] = _NOT_LINE_END
        self.multiline = False
        self.at = 0
        self.depth = 0
        self.groups, self.named = _groups(source)

    def fail(self) -> NoReturn:
        raise NotAPattern(f"not a regular expression of JavaScript, at character {self.at + 1}")

    def beyond(self, message: str) -> NoReturn:
        raise PatternError(message, self.at)

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.source[index : index + 1]

    def take(self, text: str) -> bool:
        if not self.source.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def pattern(self) -> Node:
        tree = self.choice()
        if self.peek():
            self.fail()
        return tree

    def choice(self) -> Node:
        branches = [self.alternative()]
        while self.take("|"):
            branches.append(self.alternative())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def alternative(self) -> Node:
        items: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            place = self.assertion()
            items.append(At(place) if place is not None else self.quantified(self.atom()))
        return sequence(*items)

    def assertion(self) -> Place | None:
        if self.take("^"):
            return Place.LINE_START if self.multiline else Place.TEXT_START
        if self.take("$"):
            return Place.LINE_END if self.multiline else Place.TEXT_END
        if self.take("\\b"):
            return Place.WORD_EDGE
        return Place.NOT_WORD_EDGE if self.take("\\B") else None

    # --- quantifiers --------------------------------------------------------------------------

    def quantified(self, item: Node) -> Node:
        bounds = self.quantifier()
        if bounds is None:
            return item
        self.take("?")
        least, most = bounds
        if most is not None and most < least:
            self.fail()
        if max(least, most or 0) > MAX_REPEAT:
            self.beyond(f"a repeat is at most {MAX_REPEAT:,}")
        repeat = Repeat(item, least, most)
        if size(repeat) > MAX_SIZE:
            self.beyond(f"repeats multiply to over {MAX_SIZE:,} states")
        return repeat

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.take(sign):
                return least, most
        start = self.at
        bounds = self.braced()
        if bounds is None:
            self.at = start
        return bounds

    def braced(self) -> tuple[int, int | None] | None:
        if not self.take("{"):
            return None
        least = self.digits()
        if not least:
            return None
        most = least
        if self.take(","):
            most = self.digits()
        if not self.take("}"):
            return None
        return _bounded(least), _bounded(most) if most else None

    def digits(self) -> str:
        start = self.at
        while self.peek() in _DIGITS:
            self.at += 1
        return self.source[start : self.at]

    # --- atoms --------------------------------------------------------------------------------

    def atom(self) -> Node:
        sign = self.peek()
        if sign == "(":
            return self.group()
        if sign == "[":
            return Char(self.bracket())
        if sign == "\\":
            return Char(self.escape())
        if sign == ".":
            self.at += 1
            return Char(CharSet(self.any))
        start = self.at
        if sign in "*+?" or self.braced() is not None:
            self.fail()  # nothing to repeat
        self.at = start + 1
        return Char(self.chars(((ord(sign), ord(sign)),)))

    def chars(self, ranges: tuple[Range, ...]) -> CharSet:
        return CharSet(folded(ranges) if self.ignore_case else union(ranges))

    def group(self) -> Node:
        outer = self.ignore_case, self.multiline, self.any
        self.at += 1
        if self.take("?"):
            self.group_kind()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.beyond(f"groups are nested at most {MAX_DEPTH} deep")
        tree = self.choice()
        if not self.take(")"):
            self.fail()
        self.depth -= 1
        self.ignore_case, self.multiline, self.any = outer
        return tree

    def group_kind(self) -> None:
        if self.take(":"):
            return
        if self.peek() in ("=", "!") or (self.peek() == "<" and self.peek(1) in ("=", "!")):
            self.beyond("look-around cannot be matched in linear time")
        if self.take("<"):
            end = self.source.find(">", self.at)
            name = self.source[self.at : max(end, self.at)]
            if not name.replace("$", "_").isidentifier():
                self.fail()
            self.at = end + 1
            return
        self.modifiers()

    def modifiers(self) -> None:
        """`(?i:`, `(?-i:`, `(?i-s:`: what changes inside of this group."""
        seen: set[str] = set()
        on = True
        while not self.take(":"):
            letter = self.peek()
            self.at += 1
            if letter == "-" and on:
                on = False
                continue
            if letter not in ("i", "m", "s") or letter in seen:
                self.fail()
            seen.add(letter)
            if letter == "i":
                self.ignore_case = on
            elif letter == "m":
                self.multiline = on
            else:
                self.any = complement(()) if on else _NOT_LINE_END
        if not seen:
            self.fail()

    # --- escapes ------------------------------------------------------------------------------

    def escape(self) -> CharSet:
        """An escape outside of brackets."""
        letter = self.peek(1)
        if letter in _DIGITS - {"0"}:
            start = self.at
            self.at += 1
            if _bounded(self.digits()) <= self.groups:
                self.beyond("a back-reference cannot be matched in linear time")
            self.at = start
        if letter == "k" and self.named:
            self.beyond("a back-reference cannot be matched in linear time")
        found = self.char_escape()
        if isinstance(found, int):
            return self.chars(((found, found),))
        return self.chars(found)

    def char_escape(self, in_class: bool = False) -> tuple[Range, ...] | int:
        """An escape for characters: the ranges of a class, or one code unit."""
        letter = self.peek(1)
        if not letter:
            self.fail()
        self.at += 2
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROL:
            return _CONTROL[letter]
        if letter == "c":
            return self.control_escape(in_class)
        if letter in _OCTAL:
            self.at -= 1
            return self.octal()
        if letter in ("x", "u"):
            length = 2 if letter == "x" else 4
            digits = self.source[self.at : self.at + length]
            if len(digits) == length and _HEX.issuperset(digits):
                self.at += length
                return int(digits, 16)
        return ord(letter)

    def control_escape(self, in_class: bool) -> int:
        letter = self.peek()
        if letter in _LETTERS or (in_class and (letter in _DIGITS or letter == "_") and letter):
            self.at += 1
            return ord(letter) & 31
        self.at -= 1  # a backslash that means itself
        return ord("\\")

    def octal(self) -> int:
        longest = 3 if self.peek() in "0123" else 2
        start = self.at
        while self.at - start < longest and self.peek() in _OCTAL:
            self.at += 1
        return int(self.source[start : self.at], 8)

    # --- brackets -----------------------------------------------------------------------------

    def bracket(self) -> CharSet:
        self.at += 1
        negate = self.take("^")
        ranges: list[Range] = []
        while not self.take("]"):
            first = self.class_atom()
            if self.peek() == "-" and self.peek(1) not in ("", "]"):
                self.at += 1
                ranges.extend(self.class_range(first, self.class_atom()))
            else:
                ranges.extend(_ranges(first))
        inside = self.chars(tuple(ranges))
        return CharSet(complement(inside.ranges)) if negate else inside

    def class_range(
        self, first: tuple[Range, ...] | int, last: tuple[Range, ...] | int
    ) -> tuple[Range, ...]:
        if isinstance(first, int) and isinstance(last, int):
            if last < first:
                self.fail()
            return ((first, last),)
        return (*_ranges(first), (0x2D, 0x2D), *_ranges(last))

    def class_atom(self) -> tuple[Range, ...] | int:
        sign = self.peek()
        if not sign:
            self.fail()
        if sign != "\\":
            self.at += 1
            return ord(sign)
        if self.take("\\b"):
            return 8
        return self.char_escape(in_class=True)


def _bounded(digits: str) -> int:
    """A number that may have any number of digits; all beyond every bound are one."""
    return int(digits) if len(digits) < 10 else 10**9


def _ranges(item: tuple[Range, ...] | int) -> tuple[Range, ...]:
    return ((item, item),) if isinstance(item, int) else item


def _groups(source: str) -> tuple[int, bool]:
    """How many groups capture, and whether one of them has a name."""
    count, named, in_class, at = 0, False, False, 0
    while at < len(source):
        sign = source[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            with_name = source.startswith("(?<", at) and source[at + 3 : at + 4] not in ("=", "!")
            named = named or with_name
            count += with_name or not source.startswith("(?", at)
        at += 1
    return count, named


# --- case -------------------------------------------------------------------------------------


def canonical(unit: str) -> str:
    """Canonicalize (without `u`): the capital, where it is one unit and does not become ASCII."""
    capital = unit.upper()
    if len(capital) != 1 or capital > "\uffff" or (unit > "\x7f" and capital <= "\x7f"):
        return unit
    return capital


@cache
def _orbits() -> dict[int, list[int]]:
    """Every unit with others of the same canonical form, by unit. Some 20 ms, once."""
    by_form: dict[str, list[int]] = {}
    for code in range(0x10000):
        by_form.setdefault(canonical(chr(code)), []).append(code)
    return {code: codes for codes in by_form.values() if len(codes) > 1 for code in codes}


def folded(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """The ranges with every unit that differs from one of theirs by case only."""
    joined = union(ranges)
    if joined and joined[-1][1] < 0x80:  # nothing beyond ASCII is a case of an ASCII letter
        letters = [c for a, z in joined for c in range(a, z + 1) if chr(c).isalpha()]
        return union((*joined, *((code ^ 32, code ^ 32) for code in letters)))
    extra = [
        (other, other)
        for code, others in _orbits().items()
        if any(first <= code <= last for first, last in joined)
        for other in others
    ]
    return union((*joined, *extra))
