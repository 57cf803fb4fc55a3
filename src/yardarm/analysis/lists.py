"""Lists: for every way in which `has_any` and `has_all` can come out together, a list.

Elements that the same clauses name are alike: what counts is whether a list has none, some or all
of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from .cells import MAX_CELLS, TooMany
from .subjects import Atom


def lists(atoms: Sequence[Atom]) -> Iterator[tuple[list[Any], bool]]:
    """Lists, each with whether it stands for nothing but itself. Raises `TooMany`."""
    asking = [atom for atom in atoms if atom.operator in ("has_any", "has_all")]
    groups: dict[int, list[Any]] = {}
    for element, naming in _elements(asking).values():
        groups.setdefault(naming, []).append(element)
    # By outcome: which `has_any` hold, which `has_all` lack an element.
    found: dict[tuple[int, int], list[Any]] = {(0, 0): []}
    for naming, elements in groups.items():
        following: dict[tuple[int, int], list[Any]] = {}
        for (held, lacking), chosen in found.items():
            following.setdefault((held, lacking | naming), chosen)
            following.setdefault((held | naming, lacking), [*chosen, *elements])
            if len(elements) > 1:
                following.setdefault((held | naming, lacking | naming), [*chosen, elements[0]])
        if len(following) > MAX_CELLS:
            raise TooMany
        found = following
    for chosen in found.values():
        yield chosen, False


def _elements(asking: Sequence[Atom]) -> dict[Hashable, tuple[Any, int]]:
    """Every element that is named, with the bits of the atoms that name it."""
    found: dict[Hashable, tuple[Any, int]] = {}
    for number, atom in enumerate(asking):
        for value in atom.values:
            key = (isinstance(value, bool), isinstance(value, str), value)  # True is not 1 here
            element, naming = found.get(key, (value, 0))
            found[key] = (element, naming | 1 << number)
    return found
