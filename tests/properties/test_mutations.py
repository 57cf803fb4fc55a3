"""The differential test notices a mistake in any operator: each is broken on purpose once.

Every mutation is a mistake that somebody could make, not nonsense: a bound taken the wrong way,
a case not folded, build metadata compared, True taken for 1.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.oracle.differential import Comparison

from yardarm.core import dates, networks, semver
from yardarm.core.operators import OPERATORS, Operator
from yardarm.core.operators import native as operators

ROUNDS = 20


def _lowered(values: tuple[Any, ...]) -> frozenset[str]:
    return frozenset(text.lower() for text in values)


def _on_lowered(test: Callable[[str, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, c: isinstance(value, str) and test(str(value).lower(), c)


def _truncated(value: Any) -> int | None:
    instant = dates.instant_us(value)
    return None if instant is None else instant // 1_000_000


def _ordered(read: Callable[[Any], Any], test: Callable[[Any, Any], bool]) -> dict[str, Any]:
    def holds(value: Any, bound: Any) -> bool:
        found = read(value)
        return found is not None and bound is not None and test(found, bound)

    return {"test": holds, "prepare": lambda values: read(values[0])}


def _release(text: Any) -> semver.SemVer | None:
    """A version whose pre-release is forgotten."""
    found = semver.parse(text)
    return found and semver.parse(text.partition("+")[0].partition("-")[0])


def _as_text(text: Any) -> tuple[str, ...] | None:
    """A version whose numbers sort like text, so that 2.10.0 comes before 2.9.0."""
    return tuple(text.partition("+")[0].split(".")) if semver.parse(text) else None


def _unmapped(value: Any, wanted: networks.NetworkSet) -> bool:
    return isinstance(value, str) and not value.startswith("::ffff:") and wanted.contains(value)


def _plain(values: tuple[Any, ...]) -> frozenset[Any]:
    return frozenset(values)


def _hashable_in(value: Any, wanted: frozenset[Any]) -> bool:
    return isinstance(value, str | int | float) and value in wanted


MUTATIONS: dict[str, list[dict[str, Any]]] = {
    "equals": [
        {"prepare": _plain, "test": _hashable_in},  # True is 1
        {"prepare": lambda values: operators._folded(map(str, values))},
    ],
    "in": [{"prepare": lambda values: operators._scalars(values[:1])}],
    "equals_ignore_case": [
        {"prepare": _lowered, "test": _on_lowered(lambda text, c: text in c)},
    ],
    "in_ignore_case": [{"test": lambda value, c: isinstance(value, str) and value in c}],
    "starts_with": [{"inline": "({v}.startswith({c}[0]) if type({v}) is str else False)"}],
    "ends_with": [{"inline": "({v}.rstrip().endswith({c}) if type({v}) is str else False)"}],
    "contains": [{"test": operators._on_text(lambda text, parts: text in parts)}],
    "starts_with_ignore_case": [{"prepare": lambda values: tuple(values)}],
    "ends_with_ignore_case": [{"test": operators._on_text(str.endswith)}],
    "contains_ignore_case": [
        {
            "prepare": lambda values: tuple(text.lower() for text in values),
            "test": _on_lowered(operators._contains),
        },
    ],
    "matches": [
        {"test": operators._on_text(lambda text, searches: all(s(text) for s in searches))},
        {"test": operators._on_text(lambda text, searches: any(s(text[1:]) for s in searches))},
        {"test": operators._on_text(lambda text, searches: any(s(text.lower()) for s in searches))},
    ],
    "lt": [{"inline": operators._compare("<=")}],
    "lte": [{"inline": operators._compare("<")}],
    "gt": [
        {"inline": operators._compare(">=")},
        {"inline": "({v} > {c} if {v} else {t}({v}, {c}))"},
    ],
    "gte": [
        {"inline": operators._compare(">")},
        {"test": lambda value, bound: isinstance(value, int) and value >= bound},  # True is 1
    ],
    "before": [
        {"test": operators._on_instant(lambda a, b: a <= b)},
        _ordered(_truncated, lambda a, b: a < b),
    ],
    "after": [{"test": operators._on_instant(lambda a, b: a >= b)}],
    "semver_eq": [_ordered(lambda text: text if semver.parse(text) else None, lambda a, b: a == b)],
    "semver_lt": [
        {"test": operators._on_version(lambda a, b: a <= b)}, _ordered(_release, lambda a, b: a < b)
    ],
    "semver_lte": [{"test": operators._on_version(lambda a, b: a < b)}],
    "semver_gt": [_ordered(_as_text, lambda a, b: a > b)],
    "semver_gte": [{"test": operators._on_version(lambda a, b: a > b)}],
    "in_network": [{"test": _unmapped}],
    "present": [{"inline": "({v} is not None and {v} != '')"}],
    "has_any": [{"test": operators._has_all}],
    "has_all": [{"test": operators._has_any}, {"prepare": lambda v: operators._scalars(v[-1:])}],
}  # fmt: skip


def test_every_operator_has_a_mutation() -> None:
    assert MUTATIONS.keys() == OPERATORS.keys()


def test_no_mutation_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    survivors = [
        f"{name}, mutation {number}"
        for name, mutations in MUTATIONS.items()
        for number, changes in enumerate(mutations)
        if not _caught(monkeypatch, replace(OPERATORS[name], **_whole(changes)))
    ]
    assert survivors == []


def _whole(changes: dict[str, Any]) -> dict[str, Any]:
    """A changed test would hide behind an inline form that still says the right thing."""
    return changes if "inline" in changes else {**changes, "inline": None}


def _caught(monkeypatch: pytest.MonkeyPatch, mutated: Operator) -> bool:
    with monkeypatch.context() as patch:
        patch.setitem(OPERATORS, mutated.name, mutated)  # type: ignore[arg-type]
        comparison = Comparison()
        for seed in range(ROUNDS):
            comparison.drill(seed, 4, (mutated.name,) * 10)
            if comparison.differences:
                return True
    return False


def test_without_a_mutation_nothing_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(
        _caught(monkeypatch, replace(OPERATORS[name], inline=None)) for name in MUTATIONS
    ), "the plain test and the inline form of an operator differ"
