"""From the SDK's target, `{"identifier", "name", "anonymous", "attributes": {…}}`, to attributes.

The SDK looks an attribute up on the target itself first and, where that is missing, empty or
false, among the target's `attributes`.
"""

from __future__ import annotations

from typing import Any

from ...core.model import Json
from .attributes import IDENTIFIER, held_as

_OWN = (("identifier", IDENTIFIER), ("name", "name"), ("anonymous", "anonymous"))


class _List(list[Any]):
    """An identifier that is a list. Lists of keys are looked up by hash, which a list has not."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class _Object(dict[str, Any]):
    """An identifier that is an object."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


def held_by(target: dict[str, Any]) -> frozenset[str] | None:
    """What the SDK finds in a target whose `attributes` are no object; None where they are, or are
    not there. It breaks off where it looks for anything else."""
    if "attributes" not in target or isinstance(target["attributes"], dict):
        return None
    names = ("identifier", "name", "anonymous", "attributes")
    return frozenset(name for name in names if target.get(name))


def read_target(target: Json) -> dict[str, Any] | None:
    """The attributes of the default kind, or None where this is no target.

    The identifier keeps its type: one that is not text is compared and hashed as the SDK does. One
    that is a list or an object equals no other.
    """
    if not isinstance(target, dict) or "identifier" not in target:
        return None
    given = target.get("attributes")
    attributes: dict[str, Any] = given if isinstance(given, dict) else {}
    found = {held_as(name): value for name, value in attributes.items()}
    for name, ours in _OWN:
        value = target.get(name)
        if not value and (name not in target or isinstance(given, dict)):
            value = attributes.get(name)
        if value is None:
            found.pop(ours, None)
        elif ours == IDENTIFIER and isinstance(value, list | dict):
            found[ours] = _List(value) if isinstance(value, list) else _Object(value)
        else:
            found[ours] = value
    if attributes or given:
        found["attributes"] = given
    else:
        found.pop("attributes", None)
    return found
