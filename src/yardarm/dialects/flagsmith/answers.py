"""What Flagsmith's own SDK would say, from what our flags answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.ambient import Ambient
from ...core.compile import Abort, Unevaluable
from ...core.decision import ERROR, FLAG_NOT_FOUND, Decision
from ...core.evaluate import to_decision
from ...core.model import Json
from ...core.operators.flagsmith_failures import may_fail
from ...core.outcome import Outcome
from ...core.program import Compiled, Program
from ..base import Answer, Asked, Options
from .alone import alone
from .circles import Circles, Failed
from .contexts import Person, kinds_of, person
from .plan import Place, Plan
from .read import reading
from .results import FAILED, NOTHING, failed, identity_segments, segment_result


class Evaluation:
    """A document of Flagsmith, made ready to be asked.

    Answers have the engine's shape: `{"enabled", "value", "reason", "variant"}` of one flag, and
    `{"flags", "segments"}` of all. Where the engine fails at a segment it answers nothing at all;
    the SDK then still answers flags that the segment does not override, each `alone`.
    """

    def __init__(self, source: Json, options: Options, *, is_alone: bool = False) -> None:
        named = options.get("identities") == "named"
        self._options = options
        self._is_alone = is_alone
        self._alone: dict[str, Evaluation] = {}
        read, self._source, self._dependencies, circular = reading(source, named=named)
        self._program = Program.of(read.document)
        self._tables: dict[str, _Table] = {}
        itself = self._source.asks_itself and may_fail(self._source.root)
        self._in_steps = circular or self._source.touches_flags or self._source.fails or itself
        self._circles: Circles | None = None

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer. Never raises."""
        who = person(asked.context, self._source.given_key, self._source.identity)
        kinds = kinds_of(who, self._source.root) if self._source.uses_context else None
        if asked.flag is None:
            return Answer(None, self._everything(who, kinds, ambient))
        try:
            compiled = self._program.compiled(asked.flag)
        except KeyError:
            error = "there is no flag with this key"
            stranger = Decision(
                asked.flag, asked.fallback, None, ERROR, error=FLAG_NOT_FOUND, cause=error
            )
            return Answer(stranger, dict(NOTHING))
        outcome = compiled.run(who.user, kinds, ambient)
        decision = to_decision(compiled, outcome, asked.fallback)
        if who.fails:
            found = FAILED
        elif self._follows(who):
            try:
                found = self._followed().everything(who)["flags"][asked.flag]
            except Failed:
                found = self._by_itself(asked, ambient)
        else:
            found = self._table(compiled).result(outcome, who)
        return Answer(decision, {name: found[name] for name in NOTHING})

    def _by_itself(self, asked: Asked, ambient: Ambient) -> dict[str, Json]:
        """What the SDK still answers of one flag."""
        flag = asked.flag or ""
        if self._is_alone:
            return FAILED
        made = self._alone.get(flag)
        if made is None:
            source = alone(self._source, flag)
            made = self._alone[flag] = Evaluation(source, self._options, is_alone=True)
        found: dict[str, Json] = made.answer(asked, ambient).vendor
        return found

    def _follows(self, who: Person) -> bool:
        """Whether the engine has to be followed step by step."""
        return (self._in_steps or who.odd or who.shadows) and not self._is_bare(who)

    def _is_bare(self, who: Person) -> bool:
        """Whether the SDK asks no segment: it does not without an identity."""
        return self._source.is_environment and who.identity is None

    def _followed(self) -> Circles:
        if self._circles is None:
            self._circles = Circles(self._source, self._dependencies)
        return self._circles

    def _table(self, compiled: Compiled) -> _Table:
        key = compiled.key
        made = self._tables.get(key)
        if made is None:
            rules = 0 if compiled.flag is None else len(compiled.flag.rules)
            plan = self._dependencies.plan(key)
            made = self._tables[key] = _Table(plan, rules, self._source.is_environment)
        return made

    # --- everything ---------------------------------------------------------------------------

    def _everything(
        self, who: Person, kinds: Mapping[str, Any] | None, ambient: Ambient
    ) -> dict[str, Json]:
        if who.fails:
            return failed(self._source)
        if self._follows(who):
            try:
                return self._followed().everything(who)
            except Failed:
                return failed(self._source)
        flags = {}
        for name in self._source.features:
            compiled = self._program.compiled(name)
            outcome = compiled.run(who.user, kinds, ambient)
            flags[name] = self._table(compiled).result(outcome, who)
        return {"flags": flags, "segments": self._segments(who, kinds, ambient)}

    def _segments(
        self, who: Person, kinds: Mapping[str, Any] | None, ambient: Ambient
    ) -> list[Json]:
        if self._is_bare(who):
            return []
        found = []
        for key in self._source.segments:
            try:
                if self._program.member(key)(who.user, kinds, ambient):
                    found.append(segment_result(self._source, key))
            except (Abort, Unevaluable):
                continue
        found += identity_segments(self._source, who)
        return found


class _Table:
    """From an outcome of one flag to the engine's result."""

    def __init__(self, plan: Plan, rules: int, is_environment: bool) -> None:
        self._plan = plan
        self._is_environment = is_environment
        # Individuals are rules only where their identifiers look like numbers, see `flag`.
        own = plan.individuals if rules > len(plan.overrides) else []
        self._by_rule = [*own, *plan.overrides]
        self._by_variant = {place.control: place for place in reversed(plan.individuals)}
        self._made: dict[tuple[int, int | None, bool], dict[str, Json]] = {}

    def result(self, outcome: Outcome, who: Person) -> dict[str, Json]:
        """A new copy of the result."""
        if self._is_environment and who.identity is None:
            return {**self._plan.result(self._plan.default, None, False), "reason": "STATIC"}
        if outcome.error is not None:
            return {**FAILED, "name": self._plan.name}
        place, arm = self._place(outcome), outcome.at[1]
        which = (id(place), arm, who.identified)
        made = self._made.get(which)
        if made is None:
            made = self._made[which] = self._plan.result(place, arm, who.identified)
        return dict(made)

    def _place(self, outcome: Outcome) -> Place:
        if outcome.cause == "target" and outcome.variant is not None:
            return self._by_variant[outcome.variant]
        rule = outcome.at[0]
        return self._plan.default if rule is None else self._by_rule[rule]
