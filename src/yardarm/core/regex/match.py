"""The matcher: a deterministic automaton that is built while texts are read, and bounded.

Rules of its mutable state (several threads share a `Machine`, none takes a lock):

- A `State` is complete before any other thread can see it. Afterwards only entries are added to
  it, each a single dict assignment, and two threads that add the same one add equal ones.
- All states known at one time form a `_Generation` with limited room. When it is full, the machine
  puts an empty one in its place. Readers on the way keep what they hold and move over to the new
  generation at their next unknown character; what they leave is garbage.

So the work per character is one dict lookup when the way is known, and one `Program` step, bounded
by the size of the pattern, when it is not: linear in the text, for every pattern. The lazy
construction is that of R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009),
and of RE2.
"""

from __future__ import annotations

from .program import ACCEPT, END, FINAL_NEWLINE, Atom, Edge, Program
from .tree import Node

ROOM = 10_000
"""How many transitions (and so, at most, states) a generation holds: a few MB at worst."""


class State(dict[str, "State"]):
    """A state of the automaton: from the next symbol to the next state.

    `verdict` is True or False once nothing that may follow changes the answer, else None.
    """

    __slots__ = ("active", "before", "by_atom", "machine", "verdict")

    def __init__(
        self, machine: Machine | None, active: int, before: Edge, verdict: bool | None = None
    ) -> None:
        self.machine = machine
        self.active = active
        self.before = before
        self.verdict = verdict
        self.by_atom: dict[Atom, State] = {}

    def __missing__(self, symbol: str) -> State:
        return self if self.machine is None else self.machine.advance(self, symbol)


MATCHED = State(None, 0, Edge.END, True)
FAILED = State(None, 0, Edge.END, False)


class _Generation:
    """States that belong together, by what they are; the first of them; room for more."""

    def __init__(self, machine: Machine, room: int) -> None:
        self.room = room
        self.first = State(machine, ACCEPT, Edge.START)
        self.states: dict[tuple[int, Edge], State] = {}


class Machine:
    """Searches texts for one tree. `room` bounds the memory, not the answers."""

    def __init__(self, tree: Node, room: int = ROOM) -> None:
        self._program = Program(tree)
        self._room = room
        self._generation = _Generation(self, room)

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in `text`, which must be an exact `str`."""
        tail: tuple[str, ...] = (END,)
        if self._program.splits_final_newline and text.endswith("\n"):
            text, tail = text[:-1], (FINAL_NEWLINE, END)
        state = self._generation.first
        for char in text:
            state = state[char]
            if state.verdict is not None:
                return state.verdict
        for symbol in tail:
            state = state[symbol]
        return state.verdict is True

    def states(self) -> int:
        """How many states are known now."""
        return len(self._generation.states)

    def advance(self, state: State, symbol: str) -> State:
        """The state after `symbol`, which `state` does not know yet; it does afterwards."""
        generation = self._generation
        if generation.room <= 0:
            generation = self._generation = _Generation(self, self._room)
        generation.room -= 1
        atom = self._program.atom(symbol)
        following = state.by_atom.get(atom)
        if following is None:
            following = self._step(state, atom, generation)
            state.by_atom[atom] = following
        state[symbol] = following
        return following

    def _step(self, state: State, atom: Atom, generation: _Generation) -> State:
        program = self._program
        reached = program.follow(state.before, atom.edge).of(state.active)
        if reached & ACCEPT:
            return MATCHED
        active = reached & atom.takers | program.restart
        if atom.edge is Edge.END or not active:
            return FAILED
        key = (active, atom.edge)
        known = generation.states.get(key)
        if known is None:
            known = generation.states.setdefault(key, State(self, active, atom.edge))
        return known
