"""Semantic versions: one table of what is a version, one of their order (fault 43)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from yardarm.core.semver import MAX_LENGTH, SemVer, parse

HUGE = "1" + "0" * 30
ARABIC_ONE = "\u0661"

VERSIONS = [
    "0.0.0",
    "1.2.3",
    "1.2.3-rc.1",
    "1.2.3-0",
    "1.2.3--",
    "1.2.3-0a.01a",
    "1.2.3-1.2.3-4",
    "1.2.3+build",
    "1.2.3+001",
    "1.2.3+-.-",
    "1.2.3-rc.1+build.5",
    f"{HUGE}.0.0",
    "1.0.0-" + "a" * (MAX_LENGTH - 6),
]

NOT_VERSIONS = [
    "",
    " ",
    "1",
    "1.0",
    "1.2.3.4",
    "v1.2.3",
    "V1.2.3",
    "=1.2.3",
    "01.2.3",
    "1.02.3",
    "1.2.00",
    "-1.2.3",
    "+1.2.3",
    "1_0.2.3",
    "1. 2.3",
    " 1.2.3",
    "1.2.3 ",
    "1.2.3\n",
    "1..3",
    "1.2.",
    "1.2.3-",
    "1.2.3-rc.",
    "1.2.3-.rc",
    "1.2.3-01",
    "1.2.3-rc_1",
    "1.2.3-r\u00e9",
    "1.2.3+",
    "1.2.3+a..b",
    "1.2.3+a+b",
    "1.2.x",
    f"{ARABIC_ONE}.2.3",
    f"1.2.3-{ARABIC_ONE}",
    "1.2.\u00b2",
    "1.2.\ud800",
    "1.0.0-" + "a" * (MAX_LENGTH - 5),
    1,
    1.2,
    True,
    None,
    b"1.2.3",
    ["1.2.3"],
]

# Each sorts before the next. The middle is the example of clause 11.4 of the specification.
ASCENDING = [
    "0.0.0-0",
    "0.0.0",
    "0.9.10",
    "0.10.9",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    f"1.0.0-{HUGE}",
    "1.0.0-A",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.3-rc.1",
    "1.2.3",
    "2.0.0",
    "10.0.0",
    f"{HUGE}.0.0",
]


def version(text: str) -> SemVer:
    found = parse(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize("text", VERSIONS)
def test_a_version_is_read(text: str) -> None:
    assert parse(text) is not None


@pytest.mark.parametrize("value", NOT_VERSIONS)
def test_anything_else_is_no_version(value: object) -> None:
    assert parse(value) is None


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(ASCENDING)))
def test_the_order_is_that_of_the_specification(lower: str, higher: str) -> None:
    assert version(lower) < version(higher)
    assert not version(higher) <= version(lower)
    assert version(lower) != version(higher)


def test_sorting_restores_the_order() -> None:
    shuffled = ASCENDING[1::2] + ASCENDING[::2]
    assert sorted(shuffled, key=version) == ASCENDING


def test_build_metadata_has_no_precedence() -> None:
    assert version("1.2.3+a") == version("1.2.3+b") == version("1.2.3")
    assert hash(version("1.2.3-rc+a")) == hash(version("1.2.3-rc"))


def test_the_numbers_can_be_read() -> None:
    found = version(f"1.2.{HUGE}-rc.1")
    assert (found.major, found.minor, found.patch) == (1, 2, 10**30)
    assert not found.released
    assert version("1.2.3+rc").released


def test_a_subclass_of_text_is_text() -> None:
    class Loud(str):
        def partition(self, sep: str, /) -> tuple[str, str, str]:
            raise RuntimeError

    assert parse(Loud("1.2.3")) == version("1.2.3")
