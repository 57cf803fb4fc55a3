"""What an outcome remembers of the units that it was given to."""

from __future__ import annotations

import pytest

from yardarm.core.outcome import Outcome
from yardarm.sdk.seen import Seen


def _seen(unit: tuple[str, tuple[str, ...]] | None) -> Seen:
    return Seen("f", 1, Outcome(True, "on", "SPLIT", unit=unit))


def test_the_contexts_own_key() -> None:
    seen = _seen(None)
    assert None in seen
    assert seen.is_new("u")
    assert "u" in seen
    assert not seen.is_new("u")
    seen.forget()
    assert None in seen
    assert "u" not in seen


def test_the_key_and_what_stands_in_for_it() -> None:
    # With a key the short way is enough; without one the longer way has to look for a session.
    seen = _seen(("user", ("key", "sessionId")))
    assert None not in seen
    assert seen.is_new("u")
    assert "u" in seen
    assert not seen.is_new("u")
    seen.forget()
    assert not seen
    assert seen.is_new("u")


@pytest.mark.parametrize("unit", [("user", ("account", "key")), ("team", ("key",))])
def test_another_unit(unit: tuple[str, tuple[str, ...]]) -> None:
    seen = _seen(unit)
    assert seen.is_new("u")
    assert not seen.is_new("u")
    assert not seen
    seen.forget()
    assert seen.is_new("u")


@pytest.mark.parametrize("unit", [None, ("user", ("key", "sessionId")), ("team", ("key",))])
def test_units_that_age_take_the_longer_way_but_are_not_new(
    unit: tuple[str, tuple[str, ...]] | None,
) -> None:
    seen = _seen(unit)
    assert seen.is_new("u")
    for _ in range(3):
        seen.age()
        assert "u" not in seen
    assert (None in seen) is (unit is None)
    assert not seen.is_new("u")
    assert not seen.is_new("u")
    assert seen.is_new("other")
    assert not seen.before
    seen.age()
    seen.forget()
    assert seen.is_new("u")
