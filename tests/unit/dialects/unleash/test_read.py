"""What Unleash's toggles become in our words, and what is said of what they cannot become."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.unleash import parts

from yardarm.core import model as m
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Loss
from yardarm.dialects.unleash import DIALECT
from yardarm.errors import DocumentError


def _read(*toggles: Any, segments: Any = ()) -> tuple[m.Document, list[Loss]]:
    reading = DIALECT.read(parts.document(toggles, segments), {})
    return reading.document, list(reading.losses)


def _flag(*strategies: Any, **more: Any) -> m.Flag:
    document, losses = _read(parts.toggle("f", strategies, **more))
    assert not losses
    assert not errors(validate(document))
    return document.flags["f"]


def _losses(*strategies: Any, **more: Any) -> list[tuple[str, str]]:
    _, losses = _read(parts.toggle("f", strategies, **more))
    return [(loss.pointer, loss.kind) for loss in losses]


def test_a_percentage() -> None:
    constraint = parts.constraint("country", "IN", {"values": ["NL", "BE"]})
    rollout = parts.rollout("25", "userId", "checkout", constraints=[constraint])
    flag = _flag(rollout, description="New checkout", type="experiment")
    assert (flag.type, flag.enabled, flag.off, flag.default) == ("boolean", True, "off", "off")
    assert (flag.purpose, flag.description) == ("experiment", "New checkout")
    assert flag.rules == (
        m.Rule(
            "1",
            m.Clause("country", "unleash.in", ("NL", "BE")),
            m.Split(
                (m.Arm("on", 25),), m.Bucketing("unleash.rollout", "checkout", ("key",)),
                partial=True,
            ),
            "flexibleRollout",
        ),
    )  # fmt: skip


def test_stickiness() -> None:
    found = []
    for stickiness in ("default", None, "random", "sessionId", "account"):
        serve = _flag(parts.rollout("5", stickiness, "g")).rules[0].serve
        assert isinstance(serve, m.Split)
        found.append(serve.bucketing)
    default = m.Bucketing("unleash.rollout_or_random", "g", ("key", "sessionId"))
    assert found == [
        default,
        default,
        m.Bucketing("unleash.rollout", "g", ("random1",), "$"),
        m.Bucketing("unleash.rollout", "g", ("sessionId",)),
        m.Bucketing("unleash.rollout", "g", ("account",)),
    ]


def test_the_other_strategies() -> None:
    def when(name: str, **parameters: str) -> m.Condition:
        return _flag(parts.strategy(name=name, parameters=parameters)).rules[0].when

    assert when("default") == m.Always()
    assert when("userWithId", userIds="a, b") == m.Clause("key", "unleash.in", ("a", "b"))
    assert when("remoteAddress", IPs="::1,10.0.0.0/8") == m.Clause(
        "remoteAddress", "unleash.in_cidr", ("::1", "10.0.0.0/8")
    )
    strategy = parts.strategy(name="gradualRolloutRandom", parameters={"percentage": "30"})
    serve = _flag(strategy).rules[0].serve
    assert isinstance(serve, m.Split)
    assert serve.bucketing == m.Bucketing("unleash.random", None, ("random1",), "$")


def test_constraints_and_segments() -> None:
    constraints = [
        parts.constraint("a", "NOT_IN", {"values": ["x"]}),
        parts.constraint("b", "STR_CONTAINS", {"values": ["x"]}, invert=True, fold=True),
        parts.constraint("userId", "NUM_GTE", {"value": "5"}, fold=True),
        parts.constraint("currentTime", "DATE_AFTER", {"value": "2022-06-01T00:00:00Z"}),
        parts.constraint("key", "REGEX", {"value": "^a"}),
        parts.constraint("/a", "NOT_IN", {"values": []}, invert=True),
    ]
    segment = {"id": 7, "name": "beta", "constraints": constraints[:1]}
    document, losses = _read(
        parts.toggle("f", [parts.strategy(*constraints, segments=[7])]), segments=[segment]
    )
    assert not losses
    assert not errors(validate(document))
    assert document.flags["f"].rules[0].when == m.All((
        m.Not(m.Clause("a", "unleash.in", ("x",))),
        m.Not(m.Clause("b", "unleash.str_contains_ignore_case", ("x",))),
        m.Clause("key", "unleash.num_gte", ("5",)),
        m.Clause("now", "unleash.now_gt", ("2022-06-01T00:00:00Z",), "$"),
        m.Clause("/properties/key", "unleash.regex", ("^a",)),
        m.Clause("/~1a", "unleash.in", ()),
        m.InSegment("7"),
    ))  # fmt: skip
    assert document.segments["7"].name == "beta"
    assert document.segments["7"].when == m.Not(m.Clause("a", "unleash.in", ("x",)))


def test_variants() -> None:
    payload = {"type": "number", "value": "5"}
    own = [parts.variant("a", 1, payload=payload), parts.variant("b", 3)]
    flag = _flag(parts.rollout("50", "userId", "g", variants=own), parts.strategy())
    assert flag.type == "json"
    assert [(v.key, v.value, v.withheld) for v in flag.variants] == [
        ("a", 5, False), ("b", "b", False), ("(enabled)", None, True), ("(off)", None, True),
    ]  # fmt: skip
    assert flag.variants[0].metadata == {"payload": payload}
    assert (flag.off, flag.default) == ("(off)", "(off)")
    first, second = flag.rules
    assert first.when == m.Share(m.Bucketing("unleash.rollout", "g", ("key",)), ((0, 50),))
    assert first.serve == m.Split(
        (m.Arm("a", 1), m.Arm("b", 3)), m.Bucketing("unleash.variant", "g", ("key",))
    )
    assert second.serve == "(enabled)"


@pytest.mark.parametrize(
    ("payloads", "kind", "values"),
    [
        ([None, None], "string", ["a", "b"]),
        ([("string", "x"), ("csv", "y")], "string", ["x", "y"]),
        ([("number", "1"), ("number", "2")], "integer", [1, 2]),
        ([("number", "1"), ("number", "2.5")], "number", [1, 2.5]),
        ([("json", "[1]"), ("json", "{bad")], "json", [[1], "{bad"]),
        ([("json", "NaN"), ("number", "1e999")], "string", ["NaN", "1e999"]),
    ],
)
def test_values(payloads: list[Any], kind: str, values: list[Any]) -> None:
    own = [
        parts.variant(name, 1, **_payload(payload))
        for name, payload in zip("ab", payloads, strict=True)
    ]
    flag = _flag(variants=own)
    assert flag.type == kind
    assert [v.value for v in flag.variants if not v.withheld] == values


def _payload(given: tuple[str, str] | None) -> dict[str, Any]:
    return {} if given is None else {"payload": {"type": given[0], "value": given[1]}}


def test_one_name_with_two_payloads() -> None:
    one = [parts.variant("a", 1, payload={"type": "string", "value": "1"})]
    two = [parts.variant("a", 1, payload={"type": "string", "value": "2"})]
    flag = _flag(parts.strategy(variants=one), parts.strategy(variants=two))
    assert [v.key for v in flag.variants if not v.withheld] == ["a", "a 2"]
    assert flag.variants[1].metadata["name"] == "a"


def test_overrides_come_before_weights() -> None:
    own = [
        parts.variant("a", 1),
        parts.variant("b", 1, overrides=[{"contextName": "userId", "values": ["u"]}]),
    ]
    flag = _flag(parts.rollout("50", None, "g"), variants=own)
    assert [(rule.id, rule.serve) for rule in flag.rules[:1]] == [("1-1", "b")]
    first, second = flag.rules
    assert isinstance(first.when, m.All)
    assert first.when.conditions[:-1] == (second.when,)
    assert first.when.conditions[-1] == m.Clause("key", "unleash.in", ("u",))


def test_dependencies() -> None:
    own = [parts.variant("a", 1), parts.variant("b", 1)]
    document, losses = _read(
        parts.toggle("plain", [parts.strategy()]),
        parts.toggle("choosing", [parts.strategy()], variants=own),
        parts.toggle("on", [], dependencies=[{"feature": "plain"}]),
        parts.toggle("off", [], dependencies=[{"feature": "plain", "enabled": False}]),
        parts.toggle("one", [], dependencies=[{"feature": "choosing", "variants": ["a"]}]),
    )
    assert not losses
    assert not errors(validate(document))
    needs = {key: flag.prerequisites for key, flag in document.flags.items()}
    assert needs["on"] == (m.Prerequisite("plain", ("on",)),)
    assert needs["off"] == (m.Prerequisite("plain", ("off",)),)
    assert needs["one"] == (m.Prerequisite("choosing", ("a",)),)


def test_dependencies_that_never_hold() -> None:
    document, losses = _read(
        parts.toggle("root", []),
        parts.toggle("child", [], dependencies=[{"feature": "root"}]),
        parts.toggle("deep", [], dependencies=[{"feature": "child"}]),
        parts.toggle("lone", [], dependencies=[{"feature": "nowhere"}]),
    )
    assert not errors(validate(document))
    assert [(loss.flag, loss.pointer) for loss in losses] == [
        ("deep", "/features/2/dependencies/0"), ("lone", "/features/3/dependencies/0"),
    ]  # fmt: skip
    program = Program.of(document)
    served = {key: program.compiled(key).run({}, None, None).variant for key in document.flags}
    assert served == {"root": "on", "child": "on", "deep": "off", "lone": "off"}


def test_what_never_matches() -> None:
    for strategy in (
        parts.strategy(name="mine"),
        parts.rollout("half", None, None),
        parts.strategy(name="userWithId"),
        parts.strategy(name="gradualRolloutUserId", parameters={"percentage": "5"}),
    ):
        document, losses = _read(parts.toggle("f", [strategy]))
        (rule,) = document.flags["f"].rules
        assert rule.paused
        assert losses[0].pointer == "/features/0/strategies/0"
        assert losses[0].kind == ("lost" if strategy["name"] == "mine" else "malformed")


@pytest.mark.parametrize(
    ("strategy", "pointer"),
    [
        (parts.strategy(parts.constraint("p", "FOO", {})), "/constraints/0/operator"),
        (parts.strategy(parts.constraint("p", "NUM_EQ", {"value": "x"})), "/constraints/0/value"),
        (parts.strategy(parts.constraint("p", "NUM_EQ", {})), "/constraints/0"),
        (parts.strategy(parts.constraint("p", "STR_CONTAINS", {"values": []})), "/constraints/0"),
        (parts.strategy(parts.constraint('a"', "IN", {})), "/constraints/0/contextName"),
        (parts.strategy(parts.constraint("p", "IN", {"values": ["a", "b\\"]})),
         "/constraints/0/values/1"),
        (parts.strategy(segments=[1]), "/segments/0"),
        (parts.rollout("101", None, None), "/parameters/rollout"),
        (parts.rollout("5", None, 'a"b'), "/parameters/groupId"),
        (parts.rollout("5", 'a"b', "g"), "/parameters/stickiness"),
        (parts.strategy(name="remoteAddress", parameters={"IPs": 'a"'}), "/parameters/IPs"),
        (parts.strategy(name="userWithId", parameters={"userIds": "a\\,b"}), "/parameters/userIds"),
    ],
)  # fmt: skip
def test_what_does_not_compile_is_off(strategy: Any, pointer: str) -> None:
    document, losses = _read(parts.toggle("f", [parts.strategy(), strategy]))
    assert document.flags["f"].rules == ()
    assert document.flags["f"].default == "off"
    assert [(loss.pointer, loss.kind) for loss in losses] == [
        (f"/features/0/strategies/1{pointer}", "malformed")
    ]


@pytest.mark.parametrize(
    ("toggle", "pointer"),
    [
        (5, ""),
        ({"enabled": True}, ""),
        ({"name": "f"}, ""),
        ({"name": "f", "enabled": "yes"}, "/enabled"),
        (parts.toggle("f", [5]), "/strategies/0"),
        (parts.toggle("f", [{}]), "/strategies/0"),
        (parts.toggle("f", [parts.strategy(parameters={"a": 5})]), "/strategies/0/parameters/a"),
        (parts.toggle("f", [parts.strategy({"contextName": "p"})]), "/strategies/0/constraints/0"),
        (parts.toggle("f", [parts.strategy(parts.constraint("p", "IN", {"values": [5]}))]),
         "/strategies/0/constraints/0/values/0"),
        (parts.toggle("f", [parts.strategy(segments=["1"])]), "/strategies/0/segments/0"),
        (parts.toggle("f", [parts.strategy(variants=[{"name": "a"}])]), "/strategies/0/variants/0"),
        (parts.toggle("f", [], variants=[parts.variant("a", 2**31)]), "/variants/0/weight"),
        (parts.toggle("f", [], variants=[parts.variant("a", 1, payload={"type": "string"})]),
         "/variants/0/payload"),
        (parts.toggle("f", [], variants=[parts.variant("a", 1, overrides=[{}])]),
         "/variants/0/overrides/0"),
        (parts.toggle("f", [], dependencies=[{}]), "/dependencies/0"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out(toggle: Any, pointer: str) -> None:
    document, losses = _read(toggle, parts.toggle("good", []))
    assert list(document.flags) == ["good"]
    assert [(loss.pointer, loss.kind) for loss in losses] == [
        (f"/features/0{pointer}", "malformed")
    ]


def test_what_the_sdk_alone_minds() -> None:
    document, losses = _read(
        {"name": "f", "enabled": True},
        parts.toggle("g", [], type=5, createdAt="yesterday", stale="no"),
    )
    assert document.flags["f"].default == document.flags["g"].default == "on"
    assert [loss.pointer for loss in losses] == [
        "/features/0", "/features/1/type", "/features/1/stale", "/features/1/createdAt",
    ]  # fmt: skip


def test_a_pattern_that_cannot_be_read() -> None:
    strategy = parts.strategy(parts.constraint("p", "REGEX", {"value": r"\p{Greek}"}))
    assert _losses(strategy) == [("/features/0/strategies/0/constraints/0/value", "lost")]
    assert _losses(parts.strategy(parts.constraint("p", "REGEX", {"value": "("}))) == []


def test_weights_of_nothing() -> None:
    own = [parts.variant("a", 0)]
    assert _losses(variants=own) == [("/features/0/variants", "malformed")]
    assert _losses(parts.strategy(variants=own)) == [
        ("/features/0/strategies/0/variants", "malformed")
    ]


def test_hosts() -> None:
    strategy = parts.strategy(name="applicationHostname", parameters={"hostNames": "Web-1, db"})
    document, losses = _read(parts.toggle("f", [strategy]))
    assert [loss.kind for loss in losses] == ["lost"]
    run = Program.of(document).compiled("f").run
    assert run({}, {"user": {}, "host": {"key": "web-1"}}, None).variant == "on"
    assert run({"key": "web-1", "hostname": "web-1"}, None, None).variant == "off"


def test_documents() -> None:
    document, losses = _read(parts.toggle("f", [], enabled=False), parts.toggle("f", []))
    assert document.flags["f"].enabled
    assert [loss.message for loss in losses] == ["the toggle 'f' comes twice"]
    reading = DIALECT.read({"features": [parts.toggle("f", [])]}, {})
    assert [loss.pointer for loss in reading.losses] == ["/version"]
    assert list(reading.document.flags) == ["f"]
    for bad in (None, [], {}, {"features": {}}, "x"):
        with pytest.raises(DocumentError):
            DIALECT.read(bad, {})


def test_events() -> None:
    events = [
        {"type": "hydration", "eventId": 1, "segments": [],
         "features": [parts.toggle("a", []), parts.toggle("b", [])]},
        {"type": "feature-updated", "eventId": 2,
         "feature": parts.toggle("c", [parts.strategy(segments=[3])])},
        {"type": "feature-removed", "eventId": 3, "featureName": "a", "project": "p"},
        {"type": "segment-updated", "eventId": 4, "segment": {"id": 3, "constraints": []}},
        {"type": "unheard-of", "eventId": 5},
        "nonsense",
    ]  # fmt: skip
    reading = DIALECT.read({"events": events}, {})
    assert list(reading.document.flags) == ["b", "c"]
    assert list(reading.document.segments) == ["3"]
    assert [loss.pointer for loss in reading.losses] == ["/events/4", "/events/5"]


def test_flags_are_a_mapping_like_any_other() -> None:
    document, _ = _read(parts.toggle("a", []), parts.toggle("b", [parts.strategy()]))
    flags = document.flags
    assert flags == dict(flags) == flags
    assert len(flags) == 2
    assert "a" in flags
    assert "c" not in flags
    assert flags["a"] is flags["a"]
    with pytest.raises(KeyError):
        flags["c"]
