"""Which flags are stale, and which are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yardarm.core.codec import flag_from_json
from yardarm.server.changes.listing.row import Row, make_here, make_row
from yardarm.server.changes.listing.stale import STALE_AFTER, stale

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = NOW - STALE_AFTER - timedelta(minutes=1)
VARIANTS = [{"key": "on", "value": True}, {"key": "off", "value": False}]
HALF = {
    "split": {"arms": [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]}
}
WHOLE = {"split": {"arms": [{"variant": "on", "weight": 100_000}, {"variant": "off", "weight": 0}]}}
DUTCH = {"attribute": "country", "op": "in", "values": ["NL"]}


def row(changed_at: datetime = LONG_AGO, *, elsewhere: Any = None, **fields: Any) -> Row:
    body = {"type": "boolean", "variants": VARIANTS, "off": "off", "enabled": True, "default": "on"}
    flags = {
        "production": flag_from_json({**body, **fields}, "a"),
        "staging": flag_from_json({**body, **fields, **(elsewhere or {})}, "a"),
    }
    here = {at: make_here(f, killed=False, changed_at=changed_at) for at, f in flags.items()}
    return make_row(flags, here)


def rule(serve: Any, **fields: Any) -> dict[str, Any]:
    return {"rules": [{"id": "r", "when": DUTCH, "serve": serve, **fields}]}


@pytest.mark.parametrize(
    ("given", "evaluated_at", "expected"),
    [
        (row(), NOW, "one-answer"),
        (row(default=WHOLE), NOW, "one-answer"),
        (row(enabled=False), NOW, "one-answer"),
        (row(**rule("on")), NOW, "one-answer"),
        (row(**rule("off", paused=True)), NOW, "one-answer"),
        (row(purpose="experiment"), NOW, "one-answer"),
        (row(elsewhere={"enabled": False}), NOW, "one-answer"),
        (row(default=HALF), NOW, None),
        (row(**rule("off")), NOW, None),
        (row(targets=[{"variant": "off", "keys": ["ann"]}]), NOW, None),
        (row(prerequisites=[{"flag": "b", "variants": ["on"]}]), NOW, None),
        (row(elsewhere={"default": HALF}), NOW, None),
        (row(purpose="operational"), NOW, None),
        (row(purpose="permission"), NOW, None),
        (row(default=HALF), None, "unused"),
        (row(purpose="operational"), LONG_AGO, "unused"),
        (row(), NOW - STALE_AFTER, "one-answer"),
        (row(NOW - STALE_AFTER + timedelta(minutes=1)), None, None),
        (row(archived_at="2026-01-01T00:00:00Z"), None, None),
    ],
)
def test_stale(given: Row, evaluated_at: datetime | None, expected: str | None) -> None:
    assert stale(given, evaluated_at, NOW) == expected
