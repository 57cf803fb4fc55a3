"""Waiting after failures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.sdk.retry import Backoff, Pace, asked_seconds

CHANCE = st.floats(0, 1, exclude_max=True)


def test_waits_double_up_to_a_ceiling() -> None:
    backoff = Backoff(Pace(first_seconds=0.5, most_seconds=30))
    waits = [backoff.failed("network", 0.999999) for _ in range(9)]
    assert waits == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30], rel=1e-3)


def test_jitter_is_full() -> None:
    """The whole interval is used, so a fleet that lost its server does not come back at once."""
    assert Backoff(failures=5).failed("network", 0.0) == 0.0
    assert Backoff(failures=5).failed("network", 0.5) == 8.0


def test_success_begins_anew() -> None:
    backoff = Backoff(failures=12)
    backoff.succeeded()
    assert backoff.failed("server", 0.9) < 0.5


@given(st.lists(st.tuples(st.sampled_from(["network", "server"]), CHANCE), max_size=60))
def test_fault_72_never_gives_up_and_never_waits_long(failures: list[tuple[str, float]]) -> None:
    """A day without a server is a few thousand tries, none more than 30 s after the other."""
    backoff = Backoff()
    for failure, chance in failures:
        assert 0 <= backoff.failed(failure, chance) <= 30.0  # type: ignore[arg-type]


def test_fault_72_a_day_of_failures() -> None:
    backoff, day, tries = Backoff(), 0.0, 0
    while day < 24 * 3600:
        day += max(backoff.failed("network", 0.9), 0.01)
        tries += 1
    assert 2_000 < tries < 10_000


def test_fault_82_a_refused_key_is_tried_again_slowly_for_ever() -> None:
    backoff = Backoff()
    waits = [backoff.failed("refused", 0.5) for _ in range(50)]
    assert waits[0] == 45.0
    assert all(45.0 <= wait <= 600.0 for wait in waits)


@given(CHANCE)
def test_fault_83_what_the_server_asks_for_is_respected(chance: float) -> None:
    wait = Backoff().failed("server", chance, 12.0)
    assert 12.0 <= wait <= 16.0


def test_fault_83_a_huge_request_is_capped() -> None:
    assert Backoff().failed("server", 0.0, 1e12) == 300.0
    assert Backoff().failed("server", 0.999, float("inf")) < 400.0
    assert Backoff().failed("server", 0.0, -5.0) == 0.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 12:01:00 -0000", 60.0),
        ("9" * 400, float("inf")),
        ("soon", None),
        ("-3", None),
        ("١٢", None),
        ("", None),
        ("Mon, 99 Nov 2026 99:99:99 GMT", None),
        (None, None),
    ],
)
def test_fault_83_retry_after(header: str | None, seconds: float | None) -> None:
    noon = 1_795_435_200.0  # 2026-11-23T12:00:00Z
    assert asked_seconds(header, noon) == seconds
