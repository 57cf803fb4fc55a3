"""From the tree to an automaton whose sets of states are integers.

The tree is written out as a Thompson program (K. Thompson, CACM 11(6), 1968): instructions that
take a character, hold only at a `Place`, or go on in several ways. For every character-taking
instruction `Follow` knows which others can come next, so a set of states is one integer with a bit
per such instruction and a step needs no walk over the graph: the position automaton of V. M.
Glushkov (1961).

Conditions such as `\\b` depend on the characters on both sides. There are few kinds of sides
(`Edge`) and so few sets of true conditions; each has its own `Follow`, built when first met.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from .charset import CharSet, is_ascii_word, is_marked_word, is_word
from .follow import Follow
from .tree import At, Char, Choice, Node, Place, Repeat, Sequence

FINAL_NEWLINE = "\n$"
"""Stands for a newline that ends the text. It has two characters, so no character equals it."""
END = ""
"""Stands for the end of the text."""
ACCEPT = 1
"""The bit that says "matched" in what can follow; among active states it says "not begun"."""


class Edge(Enum):
    """What kind of character stands on one side of a place."""

    START = 0
    OTHER = 1
    WORD = 2
    NEWLINE = 3
    FINAL_NEWLINE = 4
    END = 5


@dataclass(frozen=True, slots=True)
class Atom:
    """Characters that this program cannot tell apart: who takes them, and their edge."""

    takers: int
    edge: Edge


@dataclass(slots=True)
class _Instruction:
    """Take a character (`bit`), hold at a place (`place`), or only go on; then `ways`."""

    bit: int = 0
    place: Place | None = None
    ways: tuple[int, ...] = ()


class Program:
    """The automaton of one tree. It only grows memos, so threads may share it."""

    def __init__(self, tree: Node) -> None:
        self._code: list[_Instruction] = []
        self._takers: dict[CharSet, int] = {}
        self._bits = 1  # the first stands for `ACCEPT`
        self._emit(tree)
        self._code.append(_Instruction(bit=ACCEPT))
        self._places = frozenset(i.place for i in self._code if i.place is not None)
        self._word = self._word_test()
        self._lines = bool(self._places & {Place.LINE_START, Place.LINE_END})
        self.splits_final_newline = Place.TEXT_END_OR_FINAL_NEWLINE in self._places
        self._bounds = self._boundaries()
        self._classes = any(chars.classes for chars in self._takers)
        self._atoms: dict[object, Atom] = {}
        self._follows: dict[frozenset[Place], Follow] = {}
        self._between: dict[tuple[Edge, Edge], Follow] = {}
        # Whether a match may begin after the start of the text; if not, a search can give up.
        later = self._follow(self._places - {Place.TEXT_START})
        self.restart = ACCEPT if later.of(ACCEPT) else 0

    # --- writing the program ------------------------------------------------------------------

    def _emit(self, node: Node) -> None:
        """Append the node's instructions; control falls through to what is appended next."""
        match node:
            case Char(of):
                bit = 1 << self._bits
                self._bits += 1
                self._takers[of] = self._takers.get(of, 0) | bit
                self._go(bit=bit)
            case At(place):
                self._go(place=place)
            case Sequence(items):
                for item in items:
                    self._emit(item)
            case Choice(items):
                self._emit_choice(items)
            case Repeat(item, least, most):
                self._emit_repeat(item, least, most)

    def _go(self, bit: int = 0, place: Place | None = None) -> _Instruction:
        instruction = _Instruction(bit, place, (len(self._code) + 1,))
        self._code.append(instruction)
        return instruction

    def _emit_choice(self, items: tuple[Node, ...]) -> None:
        fork = self._go()
        starts: list[int] = []
        ends: list[_Instruction] = []
        for item in items:
            starts.append(len(self._code))
            self._emit(item)
            ends.append(self._go())
        fork.ways = tuple(starts)
        for end in ends:
            end.ways = (len(self._code),)

    def _emit_repeat(self, item: Node, least: int, most: int | None) -> None:
        begin = len(self._code)
        for _ in range(least):
            begin = len(self._code)
            self._emit(item)
        forks: list[_Instruction] = []
        if most is not None:
            for _ in range(most - least):
                forks.append(self._go())
                self._emit(item)
        elif least:
            loop = self._go()
            loop.ways = (begin, len(self._code))
        else:
            forks.append(self._go())
            self._emit(item)
            self._go().ways = (begin,)
        for fork in forks:
            fork.ways = (*fork.ways, len(self._code))

    # --- what follows what --------------------------------------------------------------------

    def follow(self, before: Edge, after: Edge) -> Follow:
        """What can come next at a place with these two sides."""
        found = self._between.get((before, after))
        if found is None:
            found = self._follow(frozenset(p for p in self._places if _holds(p, before, after)))
            self._between[before, after] = found
        return found

    def _follow(self, true: frozenset[Place]) -> Follow:
        found = self._follows.get(true)
        if found is None:
            found = self._follows[true] = Follow(self._solve(true))
        return found

    def _solve(self, true: frozenset[Place]) -> list[int]:
        """What can come after each bit: the least solution of the program's equations.

        Ways lead forward but for those that close a loop, so sweeping from the last instruction to
        the first settles all but the loops; one more sweep per level of loops settles those.
        """
        entry = [0] * len(self._code)
        changed = True
        while changed:
            changed = False
            for index in range(len(entry) - 1, -1, -1):
                instruction = self._code[index]
                bits = instruction.bit
                if not bits and (instruction.place is None or instruction.place in true):
                    for way in instruction.ways:
                        bits |= entry[way]
                if bits != entry[index]:
                    entry[index] = bits
                    changed = True
        takers = (i.ways[0] for i in self._code if i.bit > ACCEPT)
        return [entry[0], *(entry[way] for way in takers)]

    # --- telling characters apart -------------------------------------------------------------

    def atom(self, symbol: str) -> Atom:
        """The atom of a character, of `FINAL_NEWLINE` or of `END`."""
        key = self._atom_key(symbol) if len(symbol) == 1 else symbol
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = self._new_atom(symbol)
        return found

    def _atom_key(self, char: str) -> object:
        index = bisect_right(self._bounds, ord(char))
        if self._word is is_marked_word:
            return index, is_marked_word(char), is_word(char), char.isdecimal(), char.isspace()
        if not self._classes and self._word is not is_word:
            return index
        return index, is_word(char), char.isdecimal(), char.isspace()

    def _new_atom(self, symbol: str) -> Atom:
        if symbol == END:
            return Atom(0, Edge.END)
        char = symbol[0]
        takers = 0
        for chars, bits in self._takers.items():
            if char in chars:
                takers |= bits
        if symbol == FINAL_NEWLINE:
            return Atom(takers, Edge.FINAL_NEWLINE)
        if self._word is not None and self._word(char):
            return Atom(takers, Edge.WORD)
        return Atom(takers, Edge.NEWLINE if self._lines and char == "\n" else Edge.OTHER)

    def _word_test(self) -> Callable[[str], bool] | None:
        if self._places & {Place.UNICODE_WORD_EDGE, Place.NOT_UNICODE_WORD_EDGE}:
            return is_word
        if self._places & {Place.MARKED_WORD_EDGE, Place.NOT_MARKED_WORD_EDGE}:
            return is_marked_word
        if self._places & {Place.WORD_EDGE, Place.NOT_WORD_EDGE}:
            return is_ascii_word
        return None

    def _boundaries(self) -> list[int]:
        """Where the answer to "who takes this character, what edge is it" may change."""
        ranges = [r for chars in self._takers for r in chars.ranges]
        if self._lines:
            ranges.append((10, 10))
        if self._word is is_ascii_word:
            ranges += [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
        return sorted({bound for first, last in ranges for bound in (first, last + 1)})


def _holds(place: Place, before: Edge, after: Edge) -> bool:
    match place:
        case Place.TEXT_START:
            return before is Edge.START
        case Place.LINE_START:
            return before in (Edge.START, Edge.NEWLINE, Edge.FINAL_NEWLINE)
        case Place.TEXT_END:
            return after is Edge.END
        case Place.TEXT_END_OR_FINAL_NEWLINE:
            return after in (Edge.FINAL_NEWLINE, Edge.END)
        case Place.LINE_END:
            return after in (Edge.NEWLINE, Edge.FINAL_NEWLINE, Edge.END)
        case Place.WORD_EDGE | Place.UNICODE_WORD_EDGE | Place.MARKED_WORD_EDGE:
            return (before is Edge.WORD) != (after is Edge.WORD)
        case Place.NOT_WORD_EDGE | Place.NOT_UNICODE_WORD_EDGE | Place.NOT_MARKED_WORD_EDGE:
            return (before is Edge.WORD) == (after is Edge.WORD)
