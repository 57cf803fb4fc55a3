"""Few combinations of flags that hold every pair of their states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations as chosen
from itertools import product
from typing import TypeVar

from ..errors import OptionError

T = TypeVar("T")

MOST = 1_000_000
"""The most tuples of states that are to be covered."""

CANDIDATES = 10
"""How many rows are tried for each that is taken."""


def combinations(choices: Mapping[str, Sequence[T]], strength: int = 2) -> list[dict[str, T]]:
    """Combinations in which every `strength` flags meet in every combination of their states.

    Ten flags of two states have 1,024 combinations; some ten of them hold each pair. Most faults
    of combined settings need no more than two (Kuhn, Wallace and Gallo, 2004). Greedy, after AETG
    (Cohen et al., 1997): not always the fewest, always the same.

    Raises `OptionError` when a flag has no states, or there is too much to cover.
    """
    names = list(choices)
    states = [list(choices[name]) for name in names]
    for name, given in zip(names, states, strict=True):
        if not given:
            raise OptionError(f"flag {name!r} has no states to combine")
    if strength < 1:
        raise OptionError(f"strength is a number of flags, not {strength!r}")
    left = dict.fromkeys(_tuples([len(given) for given in states], min(strength, len(names))))
    rows = []
    while left:
        seeds = list(left)[:: max(1, len(left) // CANDIDATES)]
        row = max((_row(states, left, seed) for seed in seeds), key=lambda row: _gain(row, left))
        left = {each: None for each in left if not _holds(row, each)}
        rows.append(row)
    return [
        {name: given[at] for name, given, at in zip(names, states, row, strict=True)}
        for row in rows
    ]


_Tuple = tuple[tuple[int, int], ...]
"""Some flags, each with one of its states, by their numbers."""


def _tuples(sizes: list[int], strength: int) -> Iterator[_Tuple]:
    count = 0
    for flags in chosen(range(len(sizes)), strength):
        for found in product(*(range(sizes[flag]) for flag in flags)):
            count += 1
            if count > MOST:
                raise OptionError(f"more than {MOST:,} combinations to cover; combine fewer flags")
            yield tuple(zip(flags, found, strict=True))


def _row(states: list[list[T]], left: dict[_Tuple, None], seed: _Tuple) -> list[int]:
    """One that is left, with the states of the other flags that cover the most beside it."""
    row: dict[int, int] = dict(seed)
    by_flag: dict[int, list[_Tuple]] = {}
    for each in left:
        for flag, _ in each:
            by_flag.setdefault(flag, []).append(each)
    # Flags with the most left to cover first: they have the most to choose from.
    for flag in sorted(range(len(states)), key=lambda flag: -len(by_flag.get(flag, ()))):
        if flag in row:
            continue
        gains = [[0, 0] for _ in states[flag]]
        for each in by_flag.get(flag, ()):
            fits = all(other == flag or row.get(other) == at for other, at in each)
            found = gains[next(at for other, at in each if other == flag)]
            found[0] += fits
            found[1] += 1
        row[flag] = gains.index(max(gains))
    return [row[flag] for flag in range(len(states))]


def _gain(row: list[int], left: dict[_Tuple, None]) -> int:
    return sum(_holds(row, each) for each in left)


def _holds(row: list[int], each: _Tuple) -> bool:
    return all(row[flag] == at for flag, at in each)
