"""One flag of a flagd document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core import model as m
from ...core.jsonlogic import MAX_NESTING, nesting
from ...core.model import Json
from ...core.reading import kind_name
from .conditions import Words
from .evaluators import Evaluators, TooLarge
from .rules import Targeting

FIELDS = frozenset({
    "state", "variants", "defaultVariant", "targeting", "metadata", "source", "selector",
})  # fmt: skip
"""What flagd's evaluators know of a flag."""


MAX_VALUE = 80
"""How deep a variant's value may nest."""


class BadFlag(ValueError):
    """A flag that flagd's evaluator refuses. `field` is where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_flag(key: str, raw: Json, words: Words, evaluators: Mapping[str, Json]) -> m.Flag:
    """The flag. Raises `BadFlag`. `evaluators` are those it mentions, for writing it alone."""
    found = _replaced(raw, words.evaluators)
    state, variants = found.get("state"), found.get("variants")
    if state not in ("ENABLED", "DISABLED"):
        raise BadFlag("state", "the state is neither ENABLED nor DISABLED")
    if not isinstance(variants, dict) or not variants:
        raise BadFlag("variants", "there are no variants")
    if not all(map(_is_shallow, variants.values())):
        raise BadFlag("variants", f"a value is nested too deeply: at most {MAX_VALUE} levels")
    named = _default(found.get("defaultVariant"))
    default = named if named is None or named in variants else m.Logic(named)
    origin: dict[str, Any] = {"dialect": "flagd", "raw": raw, "fractional": words.generation}
    if evaluators:
        origin["evaluators"] = evaluators
    return m.Flag(
        key=key,
        type=_type(variants.values()),
        variants=tuple(m.Variant(name, value) for name, value in variants.items()),
        enabled=state == "ENABLED",
        default=default,
        rules=_rules(found.get("targeting"), words, variants, default),
        metadata=_metadata(found.get("metadata")),
        origin=origin,
    )


def _replaced(raw: Json, evaluators: Evaluators) -> dict[str, Json]:
    """The flag with mentions replaced wherever they stand, but for its targeting."""
    try:
        if evaluators.mentioned(raw) is not None:
            raw = evaluators.replaced(raw)
        if not isinstance(raw, dict):
            raise BadFlag("", f"a flag is an object, not {kind_name(raw)}")
        if not evaluators.rules:
            return raw
        return {
            name: value if name == "targeting" else evaluators.replaced(value)
            for name, value in raw.items()
        }
    except TooLarge as error:
        raise BadFlag("", str(error)) from None


def _is_shallow(value: Json) -> bool:
    level = [value]
    for _ in range(MAX_VALUE):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return True
    return False


def _default(value: Json) -> str | None:
    """The name of the default variant; None where there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value and not isinstance(value, str):
        raise BadFlag("defaultVariant", "the default variant is no text")
    return value or None


def _type(values: Any) -> m.FlagType:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "boolean"
    if kinds == {str}:
        return "string"
    if kinds == {int}:
        return "integer"
    if float in kinds and kinds <= {int, float}:
        exact = all(isinstance(value, float) or abs(value) <= 2**53 for value in values)
        return "number" if exact else "json"
    return "json"


def _metadata(found: Json) -> dict[str, Json]:
    """What flagd takes for metadata: flat, and without null."""
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if name and is_metadata(value)}


def is_metadata(value: Json) -> bool:
    """Whether flagd takes the value as metadata."""
    return isinstance(value, str | int | float)


def _rules(
    targeting: Json, words: Words, variants: Mapping[str, Json], default: str | m.Logic | None
) -> tuple[m.Rule, ...]:
    if not targeting:
        return ()
    if not isinstance(targeting, dict):
        return (_fault(f"the targeting is {kind_name(targeting)}, not an object"),)
    if nesting(targeting) > MAX_NESTING:
        return (_fault(f"the targeting is nested too deeply: at most {MAX_NESTING} levels"),)
    try:
        return Targeting(words, variants, default).read(targeting)
    except TooLarge as error:
        return (_fault(str(error)),)


def _fault(cause: str) -> m.Rule:
    return m.Rule("rule-1", m.Always(), m.Fault(cause))
