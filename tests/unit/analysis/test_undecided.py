"""What cannot be told is said as such, and is never taken for a proof."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.analysis import analyse
from yardarm.core import model as m

NEVER = {"rule-never-matches", "rule-shadowed", "condition-contradictory", "condition-always-true"}


def kinds(*rules: Any, **fields: Any) -> list[str]:
    made = document({"f": boolean(rules=list(rules), **fields)})
    return [finding.kind for finding in analyse(made)]


def test_a_vendors_clause_is_known_value_by_value() -> None:
    vendor = clause("email", "launchdarkly.endsWith", "@example.com")
    assert kinds(rule(vendor)) == []
    assert kinds(rule(vendor), rule(vendor, key="again")) == ["rule-shadowed"]
    one = clause("email", "equals", "ann@example.com")
    assert kinds(rule({"all": [vendor, one]})) == []
    other = clause("email", "equals", "ann@example.org")
    assert kinds(rule({"all": [vendor, other]})) == ["rule-never-matches"]
    assert kinds(rule({"all": [vendor, {"not": vendor}]})) == ["rule-never-matches"]


def test_a_vendors_clause_that_no_example_fulfils_is_undecided() -> None:
    never = clause("email", "launchdarkly.matches", "^(a|b)c{7}$")
    (finding,) = analyse(document({"f": boolean(rules=[rule(never)])}))
    assert (finding.kind, finding.severity) == ("undecided", "note")
    assert finding.pointer == "/flags/f/rules/0"
    assert finding.words.startswith("cannot tell whether anybody is given what the rule serves")


def test_logic_may_be_anything() -> None:
    logic = {"logic": {"==": [{"var": "a"}, 1]}}
    found = kinds(rule(logic), rule({"not": logic}, key="s"))
    assert NEVER.isdisjoint(found)
    # It may fail, so that neither it nor its opposite holds.
    assert "condition-always-true" not in kinds(rule({"any": [logic, {"not": logic}]}))


def test_chance_is_asked_anew_by_everyone() -> None:
    drawn = clause("random", "lt", 0.5, kind=m.AMBIENT_KIND)
    segments = {"drawn": {"when": drawn}}
    both = {"all": [{"segment": "drawn"}, {"not": {"segment": "drawn"}}]}
    made = document({"f": boolean(rules=[rule(both)])}, segments)
    assert NEVER.isdisjoint(finding.kind for finding in analyse(made))


def test_the_present_is_an_attribute() -> None:
    def at(operator: str, time: str) -> dict[str, Any]:
        return clause("now", operator, time, kind=m.AMBIENT_KIND)

    window = [at("after", "2027-01-01T00:00:00Z"), at("before", "2028-01-01T00:00:00Z")]
    assert kinds(rule({"all": window})) == []
    closed = [at("after", "2028-01-01T00:00:00Z"), at("before", "2027-01-01T00:00:00Z")]
    assert kinds(rule({"all": closed})) == ["rule-never-matches"]


def test_a_vendors_split_serves_any_of_its_arms() -> None:
    arms = split(("on", 50_000), ("off", 50_000), algorithm="launchdarkly")
    assert kinds(default=arms, off=None) == []
    after = kinds(rule({"always": True}, arms), rule({"always": True}, "off", "s"))
    assert after == ["undecided"]  # nobody knows whether it covers every unit


def test_a_fault_ends_the_evaluation() -> None:
    fault = {"fault": "made on purpose"}
    country = clause("country", "equals", "NL")
    found = analyse(document({"f": boolean(rules=[rule(fault), rule(country, key="s")])}))
    assert [(f.kind, f.pointer) for f in found if f.kind.startswith("rule")] == [
        ("rule-never-matches", "/flags/f/rules/0"), ("rule-shadowed", "/flags/f/rules/1"),
    ]  # fmt: skip
    guarded = {"all": [country, fault]}
    found = analyse(document({"f": boolean(rules=[rule(guarded), rule(country, key="s")])}))
    assert ("rule-shadowed", "/flags/f/rules/1") in [(f.kind, f.pointer) for f in found]


def many_contains(number: int) -> list[dict[str, Any]]:
    words = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(number)]
    return [rule(clause("agent", "contains", word), key=f"r{word}") for word in words]


def test_more_ways_than_can_be_listed_are_still_decided() -> None:
    """Forty texts can be contained in 2**40 ways."""
    rules = many_contains(40)
    wider = rule(clause("agent", "contains", "xaby"), key="wider")
    (finding,) = analyse(document({"f": boolean(rules=[*rules, wider])}))
    assert (finding.kind, finding.pointer) == ("rule-shadowed", "/flags/f/rules/40")
    assert finding.culprits == ("/flags/f/rules/1",)


def _holes(number: int) -> list[dict[str, Any]]:
    """That `number` pigeons fit into one hole less: known to be hard."""

    def at(pigeon: int, hole: int) -> dict[str, Any]:
        return clause(f"p{pigeon}", "equals", hole)

    holes = range(number - 1)
    two = [
        rule({"any": [{"all": [at(i, h), at(j, h)]} for j in range(i) for h in holes]}, key=f"t{i}")
        for i in range(1, number)
    ]
    return [*two, rule({"all": [clause(f"p{i}", "in", *holes) for i in range(number)]}, key="all")]


KEYS = [f"k{n}" for n in range(9_010)]
NESTED = [rule(clause("a", "contains", "x" * n + "y"), key=f"r{n}") for n in range(1, 60)]
MANY_KEYS = [rule(clause("key", "in", *KEYS[n : 9_000 + n]), key=f"r{n}") for n in range(9)]
STATES = [rule(clause("a", "matches", f"^(a|b)*a(a|b){{{n}}}$"), key=f"r{n}") for n in range(1, 30)]
"""Each pattern needs twice as many states as the one before it."""


@pytest.mark.xdist_group("timing")
@pytest.mark.parametrize("rules", [
    pytest.param(_holes(10), id="pigeons"),
    pytest.param(NESTED, id="nested"),
    pytest.param(MANY_KEYS, id="keys"),
    pytest.param(STATES[:3], id="a few patterns"),
    pytest.param(STATES, id="patterns", marks=pytest.mark.long),
])  # fmt: skip
def test_what_is_hard_takes_bounded_time(rules: Any) -> None:
    before = time.process_time()
    analyse(document({"f": boolean(rules=rules)}))
    assert time.process_time() - before < 60
