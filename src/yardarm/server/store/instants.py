"""Instants as text: RFC 3339, UTC, six digits of a second, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present, aware, in UTC. The default clock of the services."""
    return datetime.now(UTC)


def to_rfc3339(at: datetime) -> str:
    """`2026-11-23T07:05:12.000001Z`. `at` must be aware."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """The aware instant. Raises `ValueError` when it is no RFC 3339 text or names no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone")
    return at.astimezone(UTC)
