"""From Flagsmith's shape of a context to ours.

`{"identity": {"identifier", "key"?, "traits"?}}` as the engine takes it, or `{"identifier",
"traits"}` as the SDK's methods do, where a trait may be `{"value", "transient"}`. The identifier is
our `key`, traits are attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core.model import Json
from ...core.traits import Identity, shown_text


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked for. `identity` is the engine's, its key made where it has none; None where
    nobody is named. `user` is the same for us."""

    identity: dict[str, Json] | None
    user: dict[str, Any]

    @property
    def identified(self) -> bool:
        """Whether there is a key to place units by."""
        return "key" in self.user

    @property
    def shadows(self) -> bool:
        """Whether a trait is named like a path, which it then stands for."""
        return any(name.startswith("$.") for name in self.user)


NOBODY = Person(None, {})


def person(context: Json, environment: str, otherwise: Json = None) -> Person:
    """Who a context is about, or `otherwise` where it names nobody. Never raises; what cannot be
    read is nobody."""
    found = _identity(context)
    if found is None and isinstance(otherwise, dict):
        found = otherwise
    if not found:
        return NOBODY
    given = found.get("traits")
    traits = {k: v for k, v in given.items() if type(k) is str} if isinstance(given, dict) else {}
    identifier, key = found.get("identifier"), found.get("key")
    user = dict(traits)
    user.pop("key", None)
    if key or identifier is not None:
        own = key or f"{environment}_{shown_text(identifier)}"
        plain = type(identifier) is str and not key
        user["key"] = identifier if plain else Identity(identifier, own)
        found = {**found, "key": own}
    return Person(found, user)


def _identity(context: Json) -> dict[str, Json] | None:
    if not isinstance(context, dict):
        return None
    identity = context.get("identity")
    if identity is None and context.get("identifier") is not None:
        given = context.get("traits")
        traits = given if isinstance(given, dict) else {}
        return {**context, "traits": {name: _plain(value) for name, value in traits.items()}}
    return identity if isinstance(identity, dict) else None


def _plain(trait: Json) -> Json:
    return trait.get("value") if isinstance(trait, dict) else trait


def kinds_of(who: Person, root: Mapping[str, Json]) -> dict[str, dict[str, Any]]:
    """The kinds of a context for conditions that ask for any part of Flagsmith's."""
    context = dict(root)
    if who.identity is not None:
        context["identity"] = who.identity
    return {"user": who.user, "flagsmith": {"context": context}}
