"""From flagd's contexts to ours: one flat object, whose `targetingKey` is our key."""

from __future__ import annotations

from typing import Any

from ...core.context import Context
from ...core.jsonlogic.scope import stored_name
from ...core.model import DEFAULT_KIND, Json

_NOBODY: frozenset[str] = frozenset()


def read_context(value: Json) -> Context:
    """The context. Whatever is no object has neither targeting key nor attributes.

    The targeting key stays among the attributes too, as it is: rules may ask for one that is empty
    or no text, and then it is no key of ours.
    """
    given = value if isinstance(value, dict) else {}
    user: dict[str, Any] = {stored_name(name): found for name, found in given.items()}
    user.pop("$flagd", None)
    key = user.setdefault("targetingKey", None)
    if isinstance(key, str) and key:
        user["key"] = key
    return Context._of_kinds({DEFAULT_KIND: user}, _NOBODY)
