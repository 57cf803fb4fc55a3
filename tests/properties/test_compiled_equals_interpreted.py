"""The compiled program answers what the plain interpreter answers, on everything generated.

The run prints how often each operator, negation, missing and wrong-typed attribute, prerequisite
and split was asked with each outcome, and fails where that was too seldom to mean anything.
"""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle import generate
from tests.oracle.differential import Comparison

from yardarm.core.operators import OPERATORS

WORLDS, DRILLS = 220, 280
LEAST = 200

OUTCOMES = (
    ("plain", "True"), ("plain", "False"), ("not, plain", "True"), ("not, plain", "False"),
    ("missing", "False"), ("not, missing", "True"),
    ("wrong type", "False"), ("not, wrong type", "True"),
)  # fmt: skip
"""Missing and wrong-typed attributes match no operator, so only a `not` around turns it true."""

PARTS = (
    ("prerequisites", "any depth", ("True", "False")),
    ("prerequisites", "depth 3 and more", ("True", "False")),
    ("split", "any", ("covered", "uncovered", "outside the layer", "keyless")),
    ("split", "layer", ("covered", "outside the layer")),
    ("split", "seed", ("covered", "uncovered")),
    ("split", "chain", ("covered", "uncovered")),
    ("split", "stored ranges", ("covered", "uncovered")),
    ("targets", "keys", ("True", "False")),
)
NEVER = {  # nothing is of the wrong type for `present`, and a missing attribute is what it asks for
    ("present", "plain", "False"), ("present", "not, plain", "True"),
    ("present", "wrong type", "False"), ("present", "not, wrong type", "True"),
}  # fmt: skip


def test_every_generated_answer_and_trace_is_equal(
    record_property: Callable[[str, object], None],
) -> None:
    comparison = Comparison()
    for seed in range(WORLDS):
        comparison.run(seed)
    for seed in range(DRILLS):
        comparison.drill(seed)
    table, seldom = _table(comparison)
    record_property("table", table)
    assert not comparison.differences, "\n".join(comparison.differences[:20])
    assert not seldom, f"asked fewer than {LEAST} times: {seldom}"


def _table(comparison: Comparison) -> tuple[str, list[str]]:
    """The counts, and what was asked too seldom."""
    tally, seldom = comparison.tally, []
    lines = [f"{comparison.evaluations} evaluations compared; clauses asked, by outcome:", ""]
    heads = [f"{case} {'T' if outcome == 'True' else 'F'}" for case, outcome in OUTCOMES]
    heads = [head.replace("wrong type", "wrong").replace("not, ", "not·") for head in heads]
    lines.append(f"{'operator':24}" + "".join(f"{head:>15}" for head in heads))
    for name in OPERATORS:
        row = f"{name:24}"
        for case, outcome in OUTCOMES:
            count = tally[name, case, outcome]
            if (name, case, outcome) in NEVER:
                row += f"{count or '-':>15}"
                continue
            row += f"{count:>15}"
            if count < LEAST:
                seldom.append(f"{name} {case} {outcome}: {count}")
        lines.append(row)
    lines.append("")
    for subject, case, outcomes in PARTS:
        counts = {outcome: tally[subject, case, outcome] for outcome in outcomes}
        lines.append(f"{subject}, {case}: " + ", ".join(f"{k} {v}" for k, v in counts.items()))
        seldom += [f"{subject} {case} {k}: {v}" for k, v in counts.items() if v < LEAST]
    reasons = {key[1:]: count for key, count in tally.items() if key[0] == "reason"}
    answers = (
        f"{reason} {error}".strip() + f" {n}" for (reason, error), n in sorted(reasons.items())
    )
    lines.append("answers: " + ", ".join(answers))
    return "\n".join(lines), seldom


def test_nothing_but_the_law_is_never_asked() -> None:
    comparison = Comparison()
    for seed in range(40):
        comparison.drill(seed)
    for name in OPERATORS:
        for outcome in ("missing", "wrong type"):
            assert comparison.tally[name, outcome, "True"] == 0
            assert comparison.tally[name, f"not, {outcome}", "False"] == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=generate.worlds(4, 2, broken=0.1), seed=st.integers(0, 2**32))
def test_shrunk_worlds_are_equal_too(world: generate.World, seed: int) -> None:
    """The same generator under hypothesis: what fails here comes out small."""
    rng = random.Random(seed)
    comparison = Comparison()
    contexts = [generate.context(rng, world) for _ in range(3)]
    comparison.compare(world.document, contexts, "a generated world")
    assert comparison.differences == []


@pytest.mark.parametrize("context", [
    None, {}, {"key": None}, {"key": ""}, {"kind": "multi"}, {"kind": "organization"}, {"kind": 7},
    {"kind": "multi", "user": 3}, {"kind": ""}, [], "user-1", 7, {"targetingKey": "user-1"},
    {"key": 7}, {"key": True, "targetingKey": "user-1"}, {"kind": "kind"},
    {"kind": "multi", "": {}},
])  # fmt: skip
def test_odd_contexts_are_read_alike(context: object) -> None:
    comparison = Comparison()
    for seed in range(3):
        world = generate.world(random.Random(seed))
        comparison.compare(world.document, [context], f"seed {seed}")
    assert comparison.differences == []
