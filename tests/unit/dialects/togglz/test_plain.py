"""The dialect and a plain second implementation of Togglz's strategies: the same answers."""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.dialects.togglz.generate import NOW, Case, case
from tests.unit.dialects.togglz.plain import IDS, active

from yardarm.core.ambient import Ambient
from yardarm.core.bucketing import togglz as buckets
from yardarm.core.context import Context
from yardarm.core.hashes import java_hash
from yardarm.core.operators import togglz as operators
from yardarm.core.program import Program
from yardarm.core.validate import errors, validate
from yardarm.dialects.togglz import DIALECT, strategies


def _ours(case: Case) -> bool:
    state = {"enabled": case.enabled, "strategyId": case.strategy, "parameters": case.params}
    document = DIALECT.read({case.feature: state}, {}).document
    assert not errors(validate(document))
    context = Context.of(case.context)
    compiled = Program.of(document).compiled(case.feature)
    return bool(compiled.run(context.user, context.kinds, Ambient.at(NOW)).value)


def _plain(case: Case) -> bool:
    return active(case.feature, case.enabled, case.strategy, case.params, case.context, NOW)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_thousand_cases_of_all_strategies(seed: int) -> None:
    rng = random.Random(seed)
    tally: Counter[tuple[str, bool]] = Counter()
    for _ in range(5_000):
        made = case(rng)
        expected = _plain(made)
        assert _ours(made) is expected, made
        tally[(made.strategy or "").strip().lower(), expected] += 1
    for name in IDS:
        assert tally[name, False] >= 10
        assert tally[name, True] >= 10 or name == "script", name


def _noticed(strategy: str) -> bool:
    rng = random.Random(3)
    return any(
        _ours(made) is not _plain(made) for made in (case(rng, strategy) for _ in range(800))
    )


MISTAKES: dict[str, tuple[str, Any]] = {
    "togglz.client_ip": (
        "client-ip", {"prepare": tuple, "test": lambda value, values: value in values}
    ),
    "togglz.header": (
        "header",
        {"prepare": tuple, "test": lambda value, values: isinstance(value, str)
         and values[0] in [part.strip() for part in value.split(",")]},
    ),
    "togglz.query": (
        "query-parameter",
        {"prepare": lambda values: [part.partition("=")[0] for part in values[0].split(",")],
         "test": lambda value, names: isinstance(value, dict) and any(n in value for n in names)},
    ),
    "togglz.property": (
        "property",
        {"prepare": tuple, "test": lambda value, wanted: isinstance(value, dict)
         and value.get(wanted[0]) == wanted[1]},
    ),
    "togglz.profiles": (
        "spring-profile",
        {"prepare": tuple, "test": lambda value, tokens: isinstance(value, list)
         and all((token.removeprefix("!").lower() in value) != token.startswith("!")
                 for token in tokens)},
    ),
}  # fmt: skip
"""For each operator a mistake that somebody could make."""


def test_every_operator_has_a_mistake() -> None:
    assert set(MISTAKES) == set(operators.OPERATORS)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_operator_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    strategy, change = MISTAKES[name]
    assert not _noticed(strategy)
    wrong = replace(operators.OPERATORS[name], **change)
    monkeypatch.setitem(operators.OPERATORS, name, wrong)
    assert _noticed(strategy)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_bucket", lambda text: java_hash(text) % 100),
        ("_bucket", lambda text: abs(java_hash(text)) % 100 + 1),
        ("_bucket", lambda text: abs(java_hash(text.rpartition(":")[0])) % 100),
        ("_name", lambda value: value.lower() if value else None),
        ("_name", lambda value: value.strip() if value else None),
    ],
)
def test_a_wrong_hash_is_noticed(name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, name, wrong)
    assert _noticed("gradual")


@pytest.mark.parametrize(
    ("strategy", "name", "wrong"),
    [
        ("username", "split", lambda text, at: text.split(",") if text else []),
        ("user-role", "split", lambda text, at: text.split(",") if text else []),
        ("release-date", "release", lambda date, time, offset: "2026-11-19T00:00:00Z"),
        ("gradual", "activation", lambda state, choices, notes: strategies.everybody()),
    ],
)
def test_a_wrong_step_is_noticed(
    strategy: str, name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = sys.modules["yardarm.dialects.togglz.read"]
    monkeypatch.setattr(reader if name == "activation" else strategies, name, wrong)
    assert _noticed(strategy)
