"""Our patterns in JavaScript's words, for its regular expressions without flags.

JavaScript reads a text as UTF-16 code units; a character beyond U+FFFF is written as the two that
it has there.
"""

from __future__ import annotations

from ...core.regex import PatternError, compile_pattern
from ...core.regex.charset import CharSet, Range
from ...core.regex.tree import At, Char, Choice, Node, Place, Repeat, Sequence

_PLACES = {
    Place.TEXT_START: "^",
    Place.TEXT_END: "$",
    Place.WORD_EDGE: r"\b",
    Place.NOT_WORD_EDGE: r"\B",
    Place.LINE_START: "(?m:^)",
    Place.LINE_END: "(?m:$)",
}
_SPECIAL = frozenset("^$\\.*+?()[]{}|/-")


def literal(text: str) -> str:
    """A pattern that finds exactly this text."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def pattern(source: str) -> str:
    """A pattern of ours as JavaScript's. Raises `ValueError` where there is none."""
    try:
        return _written(compile_pattern(source).tree)
    except PatternError as error:
        raise ValueError(str(error)) from None


def _written(node: Node) -> str:
    match node:
        case Char(of):
            return _set(of)
        case At(place):
            if place not in _PLACES or place in (Place.LINE_START, Place.LINE_END):
                raise ValueError(f"the place {place.value}")
            return _PLACES[place]
        case Repeat(item, least, most):
            return f"(?:{_written(item)}){_quantifier(least, most)}"
        case Sequence(items):
            return "".join(
                f"(?:{_written(i)})" if isinstance(i, Choice) else _written(i) for i in items
            )
        case Choice(items):
            return "|".join(map(_written, items))


def _quantifier(least: int, most: int | None) -> str:
    if most is None:
        return ("*", "+")[least] if least < 2 else f"{{{least},}}"
    return f"{{{least},{most}}}"


def _set(chars: CharSet) -> str:
    if chars.classes:
        raise ValueError("Unicode classes")
    if (only := chars.only()) is not None and only <= "\uffff":
        return literal(only)
    parts = []
    if small := [(a, min(b, 0xFFFF)) for a, b in chars.ranges if a <= 0xFFFF]:
        parts.append(f"[{''.join(map(_units, small))}]")
    for first, last in chars.ranges:
        if last > 0xFFFF:
            parts += _pairs(max(first, 0x10000), last)
    return f"(?:{'|'.join(parts)})" if parts else "[]"


def _units(pair: Range) -> str:
    first, last = pair
    return f"\\u{first:04x}" if first == last else f"\\u{first:04x}-\\u{last:04x}"


def _pairs(first: int, last: int) -> list[str]:
    """The characters of a range beyond U+FFFF, each as two units."""
    high, low = 0xD800 + (first - 0x10000 >> 10), 0xDC00 + (first & 0x3FF)
    high_last, low_last = 0xD800 + (last - 0x10000 >> 10), 0xDC00 + (last & 0x3FF)
    if high == high_last:
        return [_pair((high, high), (low, low_last))]
    found = [_pair((high, high), (low, 0xDFFF))]
    if high + 1 < high_last:
        found.append(_pair((high + 1, high_last - 1), (0xDC00, 0xDFFF)))
    return [*found, _pair((high_last, high_last), (0xDC00, low_last))]


def _pair(high: Range, low: Range) -> str:
    return f"[{_units(high)}][{_units(low)}]"
