"""What a flag serves to whom, as formulas: its steps in order, and the way that leads to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core import model as m
from ..core.bucketing import ALGORITHMS, arm_ranges
from ..core.bucketing import find as find_algorithm
from ..core.compile import Unevaluable
from ..core.conditions import serve_to_json
from ..core.program import Program
from .formula import FALSE, TRUE, Formula, both, either, negate
from .meaning import ABORT, EVER, NEVER, Meaning, Meanings, canonical_text, units_of
from .subjects import Atoms

NOTHING = "(nothing)"
"""Stands among a flag's variants for none: the caller's fallback."""
_NEXT = "(next)"

Gives = Mapping[str, Formula]
"""By variant (or `NOTHING`): when it is given."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is given, when nothing is and the next step is asked (`passes`), and when it aborts.

    `arms` are, for a native split, when each of its arms is given.
    """

    gives: Gives
    passes: Formula = FALSE
    abort: Formula = FALSE
    arms: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A target, a rule, or the default, which is the last step of every flag.

    `passed`: the flag goes on to the next step.
    """

    pointer: str
    when: Meaning
    serving: Serving
    passed: Formula
    rule: m.Rule | None = None


def step(pointer: str, when: Meaning, serving: Serving, rule: m.Rule | None = None) -> Step:
    """A step, and when it is passed."""
    passed = either((when.false, both((when.true, serving.passes))))
    return Step(pointer, when, serving, passed, rule)


@dataclass(frozen=True, slots=True)
class Way:
    """A flag as it is evaluated: prerequisites first (`enters`: all of them hold), then steps.

    `skipped` says why parts of it never match, by pointer in the flag.
    """

    flag: m.Flag
    prerequisites: tuple[Meaning, ...]
    enters: Formula
    steps: tuple[Step, ...]
    skipped: Mapping[str, str]


class Flags(Meanings):
    """The meanings of a document, its flags included.

    `enabled` is the program of the same document with all of its flags enabled. `lenient`: other
    flags are taken as if they were enabled, too.
    """

    def __init__(
        self, program: Program, enabled: Program, atoms: Atoms, *, lenient: bool = False
    ) -> None:
        super().__init__(enabled if lenient else program, atoms)
        self._enabled = enabled
        self._ways: dict[str, Way | None] = {}
        self._by_chance: set[str] = set()
        self._served: dict[str, Serving] = {}

    def way(self, key: str) -> Way | None:
        """How a flag is evaluated, as if it were enabled. None for one that cannot be."""
        if key not in self._ways:
            before = self.chances
            self._ways[key] = self._way(key)
            if self.chances > before:
                self._by_chance.add(key)
        return self._ways[key]

    def _way(self, key: str) -> Way | None:
        compiled = self._enabled.compiled(key)
        flag, skipped = compiled.flag, compiled.skipped
        if flag is None:
            return None
        prerequisites = tuple(
            NEVER if f"/prerequisites/{i}" in skipped else self.prerequisite(p)
            for i, p in enumerate(flag.prerequisites)
        )
        steps = [
            step(f"/targets/{i}", Meaning(self.one_of(t.kind, t.keys)), Serving({t.variant: TRUE}))
            for i, t in enumerate(flag.targets)
        ]
        for i, rule in enumerate(flag.rules):
            pointer = f"/rules/{i}"
            if not rule.paused and pointer not in skipped:
                when = self.condition(rule.when, key)
                steps.append(step(pointer, when, self._serving(rule.serve, flag, _NEXT), rule))
        steps.append(step("/default", EVER, self._serving(flag.default, flag, NOTHING)))
        enters = both(meaning.true for meaning in prerequisites)
        return Way(flag, prerequisites, enters, tuple(steps), skipped)

    def get_way(self, key: str) -> Way:
        """How a flag is evaluated that is known to be evaluated."""
        found = self.way(key)
        assert found is not None
        return found

    def belongs(self, segment: str) -> Meaning:
        """Whether a context belongs to a segment; nobody does where it cannot be evaluated."""
        try:
            return self.segment(segment)
        except (Unevaluable, KeyError):
            return NEVER

    def prerequisite(self, prerequisite: m.Prerequisite) -> Meaning:
        """When a prerequisite holds."""
        try:
            if prerequisite.enabled and not self.program.enabled(prerequisite.flag):
                return NEVER
            return self.serves(prerequisite.flag, prerequisite.variants)
        except Unevaluable:
            return NEVER

    def serves(self, flag: str, variants: Iterable[str]) -> Meaning:
        """Whether another flag serves one of these variants. Raises `Unevaluable`."""
        found = self._served.get(flag)
        if found is None:
            before = self.chances
            found = self._serves(flag)
            if self.chances == before:  # where chance takes part, every evaluation is another one
                self._served[flag] = found
        true = either(found.gives.get(variant, FALSE) for variant in set(variants))
        return self.bounded(Meaning(true, found.abort))

    def _serves(self, key: str) -> Serving:
        try:
            compiled = self.program.compiled(key)
        except KeyError:
            raise Unevaluable(f"there is no flag {key!r}") from None
        flag = compiled.flag
        if flag is None:
            return Serving({NOTHING: TRUE})
        off = NOTHING if flag.off is None else flag.off
        if not flag.enabled:
            return Serving({off: TRUE})
        way = self.get_way(key) if key not in self._by_chance else self._way(key)
        assert way is not None
        steps = [Serving({off: met.false}, met.true, met.abort) for met in way.prerequisites]
        for each in way.steps:
            when, serving = each.when, each.serving
            gives = {v: both((when.true, given)) for v, given in serving.gives.items()}
            abort = either((when.abort, both((when.true, serving.abort))))
            steps.append(Serving(gives, each.passed, abort))
        found = _in_order(steps)
        variants = {v: self.bounded(Meaning(g)).true for v, g in found.gives.items()}
        return Serving(variants, FALSE, self.bounded(Meaning(found.abort)).true)

    # --- serves -------------------------------------------------------------------------------

    def _serving(self, serve: m.Serve | None, flag: m.Flag, otherwise: str) -> Serving:
        """What a rule (`otherwise` the next is asked) or a default gives."""
        match serve:
            case None:
                return Serving({NOTHING: TRUE})
            case str():
                return Serving({serve: TRUE})
            case m.Fault():
                return Serving({}, abort=TRUE)
            case m.Logic():
                options = dict.fromkeys([v.key for v in flag.variants] + [NOTHING, otherwise])
                return self._guessed(serve, flag.key, [*options], True)
            case m.Split():
                outside = otherwise if serve.outside is None else serve.outside
                if serve.bucketing.algorithm in ALGORITHMS:
                    return self._native(serve, flag.key, outside)
                options = dict.fromkeys([*(arm.variant for arm in serve.arms), outside])
                algorithm = find_algorithm(serve.bucketing.algorithm)
                aborts = algorithm is not None and bool(algorithm.aborts)
                return self._guessed(serve, flag.key, [*options], aborts)

    def _native(self, split: m.Split, owner: str, outside: str) -> Serving:
        ranges = arm_ranges(split.arms)
        arms = tuple(self.placed(split.bucketing, owner, of_arm) for of_arm in ranges)
        gives: dict[str, Formula] = {}
        for arm, given in zip(split.arms, arms, strict=True):
            gives[arm.variant] = either((gives.get(arm.variant, FALSE), given))
        covered = self.placed(split.bucketing, owner, [r for of_arm in ranges for r in of_arm])
        return _with(outside, negate(covered), Serving(gives, arms=arms))

    @staticmethod
    def _is_drawn(split: m.Split) -> bool:
        """Whether chance may take part."""
        algorithm = find_algorithm(split.bucketing.algorithm)
        return algorithm is not None and algorithm.chance

    def _guessed(
        self, serve: m.Split | m.Logic, owner: str, options: Sequence[str], aborts: bool
    ) -> Serving:
        """What may give any of several variants, for all that is known."""
        name = f"{canonical_text(serve_to_json(serve))} of {owner}"
        every = (*options, ABORT) if aborts else tuple(options)
        units = units_of(serve.bucketing) if isinstance(serve, m.Split) else ()
        if isinstance(serve, m.Split) and self._is_drawn(serve):
            given = self.by_chance(name, every)
        else:
            given = {o: self.unknown(name, every, (o,), units) for o in every}
        abort, passes = given.pop(ABORT, FALSE), given.pop(_NEXT, FALSE)
        return Serving(given, passes, abort)


def _with(outside: str, when: Formula, serving: Serving) -> Serving:
    """The serving, and what is given to units outside of it."""
    if outside == _NEXT:
        return Serving(serving.gives, when, arms=serving.arms)
    given = either((serving.gives.get(outside, FALSE), when))
    return Serving({**serving.gives, outside: given}, arms=serving.arms)


def _in_order(steps: Sequence[Serving]) -> Serving:
    """Several steps as one, by halves, so that the formulas stay shallow."""
    if len(steps) == 1:
        return steps[0]
    first, then = _in_order(steps[: len(steps) // 2]), _in_order(steps[len(steps) // 2 :])
    gives = dict(first.gives)
    for variant, given in then.gives.items():
        gives[variant] = either((gives.get(variant, FALSE), both((first.passes, given))))
    abort = either((first.abort, both((first.passes, then.abort))))
    return Serving(gives, both((first.passes, then.passes)), abort)
