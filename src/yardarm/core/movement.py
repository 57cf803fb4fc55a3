"""Who gets another variant by a change: both documents asked about every context of a population.

A `Measure` takes contexts one by one and keeps only sums and a few examples, so that its memory
does not grow with the population. Its counts are exact: a context has moved in a flag if the two
answers name different variants (None: the caller's fallback), or one variant with different values.
Contexts of which a deciding attribute was withheld are *unknown*: they are counted beside those
known to move, never among those known not to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from . import model as m
from .affected import affected
from .ambient import Ambient
from .compare import differ, fails, run_of
from .context import Context
from .explaining import Tally, best
from .observed import withheld_of
from .opened import Doubts
from .outcome import Outcome
from .program import DocumentSource, Program
from .reads import Name

MAX_EXAMPLES = 10
"""Contexts shown for a flag."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One context of a population, how often it was seen, and which attributes it lacks.

    `raw` is the context as it was given, where that is in a vendor's shape.
    """

    context: Context
    weight: float = 1
    withheld: frozenset[Name] = frozenset()
    raw: m.Json = None

    def shown(self) -> m.Json:
        """The context as JSON, in the shape in which it was given."""
        return self.context.to_json() if self.raw is None else self.raw

    @classmethod
    def of(cls, value: Any, weight: float = 1) -> Observed:
        """From a context in any form. What it names as private and does not show was withheld.

        Raises `ContextError` for what is no context.
        """
        context = Context.of(value)
        return cls(context, weight, withheld_of(context))


@dataclass(frozen=True, slots=True)
class Example:
    """A context that moves, with what it got and gets."""

    context: m.Json
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FlagMovement:
    """How one flag's answers change over the population.

    `matrix` counts contexts by variant before and after, for those that moved; `traffic` is their
    weight. `errors` counts contexts that get an error afterwards and did not before. `attributes`
    are those whose values tell best who moves (`explaining.best`).
    """

    key: str
    causes: tuple[str, ...]
    moved: int
    unknown: int
    traffic: float
    errors: int
    matrix: dict[tuple[str | None, str | None], int]
    attributes: tuple[m.Json, ...]
    examples: tuple[Example, ...]

    def to_json(self) -> dict[str, m.Json]:
        """The movement as JSON."""
        ordered = sorted(self.matrix.items(), key=lambda item: (-item[1], str(item[0])))
        return {
            "moved": self.moved,
            "unknown": self.unknown,
            "traffic": self.traffic,
            "matrix": [{"from": a, "to": b, "count": n} for (a, b), n in ordered],
            "errors": self.errors,
            "cause": list(self.causes),
            "attributes": list(self.attributes),
            "examples": [
                {"context": e.context, "from": e.before, "to": e.after} for e in self.examples
            ],
        }


@dataclass(frozen=True, slots=True)
class Movement:
    """How a change moves a population.

    `moved` counts contexts that move in at least one flag, `unknown` those that move in none for
    sure and may move in some. `rate` is the share of all contexts that the population holds.
    """

    contexts: int
    moved: int
    unknown: int
    flags: tuple[FlagMovement, ...]
    rate: float = 1.0

    @property
    def exact(self) -> bool:
        """Whether every count is the truth, and not only a bound."""
        return self.rate == 1.0 and not any(flag.unknown for flag in self.flags)

    def to_json(self) -> dict[str, m.Json]:
        """The movement as JSON. `interval` holds the truth about this population."""
        return {
            "contexts": self.contexts,
            "moved": self.moved,
            "unknown": self.unknown,
            "exact": self.exact,
            "sample_rate": self.rate,
            "interval": [self.moved, self.moved + self.unknown],
            "flags": {flag.key: flag.to_json() for flag in self.flags},
        }


Asked = Callable[[Observed], Outcome]
Ask = Callable[[str], Asked]
"""Gives, for a flag's key, what answers a context."""

Tell = Callable[[m.Json, str, "str | None", "str | None"], None]
"""Told of each context that moves: context, flag, variant before and after."""


class Measure:
    """Measures the movement from one document to another.

    `tell` hears of each context that moves. `now` is seconds since 1970, for rules that ask for it.
    `ask` answers in place of the compiled documents, before and after: for a vendor's documents,
    whose contexts are in the vendor's own shape.
    """

    def __init__(
        self,
        before: m.Document,
        after: m.Document,
        *,
        now: float | None = None,
        tell: Tell | None = None,
        ask: tuple[Ask, Ask] | None = None,
    ) -> None:
        self._ambient = Ambient.at(now)
        self._tell = tell
        programs = Program(DocumentSource(before)), Program(DocumentSource(after))
        one, other = ask or tuple(_compiled(program, self._ambient) for program in programs)
        self._everyone = Tally()
        self._flags = [
            _Flag(key, causes, one(key), other(key), self._everyone)
            for key, causes in affected(before, after).items()
        ]
        self._doubts = Doubts(programs, self._ambient)
        self.contexts = self.moved = self.unknown = 0

    def add_all(self, population: Iterable[Observed]) -> None:
        """Measure every context."""
        for observed in population:
            self.add(observed)

    def add(self, observed: Observed) -> None:
        """Measure one context."""
        self.contexts += 1
        if self._flags:
            self._everyone.add(observed.context)
        moved = unknown = False
        for flag in self._flags:
            lacks = observed.withheld
            if lacks and (withheld := self._doubts.relevant(flag.key, lacks)):
                context = observed.context
                moves = self._doubts.moves(flag.key, withheld, context.user, context.by_kind())
                if moves is None:
                    flag.is_unknown(observed)
                    unknown = True
                if not moves:
                    continue
            one, other = flag.before(observed), flag.after(observed)
            if not differ(one, other):
                continue
            moved = True
            flag.moves(observed, one, other)
            if self._tell is not None:
                self._tell(observed.shown(), flag.key, one.variant, other.variant)
        self.moved += moved
        self.unknown += unknown and not moved

    def result(self, rate: float = 1.0) -> Movement:
        """What was measured until now."""
        flags = tuple(flag.result() for flag in self._flags)
        return Movement(self.contexts, self.moved, self.unknown, flags, rate)


def _compiled(program: Program, ambient: Ambient) -> Ask:
    def ask(key: str) -> Asked:
        run = run_of(program, key)
        return lambda observed: run(observed.context.user, observed.context.kinds, ambient)

    return ask


class _Flag:
    """The sums of one flag."""

    def __init__(
        self, key: str, causes: tuple[str, ...], before: Asked, after: Asked, everyone: Tally
    ) -> None:
        self.key = key
        self.causes = causes
        self.before, self.after = before, after
        self.errors = 0
        self.traffic: float = 0
        self.matrix: Counter[tuple[str | None, str | None]] = Counter()
        self.everyone = everyone
        self.moved, self.unknown = Tally(everyone), Tally(everyone)
        self.examples: list[Example] = []

    def is_unknown(self, observed: Observed) -> None:
        self.unknown.add(observed.context)

    def moves(self, observed: Observed, one: Outcome, other: Outcome) -> None:
        self.moved.add(observed.context)
        self.traffic += observed.weight
        self.matrix[one.variant, other.variant] += 1
        self.errors += fails(one, other)
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(Example(observed.shown(), one.variant, other.variant))

    def result(self) -> FlagMovement:
        return FlagMovement(
            self.key, self.causes, self.moved.contexts, self.unknown.contexts, self.traffic,
            self.errors, dict(self.matrix), best(self.everyone, self.moved, self.unknown),
            tuple(self.examples),
        )  # fmt: skip
