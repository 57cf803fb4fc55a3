"""What the writer makes of flags that were changed here, and of flags that were made here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.dialects.launchdarkly.documents import BETA, CHECKOUT, DOCUMENT

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Asked, Writing
from yardarm.dialects.launchdarkly import DIALECT
from yardarm.dialects.launchdarkly.read import read
from yardarm.dialects.launchdarkly.write import write
from yardarm.errors import OptionError

Json = Any
ON, OFF = m.Variant("on", True), m.Variant("off", False)


def changed(**fields: Any) -> tuple[Json, Writing]:
    """The checkout flag with these fields changed: its JSON and the whole writing."""
    document = read(DOCUMENT, {}).document
    flags = dict(document.flags)
    flags["new-checkout"] = replace(flags["new-checkout"], **fields)
    writing = write(replace(document, flags=flags), {})
    return writing.document["flags"]["new-checkout"], writing


def made(options: Json = None, segments: Json = None, **fields: Any) -> tuple[Json, Writing]:
    """A flag that was made here: its JSON and the whole writing."""
    flag = m.Flag("f", "boolean", (ON, OFF), True, "off", **{"default": "off", **fields})
    writing = write(m.Document({"f": flag}, segments or {}), options or {})
    return writing.document["flags"].get("f"), writing


def ruled(when: m.Condition, **fields: Any) -> tuple[Json, Writing]:
    """The first rule of a flag that was made here."""
    flag, writing = made(rules=(m.Rule("r", when, "on"),), **fields)
    return (flag["rules"][0] if flag["rules"] else None), writing


# --- flags that were changed ------------------------------------------------------------------


def test_what_is_unchanged_is_written_as_it_was() -> None:
    flag, writing = changed(owner="someone", tags=("web",), description="for people")
    assert flag == CHECKOUT
    assert writing.document == DOCUMENT


def test_a_switch_changes_the_switch_and_the_version() -> None:
    flag, writing = changed(enabled=False)
    assert flag == {**CHECKOUT, "on": False, "version": 13}
    assert not writing.losses


def test_a_changed_rule_leaves_the_others_and_their_fields_alone() -> None:
    rules = read(DOCUMENT, {}).document.flags["new-checkout"].rules
    first = replace(rules[0], serve="false")
    flag, _ = changed(rules=(rules[1], first))
    assert flag["rules"][0] == CHECKOUT["rules"][1]
    assert flag["rules"][1]["variation"] == 1
    assert flag["rules"][1]["trackEvents"] is True
    assert flag["rules"][1]["clauses"][1]["negate"] is True


def test_a_new_rule_stands_in_its_place() -> None:
    rules = read(DOCUMENT, {}).document.flags["new-checkout"].rules
    new = m.Rule("new", m.Clause("country", "equals", ("FR",)), "true")
    flag, writing = changed(rules=(rules[0], new, rules[1]))
    assert [rule["id"] for rule in flag["rules"]] == ["r-country", "new", "r-beta"]
    assert flag["rules"][1]["clauses"] == [
        {"contextKind": "user", "attribute": "country", "op": "in", "values": ["FR"]}
    ]
    [loss] = writing.losses
    assert loss.flag == "new-checkout"
    assert "country" in loss.effect


def test_new_weights_keep_seed_and_salt() -> None:
    split = read(DOCUMENT, {}).document.flags["new-checkout"].default
    assert isinstance(split, m.Split)
    arms = (replace(split.arms[0], weight=30_000), replace(split.arms[1], weight=70_000))
    flag, writing = changed(default=replace(split, arms=arms))
    assert flag["salt"] == "5a1d"
    assert flag["fallthrough"]["rollout"]["bucketBy"] == "account"
    assert [arm["weight"] for arm in flag["fallthrough"]["rollout"]["variations"]] == [
        30_000,
        70_000,
    ]
    assert not writing.losses


def test_variants_in_another_order() -> None:
    variants = tuple(reversed(read(DOCUMENT, {}).document.flags["new-checkout"].variants))
    flag, _ = changed(variants=variants)
    assert flag["variations"] == [False, True]
    assert flag["offVariation"] == 0
    assert flag["rules"][0]["variation"] == 1
    assert flag["targets"] == [{"variation": 1, "values": ["user-1"]}]
    assert flag["contextTargets"] == [
        {"contextKind": "org", "variation": 0, "values": ["acme"]},
        {"contextKind": "user", "variation": 1, "values": []},
    ]


def test_visible_to_clients() -> None:
    flag, _ = changed(client_visible=False)
    assert flag["clientSideAvailability"] == {"usingEnvironmentId": False, "usingMobileKey": False}


def test_a_changed_segment_keeps_its_rules() -> None:
    document = read(DOCUMENT, {}).document
    beta = replace(document.segments["beta"], included=(m.SegmentKeys(("user-7",)),))
    segments = {**document.segments, "beta": beta}
    written = write(replace(document, segments=segments), {}).document["segments"]["beta"]
    assert written["included"] == ["user-7"]
    assert written["includedContexts"] == []
    assert written["rules"] == BETA["rules"]
    assert written["version"] == 6


# --- flags that were made here ----------------------------------------------------------------


def test_a_plain_flag() -> None:
    flag, writing = made()
    assert flag == {
        "key": "f", "version": 1, "salt": "yardarm-f", "on": True, "variations": [True, False],
        "offVariation": 1, "fallthrough": {"variation": 1}, "prerequisites": [], "targets": [],
        "contextTargets": [], "rules": [],
    }  # fmt: skip
    assert not writing.losses


def test_any_and_not_become_segments() -> None:
    a, b = m.Clause("key", "equals", ("a",)), m.Clause("key", "equals", ("b",))
    rule, writing = ruled(m.Not(m.AnyOf((a, b))))
    [clause] = rule["clauses"]
    assert (clause["op"], clause["negate"]) == ("segmentMatch", True)
    helper = writing.document["segments"][clause["values"][0]]
    assert [rule["clauses"][0]["values"] for rule in helper["rules"]] == [["a"], ["b"]]
    assert not writing.losses


def test_a_missing_attribute_matches_a_not_here_and_there() -> None:
    rule, writing = ruled(m.Not(m.Clause("key", "equals", ("a",))))
    assert rule["clauses"][0]["op"] == "segmentMatch"
    assert DIALECT.evaluation is not None
    asked = DIALECT.evaluation(writing.document, {})
    for context, value in (
        ({"kind": "org", "key": "x"}, True),
        ({"kind": "user", "key": "a"}, False),
    ):
        assert asked.answer(Asked("f", context), Ambient.at(None)).vendor["value"] is value


@pytest.mark.parametrize(
    "when",
    [
        m.FlagServes("f", ("on",)),
        m.Logic({"==": [1, 1]}),
        m.Clause("now", "gt", (5,), "$"),
        m.Clause("ip", "in_network", ("10.0.0.0/8",)),
        m.Clause("x", "equals_ignore_case", ("é",)),
        m.Share(m.Bucketing("yardarm", "s"), ((0, 5),)),
        m.Clause("x", "unleash.IN", ("a",)),
    ],
)
def test_a_rule_that_cannot_be_said_is_left_out(when: m.Condition) -> None:
    flag, writing = made(rules=(m.Rule("r", when, "on"), m.Rule("s", m.Always(), "off")))
    assert flag is None or [rule["id"] for rule in flag["rules"]] == ["s"]
    assert [loss.flag for loss in writing.losses] == ["f"]


def test_a_share_of_launchdarkly_becomes_a_segment_with_its_seed() -> None:
    share = m.Share(m.Bucketing("launchdarkly", "seg.salt"), ((-1.0, 0.25),))
    rule, writing = ruled(share)
    assert rule["clauses"][0]["values"] == ["seg"]
    segment = writing.document["segments"]["seg"]
    assert (segment["salt"], segment["rules"][0]["weight"]) == ("salt", 25_000)
    assert not writing.losses


HALF = m.Split((m.Arm("on", 50_000), m.Arm("off", 50_000)))


def test_a_split_of_another_algorithm_is_not_made_up() -> None:
    flag, writing = made(default=HALF)
    assert flag["fallthrough"] == {"variation": 1}
    [loss] = writing.losses
    assert (loss.pointer, loss.flag) == ("/flags/f/default", "f")
    assert "'yardarm'" in loss.message
    flag, _ = made(default=replace(HALF, outside="on", partial=False))
    assert flag["fallthrough"] == {"variation": 0}


def test_a_split_is_made_up_where_that_is_asked_for() -> None:
    flag, writing = made({"splits": "rehash"}, default=HALF)
    assert flag["fallthrough"]["rollout"] == {
        "contextKind": "user",
        "variations": [{"variation": 0, "weight": 50_000}, {"variation": 1, "weight": 50_000}],
    }
    assert [loss.message for loss in writing.losses] == [
        "a split of units that 'yardarm' places is written with the same shares"
    ]
    quarter = m.Split((m.Arm("on", 25_000),), outside="off")
    flag, _ = made({"splits": "rehash"}, default=quarter)
    arms = flag["fallthrough"]["rollout"]["variations"]
    assert [arm["weight"] for arm in arms] == [25_000, 75_000]
    with pytest.raises(OptionError):
        made({"splits": "anyhow"})


def test_prerequisites_that_launchdarkly_cannot_ask_for() -> None:
    other = m.Flag("g", "boolean", (ON, OFF), False, "on", default="on")
    flag = m.Flag(
        "f", "boolean", (ON, OFF), True, "off", "on", (m.Prerequisite("g", ("on", "off")),)
    )
    writing = write(m.Document({"f": flag, "g": other}), {})
    assert writing.document["flags"]["f"]["prerequisites"] == [{"key": "g", "variation": 0}]
    assert len([loss for loss in writing.losses if loss.flag == "f"]) == 2


def test_what_has_no_counterpart_is_said() -> None:
    archived = m.Flag("a", "boolean", (ON, OFF), archived_at="2027-01-01T00:00:00Z")
    circle = m.Flag("c", "boolean", (ON, OFF), True, "off", "on", (m.Prerequisite("c", ("on",)),))
    withheld = m.Flag("w", "boolean", (ON, replace(OFF, withheld=True)), True, "off", "on")
    nothing = m.Flag("n", "boolean", (ON, OFF), True, "off", None)
    flags = {flag.key: flag for flag in (archived, circle, withheld, nothing)}
    writing = write(m.Document(flags), {})
    assert set(writing.document["flags"]) == {"w", "n"}
    assert writing.document["flags"]["n"]["fallthrough"] == {}
    assert {loss.flag for loss in writing.losses} == {"c", "w", "n"}


def test_a_fault_fails_whoever_comes_to_it() -> None:
    _, writing = made(rules=(m.Rule("r", m.Fault("made on purpose"), "on"),))
    assert DIALECT.evaluation is not None
    asked = DIALECT.evaluation(writing.document, {})
    found = asked.answer(Asked("f", {"kind": "org", "key": "x"}), Ambient.at(None)).vendor
    assert found["reason"] == {"kind": "ERROR", "errorKind": "MALFORMED_FLAG"}
