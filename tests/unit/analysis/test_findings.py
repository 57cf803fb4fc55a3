"""What is said about documents, kind by kind, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.analysis import KINDS, SEVERITIES, Finding, analyse

NL = clause("country", "equals", "NL")
EMPTY = {"all": [clause("age", "gt", 5), clause("age", "lt", 3)]}


def found(flags: dict[str, Any], segments: dict[str, Any] | None = None) -> list[Finding]:
    return list(analyse(document(flags, segments)))


def only(flags: dict[str, Any], segments: dict[str, Any] | None = None) -> Finding:
    (finding,) = found(flags, segments)
    return finding


def said(flags: dict[str, Any], segments: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    return [(finding.kind, finding.pointer) for finding in found(flags, segments)]


def test_a_plain_document_has_nothing() -> None:
    flags = {
        "f": boolean(
            rules=[
                rule(NL),
                rule(clause("age", "gt", 5), key="s"),
                rule({"segment": "s"}, key="t"),
            ],
            targets=[{"variant": "off", "keys": ["a"]}],
            prerequisites=[{"flag": "g", "variants": ["on"]}],
        ),
        "g": boolean(default=split(("on", 30_000), ("off", 70_000))),
    }
    assert said(flags, {"s": {"when": clause("app", "semver_gte", "2.0.0")}}) == []


def test_a_rule_that_never_matches() -> None:
    finding = only({"f": boolean(rules=[rule(EMPTY)])})
    assert finding.kind == "rule-never-matches"
    assert finding.severity == "error"
    assert finding.pointer == "/flags/f/rules/0"
    assert (finding.flag, finding.segment, finding.witness) == ("f", None, None)
    assert finding.words == "rule 'r' never matches: `age > 5` and `age < 3` exclude each other"
    assert finding.proof == "`age > 5` and `age < 3` exclude each other"
    assert finding.culprits == tuple(f"/flags/f/rules/0/when/all/{n}" for n in (0, 1))


def test_the_fewest_culprits_are_named() -> None:
    parts = [NL, clause("age", "gt", 5), clause("plan", "present"), clause("age", "lt", 3)]
    finding = only({"f": boolean(rules=[rule({"all": parts})])})
    assert finding.culprits == ("/flags/f/rules/0/when/all/1", "/flags/f/rules/0/when/all/3")


@pytest.mark.parametrize(("when", "why"), [
    (clause("key", "gt", 5), "`key > 5` never holds: the key of a user is text and not empty"),
    (clause("key", "equals", "", kind="team"),
     '`team:key = ""` never holds: the key of a team is text and not empty'),
    (clause("since", "before", "0001-01-01T00:00:00Z"), ""),
    ({"not": {"always": True}}, "`everyone` always holds"),
    ({"any": [EMPTY]}, "`age > 5` and `age < 3` exclude each other"),
    ({"segment": "s"}, "nobody belongs to segment 's'"),
    ({"flag": "g", "variants": ["off"]}, "flag 'g' never serves 'off'"),
    ({"all": [{"share": {"ranges": [[0, 5]]}}, {"share": {"ranges": [[5, 9]]}}]},
     "`0.005 % of units` and `0.004 % of units` exclude each other"),
    ({"all": [clause("/a/b", "present"), clause("a", "equals", 1)]},
     "`/a/b present` and `a = 1` exclude each other"),
    ({"all": [clause("x", "matches", "^v[0-9]+$"), clause("x", "starts_with", "w")]},
     '`x matches "^v[0-9]+$"` and `x starts_with w` exclude each other'),
    ({"all": [clause("x", "semver_gt", "1.0.0"), clause("x", "semver_lt", "1.0.1-0")]},
     '`x semver_gt "1.0.0"` and `x semver_lt "1.0.1-0"` exclude each other'),
    ({"all": [clause("key", "in", "a", "b"), {"share": {"ranges": [[0, 1]], "seed": "s"}}]},
     "`key in a, b` and `0.001 % of units` exclude each other"),
])  # fmt: skip
def test_why_it_never_matches(when: Any, why: str) -> None:
    flags = {"f": boolean(rules=[rule(when)]), "g": boolean()}
    by_rule = [f for f in found(flags, {"s": {}}) if f.kind == "rule-never-matches"]
    if not why:  # a datetime of a program reaches a few hours further than any text
        assert by_rule == []
        return
    assert [finding.proof for finding in by_rule] == [why]


def test_a_rule_behind_another() -> None:
    rules = [rule(NL, key="first"), rule({"all": [NL, clause("beta", "equals", True)]}, key="next")]
    finding = only({"f": boolean(rules=rules)})
    assert (finding.kind, finding.severity) == ("rule-shadowed", "warning")
    assert finding.culprits == ("/flags/f/rules/0",)
    assert finding.witness == {"country": "NL", "beta": True}
    assert finding.words == (
        "rule 'next' is never reached: whoever matches `country = NL and beta = true` is answered "
        "by rule 'first' before, `country = NL`"
    )


def test_a_rule_behind_several_together() -> None:
    adult = clause("age", "gte", 18)
    rules = [
        rule({"all": [NL, adult]}, key="a"),
        rule(clause("plan", "equals", "pro"), key="b"),
        rule({"all": [NL, {"not": adult}]}, key="c"),
        rule(NL, key="d"),
    ]
    finding = only({"f": boolean(rules=rules)})
    assert finding.pointer == "/flags/f/rules/3"
    assert finding.culprits == ("/flags/f/rules/0", "/flags/f/rules/2")
    assert "is answered by rule 'a' and rule 'c' before" in finding.words


def test_a_range_of_versions_behind_a_beginning() -> None:
    range_ = {"all": [clause("app", "semver_gte", "2.0.0"), clause("app", "semver_lt", "3.0.0-0")]}
    rules = [rule(clause("app", "starts_with", "2."), key="two"), rule(range_, key="range")]
    assert said({"f": boolean(rules=rules)}) == [("rule-shadowed", "/flags/f/rules/1")]


def test_a_rule_behind_a_target_and_behind_a_prerequisite() -> None:
    by_target = boolean(
        targets=[{"variant": "off", "keys": ["a", "b"]}], rules=[rule(clause("key", "in", "a"))]
    )
    finding = only({"f": by_target})
    assert finding.culprits == ("/flags/f/targets/0",)
    assert "is answered by an individual target before" in finding.words
    needs = boolean(prerequisites=[{"flag": "g", "variants": ["on"]}], rules=[rule(NL)])
    finding = only({"f": needs, "g": boolean(rules=[rule(NL)])})
    assert (finding.kind, finding.culprits) == ("rule-never-matches", ("/flags/f/prerequisites/0",))
    assert finding.proof == "whoever matches `country = NL` does not fulfil the prerequisite 'g'"


def test_a_rule_behind_split_that_covers_its_units() -> None:
    shared = {"share": {"ranges": [[0, 20_000]], "seed": "f"}}
    rules = [rule({"always": True}, split(("off", 30_000), outside=None)), rule(shared, key="s")]
    assert said({"f": boolean(rules=rules)}) == [("rule-shadowed", "/flags/f/rules/1")]


def test_a_paused_rule_stands_before_nobody() -> None:
    rules = [rule({"always": True}, paused=True), rule(NL, key="s")]
    assert said({"f": boolean(rules=rules)}) == []


def test_conditions_that_are_constant() -> None:
    ever = {"any": [{"not": NL}, clause("country", "in", "NL", "BE")]}
    flags = {"f": boolean(rules=[rule({"any": [{"all": [ever, clause("a", "present")]}, EMPTY]})])}
    always, never = found(flags)
    assert (always.kind, always.pointer) == (
        "condition-always-true", "/flags/f/rules/0/when/any/0/all/0",
    )  # fmt: skip
    assert always.proof == "whoever does not fulfil `not country = NL` fulfils `country in NL, BE`"
    assert (never.kind, never.pointer) == ("condition-contradictory", "/flags/f/rules/0/when/any/1")
    assert said({"f": boolean(rules=[rule({"always": True}, "on")])}) == []


def test_a_condition_of_a_segment_with_listed_members() -> None:
    segment = {"when": EMPTY, "included": [{"keys": ["a"]}]}
    assert said({}, {"s": segment}) == [("condition-contradictory", "/segments/s/when")]


def test_a_variant_that_nobody_is_served() -> None:
    variants = [{"key": key, "value": key} for key in ("a", "b", "c", "d")]
    flag = {
        "type": "string", "variants": variants, "enabled": True, "off": "a", "default": "b",
        "rules": [rule(NL, "b"), rule({"all": [NL, clause("x", "present")]}, "c", "s")],
    }  # fmt: skip
    shadowed, of_rule, unnamed = found({"f": flag})
    assert shadowed.kind == "rule-shadowed"
    assert of_rule.pointer == "/flags/f/variants/2"
    assert of_rule.words == "variant 'c' is never served: rule 's' would serve it, but to nobody"
    assert of_rule.culprits == ("/flags/f/rules/1",)
    assert unnamed.words == "variant 'd' is never served: no rule, target or default names it"


def test_an_arm_of_no_weight_serves_nobody() -> None:
    flag = boolean(off=None, default=split(("on", 100_000), ("off", 0)))
    assert said({"f": flag}) == [("variant-never-served", "/flags/f/variants/1")]


def test_a_disabled_flag_is_looked_at_as_if_it_were_enabled() -> None:
    flag = boolean(enabled=False, rules=[rule(NL), rule(NL, key="s")])
    assert said({"f": flag}) == [("rule-shadowed", "/flags/f/rules/1")]


def test_segments_that_nobody_belongs_to() -> None:
    listed = {"when": clause("key", "in", "a", "b"), "excluded": [{"keys": ["a", "b", "c"]}]}
    one, two, three = found({}, {"one": {}, "two": {"when": EMPTY}, "three": listed})
    assert one.words == "nobody belongs to segment 'one': it includes no key and has no condition"
    assert two.culprits == ("/segments/two/when/all/0", "/segments/two/when/all/1")
    assert three.proof == "whoever fulfils `key in a, b` is excluded by key"
    assert three.culprits == ("/segments/three/when", "/segments/three/excluded/0")
    assert {f.kind for f in (one, two, three)} == {"segment-empty"}


def test_segments_with_the_same_members() -> None:
    segments = {
        "a": {"when": clause("age", "gte", 18), "included": [{"keys": ["x"]}]},
        "b": {"when": {"not": {"not": clause("age", "gte", 18.0)}}, "included": [{"keys": ["x"]}]},
        "c": {"when": clause("age", "gt", 18), "included": [{"keys": ["x"]}]},
    }
    finding = only({}, segments)
    assert (finding.kind, finding.segment) == ("segment-duplicate", "b")
    assert finding.culprits == ("/segments/a",)


def test_a_prerequisite_that_never_holds() -> None:
    needs = boolean(prerequisites=[{"flag": "g/h", "variants": ["off"]}])
    finding = only({"f": needs, "g/h": boolean()})
    assert (finding.kind, finding.severity) == ("prerequisite-never-holds", "error")
    assert finding.words == "it never holds that 'g/h' serves 'off': 'g/h' serves that to nobody"
    assert finding.culprits == ("/flags/g~1h",)


def test_prerequisites_that_exclude_each_other() -> None:
    flags = {
        "f": boolean(
            prerequisites=[{"flag": key, "variants": ["on"]} for key in ("nl", "other", "be")],
            rules=[rule(NL)],
        ),
        "nl": boolean(default="off", rules=[rule(NL, "on")]),
        "be": boolean(default="off", rules=[rule(clause("country", "equals", "BE"), "on")]),
        "other": boolean(),
    }
    finding = only(flags)
    assert finding.pointer == "/flags/f/prerequisites/2"
    assert finding.culprits == ("/flags/f/prerequisites/0",)
    assert finding.proof == "whoever fulfils it does not fulfil what is asked of 'nl'"


def test_what_holds_only_while_a_flag_is_switched_off_is_a_note() -> None:
    flags = {
        "f": boolean(
            prerequisites=[{"flag": "g", "variants": ["on"]}],
            rules=[rule({"any": [{"flag": "g", "variants": ["on"]}, NL]})],
        ),
        "g": boolean(enabled=False),
    }
    needs, asks = found(flags)
    assert (needs.severity, asks.severity) == ("note", "note")
    assert needs.words == (
        "it never holds that 'g' serves 'on': 'g' is switched off and serves 'off' "
        "(as long as 'g' is switched off)"
    )
    assert asks.pointer == "/flags/f/rules/0/when/any/0"


def test_a_split_of_a_share() -> None:
    share = {"share": {"ranges": [[0, 30_000]], "seed": "s"}}
    flag = boolean(rules=[rule({"all": [NL, share]}, split(("on", 70_000), ("off", 30_000)))])
    finding = only({"f": flag})
    assert finding.kind == "share-differs"
    assert finding.pointer == "/flags/f/rules/0/serve/split"
    assert finding.culprits == ("/flags/f/rules/0/when/all/1",)
    assert finding.words == (
        "the split of rule 'r' gives 'on' 21 % of the units, not 70 % and 'off' 9 % of the units, "
        "not 30 %: whatever else their contexts say, 30 % of all units come to it"
    )


@pytest.mark.parametrize(("seed", "gives"), [("s", "30 %"), ("t", "21 %")])
def test_equal_seeds_are_the_same_units(seed: str, gives: str) -> None:
    share = {"share": {"ranges": [[0, 30_000]], "seed": "s"}}
    serve = split(("on", 70_000), outside=None, seed=seed)
    finding = only({"f": boolean(rules=[rule(share, serve)])})
    assert f"gives 'on' {gives} of the units, not 70 %" in finding.words


def test_a_layer_and_a_prerequisite_divide_on_purpose() -> None:
    layer = {"key": "tests", "ranges": [[0, 50_000]]}
    flags = {
        "layered": boolean(default=split(("on", 100_000), layer=layer, outside="off")),
        "needs": boolean(
            prerequisites=[{"flag": "part", "variants": ["on"]}], default=split(("on", 100_000)),
        ),
        "part": boolean(default=split(("on", 10_000), outside="off")),
    }  # fmt: skip
    layered, needs = found(flags)
    assert (layered.severity, layered.culprits) == ("note", ("/flags/layered/default/split/layer",))
    assert "only the 50 % of the units that layer 'tests' leaves to it are divided" in layered.words
    assert (needs.severity, needs.culprits) == ("note", ("/flags/needs/prerequisites/0",))


def test_a_split_that_some_are_served_as_written_is_right() -> None:
    first = rule(NL, split(("off", 30_000), outside=None), "first")
    flag = boolean(rules=[first], default=split(("on", 50_000), ("off", 50_000)))
    assert said({"f": flag}) == []


def test_archived_flags_and_broken_ones_are_left_out() -> None:
    flags = {
        "archived": boolean(archived_at="2027-01-01T00:00:00Z", rules=[rule(EMPTY)]),
        "cycle": boolean(prerequisites=[{"flag": "cycle", "variants": ["on"]}]),
        "f": boolean(rules=[rule(clause("a", "no_such", 1)), rule(NL, key="s")]),
    }
    finding = only(flags)
    assert finding.pointer == "/flags/f/rules/0"
    assert finding.proof == "it cannot be evaluated: unknown operator 'no_such'"


def test_only_some_are_looked_at() -> None:
    made = document(
        {"f": boolean(rules=[rule(EMPTY)]), "g": boolean(rules=[rule(EMPTY)])}, {"s": {}, "t": {}}
    )
    some = analyse(made, [("flag", "g"), ("segment", "t")])
    assert [finding.pointer for finding in some] == ["/flags/g/rules/0", "/segments/t"]
    assert analyse(made, []) == ()


def test_a_finding_as_json() -> None:
    finding = only({"f": boolean(rules=[rule(EMPTY)])})
    told = finding.to_json()
    assert list(told) == [
        "kind", "severity", "pointer", "flag", "segment", "words", "culprits", "proof", "witness",
    ]  # fmt: skip
    assert told["culprits"] == list(finding.culprits)
    assert set(KINDS) == set(SEVERITIES)


def test_the_same_document_is_told_the_same_twice() -> None:
    rules = [rule(NL, key=f"r{n}") for n in range(5)]
    made = document({"f": boolean(rules=rules), "g": boolean(rules=rules[::-1])})
    assert analyse(made) == analyse(made)


IGNORED = clause("country", "equals_ignore_case", "nl")
AFTER = clause("d", "after", "2027-01-01T00:00:00Z")
SPELLINGS = ("10.0.0.1", "::ffff:10.0.0.1", "::FFFF:10.0.0.1", "0:0:0:0:0:ffff:10.0.0.1")


@pytest.mark.parametrize("parts", [
    [clause("x", "starts_with", "a"), {"not": clause("x", "in", "a", "ax", "aa")}],
    [IGNORED, {"not": clause("country", "in", "nl", "NL", "Nl")}],
    [clause("ip", "in_network", "10.0.0.0/8"), {"not": clause("ip", "in_network", "10.0.0.0/9")}],
    [clause("ip", "in_network", "10.0.0.1"), {"not": clause("ip", "in", *SPELLINGS)}],
    [clause("t", "has_any", "a", "b"), {"not": clause("t", "has_all", "a", "b")}],
    [clause("n", "gt", 0.1), clause("n", "lt", 0.10000000000000003)],
    [clause("n", "gt", 2**53), clause("n", "lt", 2**53 + 2)],
    [AFTER, clause("d", "before", "2027-01-01T00:00:00.000002Z")],
    [clause("v", "semver_gt", "1.0.0"), clause("v", "semver_lt", "1.0.1-0.0")],
    [clause("a", "present"), {"not": clause("/a/b", "present")}],
    [clause("x", "contains_ignore_case", "ss"), clause("x", "ends_with", "ß")],
    [clause("v", "starts_with", "2."), clause("v", "semver_lt", "2.0.0")],
])  # fmt: skip
def test_what_is_narrow_is_not_taken_for_empty(parts: list[Any]) -> None:
    found = analyse(document({"f": boolean(rules=[rule({"all": parts})])}))
    assert {finding.kind for finding in found} <= {"undecided"}


@pytest.mark.parametrize("parts", [
    [IGNORED, {"not": clause("country", "in", "nl", "NL", "Nl", "nL")}],
    [clause("n", "gt", 0.1), clause("n", "lt", 0.10000000000000002)],
    [clause("n", "gt", 2**53), clause("n", "lt", 2**53 + 1)],
    [AFTER, clause("d", "before", "2027-01-01T00:00:00.000001Z")],
    [clause("ip", "in_network", "10.0.0.0/8"),
     {"not": clause("ip", "in_network", "10.0.0.0/9", "10.128.0.0/9")}],
    [clause("x", "in", 1, True), clause("x", "equals", "1")],
    [clause("x", "contains", "ab"), clause("x", "matches", "^[^b]*$")],
    [clause("v", "starts_with", "2."), clause("v", "semver_lt", "2.0.0-0")],
    [clause("x", "has_all", "a", "b"), {"not": clause("x", "has_any", "b", "c")}],
    [{"not": clause("a", "present")}, clause("/a/b", "present")],
    [{"not": clause("a", "present")}, clause("/a/b/c", "present")],
    [clause("/key/x", "present")],
])  # fmt: skip
def test_what_is_empty_is_found(parts: list[Any]) -> None:
    assert ("rule-never-matches", "/flags/f/rules/0") in said(
        {"f": boolean(rules=[rule({"all": parts})])}
    )


def test_the_first_attribute_that_is_there_is_the_unit() -> None:
    everybody = {"share": {"ranges": [[0, 100_000]], "by": ["account", "key"]}}
    rules = [rule(everybody, key="units"), rule(clause("key", "present"), key="keyed")]
    assert said({"f": boolean(rules=rules)}) == []  # true is an account that names no unit
    assert said({"f": boolean(rules=[*rules, rule(everybody, key="again")])}) == [
        ("rule-shadowed", "/flags/f/rules/2")
    ]


def test_a_few_named_units_are_no_population() -> None:
    half = {"share": {"ranges": [[0, 50_000]], "seed": "s"}}
    few = {"all": [clause("key", "in", "a", "b", "c", "d", "e", "f"), half]}
    assert said({"f": boolean(rules=[rule(few, split(("on", 50_000), ("off", 50_000)))])}) == []
