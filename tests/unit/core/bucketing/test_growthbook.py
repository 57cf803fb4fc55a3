"""GrowthBook's buckets: vectors made with the real SDKs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.bucketing import find
from yardarm.core.bucketing.growthbook import ALGORITHMS, consecutive, unit_of
from yardarm.core.program import Program

SHARED = Path(__file__).parents[4].parent / "shared" / "conformance" / "bucketing.json"


def _bucket(version: int | str, seed: str | None, *values: Any) -> float | None:
    algorithm = find(f"growthbook.v{version}")
    assert algorithm is not None
    by = tuple(f"a{index}" for index in range(len(values)))
    return algorithm.place(m.Bucketing(algorithm.summary, seed, by), "flag", 1)(values)


@pytest.mark.parametrize(
    ("unit", "first", "second"),
    [
        ("user-0", 0.57, 0.139), ("user-1", 0.601, 0.138), ("user-2", 0.636, 0.7633),
        ("alice", 0.106, 0.4582), ("élan", 0.234, 0.3115),
    ],
)  # fmt: skip
def test_a_bucket(unit: str, first: float, second: float) -> None:
    assert _bucket(1, "yd-rollout", unit) == first
    assert _bucket(2, "yd-multi", unit) == second


@pytest.mark.parametrize("version", [1, 2])
def test_the_shared_vectors(version: int) -> None:
    if not SHARED.exists():
        reason = f"the shared vectors are absent: {SHARED}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    seed = ("yd-rollout", "yd-multi")[version - 1]
    for key, bucket in json.loads(SHARED.read_text("utf-8"))[f"growthbook_v{version}"]:
        named, _, unit = key.rpartition(":")
        found = _bucket(version, named.removeprefix("seed=") if named else seed, unit)
        assert found == bucket, key


@pytest.mark.parametrize(
    ("seed", "unit", "version", "bucket"),
    [
        ("", "a", 1, 0.22), ("b", "a", 1, 0.946), ("", '___)((*":&', 1, 0.563),
        ("seed", "b", 2, 0.2696), ("foo", "def", 2, 0.2019),
        ("90850943850283058242805", "123", 2, 0.7516),
    ],
)  # fmt: skip
def test_a_seed(seed: str, unit: str, version: int, bucket: float) -> None:
    assert _bucket(version, seed, unit) == bucket


def test_a_unit_is_what_javascript_takes_for_true() -> None:
    for nothing in (None, "", 0, 0.0, False, float("nan")):
        assert unit_of((nothing,)) is None
        assert unit_of((nothing, "x")) == "x"
    assert unit_of((3, "x")) == "3"
    assert unit_of((1.0,)) == "1"
    assert unit_of((True,)) == "true"
    assert unit_of(([1, "a"],)) == "1,a"
    assert unit_of(({"a": 1},)) == "[object Object]"
    assert _bucket(1, None, "user-0") == _bucket(1, "flag", "user-0")


def test_ranges_are_added_up_as_the_sdk_does() -> None:
    assert consecutive([0.1, 0.2, 0.7]) == [
        (0, 0.1), (0.1, 0.1 + 0.2), (0.1 + 0.2, 0.1 + 0.2 + 0.7),
    ]  # fmt: skip
    assert consecutive([0.5, 0.5], 0.4) == [(0, 0.2), (0.5, 0.7)]


def test_only_a_coverage_takes_its_end() -> None:
    bucket = _bucket(1, "s", "user-0")
    assert bucket is not None

    def served(algorithm: str) -> Any:
        share = m.Share(m.Bucketing(algorithm, "s"), ((0.0, bucket),))
        flag = m.Flag(
            "f", "boolean", (m.Variant("on", True),), True, rules=(m.Rule("r", share, "on"),)
        )
        program = Program.of(m.Document({"f": flag}))
        return program.compiled("f").run({"key": "user-0"}, None, None).variant

    assert served("growthbook.v1") is None
    assert served("growthbook.v1.upto") == "on"


def test_the_table() -> None:
    assert sorted(ALGORITHMS) == [
        "growthbook.v1", "growthbook.v1.numeric", "growthbook.v1.numeric.upto",
        "growthbook.v1.upto", "growthbook.v2", "growthbook.v2.numeric",
        "growthbook.v2.numeric.upto", "growthbook.v2.upto",
    ]  # fmt: skip


@pytest.mark.parametrize(("version", "bucket"), [(1, 0.261), (2, 0.2305)])
def test_numbers_added_to_a_seed_share_a_bucket(version: int, bucket: float) -> None:
    numeric = f"{version}.numeric"
    assert {_bucket(numeric, "5", unit) for unit in (1, 2.5, True)} == {bucket}
    for unit in ("1", [1], "user"):
        assert _bucket(numeric, "5", unit) == _bucket(version, "5", unit) != bucket
    assert _bucket(numeric, "5", None, 0, "") is None
