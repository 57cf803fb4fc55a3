"""Answers in LaunchDarkly's shape, with our decision beside them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dialects.launchdarkly.documents import DOCUMENT, one

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Answer, Asked
from yardarm.dialects.launchdarkly import DIALECT

Json = Any
USER = {"kind": "user", "key": "user-9"}


def ask(document: Json, context: Json, flag: str | None = "f", fallback: Json = None) -> Answer:
    assert DIALECT.evaluation is not None
    asked = Asked(flag, context, fallback)
    return DIALECT.evaluation(document, {}).answer(asked, Ambient.at(None))


@pytest.mark.parametrize(
    ("document", "context", "expected"),
    [
        (one(on=False), USER, (False, 1, {"kind": "OFF"})),
        (one(on=False, offVariation=None), USER, ("mine", None, {"kind": "OFF"})),
        (one(), USER, (False, 1, {"kind": "FALLTHROUGH"})),
        (one(targets=[{"variation": 0, "values": ["user-9"]}]), USER,
         (True, 0, {"kind": "TARGET_MATCH"})),
        (one(rules=[{"variation": 0, "clauses": []}]), USER,
         (True, 0, {"kind": "RULE_MATCH", "ruleIndex": 0, "ruleId": None})),
        (one(prerequisites=[{"key": "g", "variation": 0}]), USER,
         (False, 1, {"kind": "PREREQUISITE_FAILED", "prerequisiteKey": "g"})),
        (one(offVariation=9, on=False), USER,
         ("mine", None, {"kind": "ERROR", "errorKind": "MALFORMED_FLAG"})),
        (one(), {"kind": "user"},
         ("mine", None, {"kind": "ERROR", "errorKind": "USER_NOT_SPECIFIED"})),
    ],
)  # fmt: skip
def test_reasons(document: Json, context: Json, expected: Json) -> None:
    value, index, reason = expected
    answer = ask(document, context, fallback="mine")
    assert answer.vendor == {"value": value, "variationIndex": index, "reason": reason}
    assert answer.decision is not None
    assert answer.decision.value == value


def test_a_flag_that_is_not_there() -> None:
    answer = ask(one(), USER, "nowhere", "mine")
    assert answer.vendor["reason"] == {"kind": "ERROR", "errorKind": "FLAG_NOT_FOUND"}
    assert answer.decision is not None
    assert (answer.decision.error, answer.decision.value) == ("FLAG_NOT_FOUND", "mine")


def test_experiments_say_so_only_for_who_takes_part() -> None:
    arms = [{"variation": 0, "weight": 100_000}]
    rollout = {"kind": "experiment", "contextKind": "user", "variations": arms}
    document = one(fallthrough={"rollout": rollout})
    taking_part = {"kind": "FALLTHROUGH", "inExperiment": True}
    assert ask(document, USER).vendor["reason"] == taking_part
    assert ask(document, {"kind": "org", "key": "o"}).vendor["reason"] == {"kind": "FALLTHROUGH"}
    arms[0]["untracked"] = True
    assert ask(document, USER).vendor["reason"] == {"kind": "FALLTHROUGH"}


def test_a_big_segment_is_not_configured() -> None:
    document = one(
        rules=[{"id": "r", "variation": 0, "clauses": [
            {"attribute": "", "op": "segmentMatch", "values": ["s"]}]}]
    )  # fmt: skip
    segment = {"key": "s", "version": 1, "unbounded": True, "generation": 1}
    document["segments"] = {"s": segment}
    reason = {"kind": "FALLTHROUGH", "bigSegmentsStatus": "NOT_CONFIGURED"}
    assert ask(document, USER).vendor["reason"] == reason
    # Without the kind nobody is looked up.
    assert ask(document, {"kind": "org", "key": "o"}).vendor["reason"] == {"kind": "FALLTHROUGH"}


def test_everything_at_once() -> None:
    answer = ask(DOCUMENT, USER, None)
    assert answer.decision is None
    assert set(answer.vendor) == {"new-checkout", "new-nav"}
    assert answer.vendor["new-nav"] == {
        "value": "new", "variationIndex": 1, "reason": {"kind": "FALLTHROUGH"},
    }  # fmt: skip


def test_numbers_stay_as_they_were_written() -> None:
    document = one(variations=[1, 2.5], fallthrough={"variation": 0})
    answer = ask(document, USER)
    assert (answer.vendor["value"], type(answer.vendor["value"])) == (1, int)
