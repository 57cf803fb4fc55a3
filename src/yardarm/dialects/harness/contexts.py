"""From the SDK's target, `{"identifier", "name", "anonymous", "attributes": {…}}`, to attributes.

The SDK looks an attribute up on the target itself first and, where that is missing, empty or
false, among the target's `attributes`.
"""

from __future__ import annotations

from typing import Any

from ...core.model import Json
from .attributes import IDENTIFIER, held_as

_OWN = (("identifier", IDENTIFIER), ("name", "name"), ("anonymous", "anonymous"))


def read_target(target: Json) -> dict[str, Any] | None:
    """The attributes of the default kind, or None where this is no target.

    The identifier keeps its type: one that is not text is compared and hashed as the SDK does.
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
        if value is None or (ours == IDENTIFIER and isinstance(value, list | dict)):
            found.pop(ours, None)
        else:
            found[ours] = value
    if attributes:
        found["attributes"] = attributes
    else:
        found.pop("attributes", None)
    return found
