"""Answers in flagd's shape, and in ours."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm import Client
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Answer, Asked
from yardarm.dialects.flagd import DIALECT

NOW = Ambient.at(1_795_000_000.5)
FAILED = {"value": None, "variant": None, "reason": "ERROR", "flagMetadata": {}}


def _flag(targeting: Any = None, **more: Any) -> dict[str, Any]:
    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"}
    return {**flag, **({} if targeting is None else {"targeting": targeting}), **more}


def _answer(flag: Any, context: Any = None, key: Any = "f", **more: Any) -> Answer:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation({"flags": {"f": flag}, **more}, {}).answer(Asked(key, context), NOW)


def _vendor(flag: Any, context: Any = None) -> tuple[Any, Any, Any]:
    found = _answer(flag, context).vendor
    return found["variant"], found["reason"], found["errorCode"]


@pytest.mark.parametrize(
    ("flag", "context", "answer"),
    [
        (_flag(), {}, ("off", "STATIC", None)),
        (_flag(defaultVariant=None), {}, (None, "DEFAULT", None)),
        (_flag(state="DISABLED"), {}, (None, "DISABLED", None)),
        (_flag({"if": [{"var": "x"}, "on"]}), {"x": 1}, ("on", "TARGETING_MATCH", None)),
        (_flag({"if": [{"var": "x"}, "on"]}), {}, ("off", "DEFAULT", None)),
        (_flag({"if": [{"var": "x"}, None, "on"]}), {"x": 1}, ("off", "DEFAULT", None)),
        (_flag({"if": [{"var": "x"}, "y"]}), {"x": 1}, (None, "ERROR", "GENERAL")),
        (_flag({"fractional": [["on", 1]]}), {"targetingKey": "u"},
         ("on", "TARGETING_MATCH", None)),
        (_flag({"fractional": [["on", 1]]}), {}, ("off", "DEFAULT", None)),
        (_flag({"stranger": []}), {}, (None, "ERROR", "PARSE_ERROR")),
        (_flag({"/": [1, 0]}), {}, (None, "ERROR", "GENERAL")),
        (_flag("x"), {}, (None, "ERROR", "PARSE_ERROR")),
        (_flag(defaultVariant="y"), {}, (None, "ERROR", "GENERAL")),
        (_flag(variants={}), {}, (None, "ERROR", "PARSE_ERROR")),
        (_flag({"<": [{"var": "$flagd.timestamp"}, 1_795_000_001]}, variants={"true": 1, "off": 0}),
         {}, ("true", "TARGETING_MATCH", None)),
        (_flag({"+": [1, 0]}, variants={"1": 1, "off": 0}), {}, ("1", "TARGETING_MATCH", None)),
        (_flag({"if": [1, "n"]}, variants={"n": None, "off": 0}), {}, (None, "ERROR", "GENERAL")),
    ],
)  # fmt: skip
def test_an_answer(flag: Any, context: Any, answer: tuple[Any, Any, Any]) -> None:
    assert _vendor(flag, context) == answer


def test_the_whole_shape() -> None:
    flag = _flag(variants={"on": {"a": [1]}, "off": 5}, metadata={"owner": "web", "both": 1})
    found = _answer(flag, metadata={"flagSetId": "s", "both": 2}).vendor
    assert found == {
        "value": 5, "variant": "off", "reason": "STATIC", "errorCode": None,
        "flagMetadata": {"flagSetId": "s", "owner": "web", "both": 1},
    }  # fmt: skip


@pytest.mark.parametrize("key", ["absent", None, 5])
def test_a_flag_that_is_not_there(key: Any) -> None:
    assert _answer(_flag(), key=key).vendor == {**FAILED, "errorCode": "FLAG_NOT_FOUND"}


@pytest.mark.parametrize("context", [None, [], "x", 5, {"targetingKey": 5}, {"$flagd": 1}])
def test_any_context_is_answered(context: Any) -> None:
    ask = {"if": [{"==": [{"var": "$flagd.flagKey"}, "f"]}, "on"]}
    assert _vendor(_flag(ask), context) == ("on", "TARGETING_MATCH", None)


def test_the_caller_gets_the_fallback() -> None:
    assert DIALECT.evaluation is not None
    ours = DIALECT.evaluation({"flags": {"f": _flag(state="DISABLED")}}, {})
    decision = ours.answer(Asked("f", {}, fallback=7), NOW).decision
    assert decision is not None
    assert (decision.value, decision.reason) == (7, "DISABLED")


def test_a_line_may_say_the_generation() -> None:
    assert DIALECT.evaluation is not None
    document = {"flags": {"yd": _flag({"fractional": [["on", 1], ["off", 1]]})}}
    served = {
        generation: [
            DIALECT.evaluation(document, options)
            .answer(Asked("yd", {"targetingKey": f"user-{n}"}), NOW)
            .vendor["variant"]
            for n in range(40)
        ]
        for generation, options in (
            ("", {}), ("v1", {"fractional": "v1"}), ("v2", {"fractional": "v2"}),
            ("v3", {"fractional": "v3"}), ("?", {"fractional": "v9"}),
        )
    }  # fmt: skip
    assert served[""] == served["v2"] == served["?"]
    assert served["v1"] != served["v2"] != served["v3"]


def test_an_imported_flag_serves_our_own_contexts() -> None:
    targeting = {"if": [
        {"in": [{"var": "targetingKey"}, ["user-1"]]}, "on",
        {"==": [{"cat": [{"var": "targetingKey"}, {"var": "n"}]}, "user-25"]}, "on",
        {"fractional": [["off", 0], ["on", 1]]},
    ]}  # fmt: skip
    reading = DIALECT.read({"flags": {"f": _flag(targeting)}}, {})
    with Client.from_document(reading.document) as client:
        assert client.boolean("f", {"key": "user-1"})
        assert client.boolean("f", {"key": "user-2", "n": 5})
        assert client.boolean("f", {"key": "user-3"})
        assert not client.boolean("f", {"country": "NL"})
