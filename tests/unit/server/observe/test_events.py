"""The event format: what is taken, what is rejected, what is refused whole."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.observe.errors import BadBatch
from yardarm.server.observe.events import MAX_ENTRIES, Batch, read_batch

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
AT = "2026-03-01T12:00:00Z"
COUNT = {"flag": "a", "variant": "on", "reason": "SPLIT", "version": 3, "count": 5,
         "from": AT, "to": AT}  # fmt: skip
EXPOSURE = {"flag": "a", "version": 3, "variant": "on", "rule": "r", "kind": "user",
            "unit": "u1", "at": AT, "attributes": {}}  # fmt: skip
METRIC = {"event": "bought", "kind": "user", "unit": "u1", "value": 9.5, "at": AT, "attributes": {}}


def frame(**fields: Any) -> dict[str, Any]:
    return {
        "format": 1, "batch": "7b1c3a52-0000-4000-8000-000000000001",
        "sdk": {"name": "yardarm-python", "version": "0.1"}, "application": "checkout",
        "instance": "i1", "sent_at": AT, **fields,
    }  # fmt: skip


def read(value: Any) -> Batch:
    return read_batch(json.dumps(value).encode(), NOW)


def test_a_whole_batch() -> None:
    lost = {"counts": 1, "exposures": 2, "metrics": 3, "contexts": 4}
    batch = read(frame(counts=[COUNT], exposures=[EXPOSURE], metrics=[METRIC], lost=lost))
    assert batch.rejected == []
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert batch.counts == [{
        "minute": int(at.timestamp() // 60), "flag": "a", "variant": "on", "reason": "SPLIT",
        "version": 3, "application": "checkout", "count": 5,
    }]  # fmt: skip
    assert batch.exposures[0]["at"] == batch.metrics[0]["at"] == at
    assert batch.usage == {"a": at}
    assert batch.lost == lost


def test_what_may_be_left_out() -> None:
    batch = read({"format": 1, "batch": "12345678"})
    assert (batch.counts, batch.exposures, batch.metrics) == ([], [], [])
    short = read(frame(
        counts=[{k: v for k, v in COUNT.items() if k not in ("variant", "version")}],
        exposures=[{"flag": "a", "unit": "u", "at": AT}],
        metrics=[{"event": "e", "unit": "u", "at": AT}],
    ))  # fmt: skip
    assert short.rejected == []
    assert short.counts[0]["variant"] == short.exposures[0]["variant"] == ""
    assert short.metrics[0]["value"] is None


def test_fields_of_a_newer_client_are_let_pass() -> None:
    batch = read(frame(counts=[{**COUNT, "new": 1}], colour="red"))
    assert (len(batch.counts), batch.rejected) == (1, [])


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([], ""),
        ({}, ""),
        (frame(format=2), "/format"),
        (frame(format="1"), "/format"),
        (frame(batch="short"), "/batch"),
        (frame(batch="x" * 65), "/batch"),
        (frame(batch="with space"), "/batch"),
        (frame(application=7), "/application"),
        (frame(application="x" * 101), "/application"),
        (frame(counts={}), "/counts"),
        (frame(counts=[1] * (MAX_ENTRIES + 1)), "/counts"),
        (frame(lost={"counts": -1}), "/lost/counts"),
        (frame(sdk=None), "/sdk"),
    ],
)
def test_a_wrong_frame_is_refused_whole(value: Any, pointer: str) -> None:
    with pytest.raises(BadBatch) as caught:
        read(value)
    assert caught.value.problems[0].pointer == pointer


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'{"format":NaN}', b"[" * 100_000, b'"\\ud800"']
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadBatch):
        read_batch(body, NOW)


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_no_body_does_more_than_refuse(body: bytes) -> None:
    with suppress(BadBatch):
        assert isinstance(read_batch(body, NOW), Batch)


@pytest.mark.parametrize(
    ("kind", "entry", "change", "pointer"),
    [
        ("counts", COUNT, {"count": 0}, "/count"),
        ("counts", COUNT, {"count": 1.5}, "/count"),
        ("counts", COUNT, {"flag": ""}, "/flag"),
        ("counts", COUNT, {"flag": "x" * 257}, "/flag"),
        ("counts", COUNT, {"flag": "a\0b"}, ""),
        ("counts", COUNT, {"from": "yesterday"}, "/from"),
        ("counts", COUNT, {"to": "2026-03-01T12:00:00"}, "/to"),
        ("counts", COUNT, {"version": -1}, "/version"),
        ("exposures", EXPOSURE, {"unit": 7}, "/unit"),
        ("exposures", EXPOSURE, {"unit": "x" * 257}, "/unit"),
        ("exposures", EXPOSURE, {"attributes": []}, "/attributes"),
        ("exposures", EXPOSURE, {"flag": "\U0001f600" * 256, "unit": "\U0001f600" * 256,
                                 "variant": "\U0001f600" * 256}, ""),
        ("metrics", METRIC, {"value": "9"}, "/value"),
        ("metrics", METRIC, {"event": None}, "/event"),
        ("metrics", METRIC, {"kind": ""}, "/kind"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_rejected_alone(
    kind: str, entry: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    batch = read(frame(**{kind: [entry, {**entry, **change}, entry]}))
    assert [rejected.pointer for rejected in batch.rejected] == [f"/{kind}/1{pointer}"]
    assert len(getattr(batch, kind)) == 2


@pytest.mark.parametrize("days", [-4000, -8, 0.01, 4000])
def test_far_instants_are_now(days: float) -> None:
    far = (NOW + timedelta(days=days)).isoformat()
    batch = read(frame(
        counts=[{**COUNT, "from": far, "to": far}], exposures=[{**EXPOSURE, "at": far}]
    ))  # fmt: skip
    assert batch.exposures[0]["at"] == NOW
    assert batch.counts[0]["minute"] == int(NOW.timestamp() // 60)


def test_attributes_become_text_by_which_to_group() -> None:
    given_ = {
        "plan": "pro", "paid": True, "seats": 3, "share": 0.5, "none": None, "list": [1],
        "object": {}, 'quo"te': "x", "": "x", "long": "x" * 999, "nul": "a\0b",
    }  # fmt: skip
    batch = read(frame(exposures=[{**EXPOSURE, "attributes": given_}]))
    assert batch.exposures[0]["attributes"] == {
        "plan": "pro", "paid": "true", "seats": "3", "share": "0.5", "long": "x" * 256, "nul": "ab",
    }  # fmt: skip
    many = {f"a{i}": "x" for i in range(60)}
    batch = read(frame(metrics=[{**METRIC, "attributes": many}]))
    assert len(batch.metrics[0]["attributes"]) == 50
