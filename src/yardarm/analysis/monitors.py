"""Text operators as automata: each reads a text letter by letter and knows which atoms hold.

A monitor's state says all that counts of the text so far; `bits(state)` are the atoms that hold if
the text ends here. Folded monitors read what full case folding (`str.casefold`, character by
character) makes of a letter. Occurrences are found by A. Aho and M. Corasick's automaton (1975).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Protocol

from ..core.regex import Node
from ..core.regex.program import ACCEPT, END, Edge, Program

State = Any


class Monitor(Protocol):
    """Reads a text. `cost` is what reading a letter costs, in steps."""

    cost: int

    @property
    def start(self) -> Hashable:
        """The state before the first letter."""
        ...

    def step(self, state: State, letter: str) -> State:
        """The state after one more letter."""
        ...

    def bits(self, state: State) -> int:
        """The atoms that hold if the text ends here."""
        ...

    def settled(self, state: State) -> int:
        """The atoms that hold whatever follows."""
        ...


class _Trie:
    """Texts by their letters. `held[node]` are the bits of the text that ends at the node."""

    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        self.children: list[dict[str, int]] = [{}]
        self.held: list[int] = [0]
        for text, bits in patterns:
            node = 0
            for letter in text:
                following = self.children[node].get(letter)
                if following is None:
                    following = self.children[node][letter] = len(self.children)
                    self.children.append({})
                    self.held.append(0)
                node = following
            self.held[node] |= bits


class Beginning:
    """Texts that begin with one of the patterns, and texts that are one of them."""

    cost = 1

    def __init__(
        self,
        prefixes: Sequence[tuple[str, int]],
        whole: Sequence[tuple[str, int]] = (),
        *,
        fold: bool = False,
    ) -> None:
        self._prefixes = _Trie([*prefixes, *((text, 0) for text, _ in whole)])
        self._whole = _Trie([*((text, 0) for text, _ in prefixes), *whole])
        self._fold = fold
        self.start: tuple[int, int] = (0, self._prefixes.held[0])

    def step(self, state: tuple[int, int], letter: str) -> tuple[int, int]:
        """`state` is a node, or -1 off the patterns, and the prefixes found."""
        node, found = state
        for one in letter.casefold() if self._fold else letter:
            if node < 0:
                break
            node = self._prefixes.children[node].get(one, -1)
            found |= self._prefixes.held[node] if node >= 0 else 0
        return node, found

    def bits(self, state: tuple[int, int]) -> int:
        """The prefixes found, and the patterns that are the whole text."""
        node, found = state
        return found | self._whole.held[node] if node >= 0 else found

    def settled(self, state: tuple[int, int]) -> int:
        """What was found."""
        return state[1]


class Occurring:
    """Texts in which one of the patterns occurs, and texts that end with one."""

    cost = 1

    def __init__(
        self,
        inside: Sequence[tuple[str, int]],
        endings: Sequence[tuple[str, int]],
        *,
        fold: bool = False,
    ) -> None:
        self._fold = fold
        found = _Trie([*inside, *((text, 0) for text, _ in endings)])
        ends = _Trie([*((text, 0) for text, _ in inside), *endings])
        self._children, self._inside, self._ends = found.children, found.held, ends.held
        self._fail = [0] * len(self._children)
        self._link()
        self.start: tuple[int, int] = (0, self._inside[0])

    def _link(self) -> None:
        """Where to go on when the next letter does not fit: the longest other beginning."""
        queue = list(self._children[0].values())
        for node in queue:
            for letter, child in self._children[node].items():
                self._fail[child] = self._next(self._fail[node], letter)
                queue.append(child)
            self._inside[node] |= self._inside[self._fail[node]]
            self._ends[node] |= self._ends[self._fail[node]]

    def _next(self, node: int, letter: str) -> int:
        while node and letter not in self._children[node]:
            node = self._fail[node]
        return self._children[node].get(letter, 0)

    def step(self, state: tuple[int, int], letter: str) -> tuple[int, int]:
        """`state` is a node and the patterns found so far."""
        node, found = state
        for one in letter.casefold() if self._fold else letter:
            node = self._next(node, one)
            found |= self._inside[node]
        return node, found

    def bits(self, state: tuple[int, int]) -> int:
        """The patterns found, and those that the text ends with."""
        node, found = state
        return found | self._ends[node]

    def settled(self, state: tuple[int, int]) -> int:
        """What was found."""
        return state[1]


class Matching:
    """Texts in which a regular expression is found.

    States are numbered as they are met, and every step is taken once.
    """

    cost = 4
    start = 0

    def __init__(self, tree: Node, bits: int) -> None:
        self._program = Program(tree)
        self._bits = bits
        self._known: list[tuple[int, Edge]] = [(ACCEPT, Edge.START)]
        self._numbers = {(ACCEPT, Edge.START.value): 0}
        self._steps: list[dict[str, int]] = [{}]

    def step(self, state: int, letter: str) -> int:
        """`state` is the number of what is active in the program and what stood before."""
        if state < 0:
            return state
        steps = self._steps[state]
        found = steps.get(letter)
        if found is None:
            found = steps[letter] = self._step(state, letter)
        return found

    def _step(self, state: int, letter: str) -> int:
        active, before = self._known[state]
        atom = self._program.atom(letter)
        reached = self._program.follow(before, atom.edge).of(active)
        if reached & ACCEPT:
            return _FOUND
        active = reached & atom.takers | self._program.restart
        if not active:
            return _NEVER
        number = self._numbers.setdefault((active, atom.edge.value), len(self._known))
        if number == len(self._known):
            self._known.append((active, atom.edge))
            self._steps.append({})
        return number

    def bits(self, state: int) -> int:
        """The atom's bit, if the text matches."""
        return self._bits if self.step(state, END) == _FOUND else 0

    def settled(self, state: int) -> int:
        """The atom's bit, once the expression is found."""
        return self._bits if state == _FOUND else 0

    def kind(self, letter: str) -> Hashable:
        """What the expression sees of a letter."""
        return self._program.atom(letter)


_FOUND, _NEVER = -1, -2
"""States of an expression that is found, and of one that never will be."""
