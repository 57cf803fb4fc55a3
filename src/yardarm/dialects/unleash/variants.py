"""Variants: of a toggle and of its strategies, as variants of one flag and splits over them.

Names need not be unique in Unleash: strategies may each have a `blue` with another payload. The
second one gets another key and keeps its name in the metadata.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...core import model as m
from ...core.jsontext import check_value
from .attributes import CURRENT_TIME, attribute_of
from .faults import Unreadable, each, needed, optional, texts

_DEFAULT_UNIT = ("key", "sessionId")
_WEIGHTS = range(-(2**31), 2**31)
_MASK = 2**32 - 1
_NO_UNIT = f"/{CURRENT_TIME}/none"
"""An attribute that no context has: variants that stick to the present are left to chance."""

Override = tuple[str, tuple[str, ...]]
"""A field of the context, and the values that are given the variant."""


@dataclass(slots=True)
class Choice:
    """What was read of one variant."""

    name: str
    weight: int
    payload: dict[str, str] | None
    stickiness: str | None
    overrides: list[Override]


def read_choices(raws: Sequence[Any], *, of_strategy: bool) -> list[Choice]:
    """The variants of a toggle or of a strategy. Raises `Unreadable`."""
    if not raws:
        return []
    return each("variants", raws, _strategy_choice if of_strategy else _toggle_choice)


def _strategy_choice(raw: Any) -> Choice:
    """A strategy's variant has no overrides, and the strategy says what it sticks to."""
    if type(raw) is not dict:
        raise Unreadable("", "a variant is not an object")
    weight = needed(raw, "weight", int)
    if weight not in _WEIGHTS:
        raise Unreadable("/weight", "not a number of 32 bits")
    stickiness = optional(raw, "stickiness", str)
    return Choice(needed(raw, "name", str), weight, _payload(raw), stickiness, [])


def _toggle_choice(raw: Any) -> Choice:
    made = _strategy_choice(raw)
    if raw.get("weightType") not in (None, "fix", "variable"):
        raise Unreadable("/weightType", "weightType is neither fix nor variable")
    overrides = optional(raw, "overrides", list)
    if overrides:
        made.overrides = each("overrides", overrides, _override)
    return made


def _payload(raw: dict[str, Any]) -> dict[str, str] | None:
    payload = optional(raw, "payload", dict)
    if payload is None:
        return None
    try:
        return {"type": needed(payload, "type", str), "value": needed(payload, "value", str)}
    except Unreadable as error:
        error.pointer = f"/payload{error.pointer}"
        raise


def _override(raw: Any) -> Override:
    if type(raw) is not dict:
        raise Unreadable("", "an override is not an object")
    values = texts(raw, "values")
    if values is None:
        raise Unreadable("", "values are missing")
    return needed(raw, "contextName", str), tuple(values)


OFF, PLAIN, BROKEN = "off", "enabled", "failed"
"""What a withheld variant says: off; on without a variant; on, but the engine fails to choose."""


class Pool:
    """The variants of a flag, collected while its strategies are read."""

    __slots__ = ("_found", "_keys", "_states")

    def __init__(self) -> None:
        self._found: dict[str, m.Variant] = {}
        self._keys: dict[tuple[str, ...], str] = {}
        self._states: dict[str, str] = {}

    def key(self, choice: Choice) -> str:
        """The key of a variant, which is added if it is new."""
        payload = choice.payload
        known = (choice.name, *(() if payload is None else payload.values()))
        key = self._keys.get(known)
        if key is None:
            key = self._keys[known] = self._free(choice.name)
            metadata: dict[str, m.Json] = {} if key == choice.name else {"name": choice.name}
            if payload is not None:
                metadata["payload"] = payload
            self._found[key] = m.Variant(key, value_of(choice), metadata=metadata)
        return key

    def state(self, state: str) -> str:
        """The key of the withheld variant that says a state; ask when all others are there."""
        key = self._states.get(state)
        if key is None:
            key = self._states[state] = f"({state})"
        return key

    def variants(self) -> tuple[m.FlagType, tuple[m.Variant, ...]]:
        """The type that the values of all variants fit, and the variants."""
        found = list(self._found.values())
        type_ = type_of([variant.value for variant in found])
        states = (
            m.Variant(key, _PLACEHOLDERS[type_], metadata={"state": state}, withheld=True)
            for state, key in self._states.items()
        )
        return type_, (*found, *states)

    def _free(self, name: str) -> str:
        key, number = name, 1
        while key in self._found or key in _RESERVED:
            number += 1
            key = f"{name} {number}"
        return key


_RESERVED = frozenset(f"({state})" for state in (OFF, PLAIN, BROKEN))
_PLACEHOLDERS: dict[m.FlagType, m.Json] = {"string": "", "integer": 0, "number": 0.0, "json": None}


def state_of(variant: m.Variant) -> m.Json:
    """What a variant says beside its value: None for one of Unleash's own (and for `on`)."""
    return variant.metadata.get("state")


def name_of(variant: m.Variant) -> str:
    """A variant's name in Unleash."""
    name = variant.metadata.get("name", variant.key)
    return name if isinstance(name, str) else variant.key


def value_of(choice: Choice) -> m.Json:
    """What a caller of ours gets: the payload by its type, the variant's name without one."""
    payload = choice.payload
    if payload is None:
        return choice.name
    text = payload["value"]
    if payload["type"] == "json":
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return text if check_value(value, "") else value
    if payload["type"] == "number":
        try:
            number = json.loads(text)
        except (ValueError, RecursionError):
            return text
        finite = type(number) in (int, float) and not check_value(number, "")
        return number if finite else text
    return text


def type_of(values: list[m.Json]) -> m.FlagType:
    """The flag type that all values fit."""
    kinds = {type(value) for value in values}
    if kinds == {str}:
        return "string"
    if kinds == {int}:
        return "integer"
    return "number" if kinds and kinds <= {int, float} else "json"


def total(choices: list[Choice]) -> int:
    """The sum of the weights as the engine adds it up; it fails where that is 0."""
    return sum(choice.weight for choice in choices) & _MASK


def split_of(
    choices: list[Choice], group: str | None, stickiness: str | None, pool: Pool
) -> m.Split:
    """The split over these variants. `stickiness` is the strategy's, or the first variant's."""
    arms = tuple(m.Arm(pool.key(choice), choice.weight) for choice in choices)
    return m.Split(arms, bucketing_of(group, stickiness))


def bucketing_of(group: str | None, stickiness: str | None) -> m.Bucketing:
    """How variants are chosen. Without a group: by the toggle's name."""
    by: tuple[str, ...] = _DEFAULT_UNIT
    if stickiness == CURRENT_TIME:
        by = (_NO_UNIT,)
    elif stickiness is not None and stickiness != "default":
        by = (attribute_of(stickiness),)
    return m.Bucketing("unleash.variant", group, by)
