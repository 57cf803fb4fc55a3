"""Questions: can these formulas be true of any context? Never, or here is one, or nobody knows.

"Never" is a proof: the search went through all cells. A context is only given after whoever asked
has confirmed it by evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal as Word

from .contexts import Contexts, Impossible
from .formula import Formula, atoms_of
from .ground import Cache, Ground
from .search import Search, Spent, Steps
from .subjects import Atoms
from .witness import Witness

STEPS = 200_000
"""What one question may cost, in formulas looked at (about a microsecond each)."""
ALL_STEPS = 30_000_000
"""What all questions about one document may cost."""
_MOST_OPEN = 60
"""How many states without a confirmed context are looked at."""

Confirm = Callable[[Witness], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """`why` is set for "unknown" only, and `witness` for "possible", unless it was hard to find."""

    verdict: Word["never", "possible", "unknown"]
    witness: Witness | None = None
    why: str = ""


NEVER = Answer("never")


class Asking:
    """Asks about one document, within bounds."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.all_steps = Steps(ALL_STEPS)
        self._cache: Cache = {}

    def ground(self, formulas: Sequence[Formula]) -> Ground:
        """The ground for questions about these formulas and parts of them."""
        return Ground(self.atoms, atoms_of(formulas), self._cache)

    def steps(self) -> Steps:
        """Steps for one question, taken off those of the document."""
        granted = min(STEPS, self.all_steps.left)
        self.all_steps.left -= granted
        return Steps(granted)

    def give_back(self, steps: Steps) -> None:
        """Give back what a question did not use."""
        self.all_steps.left += max(0, steps.left)

    def ask(
        self, formulas: Sequence[Formula], confirm: Confirm, ground: Ground | None = None
    ) -> Answer:
        """Whether the formulas can all be true. `ground` spares making one."""
        found = self._ask(formulas, confirm, ground or self.ground(formulas))
        if found.verdict == "unknown" and ground is not None and ground.opaque:
            # With fewer atoms on the ground, fewer of them may be opaque.
            return self._ask(formulas, confirm, self.ground(formulas))
        return found

    def _ask(self, formulas: Sequence[Formula], confirm: Confirm, ground: Ground) -> Answer:
        steps, contexts, open_ = self.steps(), Contexts(ground), 0
        try:
            for state, _ in Search(ground, steps).states(formulas):
                try:
                    for witness in contexts.of(state):
                        if confirm(witness):
                            return Answer("possible", witness)
                except Impossible:
                    continue
                open_ += 1
                if open_ >= _MOST_OPEN:
                    break
        except Spent:
            return Answer("unknown", why="it would take too many steps")
        finally:
            self.give_back(steps)
        if contexts.unlucky:
            return Answer("possible")
        if open_:
            return Answer("unknown", why="no context was found that shows it, and none excludes it")
        return NEVER
