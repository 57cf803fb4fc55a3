"""A deliberate mistake in every operator, algorithm and step is noticed by the questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.harness.vendor import VENDOR, needs_sdk
from tests.conformance.question import Question

from yardarm.core.bucketing import harness as buckets
from yardarm.core.hashes import murmur3_32
from yardarm.core.operators import harness as operators
from yardarm.dialects.harness import answers, clauses, contexts, flags, groups, order, serves

COUNT = 1_500
"""Questions asked of each mistake, all of them about the thing that is wrong."""


def _about(*cells: str) -> Any:
    def questions(rng: random.Random) -> Iterator[Question]:
        for question in VENDOR.questions(rng):
            if any(cell.startswith(cells) for cell in question.cells):
                yield question

    return replace(VENDOR, questions=questions)


def _noticed(*cells: str) -> bool:
    return bool(run(_about(*cells), 7, COUNT, most=1).differences)


def _first(values: tuple[Any, ...]) -> str:
    return str(values[0]) if values else ""


OPERATORS: dict[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "in": lambda value, values: str(value) in map(str, values),
    "equal": lambda value, values: bool(values) and str(value) == str(values[0]),
    "equal_sensitive": lambda value, values: (
        isinstance(value, str) and value.lower() == _first(values).lower()
    ),
    "gt": lambda value, values: isinstance(value, str) and value > _first(values),
    "starts_with": lambda value, values: (
        isinstance(value, str) and any(value.startswith(str(each)) for each in values)
    ),
    "ends_with": lambda value, values: str(value).endswith(_first(values)),
    "contains": lambda value, values: (
        isinstance(value, str) and _first(values).lower() in value.lower()
    ),
    "untyped": lambda value, values: value is None,
}
"""For each operator a mistake that somebody could make."""


@pytest.mark.parametrize("name", OPERATORS)
def test_a_wrong_operator(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    full = f"harness.{name}"
    wrong = replace(
        operators.OPERATORS[full],
        prepare=lambda values: values,
        test=OPERATORS[name],
        inline=None,
    )
    cell = "segmentMatch" if name == "untyped" else name
    cells = (f"op:{cell}", f"not op:{cell}", f"wrong type:{cell}", f"missing:{cell}")
    assert not _noticed(*cells)
    monkeypatch.setitem(operators.OPERATORS, full, wrong)
    assert _noticed(*cells)


def test_every_operator_has_a_mistake() -> None:
    assert {f"harness.{name}" for name in OPERATORS} == set(operators.OPERATORS)


def _hash_without_name(name: str, value: Any) -> int:
    return murmur3_32(str(value).encode()) % 100 + 1


def _hash_from_zero(name: str, value: Any) -> int:
    return murmur3_32(f"{name}:{value}".encode()) % 100


@pytest.mark.parametrize("wrong", [_hash_without_name, _hash_from_zero])
def test_a_wrong_hash(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(buckets, "_bucket", wrong)
    assert _noticed("split:")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("harness", {"closed": False}),
        ("harness", {"rest": False}),
        ("harness", {"ranges": lambda weights: [(0.0, float(w)) for w in weights]}),
        ("harness.partial", {"rest": True}),
    ],
)
def test_a_wrong_algorithm(
    name: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    wrong = {**buckets.ALGORITHMS, name: replace(buckets.ALGORITHMS[name], **change)}
    monkeypatch.setattr(buckets, "ALGORITHMS", wrong)
    assert _noticed("split:", "whole document")


def test_no_fallback_to_the_identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setattr(buckets, "_gives_way", lambda value: value is None)
    assert _noticed("split:")


@pytest.mark.parametrize(
    ("module", "name", "wrong", "cell"),
    [
        (clauses, "excludes", lambda group: False, "group:"),
        (groups, "all_of", clauses.any_of, "group:serving"),
        (flags, "any_of", clauses.all_of, "rules"),
        (flags, "in_order", lambda rules, at: list(enumerate(rules)), "rules"),
        (flags, "read_default", serves.read_serve, "rules"),
        (flags, "read_serve", lambda *given: serves.read_default(*given), "rules"),
        (groups, "_unbroken", lambda rules: clauses.NEVER, "group:breaks off"),
        (groups, "_broken", lambda rules: clauses.NEVER, "group:breaks off"),
        (answers, "held_by", lambda target: None, "raises:bare"),
        (contexts, "_OWN", (("identifier", "key"),), "own name"),
        (contexts, "_List", lambda value: None, "split:no target"),
        (contexts, "_Object", lambda value: None, "split:no target"),
        (serves, "_lost", lambda arms, bucketing, variants: None, "split:arms of nothing"),
        (serves, "_anyhow", lambda variation, split: variation, "split:beside"),
        (order.Order, "matters", lambda self, flag: False, "raises:"),
        (order.Order, "met", lambda self, key, target, ambient: True, "raises:"),
    ],
)  # fmt: skip
def test_a_wrong_step(
    module: Any, name: str, wrong: Any, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    monkeypatch.setattr(module, name, wrong)
    assert _noticed(cell)


def test_prerequisites_of_prerequisites_that_are_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needs_sdk()
    monkeypatch.setattr(flags._Flag, "prerequisites", lambda self: [])
    assert _noticed("prerequisite depth 3")


def test_an_off_variation_that_is_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the prerequisites that a flag takes over, off counts as served."""
    needs_sdk()
    take_all = flags._Flag.prerequisites

    def only_own(self: Any) -> Any:
        own = {need["feature"] for need in self.raw.get("prerequisites") or ()}
        return (made for made in take_all(self) if made.flag in own)

    monkeypatch.setattr(flags._Flag, "prerequisites", only_own)
    assert _noticed("prerequisite")


@pytest.mark.parametrize("wanted", [("on",), ()])
def test_a_missing_prerequisite_that_counts(
    wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is met and ends the list; here it is not met, or those after it are asked too."""
    needs_sdk()

    def wrong(self: Any, raw: Any, at: str, notes: Any) -> Any:
        known = self.around.flags
        listed = [(need["feature"], tuple(need["variations"])) for need in raw["prerequisites"]]
        missing = any(key not in known for key, _ in listed)
        found = [(key, names) for key, names in listed if key in known]
        return [("f", wanted)] if missing and wanted else found

    monkeypatch.setattr(flags._Flag, "_direct", wrong)
    assert _noticed("prerequisite:missing")
