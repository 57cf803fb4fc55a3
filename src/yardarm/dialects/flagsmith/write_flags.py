"""From a flag to a feature: its state, and what overrides it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.bucketing.flagsmith import of_seed
from ...core.model import Json
from ...core.traits import trait_value
from .states import State, Variation


@dataclass(frozen=True, slots=True)
class Overriding:
    """A state that stands in a segment: one there is (`segment`), or one made for it (`when`)."""

    state: State
    segment: str = ""
    when: m.Condition | None = None
    title: str = ""


@dataclass(slots=True)
class Feature:
    """A flag in Flagsmith's words. `lost` holds what is lost: pointer, message, effect."""

    state: State
    overrides: list[Overriding] = field(default_factory=list)
    individuals: list[tuple[tuple[str, ...], State]] = field(default_factory=list)
    lost: list[tuple[str, str, str]] = field(default_factory=list)


class FeatureWriter:
    """Writes one flag. `rehash` allows splits of other algorithms to be written with Flagsmith's
    own; `number` is a key for the feature's state where it has none."""

    def __init__(self, flag: m.Flag, environment: str, number: str, *, rehash: bool) -> None:
        self.flag = flag
        self.environment = environment
        self.number = number
        self.rehash = rehash
        self.lost: list[tuple[str, str, str]] = []
        self.variants = {variant.key: variant for variant in flag.variants}
        self.valued = _is_valued(flag)

    def feature(self) -> Feature:
        """The whole feature."""
        flag = self.flag
        if not flag.enabled:
            return Feature(self._state(flag.off), lost=self.lost)
        made = Feature(self._served(flag.default, "/default"), lost=self.lost)
        steps = [*self._prerequisites(), *self._targets(made), *self._rules()]
        used: set[str] = set()
        for priority, (when, state, title) in enumerate(steps):
            state = _at(state, priority)
            if isinstance(when, m.InSegment) and when.segment not in used:
                used.add(when.segment)
                made.overrides.append(Overriding(state, when.segment))
            else:
                made.overrides.append(Overriding(state, when=when, title=title))
        return made

    # --- steps in the order in which they are asked -------------------------------------------

    def _prerequisites(self) -> list[tuple[m.Condition, State, str]]:
        flag = self.flag
        if not flag.prerequisites:
            return []
        held = tuple(m.FlagServes(one.flag, one.variants) for one in flag.prerequisites)
        if any(one.enabled for one in flag.prerequisites):
            message = "a prerequisite that must also be switched on"
            self._lose("/prerequisites", message, "only what the other flag serves is asked")
        return [(m.Not(m.All(held)), self._state(flag.off), "prerequisites")]

    def _targets(self, made: Feature) -> list[tuple[m.Condition, State, str]]:
        steps: list[tuple[m.Condition, State, str]] = []
        for index, target in enumerate(self.flag.targets):
            pointer = f"/targets/{index}"
            if target.kind != m.DEFAULT_KIND:
                message = f"targets of kind {target.kind!r}"
                self._lose(pointer, message, "they are not written; rules decide for these keys")
                continue
            if any(type(trait_value(key)) is not str for key in target.keys):
                message = "keys that look like numbers are compared as numbers"
                self._lose(pointer, message, "a key such as 007 is not found, 7 is found for it")
            state = self._state(target.variant)
            if self.flag.prerequisites:
                # Overrides of identities would come before the prerequisites.
                clause = m.Clause("key", "flagsmith.in", (list(target.keys),))
                steps.append((clause, state, f"target {index + 1}"))
            else:
                made.individuals.append((target.keys, state))
        self._tell_alike([state for _, state in made.individuals])
        return steps

    def _tell_alike(self, states: list[State]) -> None:
        """The SDK takes overrides of identities that Python calls equal for the same."""
        seen: dict[tuple[bool, Json], Json] = {}
        for state in states:
            if isinstance(state.value, bool | int | float):
                other = seen.setdefault((state.enabled, state.value), state.value)
                if type(other) is not type(state.value):
                    message = f"overrides of identities by {other!r} and by {state.value!r}"
                    self._lose("/targets", message, f"Flagsmith's SDK serves {other!r} to all")

    def _rules(self) -> list[tuple[m.Condition, State, str]]:
        steps = []
        for index, rule in enumerate(self.flag.rules):
            if not rule.paused:
                state = self._served(rule.serve, f"/rules/{index}/serve")
                steps.append((rule.when, state, rule.name or rule.id))
        return steps

    # --- what is served -----------------------------------------------------------------------

    def _served(self, serve: m.Serve | None, pointer: str) -> State:
        match serve:
            case None | str():
                return self._state(serve)
            case m.Split():
                return self._split(serve, pointer)
            case m.Logic():
                message = "a serve by JSONLogic"
            case m.Fault():
                message = "a serve that cannot be evaluated"
        self._lose(pointer, message, "the feature is off there")
        return self._state(None)

    def _split(self, split: m.Split, pointer: str) -> State:
        bucketing = split.bucketing
        own = bucketing.algorithm == "flagsmith" and bucketing.by == ("key",)
        own = own and bucketing.kind == m.DEFAULT_KIND and bucketing.layer is None
        if split.outside is None and self._covers_less(split):
            message = "a split that passes units on to the next rule"
            self._lose(pointer, message, "they are given what is served where there is no value")
        if not own and not self.rehash:
            fixed = split.outside if split.outside is not None else self.flag.off
            what = "the caller's fallback" if fixed is None else repr(fixed)
            message = f"a split by the algorithm {bucketing.algorithm!r}"
            self._lose(pointer, message, f"everybody it was for gets {what}")
            return self._state(fixed)
        if not own:
            message = f"a split by the algorithm {bucketing.algorithm!r}"
            self._lose(pointer, message, "units are placed anew, by Flagsmith's own")
        return self._multivariate(split, pointer, own)

    def _multivariate(self, split: m.Split, pointer: str, own: bool) -> State:
        control = self._state(split.outside)
        key = control.key
        if own and bucketing_seed(split) is not None:
            key, environment = of_seed(bucketing_seed(split) or "")
            if environment != self.environment:
                message = "the split was made for an environment of another key"
                self._lose(pointer, message, "units are placed anew")
        variations = []
        for number, arm in enumerate(split.arms, 1):
            state = self._state(arm.variant)
            if state.enabled != control.enabled and split.outside is not None:
                message = f"{arm.variant!r} is on and {split.outside!r} is off, or the other way"
                self._lose(f"{pointer}/split/arms/{number - 1}", message, "all are on, or all off")
            variations.append(
                Variation(state.value, self._weight(arm, own), number, self._name(arm, own))
            )
        enabled = control.enabled if split.outside is not None else self._any_on(split)
        return State(self.flag.key, key, enabled, control.value, tuple(variations))

    def _weight(self, arm: m.Arm, own: bool) -> float:
        if own:
            return arm.weight
        per_cent = arm.weight * 100 / m.PARTS
        return int(per_cent) if per_cent.is_integer() else per_cent

    def _name(self, arm: m.Arm, own: bool) -> str | None:
        metadata = self.variants[arm.variant].metadata
        return metadata.get("variant") if own else arm.variant

    def _any_on(self, split: m.Split) -> bool:
        return any(self._state(arm.variant).enabled for arm in split.arms)

    def _covers_less(self, split: m.Split) -> bool:
        whole = 100 if split.bucketing.algorithm == "flagsmith" else m.PARTS
        return sum(arm.weight for arm in split.arms) < whole

    def _state(self, variant: str | None) -> State:
        """The state that serves a variant; None is the caller's fallback: off, without value."""
        key = self.number
        if variant is None or variant not in self.variants:
            return State(self.flag.key, key, False, None)
        enabled, value = self.meaning(self.variants[variant])
        if isinstance(value, list | dict):
            message = f"the value of {variant!r} is no scalar"
            self._lose("/variants", message, "it is written as JSON text")
            value = json.dumps(value, ensure_ascii=False)
        return State(self.flag.key, key, enabled, value)

    def meaning(self, variant: m.Variant) -> tuple[bool, Json]:
        """The enabled state and the value that a variant stands for."""
        metadata: Mapping[str, Json] = variant.metadata
        if not self.valued:
            return bool(variant.value) and not variant.withheld, metadata.get("value")
        enabled = bool(metadata.get("enabled", not variant.withheld))
        return enabled, metadata.get("value", variant.value)

    def _lose(self, pointer: str, message: str, effect: str) -> None:
        if (pointer, message, effect) not in self.lost:
            self.lost.append((pointer, message, effect))


def bucketing_seed(split: m.Split) -> str | None:
    """The seed, where it says a feature state's key and an environment's."""
    seed = split.bucketing.seed
    return seed if seed is not None and "," in seed else None


def meanings(flag: m.Flag) -> dict[str, tuple[bool, Json]]:
    """The enabled state and the value that each variant of a flag stands for."""
    writer = FeatureWriter(flag, "", "", rehash=False)
    return {variant.key: writer.meaning(variant) for variant in flag.variants}


def _is_valued(flag: m.Flag) -> bool:
    """Whether the flag's values are values of the feature, and not its being on and off."""
    if flag.type != "boolean":
        return True
    marked = ["value" in variant.metadata for variant in flag.variants]
    if any(marked):
        return not all(marked)
    return flag.origin is not None and flag.origin.get("dialect") == "flagsmith"


def _at(state: State, priority: int) -> State:
    return State(
        state.name, state.key, state.enabled, state.value, state.variations, priority,
        state.metadata,
    )  # fmt: skip
