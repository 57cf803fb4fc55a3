"""The rules of populations: what is dropped on arrival, what a sample says of the whole."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.core.context import Context
from yardarm.core.jsontext import canonical
from yardarm.core.keeping import kept_form
from yardarm.core.observed import withheld_of
from yardarm.server.population.model import Entry, PopulationPolicy
from yardarm.server.population.policy import estimated, joined, weight_of, without_dropped

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def kept(policy: PopulationPolicy, context: dict[str, Any]) -> Any:
    return json.loads(without_dropped(policy, canonical(context)))


def test_dropped_attributes_are_named_as_withheld() -> None:
    policy = PopulationPolicy(drop=["email", "key", "kind", "absent"])
    given_ = {"kind": "team", "key": "t", "email": "a@b", "plan": "pro", "_private": ["age"]}
    assert kept(policy, given_) == {
        "kind": "team", "key": "t", "plan": "pro", "_private": ["age", "email"],
    }  # fmt: skip


def test_of_several_kinds_each_is_looked_at() -> None:
    policy = PopulationPolicy(keep=["plan"])
    given_ = {"kind": "multi", "user": {"key": "a", "age": 3, "plan": 1}, "team": {"kind": 1}}
    assert kept(policy, given_) == {
        "kind": "multi", "user": {"key": "a", "plan": 1}, "team": {}, "_private": ["age", "kind"],
    }  # fmt: skip


def test_without_rules_the_bytes_stay() -> None:
    body = b'{ "key": "a" }'
    assert without_dropped(PopulationPolicy(), body) is body
    assert without_dropped(PopulationPolicy(drop=["x"]), body) is body


NAMES = st.sampled_from(["a", "b", "c", "kind", "key", "targetingKey"])
VALUES = st.one_of(st.integers(-5, 5), st.text(max_size=3), st.lists(st.booleans(), max_size=2))
PARTS = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda part: {**part, "key": "k"})


@given(
    st.dictionaries(st.sampled_from(["user", "team"]), PARTS, min_size=1),
    st.none() | st.lists(NAMES, max_size=3),
    st.lists(NAMES, max_size=3),
)
def test_everything_dropped_is_unknown_and_nothing_else_is(
    kinds: dict[str, Any], keep: list[str] | None, drop: list[str]
) -> None:
    before = Context.of({"kind": "multi", **kinds})
    body = kept_form(before.to_json())[1]
    after = Context.of(json.loads(without_dropped(PopulationPolicy(keep=keep, drop=drop), body)))
    lost = set()
    for kind, attributes in before.by_kind().items():
        left = after.by_kind().get(kind, {})
        assert left.items() <= attributes.items()
        assert left["key"] == attributes["key"]
        lost |= {(kind, name) for name in attributes.keys() - left.keys()}
        for name in left.keys() - {"key"}:
            assert name not in drop
            assert keep is None or name in keep
    assert lost <= withheld_of(after)
    assert {name for _, name in withheld_of(after)} == {name for _, name in lost}


def test_sightings_of_one_place_are_joined() -> None:
    entries = [
        Entry(1, b"b", NOW + timedelta(1)), Entry(1, b"c", NOW + timedelta(2), 5),
        Entry(1, b"a", NOW), Entry(2, b"x", NOW), Entry(2, b"y", NOW),
    ]  # fmt: skip
    found = joined(entries, replaces=False)
    assert [each.body for each in found[1]] == [b"a", b"c"]
    assert (found[1][1].sightings, found[2][1].sightings) == (7, 2)
    assert found[2][1].body == b"y"
    assert joined(entries, replaces=True)[1][1].sightings == 5


def test_a_whole_population_is_no_estimate() -> None:
    for contexts in (0, 1, 7, 1_000_000):
        assert estimated(contexts, 1.0) == (contexts, contexts, contexts)


def test_bounds_of_small_samples() -> None:
    estimate, low, high = estimated(0, 0.25)
    assert (estimate, low) == (0, 0)
    assert 11 <= high <= 12
    assert estimated(1, 0.5)[1] == 1


@pytest.mark.parametrize("rate", [0.5, 0.125, 1 / 64])
@pytest.mark.parametrize("whole", [30, 1_000, 20_000])
def test_the_interval_holds_the_truth_as_often_as_it_says(whole: int, rate: float) -> None:
    rng = random.Random(f"{whole} {rate}")
    tries, inside = 300, 0
    for _ in range(tries):
        _, low, high = estimated(sum(rng.random() < rate for _ in range(whole)), rate)
        inside += low <= whole <= high
    assert inside >= 0.91 * tries


@pytest.mark.parametrize("bad", [True, None, "1", -1, 1.5, 1e13, float("nan"), float("inf")])
def test_what_is_no_weight(bad: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        weight_of(bad)


def test_a_whole_float_is_a_weight() -> None:
    assert (weight_of(3.0), weight_of(0), weight_of(10**12)) == (3, 0, 10**12)
