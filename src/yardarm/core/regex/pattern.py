"""A compiled pattern: what the rest of Yardarm sees of regular expressions."""

from __future__ import annotations

from collections.abc import Callable

from .match import Machine
from .parse import parse
from .tree import MAX_TEXT, At, Char, Meaning, Node, Place, Sequence, sequence

_NATIVE = Meaning()
_START, _END = At(Place.TEXT_START), At(Place.TEXT_END)
_Search = Callable[[str], bool]


class Pattern:
    """A regular expression, matched in time linear in the text. Get one from `compile_pattern`.

    Its three questions never raise, whatever the text (lone surrogates and subclasses of `str`
    included), and answer False for a text over 65,536 characters and for what is not text.
    Threads may share a pattern.
    """

    __slots__ = ("_full", "_match", "_search", "meaning", "source", "tree")

    source: str
    """The pattern as it was written."""
    meaning: Meaning
    """What its signs mean."""
    tree: Node
    """What it means (`to_re2` reads this)."""

    def __init__(self, source: str, meaning: Meaning, tree: Node) -> None:
        self.source = source
        self.meaning = meaning
        self.tree = tree
        # Built at the first question: most patterns are asked only one of the three.
        self._search: _Search | None = None
        self._match: _Search | None = None
        self._full: _Search | None = None

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"

    def search(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text."""
        ask = self._search
        if ask is None:
            ask = self._search = _searcher(self.tree)
        return _ask(ask, text)

    def match(self, text: str) -> bool:
        """Whether the pattern is found at the start of the text."""
        ask = self._match
        if ask is None:
            ask = self._match = _searcher(sequence(_START, self.tree))
        return _ask(ask, text)

    def fullmatch(self, text: str) -> bool:
        """Whether the pattern is the whole text, including a final newline."""
        ask = self._full
        if ask is None:
            ask = self._full = _searcher(sequence(_START, self.tree, _END))
        return _ask(ask, text)


def compile_pattern(pattern: str, *, meaning: Meaning = _NATIVE) -> Pattern:
    """Compile a pattern of our grammar (`yardarm.core.regex.parse`) under a dialect's `meaning`.

    Raises `PatternError`, whose message says how to mend it, for: look-around, back-references,
    possessive and atomic groups, `\\p` classes, whatever engines read differently, more than 1,000
    characters, a repeat over 1,000, groups nested over 50 deep, repeats that multiply to over 5,000
    states.
    """
    return Pattern(pattern, meaning, parse(pattern, meaning))


def _ask(ask: _Search, text: str) -> bool:
    if type(text) is not str:
        if not issubclass(type(text), str):
            return False
        text = str.__str__(text)  # a subclass may have its own ideas of iteration
    return len(text) <= MAX_TEXT and ask(text)


def _searcher(tree: Node) -> _Search:
    return _literal(tree) or Machine(tree).search


def _literal(tree: Node) -> _Search | None:
    """A search by the methods of `str`, for a literal with or without `^` and `$`."""
    items = list(tree.items) if isinstance(tree, Sequence) else [tree]
    at_start = at_end = False
    while items and items[0] == _START:
        at_start = True
        items.pop(0)
    while items and items[-1] == _END:
        at_end = True
        items.pop()
    chars = [item.of.only() if isinstance(item, Char) else None for item in items]
    known = [char for char in chars if char is not None]
    if len(known) < len(chars):
        return None
    wanted = "".join(known)
    if at_start and at_end:
        return lambda text: text == wanted
    if at_start:
        return lambda text: text.startswith(wanted)
    if at_end:
        return lambda text: text.endswith(wanted)
    return lambda text: wanted in text
