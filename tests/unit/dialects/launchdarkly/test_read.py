"""LaunchDarkly's parts in the words of the model, and what is said of those that make no sense."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dialects.launchdarkly.documents import DOCUMENT, one

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.validate import validate
from yardarm.dialects.launchdarkly.clauses import NEVER, reference
from yardarm.dialects.launchdarkly.read import read
from yardarm.dialects.launchdarkly.variants import flag_type, variant_keys

Json = Any


def rule(clause: Json, **fields: Json) -> Json:
    return one(rules=[{"id": "r", "variation": 0, "clauses": [clause]}], **fields)


def condition(clause: Json, segments: Json = None) -> m.Condition:
    document = rule(clause)
    document["segments"] = segments or {}
    return read(document, {}).document.flags["f"].rules[0].when


def test_a_whole_flag() -> None:
    reading = read(DOCUMENT, {})
    flag = reading.document.flags["new-checkout"]
    assert not reading.losses
    assert flag.type == "boolean"
    assert [variant.key for variant in flag.variants] == ["true", "false"]
    assert (flag.enabled, flag.off, flag.client_visible) == (True, "false", True)
    assert flag.prerequisites == (m.Prerequisite("new-nav", ("new",), enabled=True),)
    assert flag.targets == (
        m.Target("false", ("acme",), "org"), m.Target("true", ("user-1",)),
    )  # fmt: skip
    first, second = flag.rules
    assert (first.id, first.serve) == ("r-country", "true")
    assert first.when == m.All((
        m.Clause("/address/country", "launchdarkly.in", ("NL", "BE")),
        m.All((
            m.Clause("plan", "present"), m.Not(m.Clause("plan", "launchdarkly.in", ("free",)))
        )),
    ))  # fmt: skip
    assert second.when == m.AnyOf((m.InSegment("beta"), m.InSegment("staff")))
    assert second.serve == m.Split(
        (m.Arm("true", 10_000), m.Arm("false", 10_000), m.Arm("false", 80_000, tracked=False)),
        m.Bucketing("launchdarkly.experiment", "61"),
    )
    assert flag.default == m.Split(
        (m.Arm("true", 20_000), m.Arm("false", 80_000)),
        m.Bucketing("launchdarkly", "new-checkout.5a1d", ("account", "key")),
    )


def test_a_whole_segment() -> None:
    segments = read(DOCUMENT, {}).document.segments
    placed = m.Bucketing("launchdarkly", "beta.99", ("email", "key"))
    assert segments["beta"].when == m.All((
        m.Clause("email", "launchdarkly.endsWith", ("@example.com",)),
        m.Share(placed, ((-1.0, 0.5),)),
    ))  # fmt: skip
    assert segments["beta"].included == (
        m.SegmentKeys(("user-2",)), m.SegmentKeys(("acme",), "org"),
    )  # fmt: skip
    assert segments["staff"].when == m.Always()


def test_a_sane_document_may_be_published_and_stored() -> None:
    document = read(DOCUMENT, {}).document
    assert validate(document) == []
    assert document_from_json(document_to_json(document)) == document


def test_our_own_contexts_are_answered_too() -> None:
    program = Program.of(read(DOCUMENT, {}).document)
    person = {"key": "user-9", "address": {"country": "NL"}, "plan": "pro"}
    assert evaluate(program, "new-checkout", person).rule == "r-country"
    assert evaluate(program, "new-checkout", {"key": "user-1"}).cause == "target"
    multi = {"kind": "multi", "user": {"key": "user-1"}, "org": {"key": "acme"}}
    assert evaluate(program, "new-checkout", multi).value is False


@pytest.mark.parametrize(
    ("values", "type_", "keys"),
    [
        ([True, False], "boolean", ("true", "false")),
        ([True, True], "boolean", ("variation-0", "variation-1")),
        (["a", "b c"], "string", ("a", "b c")),
        (["", "b"], "string", ("variation-0", "variation-1")),
        (["x" * 41, "y"], "string", ("variation-0", "variation-1")),
        ([1, 2], "integer", ("1", "2")),
        ([1, 2.5], "number", ("variation-0", "variation-1")),
        ([1, "1"], "json", ("variation-0", "variation-1")),
        ([{"a": 1}, None], "json", ("variation-0", "variation-1")),
        ([], "json", ()),
    ],
)
def test_variants(values: list[Json], type_: str, keys: tuple[str, ...]) -> None:
    assert flag_type(values) == type_
    assert variant_keys(values) == keys


@pytest.mark.parametrize(
    ("name", "is_path", "expected"),
    [
        ("a", True, "a"), ("a", False, "a"), ("a/b", True, "a/b"), ("/a", True, "a"),
        ("/a/b", True, "/a/b"), ("/a/b", False, "/~1a~1b"), ("a~b", True, "a~b"),
        ("/a~1b", True, "a/b"), ("/~1b", True, "/~1b"), ("/a~0", True, "a~"),
        ("", True, None), ("/", True, None), ("//", True, None), ("/a/", True, None),
        ("/a~", True, None), ("/a~2", True, None), ("/~~01", True, None),
    ],
)  # fmt: skip
def test_references(name: str, is_path: bool, expected: str | None) -> None:
    assert reference(name, is_path) == expected


ANONYMOUS = m.Clause("anonymous", "launchdarkly.in", (True,))
HAS_USER = m.Clause("key", "present")


@pytest.mark.parametrize(
    ("values", "negate", "expected"),
    [
        ([True], False, ANONYMOUS),
        ([True], True, m.All((HAS_USER, m.Not(ANONYMOUS)))),
        ([False], False, m.All((HAS_USER, m.Not(ANONYMOUS)))),
        ([False], True, ANONYMOUS),
        ([True, False], False, HAS_USER),
        ([True, False], True, NEVER),
    ],
)
def test_who_says_nothing_is_not_anonymous(
    values: list[Json], negate: bool, expected: m.Condition
) -> None:
    clause = {"attribute": "anonymous", "op": "in", "values": values, "negate": negate}
    assert condition(clause) == expected
    program = Program.of(read(rule(clause), {}).document)
    for said, is_anonymous in (
        ({}, False),
        ({"anonymous": False}, False),
        ({"anonymous": True}, True),
    ):
        matches = (is_anonymous in values) is not negate
        assert evaluate(program, "f", {"key": "u", **said}).value is matches


def test_kinds_are_asked_of_the_whole_context() -> None:
    clause = {"attribute": "kind", "op": "in", "values": ["org"], "negate": True}
    asked = m.Clause("kinds", "launchdarkly.in", ("org",), "$")
    assert condition(clause) == m.Not(asked)


LOSSES: list[tuple[Json, str, str]] = [
    (one(version=None), "/flags/f/version", "missing"),
    (one(key=None), "/flags/f/key", "missing"),
    (one(key="g"), "/flags/f/key", "says 'g' but stands under 'f'"),
    (one(offVariation=7), "/flags/f/offVariation", "there is no variation 7"),
    (one(fallthrough={}), "/flags/f/fallthrough", "neither a variation nor a rollout"),
    (one(fallthrough={"rollout": {"variations": []}}), "/flags/f/fallthrough", "neither"),
    (one(prerequisites=[{"key": "x", "variation": 0}]), "/flags/f/prerequisites/0", "'x' is not"),
    (one(samplingRatio="x"), "/flags/f/samplingRatio", "expected an integer, found text"),
    (one(prerequisites=[{"key": "f", "variation": 0}]), "/flags/f", "a cycle of prerequisites"),
    (rule({"attribute": "a", "op": "like", "values": []}),
     "/flags/f/rules/0/clauses/0/op", "no operator 'like'"),
    (rule({"attribute": "a", "op": "matches", "values": ["x", "(?=y)"]}),
     "/flags/f/rules/0/clauses/0/values/1", "is beyond our patterns"),
    (rule({"attribute": "a", "op": "lessThan", "values": [10**400]}),
     "/flags/f/rules/0/clauses/0/values/0", "beyond every float"),
    (rule({"op": "in", "values": [1]}), "/flags/f/rules/0/clauses/0/attribute", "no attribute"),
    (rule({"attribute": "a", "op": "in"}), "/flags/f/rules/0/clauses/0/values", "missing"),
    (rule({"attribute": "", "op": "segmentMatch", "values": ["nowhere"]}),
     "/flags/f/rules/0/clauses/0/values/0", "no segment 'nowhere'"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "pointer", "words"), LOSSES)
def test_what_makes_no_sense_is_said(document: Json, pointer: str, words: str) -> None:
    reading = read(document, {})
    assert "f" in reading.document.flags
    [loss] = [loss for loss in reading.losses if loss.pointer == pointer]
    assert words in loss.message
    assert loss.flag == "f"
    assert loss.effect


def test_a_big_segment_is_a_loss() -> None:
    document = one()
    document["segments"] = {"s": {"key": "s", "version": 1, "unbounded": True, "generation": 1}}
    [loss] = read(document, {}).losses
    assert (loss.pointer, loss.kind) == ("/segments/s/unbounded", "lost")


def test_ids_of_rules_are_made_where_they_cannot_be_kept() -> None:
    rules = [{"id": name, "variation": 0, "clauses": []} for name in ("a", "a", None, "", "b\n")]
    flag = read(one(rules=rules), {}).document.flags["f"]
    assert [rule.id for rule in flag.rules] == ["a", "rule-1", "rule-2", "rule-3", "rule-4"]
    assert [dict(rule.metadata) for rule in flag.rules] == [
        {}, {"id": "a"}, {"id": None}, {"id": ""}, {"id": "b\n"},
    ]  # fmt: skip
