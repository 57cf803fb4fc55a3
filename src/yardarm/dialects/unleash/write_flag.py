"""One flag as a toggle.

Unleash asks strategies in order, and the first that matches decides whose variants are chosen: our
rules, but for one thing: nothing says "off" to whom a later strategy says "on". Whoever a rule of
ours serves off is therefore left out of every strategy that is written after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ...core import model as m
from ..base import Loss, Options
from .features import PURPOSES
from .strategies import together
from .variants import BROKEN, OFF, PLAIN, state_of
from .write_conditions import Scratch, Skipped, Term, terms
from .write_constraints import Raw, Unsayable, constraint
from .write_strategies import (
    WHOLE,
    Chosen,
    Rollout,
    chosen_of,
    percentage_of,
    rehashed,
    rollout_of,
    strategy,
    variants_of,
)

_NOBODY: Raw = {
    "name": "default",
    "parameters": {},
    "constraints": [constraint("userId", "IN", values=[])],
}
"""A strategy that never matches: a toggle without strategies is on for everybody."""

_LEFT_OUT = "the rule is left out: whom it serves gets what follows"


@dataclass(slots=True)
class Kept:
    """What the toggle's own document says of the flag before it was edited."""

    raw: Mapping[str, Any] = field(default_factory=dict)
    flag: m.Flag | None = None

    def group(self, number: str) -> list[m.Rule]:
        """The rules that one strategy became."""
        rules = self.flag.rules if self.flag is not None else ()
        return [rule for rule in rules if rule.id.partition("-")[0] == number]

    def strategy(self, number: str) -> m.Json:
        """The strategy as it was written."""
        return self.raw["strategies"][int(number) - 1]


@dataclass(slots=True)
class FlagWriter:
    """Writes one flag; `losses` collects what Unleash cannot say."""

    flag: m.Flag
    at: str
    kept: Kept
    scratch: Scratch
    options: Options
    losses: list[Loss] = field(default_factory=list)
    strategies: list[m.Json] = field(default_factory=list)
    blocked: list[m.Condition] = field(default_factory=list)
    common: m.Split | None = None

    def write(self, dependencies: list[m.Json] | None) -> Raw:
        """The toggle. `dependencies` None: what the flag depends on cannot be said."""
        flag = self.flag
        made = self._frame()
        off = self.served(flag.off)
        if not flag.enabled and off is not None:
            message = "a flag that is off serves a variant"
            self.lose("/off", message, "written as on for everybody with that variant, no rules")
            made |= {"enabled": True, "strategies": [strategy(Term(), None, off, flag.key)]}
            return made
        if flag.prerequisites and off is not None:
            message = "what a flag serves while a prerequisite does not hold"
            self.lose("/off", message, "those people get the caller's fallback")
        if dependencies is None:
            made["strategies"] = [_NOBODY]
            return made
        self.common = self._common()
        self._rules()
        for message, effect in self.scratch.doubts.found.items():
            self.lose("", message, effect)
        made["strategies"] = self.strategies or [_NOBODY]
        if dependencies:
            made["dependencies"] = dependencies
        if self._needs_own_variants():
            made["variants"] = self.kept.raw["variants"]
        elif self.common is not None:
            made["variants"] = variants_of(chosen_of(self.common, flag.variants))
        return made

    def lose(self, pointer: str, message: str, effect: str) -> None:
        """Note a loss."""
        self.losses.append(Loss(self.at + pointer, message, effect, self.flag.key))

    def _frame(self) -> Raw:
        """Everything but what decides who is served, as it was where we do not hold it."""
        flag, raw = self.flag, self.kept.raw
        made: Raw = {"type": "release", "project": "default", "stale": False}
        made |= {name: value for name, value in raw.items() if name not in _DECIDING}
        made |= {"name": flag.key, "enabled": flag.enabled}
        if PURPOSES.get(made.get("type"), "release") != flag.purpose:
            made["type"] = flag.purpose
        if flag.description or made.get("description"):
            made["description"] = flag.description
        return {**made, "impressionData": made.get("impressionData", False)}

    def _common(self) -> m.Split | None:
        """The split that all rules have in common, which can be the toggle's own variants.

        Strategies that say only "on" then get these variants; no rule may mean just that.
        """
        found = [rule.serve for rule in self.flag.rules if isinstance(rule.serve, m.Split)]
        if self.kept.flag is not None and self._same():
            return None  # strategies that are kept have the variants that are kept
        alike = found and all(split == found[0] for split in found)
        if not alike or found[0].bucketing.algorithm != "unleash.variant":
            return None
        plain = {v.key for v in self.flag.variants if state_of(v) in (PLAIN, BROKEN)}
        if found[0].bucketing.seed is not None or plain & _served_by(self.flag):
            return None
        return found[0]

    def _needs_own_variants(self) -> bool:
        if not self.kept.raw.get("variants"):
            return False
        verbatim = [s for s in self.strategies if any(s is k for k in self._raws())]
        bare = [s for s in self.strategies if not s.get("variants")]
        if not any(s in bare for s in verbatim):
            return False
        if any(not any(s is v for v in verbatim) for s in bare):
            message = "on without a variant, beside strategies that have the toggle's variants"
            self.lose("/rules", message, "those people get one of the toggle's variants")
        return True

    def _raws(self) -> Sequence[m.Json]:
        found: Sequence[m.Json] = self.kept.raw.get("strategies") or ()
        return found

    # --- rules in order -----------------------------------------------------------------------

    def _rules(self) -> None:
        for index, target in enumerate(self.flag.targets):
            clause = m.Clause("key", "unleash.in", target.keys, target.kind)
            self.rule(clause, target.variant, f"/targets/{index}")
        rules = iter(enumerate(self.flag.rules))
        for index, rule in rules:
            number = rule.id.partition("-")[0]
            group = self.kept.group(number) if number.isdecimal() and not self.blocked else []
            size = len(group)
            if group and list(self.flag.rules[index : index + size]) == group and self._same():
                self.strategies.append(self.kept.strategy(number))
                for _ in range(size - 1):
                    next(rules)
            elif not rule.paused:
                self.rule(rule.when, rule.serve, f"/rules/{index}")
        self.rule(m.Always(), self.flag.default, "/default", last=True)

    def _same(self) -> bool:
        """Whether the variants are those of the document that is kept."""
        return self.kept.flag is not None and self.kept.flag.variants == self.flag.variants

    def rule(
        self, when: m.Condition, serve: m.Serve | None, at: str, *, last: bool = False
    ) -> None:
        """Write a rule: strategies for whom it turns on, a note for whom it turns off."""
        try:
            for part, rollout, chosen in self._parts(when, serve, at, last):
                if chosen is None:
                    self._block(part)
                else:
                    self._write(part, rollout, chosen)
        except Skipped:
            pass
        except Unsayable as error:
            effect = "nobody is on by default" if last else _LEFT_OUT
            self.lose(at, f"Unleash cannot say: {error}", effect)

    def _block(self, when: m.Condition) -> None:
        """Leave these people out of all that is written from here on."""
        with suppress(Unsayable):  # said where it matters: at the rules that would have to say it
            terms(when, Scratch(self.scratch.segments, self.scratch.numbers), negated=True)
        self.blocked.append(when)

    def _write(self, when: m.Condition, rollout: Rollout | None, chosen: Chosen) -> None:
        condition = together([*map(m.Not, self.blocked), when])
        made = []
        for term in terms(condition, self.scratch):
            share = rollout
            if term.share is not None:
                if rollout is not None:
                    raise Unsayable("a share of units within another share")
                share = rollout_of(term.share)
            made.append(strategy(term, share, chosen, self.flag.key))
        self.strategies += made

    def _parts(
        self, when: m.Condition, serve: m.Serve | None, at: str, last: bool
    ) -> Iterator[tuple[m.Condition, Rollout | None, Chosen | None]]:
        """Who is served what, in order: None turns off and ends it there."""
        match serve:
            case None | m.Fault():
                yield when, None, None
            case str():
                yield when, None, self.served(serve)
            case m.Logic():
                raise Unsayable("variants that JSONLogic names")
            case m.Split(bucketing=b) if b.algorithm == "unleash.variant":
                yield when, None, self._chosen(serve)
            case m.Split(bucketing=b) if b.algorithm.startswith("unleash."):
                arm = self.served(serve.arms[0].variant) if serve.arms else None
                if arm is None:
                    raise Unsayable("a percentage that is off")
                yield when, percentage_of(serve), arm
                yield from self._outside(when, serve)
            case m.Split():
                yield from self._foreign(when, serve, at, last)

    def _outside(
        self, when: m.Condition, split: m.Split
    ) -> Iterator[tuple[m.Condition, Rollout | None, Chosen | None]]:
        if split.outside is not None:
            yield when, None, self.served(split.outside)

    def _chosen(self, split: m.Split) -> Chosen:
        if self.flag.type == "boolean" or any(
            self.served(arm.variant) is None for arm in split.arms
        ):
            raise Unsayable("weights for off")
        return Chosen() if split == self.common else chosen_of(split, self.flag.variants)

    def _foreign(
        self, when: m.Condition, split: m.Split, at: str, last: bool
    ) -> Iterator[tuple[m.Condition, Rollout | None, Chosen | None]]:
        """A split that another algorithm places."""
        algorithm = split.bucketing.algorithm
        if self.options.get("splits") == "rehash":
            yield from self._rehashed(when, split)
            return
        if split.outside is not None:
            effect = f"everybody gets {split.outside!r}"
        elif split.partial and not last:
            effect = "nobody is served here; everybody gets what follows"
        else:
            effect = "everybody is off"
        self.lose(
            f"{at}/split" if last else f"{at}/serve", f"units placed by {algorithm!r}", effect
        )
        if split.outside is not None:
            yield when, None, self.served(split.outside)
        elif not split.partial:
            yield when, None, None

    def _rehashed(
        self, when: m.Condition, split: m.Split
    ) -> Iterator[tuple[m.Condition, Rollout | None, Chosen | None]]:
        """The same percentages, placed by Unleash."""
        if split.bucketing.layer is not None:
            raise Unsayable("a share of a layer")
        on = tuple(arm for arm in split.arms if self.served(arm.variant) is not None)
        percent, chosen = rehashed(replace(split, arms=on), self.flag.variants, self.scratch.doubts)
        rollout = Rollout(percent, chosen.stickiness, chosen.group)
        if self.flag.type == "boolean":
            chosen = Chosen()
        yield when, None if percent == 100 else rollout, chosen
        if len(on) < len(split.arms) or not split.partial:
            outside = None if split.outside is None else self.served(split.outside)
            yield when, None, outside

    def served(self, key: str | None) -> Chosen | None:
        """What Unleash says where this variant is served: on, with it or without; None for off."""
        variant = next((v for v in self.flag.variants if v.key == key), None)
        return None if variant is None else says(self.flag, variant)


def says(flag: m.Flag, variant: m.Variant) -> Chosen | None:
    """What a toggle says where the flag serves the variant; None where it is off."""
    state = state_of(variant)
    if state in (PLAIN, BROKEN):
        return Chosen()
    if state == OFF or variant.withheld:
        return None
    if flag.type == "boolean":
        return Chosen() if variant.value is True else None
    return Chosen(((variant, WHOLE),))


def _served_by(flag: m.Flag) -> set[str]:
    """Variants that rules and the default serve by name."""
    serves = [flag.default, *(rule.serve for rule in flag.rules)]
    return {serve for serve in serves if isinstance(serve, str)}


_DECIDING = frozenset({"strategies", "variants", "dependencies"})
