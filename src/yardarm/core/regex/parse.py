r"""The grammar: from the text of a pattern to its tree.

::

    pattern   = *flags-at-start choice
    choice    = sequence *( "|" sequence )
    sequence  = *( item [ quantifier ] )
    quantifier = ( "*" / "+" / "?" / "{n}" / "{n,}" / "{n,m}" ) [ "?" ]
    item      = literal / "." / "^" / "$" / escape / "[" class "]" / group
    group     = "(" [ "?:" / "?P<name>" / "?<name>" / "?" flags ":" ] choice ")"
    flags     = *( "i" / "m" / "s" ) [ "-" *( "i" / "m" / "s" ) ]

Whatever cannot be matched in linear time (look-around, back-references) and whatever engines
read differently is refused with the reason. A lazy quantifier accepts the same texts as a
greedy one, and only acceptance counts here.
"""

from __future__ import annotations

from dataclasses import replace

from .charset import CharSet, complement
from .classes import DIGITS, Reader
from .tree import (
    MAX_DEPTH,
    MAX_PATTERN,
    MAX_REPEAT,
    MAX_SIZE,
    At,
    Char,
    Choice,
    Meaning,
    Node,
    Place,
    Repeat,
    sequence,
    size,
)

_FLAGS = {"i": "ignore_case", "m": "multiline", "s": "dot_matches_newline"}
_NOT_NEWLINE = CharSet(complement(((10, 10),)))
_ANY = CharSet(complement(()))
_REFUSED = (
    (("?=", "?!", "?<=", "?<!"), "look-around cannot be matched in linear time; use two clauses"),
    (("?P=", "?P>", "?R", "?&"), "references to groups are not supported; rewrite without"),
    (("?>",), "atomic groups are not supported; write (?: )"),
    (("?(",), "conditional groups are not supported; write the cases as a|b"),
    (("?#",), "comments are not supported; leave it out"),
)


def parse(source: str, meaning: Meaning) -> Node:
    """The tree of a pattern. Raises `PatternError` for what the grammar does not have."""
    parser = _Parser(source, meaning)
    if len(source) > MAX_PATTERN:
        parser.fail(f"a pattern has at most {MAX_PATTERN:,} characters; split it", MAX_PATTERN)
    tree = parser.pattern()
    if size(tree) > MAX_SIZE:
        parser.too_large(0)
    return tree


class _Parser(Reader):
    """Recursive descent, one method per rule of the grammar."""

    depth = 0

    def pattern(self) -> Node:
        while self.peek() == "(" and self.peek(1) == "?" and self.peek(2) in ("-", *_FLAGS):
            mark = self.at
            meaning, scoped = self._flags()
            if scoped:
                self.at = mark
                break
            self.meaning = meaning
        tree = self._choice()
        if self.peek():
            self.fail(r"no group is open here; write \) for a parenthesis")
        return tree

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self.take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            start = self.at
            items.append(self._quantified(self._item(), start))
        return sequence(*items)

    # --- quantifiers --------------------------------------------------------------------------

    def _quantified(self, item: Node, start: int) -> Node:
        quantifier = self.at
        bounds = self._quantifier()
        if bounds is None:
            return item
        if isinstance(item, At) and self.source[start] != "(":
            self.fail("a place cannot be repeated; leave the quantifier out", quantifier)
        self.take("?")
        if self.peek() == "+":
            self.fail("possessive quantifiers are not supported; leave the + out")
        again = self.at
        if self._quantifier() is not None:
            self.fail("two quantifiers in a row; write (?: ) around the first", again)
        repeat = Repeat(item, *bounds)
        if size(repeat) > MAX_SIZE:
            self.too_large(start)
        return repeat

    def _quantifier(self) -> tuple[int, int | None] | None:
        """Read a quantifier if one comes next: the least and the most number of times."""
        if self.take("*"):
            return 0, None
        if self.take("+"):
            return 1, None
        if self.take("?"):
            return 0, 1
        if not self._opens_bounds():
            return None
        start = self.at
        self.at += 1
        least = self._number()
        if not self.take(","):
            most: int | None = least
        else:
            most = None if self.peek() == "}" else self._number()
        if least is None or not self.take("}"):
            self.fail(r"not a quantifier; write {n}, {n,} or {n,m}, or \{ for a brace", start)
        if max(least, most or 0) > MAX_REPEAT:
            self.fail(f"a repeat is at most {MAX_REPEAT:,}; ask for less", start)
        if most is not None and most < least:
            self.fail("the bounds run backwards; put the smaller number first", start)
        return least, most

    def _opens_bounds(self) -> bool:
        # A brace before anything else is a literal in Python, RE2, Go and JavaScript alike;
        # `{,5}` is a quantifier in one and a literal in others, so `_quantifier` refuses it.
        return self.peek() == "{" and (self.peek(1) in DIGITS or self.peek(1) == ",")

    def _number(self) -> int | None:
        start = self.at
        while self.peek() in DIGITS:
            self.at += 1
        return int(self.source[start : self.at]) if self.at > start else None

    # --- items --------------------------------------------------------------------------------

    def _item(self) -> Node:
        char = self.peek()
        if char == "(":
            return self._group()
        if char == "[":
            return Char(self.bracket())
        if char == "\\":
            found = self.escape()
            if isinstance(found, Place):
                return At(found)
            return Char(self.chars((found, found)) if isinstance(found, int) else found)
        if char in "*+?" or self._opens_bounds():
            self.fail(rf"nothing to repeat; write \{char} for the sign itself")
        self.at += 1
        if char == ".":
            return Char(_ANY if self.meaning.dot_matches_newline else _NOT_NEWLINE)
        if char == "^":
            return At(Place.LINE_START if self.meaning.multiline else Place.TEXT_START)
        if char == "$":
            return At(self._dollar())
        return Char(self.chars((ord(char), ord(char))))

    def _dollar(self) -> Place:
        if self.meaning.multiline:
            return Place.LINE_END
        if self.meaning.dollar_before_final_newline:
            return Place.TEXT_END_OR_FINAL_NEWLINE
        return Place.TEXT_END

    def _group(self) -> Node:
        start = self.at
        outer = self.meaning
        if self.peek(1) == "?":
            self._group_kind()
        else:
            self.at += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"groups are nested at most {MAX_DEPTH} deep; flatten the pattern", start)
        tree = self._choice()
        if not self.take(")"):
            self.fail("the group is not closed; add )", start)
        self.depth -= 1
        self.meaning = outer
        return tree

    def _group_kind(self) -> None:
        """Step over what follows `(` up to the body, taking over scoped flags."""
        start = self.at
        for openings, reason in _REFUSED:
            if self.source.startswith(openings, start + 1):
                self.fail(reason)
        if self.take("(?:"):
            return
        if self.take("(?P<") or self.take("(?<"):
            end = self.source.find(">", self.at)
            name = self.source[self.at : max(end, self.at)]
            if not (name.isascii() and name.isidentifier()):
                self.fail("not a group name; write (?P<name> )", start)
            self.at = end + 1
            return
        self.meaning, scoped = self._flags()
        if not scoped:
            self.fail("flags stand at the start of the pattern or as (?i: )", start)

    def _flags(self) -> tuple[Meaning, bool]:
        """Read `(?i-s)` or `(?i-s:`: the new meaning, and whether it is for this group only."""
        start = self.at
        self.at += 2
        changes: dict[str, bool] = {}
        on = True
        while (char := self.peek()) not in (")", ":"):
            if char == "-" and on:
                on = False
            elif char in _FLAGS:
                changes[_FLAGS[char]] = on
            else:
                self.fail("unknown group; known are (?: ) (?P<name> ) and flags i, m, s", start)
            self.at += 1
        if not changes:
            self.fail("unknown group; known are (?: ) (?P<name> ) and flags i, m, s", start)
        self.at += 1
        return replace(self.meaning, **changes), char == ":"

    def too_large(self, start: int) -> None:
        """Refuse a pattern whose repeats multiply beyond the bound."""
        self.fail(f"repeats multiply to over {MAX_SIZE:,} states; repeat less", start)
