"""One feature's state: in the environment, or as a segment or identity overrides it.

The two forms of a document say the same in other words: an evaluation context as the engine takes
it, and the environment document that SDKs fetch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from ...core.model import Json
from ...core.reading import kind_name
from .notes import Malformed

WEAKEST = float("inf")
"""The priority of an override that names none."""


@dataclass(frozen=True, slots=True)
class Variation:
    """One of a multivariate feature's values. `weight` is in per cent."""

    value: Json
    weight: float
    priority: float
    key: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a feature is. `key` is what units are hashed with."""

    name: str
    key: str
    enabled: bool
    value: Json
    variations: tuple[Variation, ...] = ()
    priority: float = WEAKEST
    metadata: Json = None

    @property
    def ordered(self) -> list[Variation]:
        """The values in the order in which they take their shares."""
        return sorted(self.variations, key=lambda one: one.priority)


ReadState: TypeAlias = Callable[[Json], State]
"""From a state's JSON. Raises `Malformed`."""


def from_context(raw: Json) -> State:
    """A feature of an evaluation context, or an override of one."""
    _need(raw, "name", "enabled", "value")
    variants = raw.get("variants") or ()
    if not isinstance(variants, list | tuple):
        raise Malformed(f"expected a list, found {kind_name(variants)}", "/variants")
    variations = [_of_context(one, f"/variants/{at}") for at, one in enumerate(variants)]
    if variations and "key" not in raw:
        raise Malformed("'key' is missing, by which units are placed")
    return _state(
        raw["name"],
        _text(raw.get("key", "")),
        raw["enabled"],
        raw["value"],
        variations,
        raw.get("priority"),
        raw.get("metadata") or None,
    )


def _of_context(raw: Json, at: str) -> Variation:
    _need(raw, "value", "weight", "priority", at=at)
    return _variation(raw["value"], raw["weight"], raw["priority"], raw.get("key"), at)


def from_document(raw: Json) -> State:
    """A feature state of an environment document."""
    _need(raw, "feature", "enabled", "feature_state_value")
    feature = raw["feature"]
    _need(feature, "name", at="/feature")
    values = raw.get("multivariate_feature_state_values") or ()
    if not isinstance(values, list | tuple):
        where = "/multivariate_feature_state_values"
        raise Malformed(f"expected a list, found {kind_name(values)}", where)
    variations = [
        _of_document(one, f"/multivariate_feature_state_values/{at}")
        for at, one in enumerate(values)
    ]
    key = raw.get("django_id") or raw.get("featurestate_uuid")
    if key is None and variations:
        raise Malformed("'django_id' or 'featurestate_uuid' is missing, by which units are placed")
    segment = raw.get("feature_segment")
    if segment:
        _need(segment, "priority", at="/feature_segment")
    return _state(
        feature["name"],
        "" if key is None else _text(key),
        raw["enabled"],
        raw["feature_state_value"],
        variations,
        segment["priority"] if segment else None,
        {"id": feature.get("id")},
    )


def _of_document(raw: Json, at: str) -> Variation:
    _need(raw, "multivariate_feature_option", "percentage_allocation", at=at)
    option = raw["multivariate_feature_option"]
    _need(option, "value", at=f"{at}/multivariate_feature_option")
    priority = raw.get("id") or _of_uuid(raw.get("mv_fs_value_uuid"), at)
    return _variation(
        option["value"], raw["percentage_allocation"], priority, option.get("key"), at
    )


def _of_uuid(text: Json, at: str) -> int:
    """The number that a UUID is."""
    plain = text.replace("urn:", "").replace("uuid:", "") if isinstance(text, str) else ""
    digits = plain.strip("{}").replace("-", "")
    try:
        if len(digits) == 32:
            return int(digits, 16)
    except ValueError:
        pass
    raise Malformed("neither 'id' nor 'mv_fs_value_uuid' is a number", at)


def of_identity(raw: Json) -> State:
    """A feature state among an identity's overrides: it never has several values."""
    _need(raw, "feature", "enabled", "feature_state_value")
    feature = raw["feature"]
    _need(feature, "name", at="/feature")
    return _state(
        feature["name"], "", raw["enabled"], raw["feature_state_value"], [], None,
        {"id": feature.get("id")},
    )  # fmt: skip


def listed(raw: Json, name: str) -> list[Json]:
    """The list under a name; empty where there is none."""
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else []


# --- parts ------------------------------------------------------------------------------------


def _state(
    name: Json,
    key: str,
    enabled: Json,
    value: Json,
    variations: list[Variation],
    priority: Json,
    metadata: Json,
) -> State:
    if type(name) is not str:
        raise Malformed(f"a feature's name is text, not {kind_name(name)}")
    if type(enabled) is not bool:
        raise Malformed(f"'enabled' is true or false, not {kind_name(enabled)}")
    if priority is None:
        priority = WEAKEST
    elif not _is_number(priority):
        raise Malformed(f"a priority is a number, not {kind_name(priority)}")
    return State(name, key, enabled, value, tuple(variations), priority, metadata)


def _variation(value: Json, weight: Json, priority: Json, key: Json, at: str) -> Variation:
    if not _is_number(weight):
        raise Malformed(f"a weight is a number, not {kind_name(weight)}", at)
    if not _is_number(priority):
        raise Malformed(f"a priority is a number, not {kind_name(priority)}", at)
    if key is not None and type(key) is not str:
        raise Malformed(f"a variant's key is text, not {kind_name(key)}", at)
    return Variation(value, weight, priority, key)


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))


def _text(key: Json) -> str:
    if type(key) is str:
        return key
    if type(key) is bool or key is None or isinstance(key, list | dict):
        raise Malformed(f"a key is text or a number, not {kind_name(key)}")
    return str(key)


def _need(raw: Json, *names: str, at: str = "") -> None:
    if not isinstance(raw, dict):
        raise Malformed(f"expected an object, found {kind_name(raw)}", at)
    for name in names:
        if name not in raw:
            raise Malformed(f"{name!r} is missing", at)
