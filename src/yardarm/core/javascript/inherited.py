"""What every JavaScript object has without having it: `constructor`, `toString`, `__proto__` …

A look-up by a name that came from elsewhere finds these members too where an object has none of
that name itself. They are no JSON, so they need values of their own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NoText(Exception):
    """JavaScript throws where it would make text, or a number, of this object."""


class Function:
    """A function of JavaScript's own; `text` is what it reads as."""

    __slots__ = ("name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = f"function {name}() {{ [native code] }}"


class Prototype(dict[str, Any]):
    """What objects inherit from: an object that shows no members."""


class ListPrototype(list[Any]):
    """What arrays inherit from: an array without elements."""


class Textless(dict[str, Any]):
    """An object with a member `toString` of its own, which hides the one that makes text of it."""


_PROTOTYPE = Prototype()

MEMBERS: Mapping[str, Any] = {
    "__proto__": _PROTOTYPE,
    "constructor": Function("Object"),
    **{
        name: Function(name)
        for name in (
            "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
            "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString",
            "valueOf",
        )
    },
}  # fmt: skip
"""What every object has, by name."""

LIST_METHODS = frozenset({
    "at", "concat", "copyWithin", "entries", "every", "fill", "filter", "find", "findIndex",
    "findLast", "findLastIndex", "flat", "flatMap", "forEach", "includes", "indexOf", "join",
    "keys", "lastIndexOf", "map", "pop", "push", "reduce", "reduceRight", "reverse", "shift",
    "slice", "some", "sort", "splice", "toReversed", "toSorted", "toSpliced", "unshift", "values",
    "with",
})  # fmt: skip
"""Names of the methods that arrays alone have."""

_OF_LISTS: Mapping[str, Any] = {
    **MEMBERS,
    **{name: Function(name) for name in LIST_METHODS},
    "__proto__": ListPrototype(),
    "constructor": Function("Array"),
}


def inherited(holder: Any, name: str) -> Any:
    """What an object or an array has under a name that it has no member of; None for nothing."""
    if isinstance(holder, list | tuple):
        above = name == "__proto__" and isinstance(holder, ListPrototype)
        return _PROTOTYPE if above else _OF_LISTS.get(name)
    return None if name == "__proto__" and isinstance(holder, Prototype) else MEMBERS.get(name)


def member(holder: Mapping[str, Any], name: str) -> Any:
    """What an object has under a name, inherited or not."""
    return holder[name] if name in holder else MEMBERS.get(name)


def as_object(members: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object as JavaScript has it: a look-up finds what it inherits, too."""
    return {**MEMBERS, **{name: marked(value) for name, value in members.items()}}


def marked(value: Any) -> Any:
    """A JSON value in which objects are `Textless` that JavaScript can make no text of."""
    return _marked(value) if is_odd(value) else value


def is_odd(value: Any) -> bool:
    """Whether a JSON value is, or holds, an object with a member `toString` of its own."""
    if type(value) is str:
        return False
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "toString" in item:
                return True
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
    return False


def _marked(value: Any) -> Any:
    if isinstance(value, dict):
        made = {name: _marked(item) for name, item in value.items()}
        return Textless(made) if "toString" in made else made
    return [_marked(item) for item in value] if isinstance(value, list | tuple) else value
