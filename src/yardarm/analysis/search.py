"""The search for cells in which formulas are true: M. Davis and H. Putnam's method, as refined with
G. Logemann and D. Loveland (1962), over cells instead of truth values.

What must be is asserted until nothing more follows; then a literal is assumed, and if that leads
nowhere, its opposite. No combination of cells is met twice, and the number of steps is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .formula import FALSE, TRUE, And, Formula, Joined, Literal, Or, both, either
from .ground import Ground, State
from .steps import Steps

_ALL = -1
"""Every subject's bit."""


class Search:
    """Searches on one ground."""

    def __init__(self, ground: Ground, steps: Steps) -> None:
        self.ground = ground
        self.steps = steps

    def states(
        self, formulas: Sequence[Formula], only: int = _ALL, start: State | None = None
    ) -> Iterator[tuple[State, list[Formula]]]:
        """Every state in which the formulas are true, whichever of the cells left are taken.

        The states do not overlap, and together they are everything. With `only`, assumptions are
        made about those subjects alone (bits of their numbers), and what is left to be fulfilled
        by the others comes along. `start` says which cells are left at first. Raises `Spent`.
        """
        first = [*self.ground.ties, *formulas]
        stack: list[tuple[State, list[Formula], int]] = [(dict(start or {}), first, _ALL)]
        while stack:
            state, pending, changed = stack.pop()
            settled = self.settle(state, pending, changed)
            if settled is None:
                continue
            literal = self._next(settled, only)
            if literal is None:
                yield state, settled
                continue
            stack.append((dict(state), [_opposite(literal), *settled], 0))
            stack.append((state, [literal, *settled], 0))

    def settle(self, state: State, pending: list[Formula], changed: int) -> list[Formula] | None:
        """Assert what must be, in `state`. What is left to be fulfilled, or None if nothing can.

        `changed` has the bits of the subjects that changed since `pending` was last looked at.
        """
        everything, limits_of = self.ground.everything, self.ground.limits
        while True:
            left: list[Formula] = []
            now = 0
            queue = pending[::-1]
            while queue:
                formula = queue.pop()
                if not isinstance(formula, Literal):
                    formula = self.reduce(formula, state, changed | now)
                if isinstance(formula, Or):
                    left.append(formula)
                elif isinstance(formula, Literal):
                    for subject, mask in limits_of(formula):
                        before = state.get(subject)
                        before = everything[subject] if before is None else before
                        if before & mask != before:
                            if not before & mask:
                                return None
                            state[subject] = before & mask
                            now |= formula.subjects
                elif isinstance(formula, And):
                    queue.extend(reversed(formula.parts))
                elif formula is FALSE:
                    return None
            if not now:
                return left
            pending, changed = left, now

    def reduce(self, formula: Formula, state: State, changed: int) -> Formula:
        """What is left of a formula in a state. What has not `changed` is left as it is."""
        if not formula.subjects & changed:
            return formula
        self.steps.take()
        if isinstance(formula, Literal):
            certain = True
            for subject, mask in self.ground.limits(formula):
                left = state.get(subject)
                left = self.ground.everything[subject] if left is None else left
                if not left & mask:
                    return FALSE
                certain = certain and not left & ~mask
            return TRUE if certain else formula
        whole = TRUE if isinstance(formula, Or) else FALSE
        parts: list[Formula] = []
        same = True
        for part in formula.parts if isinstance(formula, Joined) else ():
            reduced = self.reduce(part, state, changed)
            if reduced is whole:
                return whole
            same = same and reduced is part
            parts.append(reduced)
        if same:
            return formula
        return either(parts) if isinstance(formula, Or) else both(parts)

    def _next(self, pending: list[Formula], only: int) -> Literal | None:
        """A literal to assume: the first of the formula with the fewest ways."""
        best: Literal | None = None
        fewest = 0
        for formula in pending:
            ways = len(formula.parts) if isinstance(formula, Joined) else 1
            if best is not None and ways >= fewest:
                continue
            literal = _first(formula, only)
            if literal is not None:
                best, fewest = literal, ways
                if ways <= 2:
                    break
        return best


def _first(formula: Formula, only: int) -> Literal | None:
    if isinstance(formula, Literal):
        return formula if formula.subjects & only else None
    if isinstance(formula, Joined) and formula.subjects & only:
        for part in formula.parts:
            found = _first(part, only)
            if found is not None:
                return found
    return None


def _opposite(literal: Literal) -> Literal:
    return Literal(literal.atom, not literal.holds)
