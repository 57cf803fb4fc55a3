"""Java's ideas of text and numbers, where they are not Python's.

`String.trim`, `String.equalsIgnoreCase`, `Integer.parseInt` and `String.split` as OpenJDK 17 has
them. Source: the Java API documentation.
"""

from __future__ import annotations

import re

_TRIMMED = "".join(map(chr, range(33)))
_INT_DIGITS = 4_000

SPACE_OR_COMMA = re.compile(r"[ \t\n\x0b\f\r,]+")
r"""Java's `[\s,]+`: its `\s` knows six characters, Python's many more."""


def trim(text: str) -> str:
    """The text without characters up to U+0020 at its ends."""
    return text.strip(_TRIMMED)


def is_blank(text: str | None) -> bool:
    """Whether there is no text, or only such characters."""
    return not text or not trim(text)


def equals_ignore_case(one: str, other: str) -> bool:
    """Whether two texts are equal character by character, each made upper and then lower case."""
    return len(one) == len(other) and all(map(_same, one, other))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if one > "\uffff" or other > "\uffff":  # two characters for Java, neither with a case
        return False
    upper, others = _upper(one), _upper(other)
    return upper == others or _lower(upper) == _lower(others)


def _upper(character: str) -> str:
    """One character's upper case, where Unicode has a single character for it."""
    for made in (character.upper(), character.title()):
        if len(made) == 1:
            return made
    return character


def _lower(character: str) -> str:
    return "i" if character == "İ" else character.lower()


def parse_int(text: str | None) -> int | None:
    """A whole number of 32 bits, None for what `Integer.parseInt` refuses."""
    if not text or len(text) > _INT_DIGITS:
        return None
    digits = text[1:] if text[0] in "+-" else text
    if not digits or not all(character.isdecimal() for character in digits):
        return None
    number = int(digits) * (-1 if text[0] == "-" else 1)
    return number if -(2**31) <= number < 2**31 else None


def split(text: str | None, at: re.Pattern[str]) -> list[str]:
    """The parts between matches, trimmed, without blank ones."""
    if text is None or is_blank(text):
        return []
    return [trim(part) for part in at.split(text) if not is_blank(part)]


COMMA = re.compile(",")
"""Java's `,`."""
