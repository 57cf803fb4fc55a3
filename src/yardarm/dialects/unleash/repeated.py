"""Dependencies that only a parent's own strategies can tell.

Two of the engine's ways need them once more, beside the parent itself:

- a rollout without a group places units by the name of the toggle that was asked for, so by the
  child's name where a child asks;
- `"enabled": false` together with `variants` asks which variant the parent would serve if it were
  on.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from ...core import model as m
from ...core.bucketing.unleash import ALGORITHMS
from . import variants as v
from .attributes import attribute_of
from .faults import Uncompilable, each, optional
from .strategies import Common, Strategy, read_strategy, shared, together

_APART = 10_000
"""Between the numbers of the draws of two parents."""

MOST = 100
"""Most strategies that are repeated: each is asked once more for each that follows it. Unleash
allows 30."""

_ANY = m.Always()
NEVER = m.Not(_ANY)
_ROLLOUTS = frozenset({"unleash.rollout", "unleash.rollout_or_random"})


def needs_repeating(parent: m.Flag, enabled: bool, names: list[str]) -> bool:
    """Whether the parent's answer is not enough."""
    if not enabled and names and parent.type != "boolean":
        return True
    return any(bucketing.seed is None for rule in parent.rules for bucketing in _rollouts(rule))


def _rollouts(rule: m.Rule) -> list[m.Bucketing]:
    found: list[m.Bucketing] = []
    stack: list[Any] = [rule.when, rule.serve]
    while stack:
        match stack.pop():
            case m.All(parts) | m.AnyOf(parts):
                stack += parts
            case m.Share(bucketing) | m.Split(_, bucketing) if bucketing.algorithm in _ROLLOUTS:
                found.append(bucketing)
            case _:
                pass
    return found


def repeated(
    raw: dict[str, Any],
    enabled: bool,
    names: list[str],
    common: Common,
    child: str,
    index: int,
) -> m.Condition:
    """The condition under which a parent satisfies. `index` tells the draws of parents apart."""
    own = v.read_choices(optional(raw, "variants", list) or [], of_strategy=False)
    tail = _variant_in(own, str(raw["name"]), None, names)
    try:
        numbers = count(_APART * (index + 1))
        strategies = each(
            "strategies",
            optional(raw, "strategies", list) or (),
            lambda strategy: read_strategy(strategy, next(numbers), common),
        )
    except Uncompilable:  # never on
        return NEVER if enabled else tail
    strategies = strategies or [Strategy.of_everybody()]
    numbers = count(_APART * (index + 1))
    met = [_met(strategy, child, next(numbers)) for strategy in strategies]
    chosen = [_chosen(strategy, own, raw, names) for strategy in strategies]
    on: m.Condition = m.AnyOf(tuple(met)) if raw["enabled"] else NEVER
    if all(condition == _ANY for condition in (*chosen, tail)):
        return on if enabled else m.Not(on)
    if enabled:
        return m.All((on, _first(met, chosen, NEVER)))
    return m.All((m.Not(on), _first(met, chosen, tail)))


def _met(strategy: Strategy, child: str, number: int) -> m.Condition:
    """When the strategy matches; a rollout without a group has the child's name for one."""
    if strategy.never:
        return NEVER
    if strategy.share is not None and strategy.share[0].algorithm in _ROLLOUTS:
        bucketing, percent = strategy.share
        if bucketing.seed is None:
            strategy.share = (replace(bucketing, seed=child), percent)
    return together(strategy.conditions + shared(strategy, number, drawn_once=True))


def _first(
    met: list[m.Condition], chosen: list[m.Condition], otherwise: m.Condition
) -> m.Condition:
    """What was chosen by the first that is met."""
    before = [m.Not(when) for when in met]
    return m.AnyOf(
        (
            *(m.All((*before[:n], met[n], chosen[n])) for n in range(len(met))),
            m.All((*before, otherwise)),
        )
    )


def _chosen(
    strategy: Strategy, own: list[v.Choice], raw: dict[str, Any], names: list[str]
) -> m.Condition:
    choices = v.read_choices(strategy.variants, of_strategy=True)
    name = str(raw["name"])
    if not choices:
        return _variant_in(own, name, None, names)
    group, stickiness = (
        strategy.parameters.get(parameter, default)
        for parameter, default in (("groupId", name), ("stickiness", "default"))
    )
    return _variant_in(choices, group, stickiness, names)


def _variant_in(
    choices: list[v.Choice], group: str, stickiness: str | None, names: list[str]
) -> m.Condition:
    """Whether the chosen variant has one of these names. Where there are no variants, it does."""
    if not choices or (not names and v.total(choices)):
        return _ANY
    parts: list[m.Condition] = []
    others: list[m.Condition] = []  # an override that comes first, for another variant
    for choice in choices:
        for name, values in choice.overrides:
            listed = m.Clause(attribute_of(name), "unleash.in", values)
            if not names or choice.name in names:
                parts.append(m.All((*others, listed)))
            else:
                others.append(m.Not(listed))
    bucketing = v.bucketing_of(group, stickiness or choices[0].stickiness)
    ranges = ALGORITHMS["unleash.variant"].ranges([choice.weight for choice in choices])
    wanted = tuple(
        (start + 1, end)  # whole numbers, so that the range before has nothing of it
        for choice, (start, end) in zip(choices, ranges, strict=True)
        if end > start and (not names or choice.name in names)
    )
    # The engine fails where the weights add up to nothing.
    if wanted and (total := v.total(choices)):
        parts.append(m.All((*others, m.Share(bucketing, wanted, total))))
    return m.AnyOf(tuple(parts)) if parts else NEVER
