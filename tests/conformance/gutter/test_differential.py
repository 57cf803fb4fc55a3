"""Our answers against the plain second implementation, on random switches and inputs."""

import random
from collections import Counter
from typing import Any

import pytest
from tests.conformance.gutter import generate as g
from tests.conformance.gutter import oracle
from tests.conformance.older import Answers, kinds

from yardarm.dialects.gutter import DIALECT


def run(seeds: range, contexts: int) -> Counter[tuple[str, bool]]:
    tally: Counter[tuple[str, bool]] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        made = g.switches(rng)
        source = g.stored(made, rng.choice(("parsed", "text", "list")))
        ours = Answers(DIALECT, source, g.OPTIONS)
        for _ in range(contexts):
            inputs = g.inputs(rng)
            for switch in made:
                expected = oracle.active(made, switch.name, inputs)
                tally["pairs", expected] += 1
                found = ours.of(switch.name, kinds(inputs))
                assert found is expected, f"seed {seed}: {switch} {inputs}"
    return tally


def test_whole_switches() -> None:
    tally = run(range(400), 8)
    assert min(tally.values()) > 2000
    assert sum(tally.values()) > 8000


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_switches() -> None:
    assert sum(run(range(10_000, 14_000), 10).values()) > 100_000


def close(rng: random.Random, condition: g.Condition, inputs: Any) -> None:
    """Put one of the condition's own values where it looks, if the attribute can hold it."""
    given = inputs.get(condition.kind)
    if given is None or not condition.values or rng.random() < 0.5:
        return
    value = rng.choice(condition.values)
    if condition.operator == "strip_ignorecase_equals":
        value = rng.choice((f" {value.upper()}", value))
    if condition.attribute == "raw" or type(value) is type(given[condition.attribute]):
        given[condition.attribute] = value


@pytest.mark.parametrize("operator", g.OPERATORS)
def test_each_operator_alone(operator: str) -> None:
    """A switch with one condition: every answer is the operator's, also negated."""
    rng = random.Random(operator)
    tally: Counter[tuple[bool, bool]] = Counter()
    for _ in range(4_000):
        condition = g.condition(rng, operator)
        made = [g.Switch("s", 2, False, True, [condition])]
        ours = Answers(DIALECT, g.stored(made), g.OPTIONS)
        for _ in range(3):
            inputs = g.inputs(rng)
            close(rng, condition, inputs)
            if None in inputs.get(condition.kind, {}).values() and "percent" in operator:
                continue  # hashed by its place in memory
            expected = oracle.active(made, "s", inputs)
            assert ours.of("s", kinds(inputs)) is expected, (condition, inputs)
            if condition.kind in inputs:
                tally[condition.negative, expected] += 1
        if len(tally) == 4 and min(tally.values()) >= 200:
            break
    print(operator, dict(tally))
    assert len(tally) == 4
    assert min(tally.values()) >= 200, tally
