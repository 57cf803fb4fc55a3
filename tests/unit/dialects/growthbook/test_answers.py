"""Answers in the shape of GrowthBook's SDK."""

from __future__ import annotations

from typing import Any

from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked
from yardarm.dialects.growthbook import DIALECT

NOW = Ambient.at(None)
SOURCE: Any = {
    "features": {
        "f": {
            "defaultValue": "none",
            "rules": [
                {
                    "id": "fr_1", "key": "exp", "variations": ["a", "b"], "hashVersion": 2,
                    "weights": [0.2, 0.8],
                    "meta": [{"key": "c", "name": "Control"}, {"key": "t"}], "coverage": 1,
                    "fallbackAttribute": "anon", "condition": {"country": {"$ne": "US"}},
                },
            ],
        },
        "asks": {
            "defaultValue": 0,
            "rules": [{"parentConditions": [{"id": "f", "condition": {"value": "b"}}], "force": 1}],
        },
        "circle": {"rules": [{"parentConditions": [{"id": "circle"}], "force": 1}]},
        "thrown": {"rules": [None]},
    }
}  # fmt: skip


def _answer(flag: str | None, context: Any = None, **more: Any) -> Any:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation(SOURCE, {}).answer(Asked(flag, context, **more), NOW)


def _vendor(flag: str | None, **context: Any) -> Any:
    return _answer(flag, context).vendor


def test_an_experiment() -> None:
    found = _answer("f", {"attributes": {"id": "user-1"}})
    assert found.vendor == {
        "value": "b", "on": True, "off": False, "source": "experiment", "ruleId": "fr_1",
        "experimentResult": {
            "key": "t", "featureId": "f", "inExperiment": True, "hashUsed": True, "variationId": 1,
            "value": "b", "hashAttribute": "id", "hashValue": "user-1", "stickyBucketUsed": False,
            "bucket": 0.3004,
        },
    }  # fmt: skip
    assert (found.decision.value, found.decision.reason, found.decision.rule) == (
        "b", "SPLIT", "fr_1",
    )  # fmt: skip


def test_the_sources_of_values() -> None:
    nothing = {"value": None, "on": False, "off": True, "ruleId": "", "experimentResult": None}
    assert _vendor("gone") == {**nothing, "source": "unknownFeature"}
    assert _vendor("circle") == {**nothing, "source": "cyclicPrerequisite"}
    assert _vendor("thrown") == {**nothing, "source": "error"}
    assert _vendor("f")["source"] == "defaultValue"
    assert _vendor("asks", attributes={"id": "user-1"})["source"] == "force"
    assert _vendor("f", forcedFeatures={"f": 0})["source"] == "override"
    assert _vendor("gone", forcedFeatures=[["gone", {"x": 1}]])["value"] == {"x": 1}


def test_inputs_of_one_evaluation() -> None:
    user = {"attributes": {"id": "user-1", "country": "US"}}
    assert _vendor("f", **user)["source"] == "defaultValue"
    forced = _vendor("f", **user, forcedVariations={"exp": 0})
    assert forced["value"] == "a"
    assert forced["experimentResult"]["hashUsed"] is False
    assert forced["experimentResult"]["name"] == "Control"
    assert _vendor("f", **user, url="https://example.com/?exp=1")["value"] == "b"
    assert _vendor("asks", **user, forcedVariations={"exp": 1})["value"] == 1
    assert _vendor("f", **user, forcedVariations={"exp": 7})["source"] == "defaultValue"
    inside = {"attributes": {"id": "user-1"}}
    assert _vendor("f", **inside, enabled=False)["source"] == "defaultValue"
    assert _vendor("f", **inside, qaMode=True)["source"] == "defaultValue"
    assert _vendor("f", **inside, overrides={"exp": {"coverage": 0}})["source"] == "defaultValue"


def test_sticky_buckets_go_in_and_out() -> None:
    anonymous = {"attributes": {"anon": "x"}}
    assert _vendor("f", **anonymous)["source"] == "defaultValue"
    first = _vendor("f", **anonymous, stickyBucketAssignmentDocs={})
    docs = first["stickyBucketAssignmentDocs"]
    key = first["experimentResult"]["key"]
    assert docs == {
        "anon||x": {
            "attributeName": "anon", "attributeValue": "x", "assignments": {"exp__0": key},
        }
    }  # fmt: skip
    known = {"attributes": {"id": "user-1", "anon": "x", "country": "US"}}
    again = _vendor("f", **known, stickyBucketAssignmentDocs=docs)
    assert again["experimentResult"]["key"] == key
    assert again["experimentResult"]["stickyBucketUsed"] is True
    assert sorted(again["stickyBucketAssignmentDocs"]) == ["anon||x", "id||user-1"]
    stored = _vendor("f", **known, stickyBucketAssignmentDocs=[
        *docs.values(), {"attributeName": "id", "attributeValue": "other", "assignments": {}},
    ])  # fmt: skip
    assert stored == again


def test_an_assignment_on_the_way_is_written_down() -> None:
    found = _vendor("asks", attributes={"id": "user-1"}, stickyBucketAssignmentDocs=[])
    assert found["source"] == "force"
    assert found["stickyBucketAssignmentDocs"]["id||user-1"]["assignments"] == {"exp__0": "t"}


def test_an_experiment_of_the_callers() -> None:
    experiment = {"key": "own", "variations": [0, 1], "parentConditions": [
        {"id": "f", "condition": {"value": "b"}},
    ]}  # fmt: skip
    inside = _answer(None, {"attributes": {"id": "user-1"}}, experiment=experiment).vendor
    assert inside["experimentResult"]["inExperiment"] is True
    assert inside["experimentResult"]["featureId"] is None
    outside = _answer(None, {"attributes": {"country": "US"}}, experiment=experiment).vendor
    assert outside["experimentResult"] == {
        "key": "0", "featureId": None, "inExperiment": False, "hashUsed": False, "variationId": 0,
        "value": 0, "hashAttribute": "id", "hashValue": "", "stickyBucketUsed": False,
    }  # fmt: skip
    assert _answer(None, {}, experiment={"key": "own"}).vendor["source"] == "error"


def test_a_context_may_bring_the_document() -> None:
    brought = {"attributes": {}, "features": {"f": {"defaultValue": 5}}}
    assert _vendor("f", **brought)["value"] == 5
    assert _vendor("f", features=SOURCE["features"])["value"] == "none"


def test_odd_contexts_are_survived() -> None:
    for context in (
        None,
        5,
        [],
        {"attributes": None},
        {"attributes": [1]},
        {"url": 7, "enabled": 0},
    ):
        assert _answer("f", context).vendor["value"] == "none"
    assert _answer(None).vendor["source"] == "unknownFeature"


def test_a_forced_variation_that_names_a_method_of_lists() -> None:
    """The SDK serves the function, which no answer in JSON can hold."""
    assert DIALECT.evaluation is not None
    rule = {"key": "exp", "variations": ["a", "b"], "meta": [{"key": "x"}, {"key": "y"}]}
    ready = DIALECT.evaluation({"features": {"f": {"defaultValue": "d", "rules": [rule]}}}, {})
    context = {"attributes": {"id": "u"}, "forcedVariations": {"exp": "map"}}
    found = ready.answer(Asked("f", context), Ambient.at(None)).vendor
    assert "value" not in found
    assert (found["on"], found["source"]) == (True, "experiment")
    assert (found["experimentResult"]["key"], found["experimentResult"]["name"]) == ("map", "map")
