"""Questions: can these formulas be true of any context? Never, or here is one, or nobody knows.

"Never" is a proof: the search went through all cells. A context is only given after whoever asked
has confirmed it by evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal as Word

from .contexts import Contexts, Impossible
from .formula import Formula, atoms_of
from .ground import Cache, Ground
from .search import Search
from .steps import OF_A_GLANCE, OF_A_GROUND, OF_A_QUESTION, Purse, Spent, Steps
from .subjects import Atoms
from .witness import Witness

_MOST_OPEN = 60
"""How many states without a confirmed context are looked at."""

_MOST_REMEMBERED = 2_000
_MOST_TRIED = 500
"""How many contexts are evaluated for one question."""

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
        self.purse = Purse()
        self._cache: Cache = {}

    def begin(self) -> None:
        """Another flag or segment is asked about: what was remembered of the last one may go."""
        self.purse.begin()
        if len(self._cache) > _MOST_REMEMBERED:
            self._cache.clear()

    def ground(self, formulas: Sequence[Formula], most: int = OF_A_GROUND) -> Ground:
        """The ground for questions about these formulas and parts of them."""
        with self.purse.grant(most) as steps:
            return Ground(self.atoms, atoms_of(formulas), self._cache, steps)

    def ask(
        self, formulas: Sequence[Formula], confirm: Confirm, ground: Ground | None = None
    ) -> Answer:
        """Whether the formulas can all be true. `ground` spares making one."""
        if ground is not None:
            found = self._ask(formulas, confirm, ground, OF_A_QUESTION)
            if found.verdict != "unknown" or not ground.opaque:
                return found
        # With fewer atoms on the ground, fewer of them may be opaque.
        return self._ask(formulas, confirm, self.ground(formulas), OF_A_QUESTION)

    def quickly_never(self, formulas: Sequence[Formula]) -> bool:
        """Whether it is soon proven that the formulas are never all true."""
        ground = self.ground(formulas, OF_A_GLANCE)
        return self._ask(formulas, lambda witness: True, ground, OF_A_GLANCE).verdict == "never"

    def _ask(
        self, formulas: Sequence[Formula], confirm: Confirm, ground: Ground, most: int
    ) -> Answer:
        with self.purse.grant(most) as steps:
            try:
                return self._answer(formulas, confirm, ground, steps)
            except Spent:
                return Answer("unknown", why="it would take too many steps")

    @staticmethod
    def _answer(
        formulas: Sequence[Formula], confirm: Confirm, ground: Ground, steps: Steps
    ) -> Answer:
        contexts, open_, tries = Contexts(ground, steps), 0, _MOST_TRIED
        for state, _ in Search(ground, steps).states(formulas):
            try:
                for witness in islice(contexts.of(state), tries):
                    tries -= 1
                    if confirm(witness):
                        return Answer("possible", witness)
            except Impossible:
                continue
            open_ += 1
            if open_ >= _MOST_OPEN or not tries:
                break
        if contexts.unlucky:
            return Answer("possible")
        if open_:
            return Answer("unknown", why="no context was found that shows it, and none excludes it")
        return NEVER
