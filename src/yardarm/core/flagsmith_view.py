"""A context as Flagsmith's evaluation context, for what only such a context has.

Attributes of the kind `flagsmith` are

- `$.identity.traits.list[0]`: a JSONPath into the evaluation context. A trait of that very name
  comes first; what is no scalar is missing;
- `/traits/NAME`: a trait whose name means something else as an attribute of ours (`key`, `kind`);
- `/key/ENVIRONMENT`: the identity's key, made of the environment's key and the identifier unless
  the identity brings one. Read like the path `$.identity.key`.

A dialect that is given a whole evaluation context puts it under `kinds["flagsmith"]["context"]`. Of
any other context there is the identity: `identifier` is our `key`, traits are the attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .jsonpath import PathError, compile_path
from .traits import Identity, Late, scalar, shown_text
from .views import Look

_KEY = "/key/"
_TRAIT = "/traits/"


def look(attribute: str) -> Look:
    """How an attribute of this kind is found."""
    if attribute.startswith(_KEY):
        return _identity_key(attribute[len(_KEY) :])
    if attribute.startswith(_TRAIT):
        return _trait(attribute[len(_TRAIT) :])
    return _at_path(attribute)


def _identity_key(environment: str) -> Look:
    def find(user: Mapping[str, Any], kinds: Mapping[str, Any] | None) -> Any:
        if (trait := user.get("$.identity.key")) is not None:
            return trait
        key = user.get("key")
        if type(key) is Identity:
            return scalar(key.key)
        return None if key is None else f"{environment}_{shown_text(key)}"

    return find


def _trait(name: str) -> Look:
    def find(user: Mapping[str, Any], kinds: Mapping[str, Any] | None) -> Any:
        traits = _given(kinds).get("identity", _NONE).get("traits")
        return traits.get(name) if isinstance(traits, dict) else None

    return find


def _at_path(text: str) -> Look:
    try:
        path = compile_path(text)
    except PathError:
        return lambda user, kinds: user.get(text)

    def find(user: Mapping[str, Any], kinds: Mapping[str, Any] | None) -> Any:
        if (trait := user.get(text)) is not None:
            return trait
        given = _given(kinds)
        if "flags" in given:  # whose members are made when a test asks for them
            return Late(lambda: scalar(path.first(given)))
        return scalar(path.first(given or _from(user)))

    return find


_NONE: Mapping[str, Any] = {}


def _given(kinds: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The whole evaluation context, where a dialect was given one."""
    found: Mapping[str, Any] = _NONE if kinds is None else kinds.get("flagsmith", _NONE)
    return found.get("context", _NONE)  # type: ignore[no-any-return]


def _from(user: Mapping[str, Any]) -> dict[str, Any]:
    traits = {name: value for name, value in user.items() if name != "key"}
    return {"identity": {"identifier": user.get("key"), "traits": traits}}
