"""What Flagsmith's parts become."""

from __future__ import annotations

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

from yardarm import Client
from yardarm.core import model as m
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.dialects.flagsmith import DIALECT
from yardarm.errors import DocumentError

Json = Any


def _flag(document: Json, key: str = "f") -> m.Flag:
    return DIALECT.read(document, {}).document.flags[key]


def _values(flag: m.Flag) -> dict[str, Json]:
    return {v.key: None if v.withheld else v.value for v in flag.variants}


# --- features ---------------------------------------------------------------------------------


def test_a_feature_without_a_value_is_boolean() -> None:
    flag = _flag(environment(state("f", True)))
    assert (flag.type, flag.enabled, flag.default, flag.off) == ("boolean", True, "on", "off")
    assert _values(flag) == {"on": True, "off": False}
    off = _flag(environment(state("f", False, "")))
    assert (off.enabled, off.off, off.default) == (False, "off", "on")


def test_a_feature_with_a_value_gives_it_where_it_is_enabled() -> None:
    flag = _flag(environment(state("f", True, "blue")))
    assert (flag.type, flag.default, flag.off) == ("string", "control", None)
    assert _values(flag) == {"control": "blue"}
    off = _flag(environment(state("f", False, "blue")))
    assert (off.enabled, off.off, off.default) == (False, "control-off", "control")
    assert _values(off) == {"control": "blue", "control-off": None}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((True, False), "boolean"), (("a", ""), "string"), ((1, 2), "integer"),
        ((1, 2.5), "number"),
        ((1, "a"), "json"), ((1, None), "integer"), ((1, ""), "integer"), (([1], None), "json"),
    ],
)  # fmt: skip
def test_the_type_comes_from_all_values(values: tuple[Json, Json], kind: str) -> None:
    override = state("f", True, values[1], feature_segment={"priority": 1})
    rules = all_of(condition("t", "IS_SET", ""))
    document = environment(state("f", True, values[0]), segments=[segment(5, rules, override)])
    flag = _flag(document)
    assert flag.type == kind
    assert not errors(validate(DIALECT.read(document, {}).document))


def test_a_multivariate_feature_is_a_split() -> None:
    arms = [arm(9, "b", 25.5, "second"), arm(3, "a", 30, "first")]
    flag = _flag(environment(state("f", True, "c", multivariate_feature_state_values=arms)))
    assert flag.default == m.Split(
        (m.Arm("first", 30), m.Arm("second", 25.5)),
        m.Bucketing("flagsmith", "7,env", ("key",)),
        outside="control",
    )
    assert _values(flag) == {"control": "c", "first": "a", "second": "b"}


def test_ids_of_other_environments() -> None:
    """Environments that the vendor keeps elsewhere have UUIDs."""
    late = "ffffffff-0000-0000-0000-000000000000"
    early = "{00000000-0000-0000-0000-000000000001}"
    arms = [
        {**arm(0, "z", 10, "z"), "id": None, "mv_fs_value_uuid": late},
        {**arm(0, "a", 10, "a"), "id": None, "mv_fs_value_uuid": f"urn:uuid:{early}"},
    ]
    more = {"django_id": None, "featurestate_uuid": "u-1"}
    made = state("f", True, "c", multivariate_feature_state_values=arms, **more)
    split = _flag(environment(made)).default
    assert isinstance(split, m.Split)
    assert [one.variant for one in split.arms] == ["a", "z"]
    assert split.bucketing.seed == "u-1,env"


# --- segments and overrides -------------------------------------------------------------------


def test_overrides_are_rules_in_the_order_of_their_priorities() -> None:
    rules = all_of(condition("t", "IS_SET", ""))
    segments = [
        segment(1, rules, state("f", True, "late", feature_segment={"priority": 5})),
        segment(2, rules, state("f", False, "early", feature_segment={"priority": 0})),
        segment(3, rules, state("f", True, "last")),
    ]
    flag = _flag(environment(state("f", True, "c"), segments=segments))
    assert [rule.id for rule in flag.rules] == ["segment-2", "segment-1", "segment-3"]
    assert [rule.serve for rule in flag.rules] == ["early-off", "late", "last"]
    assert [rule.name for rule in flag.rules] == ["s2", "s1", "s3"]
    assert flag.rules[0].when == m.InSegment("2")


def test_rules_of_a_segment_are_conditions() -> None:
    country = condition("country", "IN", "NL,BE")
    adult = condition("age", "GREATER_THAN_INCLUSIVE", "18")
    path = condition("$.environment.name", "EQUAL", "Production")
    rules = [
        {"type": "ALL", "conditions": [country], "rules": [
            {"type": "ANY", "conditions": [adult, path], "rules": []},
            {"type": "NONE", "conditions": [condition("bot", "EQUAL", "true")], "rules": []},
        ]},
        {"type": "ANY", "conditions": [], "rules": []},
    ]  # fmt: skip
    document = DIALECT.read(environment(segments=[segment(5, rules)]), {}).document
    assert document.segments["5"].when == m.All((
        m.All((
            m.Clause("country", "flagsmith.in", ("NL,BE",)),
            m.AnyOf((
                m.Clause("age", "flagsmith.greater_than_inclusive", ("18",)),
                m.Clause("$.environment.name", "flagsmith.equal",
                         ("Production", {"else": "Production"}), "flagsmith"),
            )),
            m.Not(m.Clause("bot", "flagsmith.equal", ("true",))),
        )),
        m.Always(),
    ))  # fmt: skip


def test_a_segment_without_rules_never_matches() -> None:
    document = DIALECT.read(environment(segments=[segment(5, [])]), {}).document
    assert document.segments["5"].when is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", m.Bucketing("flagsmith.identity", "5,env")),
        ("$.identity.key", m.Bucketing("flagsmith.identity_key", "5,env")),
        ("company", m.Bucketing("flagsmith.value", "5", ("company",))),
        ("/x", m.Bucketing("flagsmith.value", "5", ("/~1x",))),
        ("$.identity.identifier", m.Bucketing("flagsmith.value", "5", ("key",))),
    ],
)
def test_a_percentage_is_a_share(name: str, expected: m.Bucketing) -> None:
    rules = all_of(condition(name, "PERCENTAGE_SPLIT", "33.5"))
    document = DIALECT.read(environment(segments=[segment(5, rules)]), {}).document
    assert document.segments["5"].when == m.Share(expected, ((0.0, 33.5),))


def test_a_condition_on_another_flag_names_its_variants() -> None:
    rules = all_of(condition("$.flags.base.enabled", "EQUAL", "true"))
    override = state("f", True, None)
    on = all_of(condition("t", "IS_SET", ""))
    segments = [segment(1, on, state("base", True, None)), segment(2, rules, override)]
    document = DIALECT.read(
        environment(state("base", False), state("f", False), segments=segments), {}
    ).document
    assert document.segments["2"].when == m.FlagServes("base", ("on",))
    program = Program.of(document)
    assert evaluate(program, "f", {"key": "u", "t": 1}).value is True
    assert evaluate(program, "f", {"key": "u"}).value is False


def test_identities_with_overrides_are_targets() -> None:
    individuals = [
        individual("ann", state("f", True, "x")), individual("bob", state("f", True, "x")),
        individual("ann", state("f", False, "y")), individual("eve", state("f", False, "y")),
    ]  # fmt: skip
    document = environment(state("f", True, "c"), individuals=individuals)
    assert _flag(document).targets == (m.Target("x", ("ann", "bob")), m.Target("y-off", ("eve",)))


def test_identifiers_that_look_like_numbers_are_compared_as_the_engine_does() -> None:
    individuals = [individual("007", state("f", True, "x")), individual("8", state("f", True, "x"))]
    document = environment(state("f", True, "c"), individuals=individuals)
    read = DIALECT.read(document, {})
    flag = read.document.flags["f"]
    assert not flag.targets
    assert flag.rules[0].when == m.Clause("key", "flagsmith.in", (["007", "8"],))
    loss = read.losses[0]
    assert (loss.flag, loss.kind, loss.option) == ("f", "differs", "identities=named")
    assert "007" in loss.message
    program = Program.of(read.document)
    assert evaluate(program, "f", {"key": "007"}).value == "c"
    assert evaluate(program, "f", {"key": "08"}).value == "x"
    named = DIALECT.read(document, {"identities": "named"})
    assert not named.losses
    assert named.document.flags["f"].targets == (m.Target("x", ("007", "8")),)


# --- native use -------------------------------------------------------------------------------


def test_an_imported_flag_serves_native_contexts() -> None:
    arms = [arm(1, "a", 50)]
    override = state("f", False, "x", feature_segment={"priority": 0})
    rules = all_of(condition("country", "EQUAL", "NL"))
    made = state("f", True, "c", multivariate_feature_state_values=arms)
    document = environment(made, segments=[segment(5, rules, override)])
    with Client.from_document(DIALECT.read(document, {}).document) as client:
        assert client.string("f", {"key": "user-1", "country": "NL"}, "mine") == "mine"
        served = {client.string("f", {"key": f"user-{n}"}, "mine") for n in range(50)}
        assert served == {"a", "c"}


def test_flags_are_made_when_they_are_asked_for() -> None:
    flags = DIALECT.read(environment(state("f"), state("g")), {}).document.flags
    assert list(flags) == ["f", "g"]
    assert len(flags) == 2
    assert "f" in flags
    assert "h" not in flags
    assert flags["f"] is flags["f"]
    assert flags == dict(flags)
    assert repr(flags) == "<2 flags of Flagsmith>"
    with pytest.raises(KeyError):
        flags["h"]


@pytest.mark.parametrize("source", [None, [], "x", {}, {"feature_states": 5}, {"features": {}}])
def test_what_is_no_document_of_flagsmith(source: Json) -> None:
    with pytest.raises(DocumentError, match="no document of Flagsmith"):
        DIALECT.read(source, {})
