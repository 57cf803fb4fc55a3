r"""Patterns of Python's `re` in the signs of our own grammar, where only the spelling differs.

Our grammar refuses what engines read differently. Here the engine is known: in Python `\Z` is the
end of the text, `{,5}` is `{0,5}`, a class may begin with `]` and hold `[`.
"""

from __future__ import annotations

_REPEAT_CLOSED = frozenset("0123456789,")


def from_python(pattern: str) -> str:
    """The pattern in our grammar's spelling. What our grammar lacks is left for it to refuse."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            pair = pattern[at : at + 2]
            out.append(_ESCAPES.get(pair, pair))
            at += 2
        elif char == "[":
            at = _class(pattern, at, out)
        elif pattern.startswith("{,", at) and _closes(pattern, at):
            out.append("{0,")
            at += 2
        else:
            out.append(char)
            at += 1
    return "".join(out)


# `\z` means nothing in Python before 3.14: left out of the table, it would be understood.
_ESCAPES = {r"\Z": r"\z", r"\z": r"\Z", r"\a": r"\x07"}


def _closes(pattern: str, at: int) -> bool:
    end = pattern.find("}", at)
    return end >= at + 2 and _REPEAT_CLOSED.issuperset(pattern[at + 1 : end])


def _class(pattern: str, at: int, out: list[str]) -> int:
    """Copy a class from its `[` to its `]`; answers where it ends."""
    out.append("[")
    at += 1
    if pattern.startswith("^", at):
        out.append("^")
        at += 1
    first = True
    while at < len(pattern):
        char = pattern[at]
        if char == "]" and not first:
            out.append(char)
            return at + 1
        if char == "\\":
            pair = pattern[at : at + 2]
            out.append(_IN_CLASS.get(pair, pair))
            at += 1
        else:
            out.append(f"\\{char}" if char in "[]" else char)
        first = False
        at += 1
    return at


_IN_CLASS = {r"\b": r"\x08", r"\a": r"\x07"}
