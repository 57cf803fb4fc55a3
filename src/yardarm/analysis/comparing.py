"""Versions as an automaton: reads a text letter by letter and knows how it compares with a version.

By SemVer 2.0.0: three numbers without needless zeros, then perhaps a pre-release and build
metadata. What decides is the first difference; numbers compare by their digits' count first,
numeric identifiers come before all others, and a pre-release before its release (clause 11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..core.semver import SemVer
from .versions import identifiers, text

_DIGITS = frozenset("0123456789")
_IN_PARTS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Every character of a number or identifier, in the order in which they compare."""
_ALPHABET = frozenset(_IN_PARTS) | {".", "+"}


class _State(NamedTuple):
    """`field` is 0 to 2 for the numbers, 3 for the pre-release, 4 for build metadata, 5 for what is
    no version, `nth` counts identifiers. `order` is how the text compares by what was read before
    the current part. Of the part: how many letters (no more are counted than matter), how they
    compare with the bound's part as text, whether they are digits only, and whether a further digit
    would be one too many.
    """

    field: int
    nth: int = 0
    order: int = 0
    length: int = 0
    sign: int = 0
    digits: bool = True
    zero: bool = False


_NONE = _State(5)


class Comparing:
    """Texts that are versions and compare with `bound` as `test` says, given -1, 0 or 1."""

    cost = 2
    start = _State(0)

    def __init__(self, bound: SemVer, test: Callable[[int], bool], bits: int) -> None:
        self._numbers = tuple(map(str, (bound.major, bound.minor, bound.patch)))
        self._released = bound.released
        self._identifiers = identifiers(bound)
        self._test = test
        self._bits = bits

    def step(self, state: _State, letter: str) -> _State:
        """The state after one more letter."""
        if state.field == 5 or len(letter) > 1 or letter not in _ALPHABET:
            return _NONE
        if state.field < 3:
            return self._number(state, letter)
        if letter == "+":
            return self._begin(state, 4) if state.field == 3 else _NONE
        if letter == ".":
            return self._begin(state, state.field)
        return self._part(state, letter)

    def bits(self, state: _State) -> int:
        """The atom's bit, if the text is a version that compares so."""
        ended = self._ended(state)
        if state.field in (0, 1, 5) or ended is None:
            return 0
        if not ended:
            if state.field == 2 and not self._released:
                ended = 1
            elif state.field == 3 and state.nth + 1 < len(self._identifiers):
                ended = -1
        return self._bits if self._test(ended) else 0

    def settled(self, state: _State) -> int:
        """Nothing is settled before the end."""
        return 0

    # --- parts --------------------------------------------------------------------------------

    def _number(self, state: _State, letter: str) -> _State:
        if letter in _DIGITS:
            return self._part(state, letter) if not state.zero else _NONE
        wanted = "." if state.field < 2 else "-+"
        if letter not in wanted:
            return _NONE
        following = {".": state.field + 1, "-": 3, "+": 4}[letter]
        begun = self._begin(state, following)
        if begun.field == 3 and not begun.order and self._released:
            return begun._replace(order=-1)
        if begun.field == 4 and not begun.order and not self._released:
            return begun._replace(order=1)
        return begun

    def _part(self, state: _State, letter: str) -> _State:
        """One more letter of the current part."""
        if state.order or state.field == 4:  # decided: only the form still counts
            sign, longest = 0, 1
        else:
            part = self._bound_part(state)
            longest = len(part) + 1
            sign = state.sign
            if not sign:
                other = part[state.length : state.length + 1]
                sign = (letter > other) - (letter < other)
        digits = state.digits and letter in _DIGITS
        zero = digits and letter == "0" and not state.length
        if state.field == 3 and state.zero:  # a digit after a zero: a letter has to follow
            zero = True
        return state._replace(
            length=min(max(state.length + 1, 1), max(longest, 2)),
            sign=sign,
            digits=digits,
            zero=zero,
        )

    def _begin(self, state: _State, field: int) -> _State:
        """The state after the current part has ended and another one of `field` begins."""
        order = self._ended(state)
        if order is None:
            return _NONE
        if field == 4:
            if not order and state.field == 3 and state.nth + 1 < len(self._identifiers):
                order = -1
            return _State(4, 0, order)
        within = state.field == field
        index = min(state.nth + 1, len(self._identifiers)) if within and not order else 0
        return _State(field, index, order)

    def _bound_part(self, state: _State) -> str:
        if state.field < 3:
            return self._numbers[state.field]
        return self._identifiers[state.nth] if state.nth < len(self._identifiers) else ""

    def _ended(self, state: _State) -> int | None:
        """How the text compares after the current part; None where the part is not whole."""
        if not state.length:
            return None
        if state.field == 3 and state.digits and state.zero and state.length > 1:
            return None
        if state.order or state.field == 4:
            return state.order
        if state.field == 3 and state.nth >= len(self._identifiers):
            return 1
        part = self._bound_part(state)
        if state.digits and _DIGITS.issuperset(part):
            longer = (state.length > len(part)) - (state.length < len(part))
            return longer or state.sign
        if state.digits or _DIGITS.issuperset(part):
            return -1 if state.digits else 1
        return state.sign or ((state.length > len(part)) - (state.length < len(part)))


def telling(bounds: Iterable[SemVer]) -> set[str]:
    """Characters that stand for all when texts are compared with these versions: those of the
    versions, their neighbours, and the first and last of each sort."""
    found = set("-.+019AZaz")
    for letter in {letter for bound in bounds for letter in text(bound)}:
        at = _IN_PARTS.find(letter)
        found |= set(_IN_PARTS[max(0, at - 1) : at + 2]) if at >= 0 else set()
    return found
