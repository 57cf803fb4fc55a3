"""What `var` finds: a context's attributes as flagd hands them to a rule, and items of lists.

At the top, a rule sees the attributes, `targetingKey`, and `$flagd` with `flagKey` and
`timestamp`. The attributes are used where they are: a copy is made only for expressions that ask
for all data at once, or for a name that they compute.

A context of flagd's own (one that has a `targetingKey`, be it null) may have an attribute called
`key`, which is the unit's name in ours. It is kept as `flagd:key` and found here under its own
name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .coerce import to_text
from .expression import Around, Scope, Step

PREFIX = "flagd:"
"""Stands before the names of attributes that would mean something else in our contexts."""


def stored_name(name: str) -> str:
    """The name under which an attribute of flagd's is kept in a context of ours."""
    return PREFIX + name if name == "key" or name.startswith(PREFIX) else name


def walk(data: Any, names: Sequence[str], default: Any = None) -> Any:
    """The value at the end of the path of names; `default` where there is none or it is null.

    Objects are entered by name, lists and text by position. The `length` of a list or a text ends
    the path, whatever follows.
    """
    for name in names:
        if isinstance(data, dict):
            data = data.get(name)
        elif isinstance(data, list | str):
            if name == "length":
                return len(data)
            if not _is_position(name) or int(name) >= len(data):
                return default
            data = data[int(name)]
        else:
            return default
    return default if data is None else data


def _is_position(name: str) -> bool:
    plain = name.isdecimal() and name.isascii() and len(name) < 19
    return plain and (name[0] != "0" or name == "0")


# --- items of lists ---------------------------------------------------------------------------


def _item_path(names: Sequence[str]) -> Step:
    if len(names) > 1:
        return lambda data, around: walk(data, names)
    (name,) = names
    return lambda data, around: data.get(name) if type(data) is dict else walk(data, names)


def _item_flag_key(data: Any, around: Around) -> Any:
    return data.get("$flagd", {}).get("flagKey", "")


def _item_targeting_key(data: Any, around: Around) -> Any:
    return data.get("targetingKey")


ITEM = Scope(lambda data, around: data, _item_path, _item_flag_key, _item_targeting_key)
"""Inside of `map`, `filter` and their kin: the data are the item, and nothing else is seen."""


# --- at the top -------------------------------------------------------------------------------


def top(flag_key: str) -> Scope:
    """The scope of a flag's rule. Its data at run time are the attributes of a context of ours."""

    def everything(data: Mapping[str, Any], around: Around) -> dict[str, Any]:
        if around.everything is None:
            properties = {"flagKey": flag_key, "timestamp": around.timestamp()}
            around.everything = {**_own(data), "$flagd": properties}
        return around.everything

    def path(names: Sequence[str]) -> Step:
        first, rest = names[0], names[1:]
        if first == "$flagd":
            return lambda data, around: walk(everything(data, around), names)
        if first == "targetingKey":
            return _into(_targeting_key, rest)
        if stored_name(first) != first:
            return _into(_kept(first), rest)
        if rest:
            return lambda data, around: walk(data.get(first), rest)
        return lambda data, around: data.get(first)

    return Scope(everything, path, lambda data, around: flag_key, _targeting_key)


def _own(data: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as flagd knows them."""
    if "targetingKey" not in data:
        return {**data, "targetingKey": data.get("key")}
    return {name.removeprefix(PREFIX): value for name, value in data.items() if name != "key"}


def _targeting_key(data: Any, around: Around) -> Any:
    found = data.get("targetingKey")
    return data.get("key") if found is None else found


def _kept(name: str) -> Step:
    stored = stored_name(name)
    return lambda data, around: data.get(stored if "targetingKey" in data else name)


def _into(step: Step, rest: Sequence[str]) -> Step:
    return (lambda data, around: walk(step(data, around), rest)) if rest else step


def names_of(key: Any) -> list[str]:
    """The path that a key stands for."""
    return to_text(key).split(".")
