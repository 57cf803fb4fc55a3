"""LaunchDarkly's contexts as ours: single kinds, several kinds, and the older user format.

A context that its SDK refuses is None. Attributes that are null are not there. What a context is
always asked for by name (`key`, `name`, `anonymous`) is an attribute like any other here; `kind` is
asked of the context as a whole.
"""

from __future__ import annotations

import re
from typing import Any

from ...core.context import Context
from ...core.model import DEFAULT_KIND, Json

_BAD_KIND = re.compile(r"[^-a-zA-Z0-9._]")
_USER_TEXTS = ("firstName", "lastName", "email", "country", "avatar", "ip")

_Kinds = dict[str, dict[str, Any]]


def read_context(value: Json) -> Context | None:
    """The context, or None where the SDK would refuse it (`USER_NOT_SPECIFIED`)."""
    if not isinstance(value, dict):
        return None
    private: set[str] = set()
    if "kind" not in value:
        user = _user(value, private)
        return None if user is None else Context._of_kinds({DEFAULT_KIND: user}, frozenset(private))
    kind = value["kind"]
    if not isinstance(kind, str):
        return None
    kinds: _Kinds = {}
    parts: list[tuple[str, Json]] = [(kind, value)]
    if kind == "multi":
        parts = [(name, part) for name, part in value.items() if name != "kind"]
    for name, part in parts:
        if not isinstance(part, dict) or not _single(name, part, kinds, private):
            return None
    return Context._of_kinds(kinds, frozenset(private)) if kinds else None


def _single(kind: str, value: dict[str, Json], kinds: _Kinds, private: set[str]) -> bool:
    """Put the kind's attributes into `kinds`; False where they are refused.

    A `kind` among the attributes renames it, even within several kinds.
    """
    found: dict[str, Any] = {}
    for name, held in value.items():
        if name == "kind":
            if not isinstance(held, str):
                return False
            kind = held
        elif name == "_meta":
            if not _private(held, private):
                return False
        elif name == "" or not _fits(name, held):
            return False
        elif held is not None:
            found[name] = held
    if not found.get("key") or kind in kinds or kind in ("", "kind", "multi"):
        return False
    if _BAD_KIND.search(kind):
        return False
    kinds[kind] = found
    return True


def _fits(name: str, value: Json) -> bool:
    """Whether a built-in attribute has its type. Others may be anything."""
    if name == "key":
        return isinstance(value, str)
    if name == "name":
        return value is None or isinstance(value, str)
    return name != "anonymous" or isinstance(value, bool)


def _private(meta: Json, private: set[str]) -> bool:
    """Note the attributes that never leave the process; False where the form is refused."""
    if meta is None:
        return True
    if not isinstance(meta, dict):
        return False
    return _private_names(meta.get("privateAttributes"), private)


def _private_names(names: Json, private: set[str], *, literal: bool = False) -> bool:
    if names is None:
        return True
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return False
    for name in names:
        if name.startswith("/") and not literal:
            # A reference to a part of an attribute makes the whole attribute private here.
            name = name[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")
        private.add(name)
    return True


def _user(value: dict[str, Json], private: set[str]) -> dict[str, Any] | None:
    """Attributes of a user in the older format; None where a field has a wrong type.

    The key may be empty. What is not known is ignored, and so are the names of built-in attributes
    within `custom`.
    """
    key, anonymous, custom = value.get("key"), value.get("anonymous"), value.get("custom")
    hidden = value.get("privateAttributeNames")
    if not isinstance(key, str) or not _private_names(hidden, private, literal=True):
        return None
    if not isinstance(anonymous, bool | None) or not isinstance(custom, dict | None):
        return None
    found: dict[str, Any] = {
        name: held
        for name, held in (custom or {}).items()
        if held is not None and name not in ("", "kind", "key", "name", "anonymous", "_meta")
    }
    for name in ("name", *_USER_TEXTS):
        held = value.get(name)
        if held is not None:
            if not isinstance(held, str):
                return None
            found[name] = held
    found["key"] = key
    if anonymous:
        found["anonymous"] = True
    return found
