"""Flags declared in code."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from yardarm import (
    Declaration,
    OptionError,
    declare,
    declared_flags,
    expired_flags,
    retire,
)
from yardarm.sdk import declaring


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaring, "_declared", {})
    monkeypatch.setattr(declaring, "_retired", {})


def test_a_declaration_answers_the_key() -> None:
    assert declare("b", purpose="operational", owner="search") == "b"
    assert declare("a", expires=date(2027, 3, 1), description="A.") == "a"
    assert declared_flags() == [
        Declaration("a", "release", "", "2027-03-01", "A."),
        Declaration("b", "operational", "search"),
    ]


def test_the_same_again_is_no_mistake() -> None:
    for _ in range(2):
        declare("a", expires="2027-03-01")
    with pytest.raises(OptionError, match="'a' is declared twice, and differently"):
        declare("a", expires="2028-03-01")


def test_an_expired_flag_goes_on() -> None:
    assert declare("a", expires="2020-01-01") == "a"
    assert declare("b", expires="2020-01-01T09:00:00+01:00") == "b"


def test_those_that_have_expired_are_told() -> None:
    declare("a", expires="2027-03-01")
    declare("b", expires="2027-03-01T09:00:00Z")
    declare("c")
    declare("d", expires="2020-01-01")

    def expired(*day: int) -> list[str]:
        return [one.key for one in expired_flags(datetime(*day, tzinfo=UTC))]  # type: ignore[arg-type, misc]

    assert expired(2027, 2, 28, 23, 59) == ["d"]
    assert expired(2027, 3, 1) == ["a", "d"]
    assert expired(2027, 3, 1, 9) == ["a", "b", "d"]
    assert "d" in [one.key for one in expired_flags()]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"purpose": "fun"}, "one of release, experiment, operational, permission, not 'fun'"),
        ({"expires": "tomorrow"}, "a date such as 2027-03-01, not 'tomorrow'"),
        ({"expires": "2027-02-30"}, "not '2027-02-30'"),
        ({"key": ""}, "a flag's key is a text"),
    ],
)
def test_mistakes(given: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        declare(given.pop("key", "a"), **given)


def test_a_retired_name_is_not_used_again() -> None:
    retire("old", "replaced by new")
    with pytest.raises(OptionError, match="'old' was retired"):
        declare("old")
    declare("a")
    with pytest.raises(OptionError, match="declared and retired"):
        retire("a")
