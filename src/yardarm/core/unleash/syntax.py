r"""The grammar of the crate regex (regex-syntax 0.8), read into a tree of `yardarm.core.regex`.

Everything that can be matched by our automaton is read: flags `i m s x U` anywhere, named groups,
POSIX and Unicode classes, set operations, nested classes. `PatternError` is raised for what the
engine accepts and we do not (bytes, CRLF mode, its own edges of words, scripts, very large
repeats), `NotAPattern` for what it refuses (look-around, back-references, mistakes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from ..regex import MAX_PATTERN, Node, PatternError
from ..regex.charset import CharSet, complement
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
from .brackets import (
    ALL,
    NotAPattern,
    Ranges,
    combined,
    fail,
    perl,
    posix,
    unicode_class,
    with_cases,
)

_NAME = re.compile(r"[^\W\d][\w.\[\]]*\Z")
_HEX = frozenset("0123456789abcdefABCDEF")
_DIGITS = frozenset("0123456789")
_CONTROL = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_NOT_NEWLINE = complement(((10, 10),))
_EDGES = {
    "A": Place.TEXT_START, "z": Place.TEXT_END,
    "b": Place.MARKED_WORD_EDGE, "B": Place.NOT_MARKED_WORD_EDGE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Flags:
    i: bool = False
    m: bool = False
    s: bool = False
    x: bool = False
    U: bool = False


def parse(source: str, ignore_case: bool) -> Node:
    """The tree of a pattern. Raises `NotAPattern` and `PatternError`."""
    if len(source) > MAX_PATTERN:
        raise PatternError(f"a pattern has at most {MAX_PATTERN:,} characters", MAX_PATTERN)
    parser = _Parser(source, _Flags(i=ignore_case))
    tree = parser.choice()
    if parser.peek():
        fail()  # a parenthesis that closes nothing
    if size(tree) > MAX_SIZE:
        parser.beyond(f"repeats multiply to over {MAX_SIZE:,} states")
    return tree


class _Parser:
    """Recursive descent, one method for a rule of the grammar."""

    def __init__(self, source: str, flags: _Flags) -> None:
        self.source = source
        self.flags = flags
        self.at = 0
        self.depth = 0
        self.names: set[str] = set()

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

    def space(self) -> None:
        """Step over white space and comments, where they do not count."""
        while self.flags.x and self.peek():
            if self.peek().isspace():
                self.at += 1
            elif self.peek() == "#":
                end = self.source.find("\n", self.at)
                self.at = len(self.source) if end < 0 else end
            else:
                return

    # --- sequences ----------------------------------------------------------------------------

    def choice(self) -> Node:
        branches = [self.branch()]
        while self.take("|"):
            branches.append(self.branch())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def branch(self) -> Node:
        items: list[Node] = []
        self.space()
        while self.peek() not in ("", "|", ")"):
            if self.peek() in "*+?{":
                fail()  # nothing to repeat
            item = self.group() if self.peek() == "(" else self.primitive()
            self.space()
            if item is None:  # flags, which cannot be repeated either
                continue
            while self.peek() and self.peek() in "*+?{":
                item = self.repeated(item)
                self.space()
            items.append(item)
        return sequence(*items)

    def repeated(self, item: Node) -> Node:
        least, most = self.bounds()
        self.take("?")  # which texts match is the same, lazy or not
        if most is not None and most < least:
            fail()
        if max(least, most or 0) > MAX_REPEAT:
            self.beyond(f"a repeat is at most {MAX_REPEAT:,}")
        made = Repeat(item, least, most)
        if size(made) > MAX_SIZE:
            self.beyond(f"repeats multiply to over {MAX_SIZE:,} states")
        return made

    def bounds(self) -> tuple[int, int | None]:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.take(sign):
                return least, most
        self.at += 1
        lowest = self.number()
        highest: int | None = lowest
        if self.take(","):
            highest = None if self.peek() == "}" else self.number()
        if not self.take("}"):
            fail()
        return lowest, highest

    def number(self) -> int:
        """A number of 32 bits, white space around it."""
        while self.peek().isspace():
            self.at += 1
        start = self.at
        while self.peek() in _DIGITS:
            self.at += 1
        digits = self.source[start : self.at]
        while self.peek().isspace():
            self.at += 1
        if not digits or len(digits.lstrip("0")) > 10 or int(digits) >= 2**32:
            fail()
        return int(digits)

    # --- groups and flags ---------------------------------------------------------------------

    def group(self) -> Node | None:
        """A group; None for flags that stand alone."""
        outer = self.flags
        self.at += 1
        if self.take("?P<") or (self.peek(2) not in ("=", "!") and self.take("?<")):
            self.name()
        elif self.take("?") and not self.new_flags():
            return None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.beyond(f"groups are nested at most {MAX_DEPTH} deep")
        tree = self.choice()
        if not self.take(")"):
            fail()
        self.depth -= 1
        self.flags = outer
        return tree

    def name(self) -> None:
        end = self.source.find(">", self.at)
        name = self.source[self.at : max(end, self.at)]
        if not _NAME.match(name) or name in self.names:
            fail()
        self.names.add(name)
        self.at = end + 1

    def new_flags(self) -> bool:
        """Read `i-s:` or `i-s)`: the new flags count from here; True where a group follows."""
        start = self.at
        changes: dict[str, bool] = {}
        on = True
        while (letter := self.peek()) not in (":", ")"):
            self.at += 1
            if letter == "-" and on:
                on = False
            elif letter in ("u", "R") and letter not in changes:
                if letter == "R" or not on:
                    self.beyond(f"the flag {letter} is not supported")
                changes[letter] = on
            elif letter in ("i", "m", "s", "x", "U") and letter not in changes:
                changes[letter] = on
            else:
                fail()
        scoped = self.peek() == ":"
        if self.source[self.at - 1] == "-" or (not scoped and self.at == start):
            fail()
        self.at += 1
        known = {name: value for name, value in changes.items() if name != "u"}
        self.flags = replace(self.flags, **known)
        return scoped

    # --- single items -------------------------------------------------------------------------

    def primitive(self) -> Node:
        char = self.peek()
        if char == "[":
            return Char(CharSet(self.bracket()))
        if char == "\\":
            found = self.escape()
            if isinstance(found, Place):
                return At(found)
            return Char(CharSet(self.literal(found) if isinstance(found, int) else found))
        self.at += 1
        if char == ".":
            return Char(CharSet(ALL if self.flags.s else _NOT_NEWLINE))
        if char == "^":
            return At(Place.LINE_START if self.flags.m else Place.TEXT_START)
        if char == "$":
            return At(Place.LINE_END if self.flags.m else Place.TEXT_END)
        return Char(CharSet(self.literal(ord(char))))

    def literal(self, code: int) -> Ranges:
        return with_cases(((code, code),), self.flags.i)

    def escape(self) -> Ranges | Place | int:
        """An escape: a class, a place, or one code point."""
        letter = self.peek(1)
        self.at += 2
        if letter in ("<", ">") or (letter in ("b", "B") and self.own_edge()):
            self.beyond(r"\b{start} and its kin are not supported")
        if letter in _EDGES:
            return _EDGES[letter]
        if letter and letter in "dwsDWS":
            return perl(letter)
        if letter and letter in "pP":
            return self.unicode(letter)
        if letter and letter in "xuU":
            return self.code_point({"x": 2, "u": 4, "U": 8}[letter])
        if letter in _CONTROL:
            return _CONTROL[letter]
        if not letter or not letter.isascii() or letter.isalnum():
            fail()
        return ord(letter)

    def own_edge(self) -> bool:
        r"""Whether the name of an edge follows `\b`: then it is none of ours."""
        return self.peek() == "{" and (self.peek(1).isalpha() or self.peek(1) == "-")

    def unicode(self, letter: str) -> Ranges:
        if self.take("{"):
            end = self.source.find("}", self.at)
            name = self.source[self.at : max(end, self.at)]
            self.at = end + 1
        else:
            name = self.peek()
            self.at += 1
        if not name or name[0] == "^":
            fail()
        found = with_cases(unicode_class(name), self.flags.i)
        return complement(found) if letter == "P" else found

    def code_point(self, length: int) -> int:
        if self.take("{"):
            end = self.source.find("}", self.at)
            digits = self.source[self.at : max(end, self.at)]
            self.at = end + 1
        else:
            digits = self.source[self.at : self.at + length]
            self.at += length
            if len(digits) < length:
                fail()
        if not digits or not _HEX.issuperset(digits) or len(digits.lstrip("0")) > 6:
            fail()
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            fail()
        return code

    # --- brackets -----------------------------------------------------------------------------

    def bracket(self, depth: int = 0) -> Ranges:
        """A class from its `[` to its `]`."""
        if depth > MAX_DEPTH:
            self.beyond(f"classes are nested at most {MAX_DEPTH} deep")
        self.at += 1
        self.space()
        negated = self.take("^")
        self.space()
        parts: list[Ranges] = []
        while self.take("-"):
            parts.append(self.literal(ord("-")))
            self.space()
        if not parts and self.take("]"):
            parts.append(self.literal(ord("]")))
        before: Ranges | None = None
        operation = ""
        while True:
            self.space()
            if not self.peek():
                fail()
            if self.take("]"):
                break
            if self.peek() in "&-~" and self.peek(1) == self.peek():
                before = self.operated(before, operation, parts)
                operation, parts = self.peek() * 2, []
                self.at += 2
            elif self.peek() == "[":
                parts.append(self.named_class() or self.bracket(depth + 1))
            else:
                parts.append(self.range())
        found = self.operated(before, operation, parts)
        return complement(found) if negated else found

    def operated(self, before: Ranges | None, operation: str, parts: list[Ranges]) -> Ranges:
        """What stands before an operation, or before the end: the last operation's result."""
        joined = with_cases(tuple(r for part in parts for r in part), False)
        return joined if before is None else combined(operation, before, joined)

    def named_class(self) -> Ranges | None:
        """`[:alpha:]`, or None when a class begins here that only looks like it."""
        end = self.source.find(":]", self.at + 2)
        if self.peek(1) != ":" or end < 0:
            return None
        name = self.source[self.at + 2 : end]
        found = posix(name.removeprefix("^"))
        if found is None:
            return None
        self.at = end + 2
        found = with_cases(found, self.flags.i)
        return complement(found) if name[0] == "^" else found

    def range(self) -> Ranges:
        """A character, a range of them, or an escape for a class."""
        first = self.item()
        self.space()
        if self.peek() != "-" or self.after_hyphen() in ("]", "-", ""):
            return self.literal(first) if isinstance(first, int) else first
        self.at += 1
        self.space()
        last = self.item()
        if not isinstance(first, int) or not isinstance(last, int) or last < first:
            fail()
        return with_cases(((first, last),), self.flags.i)

    def after_hyphen(self) -> str:
        ahead = 1
        while self.flags.x and self.peek(ahead).isspace():
            ahead += 1
        return self.peek(ahead)

    def item(self) -> Ranges | int:
        if self.peek() != "\\":
            self.at += 1
            return ord(self.source[self.at - 1])
        found = self.escape()
        return fail() if isinstance(found, Place) else found


__all__ = ["NotAPattern", "parse"]
