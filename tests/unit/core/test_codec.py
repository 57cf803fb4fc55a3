"""JSON forms: every field there and back, and every mistake with its pointer."""

from typing import Any

import pytest
from tests.oracle.build import boolean, clause, rule, split

from yardarm.core import model as m
from yardarm.core.codec import (
    document_from_json,
    document_to_json,
    flag_from_json,
    flag_to_json,
    read_document,
    segment_from_json,
    segment_to_json,
)
from yardarm.errors import DocumentError

FULL = m.Flag(
    key="f", type="json",
    variants=(m.Variant("a", {"x": [1, None]}, "first"), m.Variant("b", None)),
    enabled=True, off="b", default="a",
    prerequisites=(m.Prerequisite("p", ("on", "off")),),
    targets=(m.Target("a", ("u", "v")), m.Target("b", ("acme",), "organization")),
    rules=(
        m.Rule("r1", m.Always(), "a", name="all", paused=True),
        m.Rule("r2", m.All((m.Clause("c", "in", (1, "x", True)), m.Not(m.InSegment("s")))), m.Split(
            (m.Arm("a", 1, ((5, 6),)), m.Arm("b", 99_998)),
            m.Bucketing("yardarm", "seed", ("account", "key"), "device", m.Layer("l", ((0, 9),))),
            partial=True,
        )),
        m.Rule("r3", m.AnyOf((m.FlagServes("p", ("on",)), m.Clause("k", "present", (), "device"))),
               m.Split((m.Arm("a", 100_000),), outside="b")),
    ),
    purpose="experiment", name="n", description="d", owner="o", tags=("t",),
    schema={"type": "object"}, expires_at="2027-01-01T00:00:00Z",
    archived_at="2027-01-01T00:00:00Z",
    client_visible=True, metadata={"k": 1}, origin={"dialect": "x"}, version=7,
)  # fmt: skip
SEGMENT = m.Segment(
    "s", m.Clause("a", "equals", ("x",)), (m.SegmentKeys(("u",)), m.SegmentKeys(("o",), "device")),
    (m.SegmentKeys(("v",)),), "n", "d", {"k": 1}, {"dialect": "x"}, 3,
)  # fmt: skip


def test_every_field_of_a_flag_there_and_back() -> None:
    plain = m.Flag("", "json", ())
    names = [field for field in m.Flag.__dataclass_fields__ if field not in ("key", "type")]
    assert [name for name in names if getattr(FULL, name) == getattr(plain, name)] == []
    assert flag_from_json(flag_to_json(FULL)) == FULL


def test_every_field_of_a_segment_there_and_back() -> None:
    assert segment_from_json(segment_to_json(SEGMENT)) == SEGMENT


def test_defaults_are_left_out() -> None:
    flag = m.Flag("f", "boolean", (m.Variant("on", True),))
    assert flag_to_json(flag) == {
        "key": "f", "type": "boolean", "variants": [{"key": "on", "value": True}], "enabled": False,
    }  # fmt: skip
    assert segment_to_json(m.Segment("s")) == {"key": "s"}


def test_a_document_there_and_back() -> None:
    made = m.Document({"f": FULL}, {"s": SEGMENT}, {"name": "x"}, 9, "e")
    assert document_from_json(document_to_json(made)) == made
    lists = {
        **document_to_json(made), "flags": [flag_to_json(FULL)],
        "segments": [segment_to_json(SEGMENT)],
    }  # fmt: skip
    assert document_from_json(lists) == made


def test_what_a_person_may_add_or_leave_out() -> None:
    made = document_from_json({"$schema": "x", "root": "y", "flags": {"f": boolean(off=None)}})
    assert made.flags["f"].key == "f"
    assert made.flags["f"].off is None
    assert document_from_json({}) == m.Document()


@pytest.mark.parametrize(("change", "pointer"), [
    ({"key": 1}, "/key"), ({"type": "bool"}, "/type"), ({"variants": {}}, "/variants"),
    ({"variants": [1]}, "/variants/0"), ({"variants": [{"key": "on"}]}, "/variants/0"),
    ({"variants": [{"value": 1}]}, "/variants/0"), ({"enabled": 1}, "/enabled"),
    ({"enabled": "true"}, "/enabled"), ({"off": 1}, "/off"), ({"default": {}}, "/default"),
    ({"default": {"split": 1}}, "/default/split"), ({"default": {"split": {}}}, "/default/split"),
    ({"default": {"split": {"arms": []}, "x": 1}}, "/default/x"),
    ({"default": split(("on", 1.0))}, "/default/split/arms/0/weight"),
    ({"default": split(("on", True))}, "/default/split/arms/0/weight"),
    ({"default": split(("on", 1), by="key")}, "/default/split/by"),
    ({"default": split(("on", 1), seed=1)}, "/default/split/seed"),
    ({"default": split(("on", 1), layer={})}, "/default/split/layer"),
    ({"default": split(("on", 1), layer={"key": "l", "ranges": [[1]]})},
    "/default/split/layer/ranges/0"),
    ({"prerequisites": [{}]}, "/prerequisites/0"), ({"prerequisites": ["p"]}, "/prerequisites/0"),
    ({"prerequisites": [{"flag": "p", "variants": "on"}]}, "/prerequisites/0/variants"),
    ({"targets": [{"variant": "on"}]}, "/targets/0"),
    ({"targets": [{"variant": "on", "keys": [1]}]}, "/targets/0/keys/0"),
    ({"rules": [{"id": "r"}]}, "/rules/0"), ({"rules": [rule({"always": False})]},
    "/rules/0/when/always"),
    ({"rules": [rule({"attribute": "a"})]}, "/rules/0/when"),
    ({"rules": [rule({"all": [], "any": []})]}, "/rules/0/when"),
    ({"rules": [rule({"flag": "p"})]}, "/rules/0/when"),
    ({"rules": [rule(clause("a", "in", None))]}, "/rules/0/when/values/0"),
    ({"rules": [rule(clause("a", "in", [1]))]}, "/rules/0/when/values/0"),
    ({"rules": [rule({"not": {"any": [{"odd": 1}]}})]}, "/rules/0/when/not/any/0"),
    ({"purpose": "fun"}, "/purpose"), ({"tags": "web"}, "/tags"), ({"schema": []}, "/schema"),
    ({"metadata": []}, "/metadata"), ({"version": "1"}, "/version"), ({"version": True},
    "/version"),
    ({"invented": 1}, "/invented"), ({"a/b~c": 1}, "/a~1b~0c"), ({"client_visible": None},
    "/client_visible"),
])  # fmt: skip
def test_mistakes_and_where_they_are(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        flag_from_json({**boolean(), "key": "f", **change}, pointer="/at")
    assert f"/at{pointer}" in [problem.pointer for problem in caught.value.problems]


def test_one_reading_finds_every_mistake_and_keeps_the_rest() -> None:
    made, problems = read_document({
        "flags": {"good": boolean(), "bad": boolean(enabled=1, rules=[{}]), "none": 7},
        "segments": {"s": {"when": {}, "included": [{}]}}, "extra": 1,
    })  # fmt: skip
    assert {problem.pointer for problem in problems} == {
        "/flags/bad/enabled", "/flags/bad/rules/0", "/flags/none", "/segments/s/when",
        "/segments/s/included/0", "/extra",
    }  # fmt: skip
    assert made.flags["good"] == flag_from_json(boolean(), "good")


@pytest.mark.parametrize("value", [None, [], 7, "x"])
def test_what_is_no_document(value: Any) -> None:
    assert [problem.pointer for problem in read_document(value)[1]] == [""]
    for read in (flag_from_json, segment_from_json):
        with pytest.raises(DocumentError):
            read(value)


def test_the_key_must_be_the_name_it_stands_under() -> None:
    with pytest.raises(DocumentError, match="differs from the name"):
        flag_from_json({**boolean(), "key": "g"}, "f")
    with pytest.raises(DocumentError, match="'key' is missing"):
        flag_from_json(boolean())
