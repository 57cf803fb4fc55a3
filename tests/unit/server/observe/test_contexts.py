"""Contexts in events: taken one by one, in one form, whoever writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yardarm.core.context import Context
from yardarm.core.keeping import MAX_BYTES, MAX_DEPTH
from yardarm.core.observed import place_of
from yardarm.server.observe.errors import BadBatch
from yardarm.server.observe.events import Batch, read_batch

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
AT = "2026-03-01T12:00:00Z"


def read(*contexts: Any, **fields: Any) -> Batch:
    entries = [{"context": context, "at": AT} for context in contexts]
    frame = {"format": 1, "batch": "12345678", "contexts": entries, **fields}
    return read_batch(json.dumps(frame).encode(), NOW)


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_a_context_is_read() -> None:
    batch = read(
        {"plan": "pro", "key": "u1"}, context_halvings=3, sdk={"name": "x", "version": "1"}
    )
    (seen,) = batch.contexts
    assert seen.place == place_of({"user": {"key": "u1"}})
    assert seen.body == b'{"key":"u1","plan":"pro"}'
    assert seen.at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (batch.context_halvings, batch.sdk, batch.version) == (3, "x", "1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"key": "u1", "a": {"x": 1, "b": 2}}, {"a": {"b": 2, "x": 1}, "key": "u1"}),
        ({"key": "u1"}, {"kind": "user", "key": "u1"}),
        ({"key": "u1"}, {"kind": "multi", "user": {"key": "u1"}}),
        ({"key": 7}, {"key": "7"}),
        ({"key": "u1", "_private": ["b", "a"]}, {"key": "u1", "_private": ["a", "b", "a"]}),
    ],
)
def test_the_same_context_has_the_same_bytes(one: Any, other: Any) -> None:
    first, second = read(one, other).contexts
    assert first == second


def test_what_a_context_names_as_private_is_not_kept_unless_hashed() -> None:
    hashed = {"sha256": "00"}
    sent = {"key": "u1", "email": "a@b", "phone": hashed, "_private": ["email", "phone"]}
    (seen,) = read(sent).contexts
    kept = {"key": "u1", "phone": hashed, "_private": ["email", "phone"]}
    assert json.loads(seen.body) == kept


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (None, "a context is an object"),
        ([], "a context is an object"),
        ("u1", "a context is an object"),
        ({}, "has no key"),
        ({"plan": "pro"}, "has no key"),
        ({"key": ""}, "has no key"),
        ({"key": 1.5}, "has no key"),
        ({"kind": "", "key": "u1"}, "a context kind is"),
        ({"kind": 7, "key": "u1"}, "a context kind is"),
        ({"kind": "multi", "user": 7}, "needs an object of attributes"),
        ({"kind": "multi"}, "has no key"),
        ({"key": "u" * 257}, "a key of more than 256"),
        ({"kind": "multi", "a": {"key": "1"}, "b": {"key": "u" * 257}}, "a key of more than 256"),
        ({"key": "u1", "text": "x" * MAX_BYTES}, "at most 8192"),
        ({"key": "u1", "deep": deep(MAX_DEPTH)}, "more than 16 levels"),
        ({"key": "u1", "_private": ["key"]}, "names its key as private"),
    ],
)
def test_a_context_that_is_none_is_rejected_alone(context: Any, message: str) -> None:
    batch = read({"key": "u1"}, context, {"key": "u2"})
    (rejected,) = batch.rejected
    assert rejected.pointer == "/contexts/1"
    assert message in rejected.message
    assert len(batch.contexts) == 2


def test_the_bounds_are_what_is_said() -> None:
    assert read({"key": "u" * 256}, {"key": "u1", "deep": deep(MAX_DEPTH - 1)}).rejected == []


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"context": {"key": "u1"}}, ""),
        ({"at": AT}, ""),
        ({"context": {"key": "u1"}, "at": "yesterday"}, "/at"),
        (7, ""),
    ],
)
def test_an_entry_of_another_form_is_rejected_alone(entry: Any, pointer: str) -> None:
    frame = {"format": 1, "batch": "12345678", "contexts": [entry]}
    batch = read_batch(json.dumps(frame).encode(), NOW)
    assert [one.pointer for one in batch.rejected] == ["/contexts/0" + pointer]


@pytest.mark.parametrize("halvings", [-1, 62, "3", None, 1.5])
def test_halvings_of_no_sense_are_refused_whole(halvings: Any) -> None:
    with pytest.raises(BadBatch) as caught:
        read(context_halvings=halvings)
    assert caught.value.problems[0].pointer == "/context_halvings"


def test_a_clock_that_is_wrong_is_set_right() -> None:
    entry = {"context": {"key": "u1"}, "at": (NOW + timedelta(days=400)).isoformat()}
    frame = {"format": 1, "batch": "12345678", "contexts": [entry]}
    (seen,) = read_batch(json.dumps(frame).encode(), NOW).contexts
    assert seen.at == NOW


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(json_values | st.dictionaries(st.sampled_from(["key", "kind", "_private", "user"]),
                                              json_values), max_size=5))  # fmt: skip
def test_any_json_is_taken_or_rejected_and_what_is_taken_reads_back(given: list[Any]) -> None:
    batch = read(*given)
    assert len(batch.contexts) + len(batch.rejected) == len(given)
    for seen in batch.contexts:
        context = Context.of(json.loads(seen.body))
        assert place_of(context.by_kind()) == seen.place
