"""The letters that are worth reading: one for each way in which monitors can tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, pairwise

from ..core.regex.tree import Char, Choice, Node, Repeat
from ..core.regex.tree import Sequence as Items
from .monitors import Matching

_LAST = 0x10FFFF
_CASED_END = 0x20000
"""No character beyond folds to another one."""
_PLAIN = "xyzabcdefghijklmnopqrstuvwXYZ0123456789-_ABCDEFGHIJKLMNOPQRSTUVW ./:@#+äé\n"


def letters(
    known: Collection[str], folded: Collection[str], matching: Sequence[tuple[Matching, Node]]
) -> list[str]:
    """Letters that stand for all.

    `known` are told apart one by one, `folded` by what full case folding makes of a letter, and
    each regular expression by the sets of its own.
    """

    def seen(letter: str) -> str:
        fold = letter.casefold()
        return fold if any(one in folded for one in fold) else ""

    found: dict[Hashable, str] = {}
    for letter in chain(_PLAIN, _folding(folded), _others(_bounds(matching), known, seen)):
        if letter not in known:
            kind = seen(letter), tuple(monitor.kind(letter) for monitor, _ in matching)
            found.setdefault(kind, letter)
    return [*sorted(known), *found.values()]


def _folding(folded: Collection[str]) -> Iterator[str]:
    """Every letter whose case folding has one of these."""
    for one in sorted(folded):
        yield from _unfolded().get(one, "")
        yield one


def _others(bounds: list[int], known: Collection[str], seen: Callable[[str], str]) -> Iterator[str]:
    """From each stretch between bounds a letter that is neither known nor folded, if it has one."""
    for low, high in pairwise([*bounds, _LAST + 1]):
        surrogate = ""
        for code in range(low, high):
            letter = chr(code)
            if letter in known or seen(letter):
                continue
            if not 0xD800 <= code < 0xE000:
                yield letter
                break
            surrogate = surrogate or letter
        else:
            if surrogate:
                yield surrogate


def _bounds(matching: Sequence[tuple[Matching, Node]]) -> list[int]:
    """Where sets of characters begin and end, among them those of words and lines."""
    found = {0}
    if matching:
        fixed = ((10, 10), (0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
        for first, last in chain(fixed, _ranges(tree for _, tree in matching)):
            found |= {first, last + 1}
    return sorted(bound for bound in found if bound <= _LAST)


def _ranges(trees: Iterable[Node]) -> Iterator[tuple[int, int]]:
    stack = list(trees)
    while stack:
        match stack.pop():
            case Char(of):
                yield from of.ranges
            case Items(items) | Choice(items):
                stack.extend(items)
            case Repeat(item, _, _):
                stack.append(item)
            case _:
                pass


@cache
def _unfolded() -> dict[str, str]:
    """For each character, the others whose case folding has it."""
    found: dict[str, str] = {}
    for code in range(_CASED_END):
        letter = chr(code)
        fold = letter.casefold()
        if fold != letter:
            for one in fold:
                found[one] = found.get(one, "") + letter
    return found
