"""Dialects by the names that a command line gives."""

from __future__ import annotations

import json
from typing import Any

from .. import dialects
from ..dialects.base import Dialect
from .failures import Failure


def dialect_named(name: str) -> Dialect:
    """The dialect of this name. Raises `Failure` when there is none."""
    found = dialects.find(name.replace("-", "_"))
    if found is None:
        known = ", ".join(("yardarm", *dialects.NAMES))
        raise Failure(f"there is no dialect {name!r}; known: {known}")
    return found


def read_options(given: tuple[str, ...]) -> dict[str, Any]:
    """Options of a dialect from `name=value`; a value that is JSON is read as JSON."""
    options: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise Failure(f"{text!r} is no option; write --option name=value")
        options[name] = json_or_text(value)
    return options


def json_or_text(text: str) -> Any:
    """The text as JSON where it is that, else as it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
