"""Flagsmith's percentages: known values, seeds, and what is placed by what."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.bucketing import find
from yardarm.core.bucketing.flagsmith import of_seed, percentage, seed_of
from yardarm.core.model import Bucketing
from yardarm.core.traits import Identity

KNOWN = [
    ("3,client-env-key_user-0", 80.64612922584516),
    ("3,client-env-key_user-1", 18.88377675535107),
    ("3,client-env-key_user-2", 89.7879575915183),
    ("3,client-env-key_alice", 11.572314462892578),
    ("8,client-env-key_user-0", 67.39347869573915),
]
"""Measured with the engine."""


def _placed(algorithm: str, seed: str | None, value: Any) -> float | None:
    found = find(algorithm)
    assert found is not None
    return found.place(Bucketing(algorithm, seed), "flag", 100)(value)


@pytest.mark.parametrize(("ids", "expected"), KNOWN)
def test_a_known_percentage(ids: str, expected: float) -> None:
    assert percentage(ids) == expected


def test_exactly_a_hundred_is_hashed_again() -> None:
    from hashlib import md5

    ids = next(
        text
        for number in range(100_000)
        if int(md5((text := f"1,{number}").encode()).hexdigest(), 16) % 9999 == 9998
    )
    again = int(md5(f"{ids},{ids}".encode()).hexdigest(), 16) % 9999 / 9998 * 100
    assert percentage(ids) == again < 100


def test_an_identity_is_placed_by_environment_and_identifier() -> None:
    seed = seed_of("3", "client-env-key")
    for name in ("flagsmith", "flagsmith.identity", "flagsmith.identity_key"):
        assert _placed(name, seed, "user-0") == KNOWN[0][1]
        assert _placed(name, seed, None) is None
    assert _placed("flagsmith", None, "user-0") == percentage("flag,_user-0")


def test_an_identity_with_a_key_of_its_own() -> None:
    seed, who = seed_of("3", "env"), Identity("user-0", "007")
    assert _placed("flagsmith", seed, who) == percentage("3,007")
    assert _placed("flagsmith.identity", seed, who) == percentage("3,007")
    assert _placed("flagsmith.identity_key", seed, who) == percentage("3,7")
    assert _placed("flagsmith.identity_key", seed, Identity("u", ["a"])) is None
    assert _placed("flagsmith.identity", seed, Identity("u", ["a"])) == percentage("3,['a']")
    assert _placed("flagsmith", seed, 5) == percentage("3,env_5")


def test_a_value_is_placed_as_a_trait_is_read() -> None:
    for value, text in (("007", "7"), (True, "True"), (1.0, "1.0"), (["a"], "['a']"), ("x", "x")):
        assert _placed("flagsmith.value", "8", value) == percentage(f"8,{text}")
    assert _placed("flagsmith.value", "8", None) is None


@pytest.mark.parametrize("environment", ["env", "a,b", "50%", "%2C", ""])
def test_a_seed_says_key_and_environment(environment: str) -> None:
    assert of_seed(seed_of("3,4", environment)) == ("3,4", environment)


def test_half_a_character_has_a_place() -> None:
    assert _placed("flagsmith", seed_of("3", "env"), "\ud800") is not None


def test_limits() -> None:
    split, share = find("flagsmith"), find("flagsmith.identity")
    assert split is not None
    assert share is not None
    assert not split.closed
    assert share.closed
    assert split.ranges([33.3, 0, 50]) == [(0, 33.3), (33.3, 33.3), (33.3, 83.3)]
