"""How long a job that failed waits before it is tried again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.jobs.model import Retrying, storable_text


def test_pauses_double_up_to_the_longest() -> None:
    retrying = Retrying(first_seconds=1.0, longest_seconds=10.0)
    assert [retrying.pause(n, 0.0) for n in range(1, 7)] == [1, 2, 4, 8, 10, 10]


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_chance_takes_off_half_at_most(attempts: int, chance: float) -> None:
    retrying = Retrying()
    whole = retrying.pause(attempts, 0.0)
    assert whole / 2 <= retrying.pause(attempts, chance) <= whole <= 3600


def test_an_error_is_kept_as_text_that_a_database_holds() -> None:
    assert storable_text("a\0b\ud800c") == "ab?c"
