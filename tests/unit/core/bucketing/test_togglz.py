"""Togglz's buckets: vectors computed with OpenJDK 17."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.bucketing import find
from yardarm.core.context import Context
from yardarm.core.hashes import java_hash
from yardarm.core.program import Program


def _bucket(algorithm: str, user: Any, seed: str | None = None) -> Any:
    found = find(algorithm)
    assert found is not None
    return found.place(m.Bucketing(algorithm, seed), "FEATURE_ONE", 100)(user)


@pytest.mark.parametrize(
    ("user", "feature", "number", "bucket"),
    [
        ("john", "FEATURE_ONE", -1021433490, 90),
        ("Alice@Example.com", "NEW_CHECKOUT", -1954598846, 46),
        (" bob ", "NEW_CHECKOUT", -554624310, 10),
        ("user-12345", "HELLO_WORLD", -1649013924, 24),
    ],
)
def test_a_published_bucket(user: str, feature: str, number: int, bucket: int) -> None:
    assert java_hash(f"{user.lower().strip()}:{feature}") == number
    assert _bucket("togglz.gradual", user, feature) == bucket


def test_the_flag_is_the_seed_if_there_is_none() -> None:
    assert _bucket("togglz.gradual", "john") == 90
    assert _bucket("togglz.user", "john") == abs(java_hash("john")) % 100
    assert _bucket("togglz.user", "JOHN ") == _bucket("togglz.user", "john")


def test_a_blank_user_has_none() -> None:
    for user in (None, "", "  ", "\t"):
        assert _bucket("togglz.gradual", user) is None


SMALLEST = "polygenelubricants"
"""A text whose hash is the smallest number of 32 bits."""


def _served(user: str, percentage: int) -> str | None:
    arms = (m.Arm("on", percentage), m.Arm("off", 100 - percentage))
    split = m.Split(arms, m.Bucketing("togglz.user"), outside="off")
    variants = (m.Variant("on", True), m.Variant("off", False))
    flag = m.Flag("f", "boolean", variants, enabled=True, default=split, off="off")
    context = Context(user)
    run = Program.of(m.Document({"f": flag})).compiled("f").run
    return run(context.user, context.kinds, None).variant


def test_the_smallest_hash_is_in_every_rollout_but_none() -> None:
    assert java_hash(SMALLEST) == -(2**31)
    assert _bucket("togglz.user", SMALLEST) == -48
    assert [_served(SMALLEST, percentage) for percentage in (0, 1, 100)] == ["off", "on", "on"]


def test_a_rollout() -> None:
    bucket = _bucket("togglz.user", "john")
    assert _served("john", bucket) == "off"
    assert _served("john", bucket + 1) == "on"
    assert _served(" ", 100) == "off"
