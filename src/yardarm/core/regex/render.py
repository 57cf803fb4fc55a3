"""Writing a tree as a google-re2 pattern of exactly the same meaning, where there is one.

RE2 only ever accelerates; it never decides what a pattern means. So everything is written out:
sets as code points, places as `\\A \\z (?m:^)`, no flag that could change with RE2's version.
"""

from __future__ import annotations

from .charset import CharSet, Range
from .tree import At, Char, Choice, Node, Place, Repeat, Sequence

_CERTAIN = frozenset(
    {Place.TEXT_START, Place.TEXT_END, Place.LINE_START, Place.LINE_END, Place.WORD_EDGE}
)


def to_re2(tree: Node) -> str | None:
    """The tree for google-re2 (UTF-8, searched, default options), or None if equality is unsure.

    Unsure are Unicode classes (RE2 has its own Unicode version), `$` before a final newline (RE2
    has none) and `\\B` (RE2 also finds it inside a character's bytes). RE2 may still refuse the
    result for its size. It reads UTF-8, so a text with lone surrogates, and one over `MAX_TEXT`
    characters, must go to our matcher.
    """
    match tree:
        case Char(of):
            return _set(of)
        case At(place):
            return place.value if place in _CERTAIN else None
        case Repeat(item, least, most):
            body = to_re2(item)
            return None if body is None else f"(?:{body}){_quantifier(least, most)}"
        case Sequence(items) | Choice(items):
            parts = [to_re2(item) for item in items]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            return f"(?:{('|' if isinstance(tree, Choice) else '').join(known)})"


def _quantifier(least: int, most: int | None) -> str:
    if most is None:
        return ("*", "+")[least] if least < 2 else f"{{{least},}}"
    return f"{{{least},{most}}}"


def _set(chars: CharSet) -> str | None:
    ranges = [part for whole in chars.ranges for part in _without_surrogates(whole)]
    if chars.classes or not ranges:
        return None
    return "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges) + "]"


def _without_surrogates(whole: Range) -> list[Range]:
    """UTF-8 has no surrogates, and RE2 need not be asked what it makes of them."""
    first, last = whole
    parts = [(first, min(last, 0xD7FF)), (max(first, 0xE000), last)]
    return [(begin, end) for begin, end in parts if begin <= end]
