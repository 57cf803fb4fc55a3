"""Ramps: shares grow, and nobody who has the variant loses it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.core import model as m
from yardarm.core.codec import flag_from_json
from yardarm.core.context import Context
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.errors import DocumentError
from yardarm.server.changes.commands import command_from_json
from yardarm.server.changes.flags import edited
from yardarm.server.rollouts.model import Step
from yardarm.server.rollouts.ramp import Ramp, ramp_steps

VARIANTS = [{"key": key, "value": key} for key in ("red", "green", "blue")]


def flag(**given: Any) -> m.Flag:
    body = {
        "key": "shade", "type": "string", "variants": VARIANTS, "enabled": True, "off": "red",
        "default": "red", **given,
    }  # fmt: skip
    return flag_from_json(body, "shade", "")


def steps(of: m.Flag, *percentages: float, **more: Any) -> tuple[Step, ...]:
    return ramp_steps(of, "production", Ramp("green", percentages, 60, **more))


def fields(step: Step) -> Any:
    [command] = step.commands
    return command["fields"]


def weights(serve: Any) -> dict[str, float]:
    if isinstance(serve, str):
        return {serve: m.PARTS}
    return {arm["variant"]: arm["weight"] for arm in serve["split"]["arms"]}


def test_shares_of_a_flag_that_serves_one_variant() -> None:
    made = steps(flag(), 1, 5, 25, 100)
    assert [weights(fields(step)["default"]) for step in made] == [
        {"green": 1_000, "red": 99_000}, {"green": 5_000, "red": 95_000},
        {"green": 25_000, "red": 75_000}, {"green": 100_000},
    ]  # fmt: skip
    assert [step.hold_seconds for step in made] == [60, 60, 60, 0]
    assert all(step.environments == ("production",) for step in made)
    assert "enabled" not in fields(made[0])


def test_a_disabled_flag_begins_with_its_off_and_is_enabled() -> None:
    made = steps(flag(enabled=False, default="green"), 10, 100)
    assert weights(fields(made[0])["default"]) == {"green": 10_000, "red": 90_000}
    assert fields(made[0])["enabled"] is True
    assert "enabled" not in fields(made[1])


def test_a_rule_is_ramped_alone() -> None:
    rules = [
        {"id": "r1", "when": {"always": True}, "serve": "blue"},
        {"id": "r2", "when": {"always": True}, "serve": "red"},
    ]
    made = steps(flag(rules=rules), 50, rule="r2")
    found = fields(made[0])["rules"]
    assert found[0]["serve"] == "blue"
    assert weights(found[1]["serve"]) == {"green": 50_000, "red": 50_000}
    assert "default" not in fields(made[0])


def test_approval_between_steps_is_not_asked_for_the_first() -> None:
    made = steps(flag(), 1, 5, 100, approve_between=True)
    assert [step.needs_approval for step in made] == [False, True, True]


def test_how_units_are_placed_stays() -> None:
    split = {
        "arms": [{"variant": "red", "weight": 60_000}, {"variant": "blue", "weight": 40_000}],
        "seed": "s", "by": ["email"],
    }  # fmt: skip
    made = steps(flag(default={"split": split}), 10)
    serve = fields(made[0])["default"]
    assert weights(serve) == {"green": 10_000, "red": 54_000, "blue": 36_000}
    assert (serve["split"]["seed"], serve["split"]["by"]) == ("s", ["email"])


@pytest.mark.parametrize(
    ("of", "ramp", "pointer"),
    [
        (flag(), Ramp("pink", [1], 0), "/to"),
        (flag(), Ramp("red", [1, 100], 0), "/to"),
        (flag(), Ramp("green", [], 0), "/percentages"),
        (flag(), Ramp("green", [5, 5], 0), "/percentages"),
        (flag(), Ramp("green", [0, 5], 0), "/percentages"),
        (flag(), Ramp("green", [5, 101], 0), "/percentages"),
        (flag(), Ramp("green", [float("nan")], 0), "/percentages"),
        (flag(), Ramp("green", [5], 0, rule="r9"), "/rule"),
        (flag(enabled=False, off=None), Ramp("green", [5], 0), "/to"),
    ],
)
def test_a_ramp_that_cannot_be(of: m.Flag, ramp: Ramp, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        ramp_steps(of, "production", ramp)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def variant_of(program: Program, unit: str) -> str | None:
    return evaluate(program, "shade", Context.of({"key": unit}), "none").variant


@given(
    st.lists(st.floats(0.01, 100), min_size=1, max_size=5, unique=True).map(sorted),
    st.sampled_from(["red", {"red": 70_000, "blue": 30_000}, {"red": 1, "blue": 99_999}]),
)
def test_who_has_the_variant_keeps_it(percentages: list[float], begins: Any) -> None:
    default: Any = begins
    if isinstance(begins, dict):
        arms = [{"variant": key, "weight": weight} for key, weight in begins.items()]
        default = {"split": {"arms": arms}}
    now = flag(default=default)
    had: set[str] = set()
    units = [f"user-{number}" for number in range(300)]
    for step, percentage in zip(steps(now, *percentages), percentages, strict=True):
        given_weights = weights(fields(step)["default"])
        assert sum(given_weights.values()) == m.PARTS
        assert given_weights["green"] == round(percentage * 1_000)
        command = command_from_json(step.commands[0])
        now = edited(now, command.fields, ("default", "enabled"), lambda: "r")  # type: ignore[union-attr]
        program = Program.of(m.Document({"shade": now}, {}))
        has = {
            unit for unit in units
            if variant_of(program, unit) == "green"
        }  # fmt: skip
        assert had <= has
        had = has
