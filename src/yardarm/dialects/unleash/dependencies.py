"""Dependencies: what a toggle asks of other toggles before its own strategies.

They are prerequisites: the parent serves one of the variants by which it is on (or those that are
named), or its variant `off`. The engine follows no chain: a parent that has dependencies itself
never satisfies, nor does one that is not in the document. That, and what only the parent's
strategies can tell (`repeated`), is a first rule that serves `off`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...core import model as m
from ..base import Loss
from .faults import Unreadable, each, needed, optional, texts
from .repeated import MOST, needs_repeating, repeated
from .strategies import Common
from .variants import BROKEN, OFF, PLAIN, name_of, state_of

MOST_NEEDS = 100
"""Most dependencies of one toggle."""

Find = Callable[[str], m.Flag | None]


@dataclass(slots=True)
class Need:
    """What was read of one dependency."""

    feature: str
    enabled: bool
    variants: list[str]


def read_needs(raw: Mapping[str, Any]) -> list[Need]:
    """The dependencies of a toggle. Raises `Unreadable`."""
    needs = optional(dict(raw), "dependencies", list) or ()
    if len(needs) > MOST_NEEDS:
        raise Unreadable("/dependencies", f"more than {MOST_NEEDS} dependencies")
    return each("dependencies", needs, _need)


def _need(raw: Any) -> Need:
    if type(raw) is not dict:
        raise Unreadable("", "a dependency is not an object")
    enabled = optional(raw, "enabled", bool)
    return Need(needed(raw, "feature", str), enabled is not False, texts(raw, "variants") or [])


def depending(
    flag: m.Flag, needs: list[Need], find: Find, common: Common, at: str
) -> tuple[m.Flag, list[Loss]]:
    """The flag with its dependencies. `find` gives other flags without theirs."""
    prerequisites: list[m.Prerequisite] = []
    gates: list[m.Rule] = []
    losses: list[Loss] = []
    for index, need in enumerate(needs):
        found = _condition(need, find, common, flag.key, index)
        if isinstance(found, str):
            pointer, effect = f"{at}/dependencies/{index}", "the toggle is off for everybody"
            losses.append(Loss(pointer, found, effect, flag.key, "malformed"))
        if isinstance(found, m.Prerequisite):
            prerequisites.append(found)
            continue
        when = m.Always() if isinstance(found, str) else m.Not(found)
        name = f"depends on {need.feature}"
        gates.append(m.Rule(f"dependency-{index + 1}", when, flag.off, name))
    rules = (*gates, *flag.rules)
    return replace(flag, prerequisites=tuple(prerequisites), rules=rules), losses


def _condition(
    need: Need, find: Find, common: Common, child: str, index: int
) -> m.Prerequisite | m.Condition | str:
    """What must hold, or why nothing can."""
    parent = find(need.feature)
    if parent is None:
        return f"there is no toggle {need.feature!r}"
    raw = (parent.origin or {}).get("raw") or {}
    if raw.get("dependencies"):
        return f"{need.feature!r} has dependencies itself"
    if needs_repeating(parent, need.enabled, need.variants):
        if len(parent.rules) > MOST:
            return f"{need.feature!r} has more than {MOST} strategies to repeat"
        return repeated(raw, need.enabled, need.variants, common, child, index)
    # A toggle without variants serves none, so whatever variants are asked for, any will do.
    names = [] if parent.type == "boolean" else need.variants
    keys = tuple(v.key for v in parent.variants if _satisfies(v, need.enabled, names))
    return m.Prerequisite(parent.key, keys) if keys else f"{need.feature!r} has no such variant"


def _satisfies(variant: m.Variant, enabled: bool, names: list[str]) -> bool:
    """Whether a parent that serves the variant satisfies."""
    state = state_of(variant)
    if state == OFF or not enabled:
        return state == OFF and not enabled
    return state == PLAIN or (state != BROKEN and (not names or name_of(variant) in names))
