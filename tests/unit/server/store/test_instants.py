"""Instants as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from yardarm.server.store.columns import Instant, JsonText
from yardarm.server.store.instants import from_rfc3339, to_rfc3339, utc_now

INSTANTS = st.datetimes(timezones=st.just(UTC))
DIALECT = sqlite.dialect()  # type: ignore[no-untyped-call]


@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (to_rfc3339(one) < to_rfc3339(other)) == (one < other)
    assert from_rfc3339(to_rfc3339(one)) == one


def test_zones_become_utc() -> None:
    at = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert to_rfc3339(at) == "2026-02-28T23:30:00.000000Z"
    assert from_rfc3339("2026-03-01T01:30:00+02:00") == at


@pytest.mark.parametrize("text", ["", "yesterday", "2026-03-01T01:30:00", "2026-13-01T00:00:00Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_rfc3339(text)


def test_now_is_aware() -> None:
    assert utc_now().tzinfo is UTC


def test_naive_datetimes_are_not_stored() -> None:
    with pytest.raises(ValueError, match="aware"):
        Instant().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001


def test_what_cannot_be_read_comes_back_as_something_else() -> None:
    assert Instant().process_result_value("never", DIALECT) == datetime.min.replace(tzinfo=UTC)
    assert JsonText().process_result_value("{", DIALECT) == {"unreadable": "{"}


def test_json_is_stored_in_canonical_form() -> None:
    stored = JsonText().process_bind_param({"b": 1.0, "a": [None, "é"]}, DIALECT)
    assert stored == '{"a":[null,"é"],"b":1.0}'
    assert JsonText().process_bind_param(None, DIALECT) == "null"
