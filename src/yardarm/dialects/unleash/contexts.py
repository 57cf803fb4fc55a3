"""Unleash's contexts, as its engine reads them.

Fields stand at the top or among `properties`; the top wins. Values are texts, numbers and truth
values; null, lists and objects count as missing. A field of Unleash's own (`userId` …) that the top
has, be it null, hides the property of its name; any other name at the top counts only as a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ...core.ambient import Ambient
from ...core.model import Json
from ...core.unleash.instants import text_of_present
from ...core.unleash.text import text_of
from .attributes import CURRENT_TIME, FIELDS, NESTED

PYTHON = "python"
"""Value of the option `client` for contexts as the SDK for Python sends them to the engine."""

_DEEPEST = 127
"""Deepest nesting that the engine reads."""

_FIELDS = frozenset(FIELDS)


def read_context(
    context: Json, ambient: Ambient, client: Json = None
) -> tuple[dict[str, Any], Ambient] | None:
    """Attributes of the user, and what surrounds the evaluation; None where the engine fails.

    `client` names the SDK that the context was given to, where that changes contexts. A
    `currentTime` of the context is the present of the evaluation; without one, it is given the
    present as the engine would write it.
    """
    sent = _sent_by_python(context) if client == PYTHON else context
    attributes = _attributes(sent)
    if attributes is None:
        return None
    given = text_of(attributes.get(CURRENT_TIME))
    if given is not None:
        # Operators on the present read both seconds and such a text, which may be none at all.
        said = cast(float, given)
        return attributes, Ambient(lambda: said, ambient.random)
    ask = ambient.now
    if (now := ask()) is not None and (text := text_of_present(now)) is not None:
        attributes[CURRENT_TIME] = text
    return attributes, ambient


def _sent_by_python(context: Json) -> Json:
    """The context as UnleashClient for Python sends it: every value made text by `str()`."""
    if not context:
        return {}
    try:  # it takes whatever Python makes a dictionary of, pairs for example
        given = _named(context)
        top = {name: str(value) for name, value in given.items() if name != "properties"}
        others = {n: str(v) for n, v in _named(given.get("properties", {})).items()}
    except (TypeError, ValueError, RecursionError):  # an integer of thousands of digits, too
        return [context]  # it raises, or the engine does
    if CURRENT_TIME not in top:  # it sends the present then, which hides the property
        others.pop(CURRENT_TIME, None)
    return {**top, "properties": {**{n: v for n, v in top.items() if n not in _FIELDS}, **others}}


def _named(pairs: Any) -> dict[str, Any]:
    """A dictionary of these, its keys as JSON has them. Raises as Python does."""
    return {_name(name): value for name, value in dict(pairs).items()}


def _name(value: Any) -> str:
    text = "null" if value is None else text_of(value)
    if text is None:
        raise ValueError("no name in JSON")
    return text


def _attributes(context: Json) -> dict[str, Any] | None:
    if not context:  # the SDK asks with an empty one then
        return {}
    if not isinstance(context, dict) or not _is_readable(context, 1):
        return None
    user: dict[str, Any] = {}
    properties = context.get("properties")
    if isinstance(properties, dict):
        for name, value in properties.items():
            if text_of(value) is not None:
                _put(user, name, value)
    for name, value in context.items():
        if name in _FIELDS:
            user.pop("key" if name == "userId" else name, None)
            if text_of(value) is not None:
                _put(user, name, value)
        elif isinstance(value, str) and name != "properties":
            _put(user, name, value)
    return user


def _put(user: dict[str, Any], name: str, value: Json) -> None:
    if name == "userId":
        user["key"] = value
    elif name in NESTED:
        user.setdefault("properties", {})[name] = value
    else:
        user[name] = value


def _is_readable(value: Any, depth: int) -> bool:
    """Whether the engine's JSON reader takes it: no lone surrogates or infinities, not too deep."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int | float):
        return text_of(value) is not None
    if isinstance(value, Mapping):
        parts = [part for pair in value.items() for part in pair]
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return False
    return depth <= _DEEPEST and all(_is_readable(part, depth + 1) for part in parts)
