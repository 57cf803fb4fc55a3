"""Toggles: one flag of ours for each.

A toggle without variants is a boolean flag, its strategies are rules that serve `on`. A toggle with
variants serves those; where it is off, or on without a variant, a withheld variant says so and the
caller gets the fallback. Unleash asks a toggle's strategies in order and the first that matches
decides, on or off as well as whose variants are asked: so do rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core import model as m
from ...core.unleash.instants import instant
from ..base import Loss
from . import variants as v
from .attributes import attribute_of
from .faults import PartError, Uncompilable, Unreadable, each, needed, optional
from .strategies import Common, Strategy, read_strategy, shared, together

_SWITCH = (m.Variant("on", True), m.Variant("off", False, metadata={"state": v.OFF}))

_PERCENT_ON = [(m.Arm("on", percent),) for percent in range(101)]

MAX_RULES = 1_000
"""Most rules that a toggle may become: one for each strategy, and for each override in it."""

PURPOSES: Mapping[str | None, m.Purpose] = {
    "release": "release",
    "experiment": "experiment",
    "operational": "operational",
    "kill-switch": "operational",
    "permission": "permission",
}


class Toggle:
    """One toggle on its way to a flag. `losses` collects what is wrong with it."""

    def __init__(self, raw: dict[str, Any], at: str, common: Common) -> None:
        self.raw = raw
        self.at = at
        self.key = needed(raw, "name", str)
        self.enabled = needed(raw, "enabled", bool)
        self.losses: list[Loss] = []
        self._common = common
        self._check_rest()

    def lose(self, pointer: str, message: str, effect: str, kind: Any = "malformed") -> None:
        """Note a loss."""
        self.losses.append(Loss(self.at + pointer, message, effect, self.key, kind))

    def flag(self) -> m.Flag:
        """The flag, dependencies left aside. Raises `Unreadable`."""
        strategies, own = self._parts()
        if strategies is None:
            return self._off(own)
        if _has_variants(strategies, own):
            return self._choosing(strategies, own)
        return self._switch(strategies)

    def check(self) -> None:
        """Only note what is wrong. Raises `Unreadable`."""
        strategies, own = self._parts()
        if strategies is not None and _has_variants(strategies, own):
            self._choosing(strategies, own)

    def _parts(self) -> tuple[list[Strategy] | None, list[v.Choice]]:
        """The strategies (None where one of them does not compile) and the toggle's variants."""
        raws = optional(self.raw, "strategies", list)
        if raws is None and "strategies" not in self.raw:
            self.lose("", "strategies are missing", "on for everybody, as the engine has it")
        if raws is not None and len(raws) > MAX_RULES:
            raise Unreadable("/strategies", f"more than {MAX_RULES:,} strategies")
        own = v.read_choices(optional(self.raw, "variants", list) or (), of_strategy=False)
        self._number = 0
        try:
            strategies = each("strategies", raws or (), self._strategy)
        except Uncompilable as error:
            self.lose(error.pointer, error.reason, "the toggle does not compile: off for everybody")
            return None, own
        for index, strategy in enumerate(strategies):
            if strategy.never or strategy.lost or strategy.name == "applicationHostname":
                self._note(strategy, f"/strategies/{index}")
        return strategies, own

    def _strategy(self, raw: Any) -> Strategy:
        self._number += 1
        return read_strategy(raw, self._number, self._common)

    def _note(self, strategy: Strategy, at: str) -> None:
        if strategy.never:
            kind = "lost" if strategy.custom else "malformed"
            self.lose(at, strategy.never, "the rule is paused: it never matches", kind)
        if strategy.name == "applicationHostname":
            effect = "only contexts match that name their host (kind host)"
            self.lose(at, "the host's name is not in the context", effect, "lost")
        for pointer, why in strategy.lost:
            self.lose(
                at + pointer, f"the pattern cannot be read: {why}", "it never matches", "lost"
            )

    # --- without variants ---------------------------------------------------------------------

    def _switch(self, strategies: list[Strategy]) -> m.Flag:
        rules = []
        for index, strategy in enumerate(strategies, 1):
            serve: m.Serve = "on"
            if strategy.share is not None:
                bucketing, percent = strategy.share
                serve = m.Split(_PERCENT_ON[percent], bucketing, None, True)
            when = together(strategy.conditions)
            rules.append(m.Rule(str(index), when, serve, strategy.name, strategy.never != ""))
        return self._made("boolean", _SWITCH, "off", "off" if strategies else "on", tuple(rules))

    def _off(self, own: list[v.Choice]) -> m.Flag:
        """What does not compile is off; its variants are kept all the same."""
        if not own:
            return self._made("boolean", _SWITCH, "off", "off", ())
        pool = v.Pool()
        for choice in own:
            pool.key(choice)
        return self._chosen(pool, ())

    # --- with variants ------------------------------------------------------------------------

    def _choosing(self, strategies: list[Strategy], own: list[v.Choice]) -> m.Flag:
        pool = v.Pool()
        rules: list[m.Rule] = []
        for index, strategy in enumerate(strategies or [Strategy.of_everybody()]):
            self._rules(rules, index, strategy, own, pool)
        return self._chosen(pool, tuple(rules))

    def _rules(
        self, rules: list[m.Rule], index: int, strategy: Strategy, own: list[v.Choice], pool: v.Pool
    ) -> None:
        """The rules of one strategy: one for each override, then its split."""
        number, paused = index + 1, strategy.never != ""
        at = f"/strategies/{index}"
        try:
            choices = v.read_choices(strategy.variants, of_strategy=True)
        except Unreadable as error:
            error.pointer = at + error.pointer
            raise
        given = strategy.parameters
        stickiness, group = given.get("stickiness"), given.get("groupId")
        if not choices:
            at, choices, group = "", own, None
            stickiness = own[0].stickiness if own else None
        overridden = any(choice.overrides for choice in choices)
        conditions = strategy.conditions + shared(strategy, number, drawn_once=overridden)
        overrides = _overrides(choices)
        if len(rules) + len(overrides) >= MAX_RULES:
            raise Unreadable("", f"overrides and strategies that make over {MAX_RULES:,} rules")
        for place, (choice, override) in enumerate(overrides, 1):
            clause = m.Clause(attribute_of(override[0]), "unleash.in", override[1])
            name = f"{choice.name} for those listed"
            when, rule_id = together([*conditions, clause]), f"{number}-{place}"
            rules.append(m.Rule(rule_id, when, pool.key(choice), name, paused))
        if not choices:
            serve: m.Serve = pool.state(v.PLAIN)
        elif v.total(choices):
            serve = v.split_of(choices, group, stickiness, pool)
        else:
            for choice in choices:
                pool.key(choice)
            serve = pool.state(v.BROKEN)
            self.lose(f"{at}/variants", "the weights add up to nothing", "on without a variant")
        rules.append(m.Rule(str(number), together(conditions), serve, strategy.name, paused))

    def _chosen(self, pool: v.Pool, rules: tuple[m.Rule, ...]) -> m.Flag:
        off = pool.state(v.OFF)
        type_, variants = pool.variants()
        return self._made(type_, variants, off, off, rules)

    def _made(
        self,
        type_: m.FlagType,
        variants: tuple[m.Variant, ...],
        off: str,
        default: str,
        rules: tuple[m.Rule, ...],
    ) -> m.Flag:
        raw = self.raw
        return m.Flag(
            self.key,
            type_,
            variants,
            self.enabled,
            off,
            default,
            rules=rules,
            purpose=PURPOSES.get(raw.get("type"), "release"),
            description=raw.get("description") or "",
            origin={"dialect": "unleash", "raw": raw},
        )

    # --- what is not evaluated ----------------------------------------------------------------

    def _check_rest(self) -> None:
        """Fields that say nothing about who is served: the SDK refuses the document for them."""
        raw = self.raw
        for name, kind in _REST:
            value = raw.get(name)
            if value is None or type(value) is kind:
                continue
            self._odd(name)
        for name in ("createdAt", "lastSeenAt"):
            value = raw.get(name)
            if value is not None and (type(value) is not str or instant(value) is None):
                self._odd(name)

    def _odd(self, name: str) -> None:
        message = f"{name} is not what it should be"
        self.lose(f"/{name}", message, "it is ignored; the SDK refuses the whole document")
        self.raw = {field: value for field, value in self.raw.items() if field != name}


_REST = (
    ("type", str), ("description", str), ("project", str), ("stale", bool),
    ("impressionData", bool),
)  # fmt: skip


def _overrides(choices: list[v.Choice]) -> list[tuple[v.Choice, v.Override]]:
    return [(choice, override) for choice in choices for override in choice.overrides]


def _has_variants(strategies: list[Strategy], own: list[v.Choice]) -> bool:
    return bool(own) or any(strategy.variants for strategy in strategies)


def read_toggle(raw: Any, at: str, common: Common) -> m.Flag:
    """The flag of a toggle that `check_toggle` found readable, dependencies left aside."""
    return Toggle(raw, at, common).flag()


def check_toggle(raw: Any, at: str, common: Common) -> tuple[str | None, list[Loss]]:
    """A toggle's key, and what is wrong with it. None where it cannot be read at all."""
    if type(raw) is not dict:
        return None, [Loss(at, "a toggle is not an object", "it is left out", kind="malformed")]
    try:
        toggle = Toggle(raw, at, common)
        toggle.check()
        return toggle.key, toggle.losses
    except PartError as error:
        name = raw.get("name")
        key = name if type(name) is str else None
        return None, [Loss(at + error.pointer, error.reason, LEFT_OUT, key, "malformed")]


LEFT_OUT = "the toggle is left out; the SDK refuses the whole document"
