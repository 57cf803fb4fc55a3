"""Unleash's context fields as attributes of ours, and texts that the engine can quote.

`userId` is our `key`. Every other field keeps its name, save for those that would be taken for
something else (`key`, `kind` …): these stand inside an attribute `properties`. A name that begins
with a slash is written as a JSON pointer to it.
"""

from __future__ import annotations

FIELDS = ("userId", "sessionId", "environment", "appName", "currentTime", "remoteAddress")
"""Fields that stand at the top of a context; all others are its properties."""

NESTED = frozenset({"key", "kind", "multi", "_private", "properties"})
"""Properties that are kept apart, in an attribute `properties`."""

CURRENT_TIME = "currentTime"

_ATTRIBUTES = {"userId": "key", **{name: f"/properties/{name}" for name in NESTED}}
_NAMES = {attribute: name for name, attribute in _ATTRIBUTES.items()}


def attribute_of(name: str) -> str:
    """The attribute that a field of the context is."""
    found = _ATTRIBUTES.get(name)
    if found is not None:
        return found
    if name and name[0] != "/":
        return name
    return "/" + name.replace("~", "~0").replace("/", "~1")


def name_of(attribute: str) -> str | None:
    """The field that an attribute is; None for what lies inside of another attribute."""
    found = _NAMES.get(attribute)
    if found is not None:
        return found
    if attribute[:1] != "/":
        return attribute if attribute and attribute not in NESTED else None
    token = attribute[1:]
    if "/" in token:
        return None
    return token.replace("~1", "/").replace("~0", "~")


def is_quotable(text: str) -> bool:
    """Whether the engine can put the text between quotes as it is, and find its end again.

    It makes rules of text. A quote is no end only after a backslash, and a backslash at the end
    hides the closing quote. Where this says no, the toggle does not compile (or means something
    that nobody meant).
    """
    if text[-1:] == "\\":
        return False
    return '"' not in text or all(part[-1:] == "\\" for part in text.split('"')[:-1])


def quoted(text: str) -> str | None:
    """The text with its quotes escaped, as the engine reads it back; None where that cannot be."""
    escaped = text.replace('"', '\\"')
    return escaped if is_quotable(escaped) and unquoted(escaped) == text else None


def unquoted(text: str) -> str:
    """What the engine reads back of a quoted text: a backslash before a quote is lost."""
    return text.replace('\\"', '"') if "\\" in text else text
