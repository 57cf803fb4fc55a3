"""The values a feature can have, as variants of a flag."""

from __future__ import annotations

import json

from ...core import model as m
from ...core.javascript.values import of_number
from .names import usable_key

LONGEST_NAME = 40
"""A text of up to so many characters is its variant's key."""


class Variants:
    """The variants of one feature, in the order in which its values come."""

    def __init__(self) -> None:
        self._keys: dict[object, str] = {}
        self._values: list[m.Json] = []

    def key(self, value: m.Json) -> str | None:
        """The key of a value's variant; None for null, which is the caller's fallback."""
        return None if value is None else self.arm(value)

    def arm(self, value: m.Json) -> str:
        """The key of a value's variant, null included: a split has an arm for it."""
        same = _identity(value)
        found = self._keys.get(same)
        if found is None:
            spare = f"value-{len(self._values) + 1}"
            found = self._keys[same] = usable_key(_name(value), spare, self._keys.values())
            self._values.append(value)
        return found

    def of_key(self) -> dict[str, m.Json]:
        """Values by the key of their variant."""
        return dict(zip(self._keys.values(), self._values, strict=True))

    def made(self) -> tuple[m.Variant, ...]:
        """The variants. Null is a withheld one, for which callers get their fallback, as from the
        SDK; a flag without any value has one for null, since it must have one."""
        filler = _FILLERS[self.type()]
        found = [
            m.Variant(key, filler, withheld=True) if value is None else m.Variant(key, value)
            for key, value in self.of_key().items()
        ]
        return tuple(found) or (m.Variant("null", None, withheld=True),)

    def type(self) -> m.FlagType:
        """The type that all values have; JSON where they have none in common."""
        kinds = {type(value) for value in self._values if value is not None}
        if kinds == {bool}:
            return "boolean"
        if kinds == {str}:
            return "string"
        if kinds == {int}:
            return "integer"
        return "number" if kinds and kinds <= {int, float} and self._finite() else "json"

    def _finite(self) -> bool:
        return all(-1e308 < value < 1e308 for value in self._values if value is not None)


_FILLERS: dict[m.FlagType, m.Json] = {
    "boolean": False, "string": "", "integer": 0, "number": 0, "json": None,
}  # fmt: skip


def feature_values(feature: m.Json) -> list[m.Json]:
    """Every value that a feature may give, its default first, in the order of its rules."""
    if not isinstance(feature, dict):
        return [None]
    found = [feature.get("defaultValue")]
    rules = feature.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict):
            continue
        if "force" in rule:
            found.append(rule["force"])
        elif isinstance(arms := variations(rule), list):
            found.extend(arms)
    return found


def variations(rule: dict[str, m.Json]) -> m.Json:
    """A rule's variations. Those of contextual bandits have a name of their own."""
    found = rule.get("contextualVariations")
    return rule.get("variations") if found is None else found


def _identity(value: m.Json) -> object:
    """Equal for what is one value: of one type, and with the same members."""
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True)
    return type(value), value


def _name(value: m.Json) -> str | None:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value if len(value) <= LONGEST_NAME else None
    if isinstance(value, int | float):
        return of_number(value)
    return "null" if value is None else None
