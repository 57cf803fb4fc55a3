"""Patterns as the engine matches them.

What the engine refuses matches nothing, there and here. So does what it accepts and we cannot read;
`unsupported` tells the two apart. A text over 65,536 characters matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from ..regex import Meaning, Pattern, PatternError
from .syntax import NotAPattern, parse

_MEANING = Meaning(ascii_classes=False)


def search(source: str, ignore_case: bool) -> Callable[[str], bool]:
    """A function that says whether the pattern is found in a text."""
    try:
        return Pattern(source, _MEANING, parse(source, ignore_case)).search
    except (NotAPattern, PatternError):
        return _nowhere


def unsupported(source: str) -> str | None:
    """Why a pattern never matches here although the engine may accept it; None when it is fine."""
    try:
        parse(source, False)
    except NotAPattern:
        return None
    except PatternError as error:
        return str(error)
    return None


def _nowhere(text: str) -> bool:
    return False
