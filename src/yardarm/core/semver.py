"""Semantic versions, strictly as SemVer 2.0.0 says: three parts, no leading `v` or zeros."""

from __future__ import annotations

from functools import total_ordering

_DIGITS = frozenset("0123456789")
_ALNUM = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
MAX_LENGTH = 256


@total_ordering
class SemVer:
    """A version, ordered by precedence. Build metadata takes no part in it."""

    __slots__ = ("_key",)

    def __init__(self, key: tuple[object, ...]) -> None:
        self._key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SemVer) and self._key == other._key

    def __lt__(self, other: SemVer) -> bool:
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"SemVer{self._key}"


def parse(text: object) -> SemVer | None:
    """The version, or None when the text is none."""
    if not isinstance(text, str) or not 0 < len(text) <= MAX_LENGTH:
        return None
    body, plus, build = text.partition("+")
    if plus and not _identifiers(build, numeric=False):
        return None
    core, dash, pre = body.partition("-")
    numbers = core.split(".")
    if len(numbers) != 3 or not all(map(_is_number, numbers)):
        return None
    if dash and not _identifiers(pre, numeric=True):
        return None
    parts = (
        tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in pre.split(".")) if dash else ()
    )
    return SemVer((*map(int, numbers), 0 if dash else 1, parts))


def _is_number(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text) and (text == "0" or text[0] != "0")


def _identifiers(text: str, *, numeric: bool) -> bool:
    return all(
        part
        and _ALNUM.issuperset(part)
        and (not numeric or not _DIGITS.issuperset(part) or _is_number(part))
        for part in text.split(".")
    )
