"""What GrowthBook's document becomes: structure for structure, losses with their place."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.connect.decryption import decrypter
from yardarm.core import model as m
from yardarm.dialects.growthbook import DIALECT
from yardarm.dialects.growthbook.conditions import NEVER


def _read(rules: Any = None, **more: Any) -> Any:
    feature = {"defaultValue": False} | ({} if rules is None else {"rules": rules})
    return DIALECT.read({"features": {"f": feature}, **more}, {})


def _flag(*rules: Any, **more: Any) -> m.Flag:
    return DIALECT.read({"features": {"f": {"defaultValue": False, "rules": list(rules)}}, **more},
                        {}).document.flags["f"]  # fmt: skip


def _when(condition: Any, **more: Any) -> m.Condition:
    return _flag({"condition": condition, "force": True}, **more).rules[0].when


def _clause(name: str, operator: str, *values: Any) -> m.Clause:
    return m.Clause(name, f"growthbook.{operator}", values)


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "type_", "keys"),
    [
        ((False, True), "boolean", ["off", "on"]),
        (("red", "x" * 50), "string", ["red", "value-2"]),
        ((0, 10), "integer", ["0", "10"]),
        ((0.5, 2), "number", ["0.5", "2"]),
        (({"a": 1}, "x"), "json", ["value-1", "x"]),
        ((None, True), "boolean", ["on"]),
        (("", " x"), "string", ["value-1", "value-2"]),
        ((1, "1", True), "json", ["1", "value-2", "on"]),
    ],
)
def test_values_become_variants(values: Any, type_: str, keys: list[str]) -> None:
    source = {"features": {"f": {"defaultValue": values[0], "rules": [
        {"force": value} for value in values[1:]
    ]}}}  # fmt: skip
    flag = DIALECT.read(source, {}).document.flags["f"]
    assert flag.type == type_
    assert [variant.key for variant in flag.variants] == keys


def test_null_is_the_callers_fallback() -> None:
    flag = _flag({"force": None}, {"variations": [None, True], "key": "e"})
    assert flag.rules[0].serve is None
    assert [(v.key, v.value, v.withheld) for v in flag.variants] == [
        ("off", False, False), ("on", True, False), ("null", False, True),
    ]  # fmt: skip
    empty = DIALECT.read({"features": {"f": {}}}, {}).document.flags["f"]
    assert empty.default is None
    assert len(empty.variants) == 1


# --- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"country": "NL"}, _clause("country", "is", "NL")),
        ({"id": "u"}, _clause("key", "is", "u")),
        ({"key": "u"}, _clause("id", "is", "u")),
        ({"a.b": 1}, _clause("/a/b", "is", 1)),
        ({"a/b": 1}, _clause("a/b", "is", 1)),
        ({"/a": 1}, _clause("/~1a", "is", 1)),
        ({"a.0.b": 1}, _clause("a", "at", "0.b", 1)),
        ({"a.b.length": {"$gt": 1}}, _clause("/a/b", "at", "length", {"$gt": 1})),
        ({"a": {"$gt": 1, "$lt": 5}}, m.All((_clause("a", "gt", 1), _clause("a", "lt", 5)))),
        ({"a": {"$ne": 1}}, m.Not(_clause("a", "eq", 1))),
        ({"a": {"$nin": [1, 2]}}, m.Not(_clause("a", "in", 1, 2))),
        ({"a": {"$exists": False}}, m.Not(_clause("a", "exists"))),
        ({"a": {"$not": {"$regex": "x"}}}, m.Not(_clause("a", "regex", "x"))),
        ({"a": {"$elemMatch": {"b": 1}}}, _clause("a", "elem_match", {"b": 1})),
        ({"a": {"b": 1}}, _clause("a", "is", {"b": 1})),
        ({"a": {"c": 1, "b": 2}}, _clause("a", "json", '{"c": 1, "b": 2}')),
        ({"a": {"$all": [{"c": 1, "b": 2}]}}, _clause("a", "all", {"$json": '{"c": 1, "b": 2}'})),
        (
            {"a": {"$elemMatch": {"x": {"c": 1, "b": 2}, "$not": {"y": {"$size": 1}}}}},
            _clause(
                "a", "elem_match", {"x": {"$json": '{"c": 1, "b": 2}'}, "$not": {"y": {"$size": 1}}}
            ),
        ),
        ({"$or": [{"a": 1}, {"b": 2}]}, m.AnyOf((_clause("a", "is", 1), _clause("b", "is", 2)))),
        ({"$nor": [{"a": 1}]}, m.Not(_clause("a", "is", 1))),
        ({"$and": [{"a": 1}], "b": 2}, m.All((_clause("a", "is", 1), _clause("b", "is", 2)))),
        ({"$not": {"$not": {"a": 1}}}, _clause("a", "is", 1)),
        ({"$or": []}, m.Always()),
        ({}, m.Always()),
        ({"a": {"$in": 5}}, NEVER),
        ({"a": {"$between": [1, 2]}}, NEVER),
    ],
)
def test_a_condition(condition: Any, expected: m.Condition) -> None:
    assert _when(condition) == expected


@pytest.mark.parametrize(
    ("condition", "pointer", "message", "kind"),
    [
        ({"a": {"$between": 1}}, "/condition/a/$between", "no operator $between", "malformed"),
        ({"a": {"$in": 1}}, "/condition/a/$in", "takes a list", "malformed"),
        ({"a": {"$regex": "("}}, "/condition/a/$regex", "not a regular expression", "malformed"),
        ({"a": {"$regex": "(?=x)"}}, "/condition/a/$regex", "look-around", "lost"),
        ({"$or": [{"a": {"$regex": 5}}]}, "/condition/$or/0/a/$regex", "is text", "malformed"),
        ({"$and": None}, "/condition/$and", "$and is null", "malformed"),
        ({"$savedGroup": {"id": "g"}}, "/condition/$savedGroup", "no such", "malformed"),
    ],
)
def test_a_loss_has_its_place(condition: Any, pointer: str, message: str, kind: str) -> None:
    [loss] = _read([{"condition": condition, "force": True}]).losses
    assert loss.pointer == f"/features/f/rules/0{pointer}"
    assert message in loss.message
    assert (loss.flag, loss.kind) == ("f", kind)


def test_what_the_sdk_throws_at_is_a_fault() -> None:
    assert _when({"a": 1, "$not": None}) == m.All(
        (_clause("a", "is", 1), m.Fault("the condition is null"))
    )
    flag = _flag({"a": 1}, None, {"variations": ["a", "b"], "meta": []})
    assert [rule.serve for rule in flag.rules] == [
        m.Fault("a rule is no object"), m.Fault("the first variation has no meta"),
    ]  # fmt: skip


def test_saved_groups_become_segments() -> None:
    groups = {
        "g": ["a", "b"],
        "l": {"type": "list", "attributeKey": "email", "values": ["x"]},
        "c": {"type": "condition", "condition": {"$savedGroup": {"id": "l"}}},
        "unused": [1],
    }
    conditions = (
        {"id": {"$inGroup": "g"}},
        {"email": {"$notInGroup": "g"}},
        {"$savedGroup": {"id": "c"}},
        {"$savedGroup": {"id": "l", "attributeKey": "other"}},
    )
    reading = _read([{"condition": c, "force": True} for c in conditions], savedGroups=groups)
    document = reading.document
    assert [rule.when for rule in document.flags["f"].rules] == [
        m.InSegment("g"), m.Not(m.InSegment("g:email")), m.InSegment("c"), m.InSegment("l:other"),
    ]  # fmt: skip
    assert {key: segment.when for key, segment in document.segments.items()} == {
        "g": _clause("key", "in", "a", "b"),
        "g:email": _clause("email", "in", "a", "b"),
        "c": m.InSegment("l"),
        "l": _clause("email", "in", "x"),
        "l:other": _clause("other", "in", "x"),
        "unused": _clause("key", "in", 1),
    }
    assert not reading.losses


def test_groups_in_a_circle_are_written_out() -> None:
    groups = {
        "a": {"type": "condition", "condition": {"$or": [{"$savedGroup": {"id": "b"}}, {"x": 1}]}},
        "b": {"type": "condition", "condition": {"$or": [{"$savedGroup": {"id": "a"}}, {"y": 1}]}},
    }
    when = _when({"$savedGroup": {"id": "a"}}, savedGroups=groups)
    assert when == m.AnyOf((_clause("y", "is", 1), _clause("x", "is", 1)))


# --- rules ----------------------------------------------------------------------------------------


def test_a_coverage_takes_its_end() -> None:
    [rule] = _flag({"force": True, "coverage": 0.5}).rules
    assert rule.when == m.Share(m.Bucketing("growthbook.v1.upto", "f", ("key",)), ((0.0, 0.5),))
    [rule] = _flag({"force": True, "coverage": 0, "hashVersion": 2, "seed": "s"}).rules
    assert rule.when == m.Share(m.Bucketing("growthbook.v2", "s", ("key",)), ((0.0, 0.0),))


def test_filters_and_namespaces_are_shares() -> None:
    filters = [{"seed": "s", "attribute": "org", "ranges": [[0, 0.5]]}]
    [rule] = _flag({"force": True, "filters": filters}).rules
    assert rule.when == m.Share(m.Bucketing("growthbook.v2", "s", ("org",)), ((0.0, 0.5),))
    [rule] = _flag({"variations": ["a", "b"], "namespace": ["n", 0, 0.5]}).rules
    assert rule.when == m.Share(m.Bucketing("growthbook.v1", "__n", ("key",)), ((0.0, 0.5),))


def test_an_experiment_is_a_split() -> None:
    rule = {
        "id": "fr_1", "key": "exp", "name": "Button", "variations": ["a", "b"], "hashVersion": 2,
        "weights": [0.4, 0.6], "meta": [{"key": "c"}, {"key": "t"}], "hashAttribute": "org",
    }  # fmt: skip
    [read] = _flag(rule).rules
    assert (read.id, read.name, read.when) == ("fr_1", "Button", m.Always())
    assert read.serve == m.Split(
        (m.Arm("a", 0.4), m.Arm("b", 0.6)), m.Bucketing("growthbook.v2", "exp", ("org",))
    )
    assert read.metadata == {"index": 0, "rest": {"key": "exp", "meta": rule["meta"]}}


def test_a_coverage_of_an_experiment_makes_ranges() -> None:
    [rule] = _flag({"variations": ["a", "b"], "coverage": 0.5}).rules
    assert isinstance(rule.serve, m.Split)
    assert [arm.ranges for arm in rule.serve.arms] == [((0, 0.25),), ((0.5, 0.75),)]


def test_ranges_that_overlap_are_cut_and_those_that_pass_on_left_open() -> None:
    meta = [{"passthrough": True}, {}, {}]
    rule = {"variations": [1, 2, 3], "meta": meta, "ranges": [[0.2, 0.4], [0, 1], [0, 1]]}
    reading = _read([rule])
    [read] = reading.document.flags["f"].rules
    assert isinstance(read.serve, m.Split)
    assert [arm.ranges for arm in read.serve.arms] == [((0.0, 0.2), (0.4, 1.0)), ()]
    assert read.metadata["arms"] == [1, 2]
    assert [loss.kind for loss in reading.losses] == ["lost"]


def test_a_bandit_has_a_rule_for_each_leaf() -> None:
    rule = {
        "id": "cb", "contextualVariations": ["a", "b"], "contextualBanditRef": "x",
        "weights": [0.5, 0.5],
    }  # fmt: skip
    leaves = [{"leafId": 7, "condition": {"plan": "pro"}, "weights": [0.1, 0.9]}]
    flag = _flag(rule, contextualBandits={"x": {"contexts": leaves}})
    pro = _clause("plan", "is", "pro")
    assert [(r.id, r.when, r.metadata["leaf"]) for r in flag.rules] == [
        ("cb-leaf-1", pro, 0), ("cb-others", m.Not(pro), -1),
    ]  # fmt: skip
    assert isinstance(flag.rules[0].serve, m.Split)
    assert [arm.weight for arm in flag.rules[0].serve.arms] == [0.1, 0.9]


def test_rule_ids_are_unique() -> None:
    flag = _flag({"id": "a", "force": True}, {"id": "a", "force": True}, {"force": True})
    assert [rule.id for rule in flag.rules] == ["a", "rule-2", "rule-3"]
    assert [rule.metadata.get("id", "-") for rule in flag.rules] == ["-", "a", None]


# --- prerequisites --------------------------------------------------------------------------------

PARENT = {"defaultValue": 1, "rules": [{"condition": {"a": 1}, "force": 2}]}


def _asking(condition: Any, gate: bool = True, **more: Any) -> m.Flag:
    asked = {"parentConditions": [{"id": "p", "condition": condition, "gate": gate}], **more}
    features = {"p": PARENT, "f": {"defaultValue": "x", "rules": [asked]}}
    return DIALECT.read({"features": features}, {}).document.flags["f"]


def test_a_gate_alone_is_a_prerequisite() -> None:
    flag = _asking({"value": {"$gt": 1}})
    assert flag.prerequisites == (m.Prerequisite("p", ("2",)),)
    assert flag.rules == ()


def test_a_gate_with_a_value_is_two_rules() -> None:
    flag = _asking({"value": 2}, force="y")
    serves = m.FlagServes("p", ("2",))
    assert [(rule.when, rule.serve) for rule in flag.rules] == [
        (m.Not(serves), None),
        (serves, "y"),
    ]


def test_a_condition_that_null_fulfils_is_turned_around() -> None:
    flag = _asking({"value": {"$ne": 2}}, gate=False, force="y")
    assert flag.rules[0].when == m.Not(m.FlagServes("p", ("2",)))
    assert _asking({"value": {"$ne": 9}}, gate=False, force="y").rules[0].when == m.Always()
    assert _asking({"value": 9}, gate=False, force="y").rules[0].when == NEVER


def test_an_unknown_feature_is_null() -> None:
    rule = {"parentConditions": [{"id": "gone", "condition": {"value": True}}], "force": True}
    reading = _read([rule])
    assert reading.document.flags["f"].rules[0].when == NEVER
    assert reading.losses[0].pointer == "/features/f/rules/0/parentConditions/0"


# --- the document ---------------------------------------------------------------------------------


def test_flags_are_read_when_they_are_asked_for() -> None:
    reading = DIALECT.read({"features": {"a": {"defaultValue": 1}, "odd": None, "b": 5}}, {})
    flags = reading.document.flags
    assert list(flags) == ["a", "b"]
    assert len(flags) == 2
    assert "odd" not in flags
    assert flags["a"] is flags["a"]
    with pytest.raises(KeyError):
        flags["odd"]
    assert {loss.flag for loss in reading.losses} == {"odd", "b"}
    assert repr(flags).startswith("{'a': Flag(")


def test_features_alone_are_a_document() -> None:
    document = DIALECT.read({"a": {"defaultValue": 1}, "b": {"rules": []}}, {}).document
    assert list(document.flags) == ["a", "b"]


def test_visual_experiments_are_kept_and_said() -> None:
    reading = DIALECT.read({"features": {}, "experiments": [{"key": "e"}]}, {})
    assert [loss.pointer for loss in reading.losses] == ["/experiments"]
    assert reading.document.environment["growthbook"]["experiments"] == [{"key": "e"}]


def test_sticky_buckets_are_said_to_be_lost() -> None:
    rule = {"variations": ["a", "b"], "fallbackAttribute": "anon", "minBucketVersion": 1}
    [loss] = _read([rule]).losses
    assert loss.message == "sticky buckets are not kept"
    assert not _read([rule | {"disableStickyBucketing": True}]).losses


def test_the_unit_and_fallbacks_are_options() -> None:
    rule = {"variations": ["a", "b"], "hashAttribute": "userId", "fallbackAttribute": "anon"}
    source = {"features": {"f": {"rules": [rule]}}}
    flag = DIALECT.read(source, {"unit": "userId", "sticky": True}).document.flags["f"]
    assert isinstance(flag.rules[0].serve, m.Split)
    assert flag.rules[0].serve.bucketing.by == ("key", "anon")
    assert flag.origin is not None
    assert flag.origin["unit"] == "userId"


ENCRYPTED = (
    "m5ylFM6ndyOJA2OPadubkw==.Uu7ViqgKEt/dWvCyhI46q088PkAEJbnXKf3KPZjf9IEQQ+A8fojNoxw4wIbPX3aj"
)


def test_encrypted_features_are_opened_by_a_given_function() -> None:
    key = "Zvwv/+uhpFDznZ6SX28Yjg=="
    options = {"decrypter": decrypter, "decryptionKey": key}
    reading = DIALECT.read({"encryptedFeatures": ENCRYPTED}, options)
    assert reading.document.flags["feature"].default == "on"
    assert not reading.losses
    for other in ({}, {"decryptionKey": key}, {**options, "decryptionKey": "AAAA"}):
        lost = DIALECT.read({"encryptedFeatures": ENCRYPTED}, other)
        assert [loss.pointer for loss in lost.losses] == ["/encryptedFeatures"]
        assert not lost.document.flags
