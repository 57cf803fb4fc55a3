"""Harness's buckets: vectors made with the real SDK."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.bucketing import find
from yardarm.core.context import Context
from yardarm.core.decision import PARSE_ERROR
from yardarm.core.program import Program


def _bucket(by: tuple[str, ...], values: tuple[Any, ...], seed: str | None = None) -> Any:
    algorithm = find("harness")
    assert algorithm is not None
    return algorithm.place(m.Bucketing("harness", seed, by), "flag", 100)(values)


@pytest.mark.parametrize(
    ("identifier", "bucket"),
    [
        ("test", 57), ("alice@example.com", 75), ("12345", 94), ("user-0", 38), ("user-1", 43),
        ("user-2", 56), ("alice", 92), ("bob@example.com", 1), ("élan", 27),
    ],
)  # fmt: skip
def test_a_bucket_by_identifier(identifier: str, bucket: int) -> None:
    assert _bucket(("key",), (identifier,)) == bucket


def test_a_bucket_by_an_attribute() -> None:
    by = ("email", "key")
    assert _bucket(by, ("alice@example.com", "alice")) == 89
    for empty in (None, "", 0, False, [], {}):
        assert _bucket(by, (empty, "alice")) == 92
        assert _bucket(by, (empty, empty)) == 101
    assert _bucket(("attributes.key", "key"), ("alice@example.com", "x"), "email") == 89


def _program(
    *weights: float, by: tuple[str, ...] = ("key",), algorithm: str = "harness"
) -> Program:
    names = [f"v{n}" for n in range(len(weights))]
    flag = m.Flag(
        "f",
        "string",
        tuple(m.Variant(name, name) for name in names),
        enabled=True,
        default=m.Split(
            tuple(m.Arm(name, weight) for name, weight in zip(names, weights, strict=True)),
            m.Bucketing(algorithm, by=by),
        ),
    )
    return Program.of(m.Document({"f": flag}))


def _served(program: Program, **attributes: Any) -> str | None:
    context = Context(attributes=attributes)
    return program.compiled("f").run(context.user, context.kinds, Ambient.at(None)).variant


@pytest.mark.parametrize(
    ("weights", "variant"),
    [
        ((56, 44), "v0"), ((55, 45), "v1"), ((0, 100), "v1"), ((10, 10), "v1"), ((100, 0), "v0"),
        ((55.9, 44.1), "v1"), ((56.0, 44), "v0"), ((60, -30, 40), "v0"), ((30, -10, 36), "v2"),
        ((0, 0), "v1"), ((-5, 60, 0), "v2"),
    ],
)  # fmt: skip
def test_arms_of_bucket_56(weights: tuple[float, ...], variant: str) -> None:
    assert _served(_program(*weights), key="user-2") == variant


def test_without_a_unit_the_last_arm_is_served() -> None:
    assert _served(_program(100, 0)) == "v1"


def test_an_attribute_that_is_not_text_breaks_off() -> None:
    program = _program(50, 50, by=("age", "key"))
    assert _served(program, key="user-2", age=0) == "v1"
    outcome = program.compiled("f").run({"key": "user-2", "age": 7}, None, None)
    assert (outcome.variant, outcome.error) == (None, PARSE_ERROR)
    assert program.compiled("f").run({"age": "\ud800"}, None, None).error == PARSE_ERROR


def test_a_partial_split_has_no_last_arm() -> None:
    assert _served(_program(20, 20, algorithm="harness.partial"), key="user-2") is None
