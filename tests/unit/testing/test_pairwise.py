"""Every few flags meet in every combination of their states, in few combinations of all."""

from __future__ import annotations

from itertools import combinations as chosen
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yardarm import OptionError
from yardarm.testing import combinations

CHOICES = st.lists(st.integers(1, 4), min_size=0, max_size=6).map(
    lambda sizes: {f"f{at}": list(range(size)) for at, size in enumerate(sizes)}
)


@settings(deadline=None)
@given(CHOICES, st.integers(1, 3))
def test_all_tuples_are_covered_and_nothing_else_is_made_up(
    choices: dict[str, list[int]], strength: int
) -> None:
    rows = combinations(choices, strength)
    assert all(list(row) == list(choices) for row in rows)
    assert all(row[flag] in choices[flag] for row in rows for flag in row)
    for flags in chosen(choices, min(strength, len(choices))):
        for states in product(*(choices[flag] for flag in flags)):
            assert any(all(row[f] == s for f, s in zip(flags, states, strict=True)) for row in rows)
    assert rows == combinations(choices, strength), "the same each time"


def test_pairs_take_few() -> None:
    ten = {f"f{n}": (True, False) for n in range(10)}
    assert len(combinations(ten)) <= 12, "of 1,024"
    assert len(combinations({f"f{n}": range(4) for n in range(8)})) <= 30, "of 65,536"
    assert combinations({"a": [1, 2]}) == [{"a": 1}, {"a": 2}]
    assert combinations({}) == [{}], "the one combination of nothing"


def test_what_cannot_be_combined_is_told() -> None:
    with pytest.raises(OptionError, match="'b' has no states"):
        combinations({"a": [1], "b": []})
    with pytest.raises(OptionError, match="strength"):
        combinations({"a": [1]}, 0)
    with pytest.raises(OptionError, match="more than 1,000,000 combinations"):
        combinations({f"f{n}": range(100) for n in range(20)})
