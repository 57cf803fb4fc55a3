"""Where Harness's target attributes are found in our contexts, and back.

The identifier is our `key`. Every other attribute keeps its name, except the few that a context
uses itself: those are looked for behind `attributes.`, as in `attributes.key`.
"""

from __future__ import annotations

from ...core.reading import escape

IDENTIFIER = "key"
"""Our name of the target's identifier."""

_OURS = frozenset({"key", "kind", "multi", "_private"})
_PREFIX = "attributes."

# fmt: off
SDK_NAMES = frozenset({
    "from_dict", "get_attr_value", "get_type", "to_dict",
    "__annotations__", "__attrs_attrs__", "__attrs_props__", "__class__", "__delattr__",
    "__dict__", "__dir__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__",
    "__gt__", "__init__", "__init_subclass__", "__le__", "__lt__", "__match_args__", "__module__",
    "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__",
    "__str__", "__subclasshook__",
})
# fmt: on
"""Attributes that a target cannot have: the SDK finds parts of its own object under these names."""


def ours(name: str) -> str:
    """The attribute of our context for one of Harness's."""
    if name == "identifier":
        return IDENTIFIER
    if name in _OURS:
        return _PREFIX + name
    return "/" + escape(name) if name.startswith("/") else name


def held_as(name: str) -> str:
    """The name under which a context holds an attribute of the target's own `attributes`."""
    return _PREFIX + name if name in _OURS else name


def theirs(name: str) -> str | None:
    """Harness's attribute for one of ours; None where a target has no such attribute."""
    if name == IDENTIFIER:
        return "identifier"
    if name.startswith(_PREFIX) and name[len(_PREFIX) :] in _OURS:
        return name[len(_PREFIX) :]
    if name.startswith("/"):
        token = name[1:]
        found = token.replace("~1", "/").replace("~0", "~")
        return found if "/" not in token and ours(found) == name else None
    return None if ours(name) != name or name in SDK_NAMES else name
