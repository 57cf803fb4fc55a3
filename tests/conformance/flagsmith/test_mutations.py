"""A deliberate mistake in every operator, algorithm and step is noticed by the questions."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.flagsmith.vendor import needs_sdk, vendor
from tests.conformance.question import Question

from yardarm.core import flagsmith_view, model
from yardarm.core.bucketing import flagsmith as buckets
from yardarm.core.jsonpath import filters, query
from yardarm.core.operators import flagsmith as operators
from yardarm.core.operators import flagsmith_failures as failures
from yardarm.core.traits import trait_value
from yardarm.dialects.flagsmith import (
    answers,
    circles,
    conditions,
    contexts,
    flag,
    plan,
    rules,
    states,
)
from yardarm.dialects.flagsmith.paths import property_of

COUNT = 2_500
"""Questions asked of each mistake, all of them about the thing that is wrong."""

pytestmark = pytest.mark.filterwarnings("ignore")


def _noticed(topics: Sequence[str], *cells: str) -> bool:
    """Whether a difference shows in questions of these topics, with cells that begin so."""
    sdk = vendor(topics)

    def questions(rng: random.Random) -> Iterator[Question]:
        for question in sdk.questions(rng):
            if not cells or any(cell.startswith(cells) for cell in question.cells):
                yield question

    property_of.cache_clear()
    return bool(run(replace(sdk, questions=questions), 7, COUNT, most=1).differences)


def _text(values: Any) -> str:
    return str(values[0])


def _same_type(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compares without making the value the attribute's type."""

    def test(value: Any, values: Any) -> bool:
        return type(value) is type(values[0]) and compare(value, values[0])

    return test


def _leaves(value: Any, values: Any) -> bool:
    """Whole numbers only."""
    divisor, _, remainder = _text(values).partition("|")
    return type(value) is int and divisor.isdigit() and str(value % int(divisor)) == remainder


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equal": _same_type(lambda one, other: bool(one == other)),
    "not_equal": lambda value, values: value is None or str(value) != _text(values),
    "greater_than": _same_type(lambda one, other: bool(one > other)),
    "greater_than_inclusive": _same_type(lambda one, other: bool(one >= other)),
    "less_than": _same_type(lambda one, other: bool(one < other)),
    "less_than_inclusive": _same_type(lambda one, other: bool(one <= other)),
    "contains": lambda value, values: _text(values) in str(trait_value(value)),
    "not_contains": lambda value, values: _text(values) not in str(value),
    "regex": lambda value, values: bool(re.search(_text(values), str(value))),
    "modulo": _leaves,
    "in": lambda value, values: str(value) in str(values[0]),
    "is_set": lambda value, values: bool(value),
    "is_not_set": lambda value, values: not value,
    "unknown": lambda value, values: value is not None,
    "is_number": lambda value, values: True,
    "fails": lambda value, values: False,
}
"""For each operator a mistake that somebody could make."""

_UNSEEN = {"unknown", "is_number", "fails"}
"""Those that stand for what the SDK does not answer, or raises at."""


@pytest.mark.parametrize("name", sorted(OPERATORS.keys() - _UNSEEN))
def test_a_wrong_operator(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    cells = tuple(f"{kind}:{name.upper()}" for kind in ("op", "not op", "missing", "wrong type"))
    topics = ("comparisons", "sets")
    assert not _noticed(topics, *cells)
    full = f"flagsmith.{name}"
    wrong = replace(
        operators.OPERATORS[full],
        prepare=lambda values: values,
        test=OPERATORS[name],
        inline=None,
    )
    monkeypatch.setitem(operators.OPERATORS, full, wrong)
    assert _noticed(topics, *cells)


def test_every_operator_has_a_mistake() -> None:
    assert {f"flagsmith.{name}" for name in OPERATORS} == set(operators.OPERATORS)


@pytest.mark.parametrize("name", ["equal", "less_than", "contains", "in", "is_set", "not_contains"])
def test_a_wrong_short_cut(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inline test of text must not take text that looks like a number."""
    needs_sdk()
    full = f"flagsmith.{name}"
    right = operators.OPERATORS[full]
    inline = (right.inline or "").replace("type({v}) is str and {v}[:1] > '9'", "type({v}) is str")
    if name == "is_set":
        inline = "({v} is not None and {v} != '')"
    monkeypatch.setitem(operators.OPERATORS, full, replace(right, inline=inline))
    assert _noticed(("comparisons", "sets"), f"op:{name.upper()}", f"not op:{name.upper()}")


# --- versions, patterns, buckets --------------------------------------------------------------


def test_versions_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(operators.semver, "parse", lambda text, longest=0: text)
    assert _noticed(("versions",))


def test_a_suffix_that_is_not_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(operators, "_SEMVER", "semver")
    assert _noticed(("versions",))


@pytest.mark.parametrize(
    "meaning", [{"ascii_classes": True}, {"dollar_before_final_newline": False}]
)
def test_patterns_of_another_engine(
    meaning: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    monkeypatch.setattr(operators, "_PYTHON", replace(operators._PYTHON, **meaning))
    assert _noticed(("sets",), "op:REGEX", "not op:REGEX")


def test_patterns_without_pythons_own_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(operators, "from_python", lambda pattern: pattern)
    assert _noticed(("sets",), "op:REGEX", "not op:REGEX")


@pytest.mark.parametrize(
    ("name", "topics", "cells"),
    [
        ("flagsmith", ("splits",), ("split:multivariate",)),
        ("flagsmith.identity", ("sets",), ("split:percentage by key",)),
        ("flagsmith.identity_key", ("sets",), ("op:PERCENTAGE", "not op:PERCENTAGE")),
        ("flagsmith.value", ("sets",), ("op:PERCENTAGE", "not op:PERCENTAGE")),
    ],
)
def test_a_wrong_algorithm(
    name: str, topics: tuple[str, ...], cells: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    assert not _noticed(topics, *cells)
    right = buckets.ALGORITHMS[name]

    def place(bucketing: model.Bucketing, flag_key: str, total: float) -> Any:
        inner = right.place(bucketing, flag_key, total)
        return lambda value: None if (found := inner(value)) is None else found * 0.95

    monkeypatch.setitem(buckets.ALGORITHMS, name, replace(right, place=place))
    assert _noticed(topics, *cells)


def test_a_hash_without_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(flag, "seed_of", lambda key, environment: buckets.seed_of(key, ""))
    assert _noticed(("splits",))


def test_an_unmapped_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a path, an identity's key is read as a trait is: 007 is 7."""
    needs_sdk()
    raw = buckets.ALGORITHMS["flagsmith.identity"]
    monkeypatch.setitem(buckets.ALGORITHMS, "flagsmith.identity_key", raw)
    assert _noticed(("sets",), "op:PERCENTAGE", "not op:PERCENTAGE")


# --- steps ------------------------------------------------------------------------------------


def _any_of_both(self: Any, kind: str, conditions: Any, inner: Any) -> Any:
    return rules._any([*conditions, *inner])


def _none_is_all(self: Any, kind: str, conditions: Any, inner: Any) -> Any:
    joined = rules._all([*conditions, *inner])
    return model.Not(joined) if kind == "NONE" else joined


@pytest.mark.parametrize("wrong", [_any_of_both, _none_is_all])
def test_wrong_rules(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(rules.Rules, "_joined", wrong)
    assert _noticed(("whole",))


def _unsorted(self: states.State) -> Any:
    return list(self.variations)


def test_variants_in_the_documents_order(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(states.State, "ordered", property(_unsorted))
    assert _noticed(("splits",), "split:")


def test_overrides_in_the_documents_order(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(plan, "sorted", lambda places, key: list(places), raising=False)
    assert _noticed(("splits",), "override:priority")


def test_identities_that_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(flag, "_targets", lambda made: [])
    assert _noticed(("splits",), "override:identity")


def test_identities_that_are_not_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(answers, "identity_segments", lambda source, who: [])
    assert _noticed(("splits",), "identity override beside others")


def test_a_control_that_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(contexts.Person, "identified", property(lambda self: False))
    assert _noticed(("splits",), "split:")


@pytest.mark.parametrize("name", ["enabled", "value", "variant", "reason", "name"])
def test_a_wrong_result_of_another_flag(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    right = plan.Plan.result

    def wrong(self: Any, place: Any, arm: Any, identified: bool) -> Any:
        return {**right(self, place, arm, identified), name: None}

    asked = "yardarm.dialects.flagsmith.dependencies.Plan.result"
    monkeypatch.setattr(asked, wrong)
    assert _noticed(("flags",), f"prerequisite:{name}")


def test_chains_that_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    from yardarm.dialects.flagsmith import dependencies

    never = model.Not(model.Always())
    monkeypatch.setattr(dependencies.Dependencies, "condition", lambda self, asked, test: never)
    assert _noticed(("flags",), "prerequisite depth >= 3")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("applies", lambda self, key: self.matches(key)),
        ("resolve", lambda self, name: None),
    ],
)
def test_a_wrong_step_in_a_circle(name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(circles._Run, name, wrong)
    assert _noticed(("circles",))


def test_circles_that_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(answers.Evaluation, "_follows", lambda self, who: False)
    assert _noticed(("circles",))
    assert _noticed(("comparisons",), "path:trait wins")


def _no(*given: Any, **named: Any) -> bool:
    return False


_record = conditions.Conditions.fault


def _unrecorded(self: Any, pointer: str, message: str, *, missing: bool = False) -> model.Fault:
    return _record(self, pointer, message)


@pytest.mark.parametrize(
    ("module", "name", "wrong", "cells"),
    [
        (failures, "_unreadable", _no, ("fails:digits",)),
        (failures, "_encodes", lambda text: True, ("fails:no bytes", "fails:key")),
        (failures, "_raises", _no, ("fails:number", "fails:bound")),
        (failures, "overflows", _no, ("fails:bound",)),
        (contexts, "_lacks_key", _no, ("fails:no identifier",)),
        (contexts, "_NO_TRAITS", None, ("fails:trait without value",)),
        (contexts, "key_fails", _no, ("fails:key",)),
        (contexts, "may_fail", _no, ("fails:",)),
        (circles, "_Broken", dict, ("fails:traits",)),
        (rules, "_whole", lambda one, other: model.All((one, other)), ("fails:",)),
        (conditions.Conditions, "fault", _unrecorded, ("fails:while",)),
        (conditions.Conditions, "_mindful", lambda self, found, *rest: found, ("fails:",)),
        (answers.Evaluation, "_by_itself", lambda *given: answers.FAILED, ("beside", "above")),
    ],
)
def test_a_failure_that_is_overlooked(
    module: Any, name: str, wrong: Any, cells: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    monkeypatch.setattr(module, name, wrong)
    assert _noticed(("failures", "circles", "flags", "whole"), *cells)


def test_an_operator_that_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    right = operators.OPERATORS["flagsmith.fails"]
    monkeypatch.setitem(
        operators.OPERATORS, "flagsmith.fails", replace(right, test=OPERATORS["fails"])
    )
    assert _noticed(("failures",), "fails:")


@pytest.mark.parametrize(
    ("module", "name", "wrong", "cell"),
    [
        (query, "_children", lambda node: (), "path:wildcard"),
        (query, "_descended", lambda node, depth=1: iter([node]), "path:descendant"),
        (query, "_member", lambda node, name: (), "path:environment"),
        (filters, "_equal", lambda one, other: one is other, "path:filter"),
        (filters, "_less", lambda one, other: str(one) < str(other), "path:filter"),
        (filters, "_length", lambda value: 1, "path:function"),
        (flagsmith_view, "scalar", lambda value: value, "path:wildcard"),
    ],
)
def test_a_wrong_path(
    module: Any, name: str, wrong: Any, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    assert not _noticed(("paths",), cell)
    monkeypatch.setattr(module, name, wrong)
    monkeypatch.setattr(filters, "_COMPARE", {
        **filters._COMPARE, "==": filters._equal, "<": filters._less,
        "!=": lambda one, other: not filters._equal(one, other),
        ">": lambda one, other: filters._less(other, one),
    })  # fmt: skip
    assert _noticed(("paths",), cell)
