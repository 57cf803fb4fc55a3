"""What our parts become in Flagsmith's words, and what they keep of what was read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.dialects.flagsmith.parts import (
    all_of,
    arm,
    condition,
    environment,
    individual,
    segment,
    state,
)

from yardarm.core import model as m
from yardarm.dialects.flagsmith import DIALECT

Json = Any
ON_OFF = (m.Variant("on", True), m.Variant("off", False))


def _write(document: m.Document, **options: Json) -> Any:
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


def _flag(**parts: Json) -> m.Flag:
    return m.Flag(
        **{"key": "f", "type": "boolean", "variants": ON_OFF, "enabled": True, "off": "off",
           "default": "off", **parts}
    )  # fmt: skip


def _rules(condition_: m.Condition, **segments: m.Segment) -> Json:
    """The rules of the segment that is made for a flag's rule."""
    rule = m.Rule("r", condition_, "on")
    document = m.Document({"f": _flag(rules=(rule,))}, segments)
    written = _write(document, form="context")
    assert not written.losses
    found: Json = written.document["segments"]["f: r"]["rules"]
    return found


def test_an_edited_flag_keeps_what_the_model_does_not_hold() -> None:
    override = state("f", True, "x", feature_segment={"priority": 1, "id": 99})
    rules = all_of(condition("t", "IS_SET", ""))
    source = environment(
        {**state("f", True, "c"), "uuid": "kept"}, {**state("g"), "uuid": "kept too"},
        segments=[{**segment(5, rules, override, state("g", False)), "description": "kept"}],
        individuals=[{**individual("ann", state("f"), state("g", False)), "created": "kept"}],
    )  # fmt: skip
    document = DIALECT.read(source, {}).document
    edited = replace(document.flags["f"], default="x")
    flags = {**document.flags, "f": edited}
    written = _write(replace(document, flags=flags))
    assert not written.losses
    f, g = written.document["feature_states"]
    assert (f["feature_state_value"], f["uuid"], f["django_id"]) == ("x", "kept", 7)
    assert g == source["feature_states"][1]
    made = written.document["project"]["segments"][0]
    assert made["description"] == "kept"
    assert made["rules"] == rules
    assert [one["feature"]["name"] for one in made["feature_states"]] == ["g", "f"]
    ann = written.document["identity_overrides"][0]
    assert ann["created"] == "kept"
    assert [one["feature"]["name"] for one in ann["identity_features"]] == ["g", "f"]
    again = DIALECT.read(written.document, {}).document.flags["f"]
    assert {v.key: v.value for v in again.variants}[str(again.default)] == "x"


def test_an_edited_segment_keeps_its_overrides() -> None:
    rules = all_of(condition("t", "IS_SET", ""))
    source = environment(state("f"), segments=[segment(5, rules, state("f", False))])
    document = DIALECT.read(source, {}).document
    when = m.Clause("country", "flagsmith.in", (["NL"],))
    segments = {"5": replace(document.segments["5"], when=when)}
    written = _write(replace(document, segments=segments)).document["project"]["segments"][0]
    assert written["rules"] == all_of(condition("country", "IN", ["NL"]))
    assert written["feature_states"] == source["project"]["segments"][0]["feature_states"]
    assert written["id"] == 5


def test_a_document_of_one_form_in_the_other() -> None:
    arms = [arm(1, "a", 50, "A")]
    source = environment(state("f", True, "c", multivariate_feature_state_values=arms))
    written = _write(DIALECT.read(source, {}).document, form="context").document
    assert written["environment"] == {"key": "env", "name": "Production"}
    assert written["features"]["f"] == {
        "key": "7", "name": "f", "enabled": True, "value": "c",
        "variants": [{"value": "a", "weight": 50, "priority": 1, "key": "A"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "enabled", "value"),
    [
        (_flag(), False, None),
        (_flag(default="on"), True, None),
        (_flag(enabled=False, off="on"), True, None),
        (_flag(default=None), False, None),
        (_flag(type="string", variants=(m.Variant("on", "a"), m.Variant("off", ""))), True, ""),
        (_flag(type="json", variants=(m.Variant("off", {"a": 1}),)), True, '{"a": 1}'),
    ],
)
def test_a_native_flag(flag: m.Flag, enabled: bool, value: Json) -> None:
    written = _write(m.Document({"f": flag})).document["feature_states"][0]
    assert (written["enabled"], written["feature_state_value"]) == (enabled, value)


def test_native_conditions() -> None:
    assert _rules(m.Clause("country", "in", ("NL", "BE"))) == [
        {"type": "ALL", "rules": [], "conditions": [
            {"property": "country", "operator": "IN", "value": ["NL", "BE"]}]}
    ]  # fmt: skip
    assert _rules(m.Not(m.Clause("/a/b", "equals", ("x",)))) == [
        {"type": "NONE", "rules": [], "conditions": [
            {"property": "$.identity.traits['a']['b']", "operator": "IN", "value": ["x"]}]}
    ]  # fmt: skip
    listed = m.Segment("s", m.Always(), (m.SegmentKeys(("a",)),), (m.SegmentKeys(("b",)),))
    assert _rules(m.All((m.InSegment("s"), m.Clause("key", "present"))), s=listed)


def test_prerequisites_come_before_everything() -> None:
    base = m.Flag("base", "boolean", ON_OFF, True, "off", "on")
    flag = _flag(
        default="on",
        prerequisites=(m.Prerequisite("base", ("on",)),),
        targets=(m.Target("on", ("u",)),),
    )
    written = _write(m.Document({"base": base, "f": flag}), form="context").document
    segments = list(written["segments"].values())
    assert [one["overrides"][0]["priority"] for one in segments] == [0, 1]
    assert segments[0]["rules"][0]["type"] == "NONE"
    assert "identity_overrides" not in {one["name"] for one in segments}


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        (_flag(default=m.Split((m.Arm("on", 50_000), m.Arm("off", 50_000)))), "'yardarm'"),
        (_flag(rules=(m.Rule("r", m.Clause("a", "before", ("2027-01-01T00:00:00Z",)), "on"),)),
         "operator before"),
        (_flag(rules=(m.Rule("r", m.Clause("a", "present", (), "team"), "on"),)), "kind 'team'"),
        (_flag(rules=(m.Rule("r", m.Logic({}), "on"),)), "JSONLogic"),
        (_flag(rules=(m.Rule("r", m.Always(), m.Logic({})),)), "JSONLogic"),
        (_flag(rules=(m.Rule("r", m.Fault("why"), "on"),)), "cannot be evaluated"),
        (_flag(rules=(m.Rule("r", m.InSegment("none"), "on"),)), "which there is not"),
        (_flag(rules=(m.Rule("r", m.FlagServes("none", ("on",)), "on"),)), "which there is not"),
        (_flag(targets=(m.Target("on", ("a",), "team"),)), "kind 'team'"),
        (_flag(targets=(m.Target("on", ("007",)),)), "look like numbers"),
        (_flag(rules=(m.Rule("r", m.Clause("a", "equals", (5,)), "on"),)), "as a number"),
        (_flag(rules=(m.Rule("r", m.Clause("a", "starts_with", ("x",)), "on"),)), "as the text"),
        (_flag(rules=(m.Rule("r", m.Share(m.Bucketing(), ((0, 5),)), "on"),)), "'yardarm'"),
    ],
)  # fmt: skip
def test_what_cannot_be_said(flag: m.Flag, message: str) -> None:
    losses = _write(m.Document({"f": flag})).losses
    assert any(message in loss.message for loss in losses)
    assert {loss.flag for loss in losses} == {"f"}
    assert all(loss.pointer.startswith("/flags/f") for loss in losses)


def test_segments_in_each_other_end() -> None:
    segments = {"a": m.Segment("a", m.InSegment("b")), "b": m.Segment("b", m.InSegment("a"))}
    losses = _write(m.Document({}, segments)).losses
    assert {loss.message for loss in losses} == {"segments in each other without end"}


def test_the_environment_is_named_by_options() -> None:
    split = m.Split((m.Arm("on", 50),), m.Bucketing("flagsmith", "7,env"), outside="off")
    document = m.Document({"f": _flag(default=split)}, environment={"name": "production"})
    assert _write(document).document["api_key"] == "env"
    assert _write(document).document["name"] == "production"
    written = _write(document, environment_key="k", environment_name="n")
    assert (written.document["api_key"], written.document["name"]) == ("k", "n")
    assert any("another key" in loss.message for loss in written.losses)
