"""A deliberate mistake in every operator, algorithm and step is noticed by the questions.

Every mistake is one that somebody could make: case folded instead of lowered, a bound excluded,
IPv4 addresses taken out of IPv6 ones, a group left out, an unquoted text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.question import Question
from tests.conformance.unleash import drills, splits
from tests.conformance.unleash.vendor import needs_sdk, vendor

from yardarm.core import model as m
from yardarm.core import regex, semver
from yardarm.core.bucketing import unleash as buckets
from yardarm.core.operators import unleash as operators
from yardarm.core.unleash import instants, operands, patterns
from yardarm.core.unleash import text as texts
from yardarm.dialects.unleash import (
    answers,
    attributes,
    contexts,
    dependencies,
    features,
    repeated,
    strategies,
    variants,
)

COUNT = 4_000

_Drill = Callable[[random.Random], drills.Asked]


def noticed(drill: _Drill) -> bool:
    """Whether an answer differs."""

    def endless(rng: random.Random) -> Iterator[Question]:
        while True:
            document, asked = drill(rng)
            for context, cells in asked:
                yield Question(document, "f", context, cells)

    return bool(run(vendor(endless), 11, COUNT, most=1).differences)


def about(op: str) -> _Drill:
    return partial(drills.operator, op=op)


# --- operators --------------------------------------------------------------------------------


def _folded(values: Any) -> tuple[str, ...]:
    return tuple(text.casefold() for text in values)


def _on_folded(test: Callable[[str, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, wanted: Any) -> bool:
        text = texts.text_of(value)
        return text is not None and test(text.casefold(), wanted)

    return holds


def _only_text(test: Callable[[Any, Any], bool]) -> dict[str, Any]:
    return {"test": lambda value, wanted: isinstance(value, str) and test(value, wanted)}


def _other_sign(sign: str) -> dict[str, Any]:
    return {"prepare": operators._compares(sign)}


def _mapped(value: Any, wanted: list[Any]) -> bool:
    """IPv4 addresses in IPv6 clothes are taken for what they carry."""
    try:
        address = ip_address(value)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in wanted)


def _loose_networks(values: Any) -> list[Any]:
    found = []
    for value in values:
        try:
            found.append(ip_network(value, strict=False))
        except ValueError:
            continue
    return found


def _native_date(sign: str) -> dict[str, Any]:
    """Dates by Python's own reading."""

    def prepare(values: Any) -> Any:
        wanted = datetime.fromisoformat(values[0])
        return lambda text: operands.SIGNS[sign](datetime.fromisoformat(text), wanted)

    def test(value: Any, ask: Any) -> bool:
        try:
            return isinstance(value, str) and ask(value)
        except (ValueError, TypeError):
            return False

    return {"prepare": prepare, "test": test}


MISTAKES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "in": ("IN", [
        _only_text(operators._is_in),
        {"prepare": lambda values: frozenset(values[:1])},
        {"test": lambda value, c: texts.text_of(value) is None or value in c},
    ]),
    "str_starts_with": ("STR_STARTS_WITH", [
        {"inline": "({v}.lower().startswith({c}) if type({v}) is str else {t}({v}, {c}))"},
        _only_text(str.startswith),
    ]),
    "str_ends_with": ("STR_ENDS_WITH", [
        {"inline": "({v}.rstrip().endswith({c}) if type({v}) is str else {t}({v}, {c}))"},
        _only_text(str.endswith),
    ]),
    "str_contains": ("STR_CONTAINS", [
        {"test": operators._on_text(lambda text, parts: all(part in text for part in parts))},
        _only_text(lambda text, parts: any(part in text for part in parts)),
    ]),
    "str_starts_with_ignore_case": ("STR_STARTS_WITH", [
        {"prepare": _folded, "test": _on_folded(str.startswith)},
    ]),
    "str_ends_with_ignore_case": ("STR_ENDS_WITH", [
        {"prepare": _folded, "test": _on_folded(str.endswith)},
    ]),
    "str_contains_ignore_case": ("STR_CONTAINS", [
        {"prepare": _folded, "test": _on_folded(operators._contains)},
        {"test": operators._on_text(operators._contains)},
    ]),
    "regex": ("REGEX", [
        {"prepare": lambda values: _native_search(values[0])},
        {"prepare": operators._pattern(ignore_case=True)},
        _only_text(lambda text, ask: ask(text)),
    ]),
    "regex_ignore_case": ("REGEX", [{"prepare": operators._pattern(ignore_case=False)}]),
    "in_cidr": ("IN_CIDR", [
        {"prepare": _loose_networks, "test": _mapped},
        {"prepare": lambda values: operators.Networks(values[-1:])},
    ]),
    "num_eq": ("NUM_EQ", [_other_sign("gte"), _only_text(operators._asks)]),
    "num_gt": ("NUM_GT", [_other_sign("gte")]),
    "num_gte": ("NUM_GTE", [_other_sign("gt")]),
    "num_lt": ("NUM_LT", [_other_sign("lte")]),
    "num_lte": ("NUM_LTE", [_other_sign("lt")]),
    "date_after": ("DATE_AFTER", [_other_sign("gte"), _native_date("gt")]),
    "date_before": ("DATE_BEFORE", [_other_sign("lte"), _native_date("lt")]),
    "semver_eq": ("SEMVER_EQ", [_other_sign("lte")]),
    "semver_gt": ("SEMVER_GT", [_other_sign("gte")]),
    "semver_gte": ("SEMVER_GTE", [_other_sign("gt")]),
    "semver_lt": ("SEMVER_LT", [_other_sign("lte")]),
    "semver_lte": ("SEMVER_LTE", [_other_sign("lt")]),
}  # fmt: skip


def _native_search(pattern: str) -> Callable[[str], bool]:
    try:
        return regex.compile_pattern(pattern).search
    except regex.PatternError:
        return lambda text: False


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_operator(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    op, mistakes = MISTAKES[name]
    right = operators.OPERATORS[f"unleash.{name}"]
    for number, wrong in enumerate(mistakes):
        changed = replace(right, **wrong)
        if "inline" not in wrong:
            changed = replace(changed, inline=None)
        monkeypatch.setitem(operators.OPERATORS, right.name, changed)
        assert noticed(about(op)), (name, number)


@pytest.mark.parametrize("sign", operands.SIGNS)
def test_a_wrong_present(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    other = {"eq": "gte", "gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt"}[sign]
    right = operators.OPERATORS[f"unleash.now_{sign}"]
    changed = replace(right, prepare=operators._present(other))
    monkeypatch.setitem(operators.OPERATORS, right.name, changed)
    assert noticed(drills.present)


def test_every_operator_has_a_mistake() -> None:
    # A host's name is in no context of Unleash's; `tests/unit/core/operators` has its cases.
    made = {f"unleash.{name}" for name in MISTAKES} | {f"unleash.now_{s}" for s in operands.SIGNS}
    assert made == set(operators.OPERATORS) - {"unleash.host"}


# --- how values are read ----------------------------------------------------------------------


def _short_semver(text: str) -> Any:
    return semver.parse(text) or semver.parse(f"{text}.0")


READINGS: dict[str, tuple[Any, str, Any, _Drill]] = {
    "white space around numbers": (
        operands, "number", lambda text: _float(text), about("NUM_GTE")
    ),
    "numbers are equal only exactly": (
        operands, "_EPSILON", 5e-324, about("NUM_EQ")
    ),
    "versions are completed": (operands, "version", _short_semver, about("SEMVER_GTE")),
    "floats as Python writes them": (
        texts, "_fraction", lambda value: repr(value), splits.variants
    ),
    "exact dates only": (operands, "instant", instants.written_instant, about("DATE_AFTER")),
    "a pattern's words are ASCII": (
        patterns, "parse",
        lambda source, fold: regex.parse(source, regex.Meaning(ignore_case=fold)),
        about("REGEX"),
    ),
}  # fmt: skip


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@pytest.mark.parametrize("name", READINGS)
def test_a_wrong_reading(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    where, what, wrong, drill = READINGS[name]
    monkeypatch.setattr(where, what, wrong)
    assert noticed(drill)


# --- algorithms -------------------------------------------------------------------------------


ALGORITHMS: dict[str, tuple[dict[str, Any], _Drill]] = {
    "unleash.rollout": ({"closed": False}, splits.rollout),
    "unleash.rollout_or_random": ({"place": buckets._rollout(chance=False)}, splits.chance),
    "unleash.variant": ({"closed": False}, splits.variants),
    "unleash.random": ({"place": lambda *_: lambda values: 101}, splits.chance),
}


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_wrong_algorithm(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    wrong, drill = ALGORITHMS[name]
    monkeypatch.setitem(buckets.ALGORITHMS, name, replace(buckets.ALGORITHMS[name], **wrong))
    assert noticed(drill)


def test_every_algorithm_has_a_mistake() -> None:
    assert set(ALGORITHMS) == set(buckets.ALGORITHMS)


def _by_name_alone(bucketing: m.Bucketing, key: str, seed: int, modulus: int) -> Any:
    return _hasher(replace(bucketing, seed=None), key, seed, modulus)


_hasher = buckets._hasher
HASHES: dict[str, tuple[str, Any, _Drill]] = {
    "the seed of variants": ("_VARIANT_SEED", 0, splits.variants),
    "the group": ("_hasher", _by_name_alone, splits.rollout),
    "weights that do not wrap": ("_MASK", 2**64 - 1, splits.variants),
}


@pytest.mark.parametrize("name", HASHES)
def test_a_wrong_hash(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    what, wrong, drill = HASHES[name]
    monkeypatch.setattr(buckets, what, wrong)
    assert noticed(drill)


# --- steps ------------------------------------------------------------------------------------


def _uncaught(text: str) -> bool:
    return True


STEPS: dict[str, tuple[Any, str, Any, _Drill]] = {
    "a quote in a group": (strategies, "is_quotable", _uncaught, splits.rollout),
    "an escaped quote in a group": (strategies, "unquoted", lambda text: text, splits.rollout),
    "white space in lists": (
        strategies, "_split",
        lambda text: tuple(part.strip(" ") for part in text.split(",")),
        drills.listed,
    ),
    "names of attributes": (
        strategies, "attribute_of", lambda name: name, splits.rollout
    ),
    "a percentage with a sign": (
        strategies, "_PERCENT", strategies.re.compile("([1-9][0-9]*|0)"), splits.rollout
    ),
    "the top of a context": (contexts, "_FIELDS", frozenset(), splits.rollout),
    "properties that are kept apart": (contexts, "NESTED", frozenset(), about("IN")),
    "custom strategies": (
        strategies, "_custom", lambda made, number: None, drills.simple
    ),
    "overrides": (features, "_overrides", lambda choices: [], splits.overrides),
    "the sum of the weights": (
        variants, "read_choices",
        lambda raws, of_strategy: [
            replace(choice, weight=abs(choice.weight))
            for choice in _choices(raws, of_strategy=of_strategy)
        ],
        splits.variants,
    ),
    "which variants": (
        features, "_has_variants", lambda strategies_, own: bool(own), splits.chosen
    ),
    "a payload": (
        answers, "name_of", lambda variant: variant.key.strip("é"), splits.variants
    ),
    "one level of dependencies": (
        dependencies, "_satisfies", lambda variant, enabled, names: enabled, splits.dependencies
    ),
    "variants of a parent that is off": (
        repeated, "_variant_in", lambda *_: m.Always(), splits.dependencies
    ),
}  # fmt: skip
_choices = variants.read_choices


@pytest.mark.parametrize("step", STEPS)
def test_a_wrong_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    where, name, wrong, drill = STEPS[step]
    monkeypatch.setattr(where, name, wrong)
    assert noticed(drill)


@pytest.mark.parametrize(
    "drill", [about("IN"), about("NUM_EQ"), about("REGEX"), splits.rollout, splits.variants]
)
def test_without_a_mistake_nothing_is_noticed(drill: _Drill) -> None:
    needs_sdk()
    assert attributes.attribute_of("userId") == "key"
    assert not noticed(drill)
