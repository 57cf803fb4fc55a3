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
from ...core.operators.flagsmith_failures import key_fails, may_fail
from ...core.traits import Identity, shown, shown_text


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked for. `identity` is the engine's, its key made where it has none; None where
    nobody is named. `user` is the same for us.

    - `fails`: the engine fails before it asks any segment.
    - `odd`: the engine may fail at something that is here.
    - `broken`: it fails at every trait and path, because the traits are no object.
    """

    identity: dict[str, Json] | None
    user: dict[str, Any]
    fails: bool = False
    odd: bool = False
    broken: bool = False

    @property
    def identified(self) -> bool:
        """Whether there is a key to place units by."""
        return "key" in self.user

    @property
    def unhashable(self) -> bool:
        """Whether the engine fails at placing it."""
        return self.identified and key_fails(self.user["key"])

    @property
    def shadows(self) -> bool:
        """Whether a trait is named like a path, which it then stands for."""
        return any(name.startswith("$.") for name in self.user)


NOBODY = Person(None, {})
_FAILS = Person(None, {}, fails=True)


def person(context: Json, environment: str | None, otherwise: Json = None) -> Person:
    """Who a context is about, or `otherwise` where it names nobody. Never raises; what is no
    context is nobody.

    `environment` is the environment's key, None where there is none.
    """
    found = _identity(context)
    if found is None:
        found = otherwise
    if not found:
        return NOBODY
    if not isinstance(found, dict) or _lacks_key(found, environment):
        return _FAILS
    given = found.get("traits")
    traits = {k: v for k, v in given.items() if type(k) is str} if isinstance(given, dict) else {}
    identifier, key = found.get("identifier"), found.get("key")
    user = dict(traits)
    own = key or f"{environment or ''}_{shown_text(identifier)}"
    plain = type(identifier) is str and not key
    user["key"] = identifier if plain else Identity(identifier, own)
    broken = bool(given) and not isinstance(given, dict)
    return Person({**found, "key": own}, user, odd=broken or may_fail(found), broken=broken)


def _lacks_key(identity: dict[str, Json], environment: str | None) -> bool:
    """Whether the engine cannot make the key that an identity does not bring."""
    if identity.get("key"):
        return False
    if environment is None or "identifier" not in identity:
        return True
    return type(identity["identifier"]) is not str and shown(identity["identifier"]) is None


def _identity(context: Json) -> Json:
    """The identity as the engine would be given it; None where there is none."""
    if not isinstance(context, dict):
        return None
    identity = context.get("identity")
    if identity is not None or context.get("identifier") is None:
        return identity
    traits = context.get("traits") or {}
    if not isinstance(traits, dict) or any(map(_is_bare, traits.values())):
        return _NO_TRAITS  # the SDK fails before it asks the engine
    plain = {n: t["value"] if isinstance(t, dict) else t for n, t in traits.items()}
    return {**context, "traits": plain}


_NO_TRAITS = "no identity"


def _is_bare(trait: Json) -> bool:
    """Whether a trait is an object as for an option, without the value."""
    return isinstance(trait, dict) and "value" not in trait


def kinds_of(who: Person, root: Mapping[str, Json]) -> dict[str, dict[str, Any]]:
    """The kinds of a context for conditions that ask for any part of Flagsmith's."""
    context = dict(root)
    if who.identity is not None:
        context["identity"] = who.identity
    return {"user": who.user, "flagsmith": {"context": context}}
