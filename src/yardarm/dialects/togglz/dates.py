"""Release dates: `yyyy-MM-dd` and `HH:mm:ss` as Java's lenient SimpleDateFormat reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(
    r"[ \t]*(\d{1,9})-[ \t]*(\d{1,9})-[ \t]*(\d{1,9})T"
    r"[ \t]*(\d{1,9}):[ \t]*(\d{1,9}):[ \t]*(\d{1,9})"
)
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


def release(date: str, time: str | None, utc_offset: str) -> str | None:
    """The instant in RFC 3339, None for what is no date. Raises `ValueError` for a bad offset.

    Numbers out of bounds run over: the 31st of February is the 3rd of March. What follows the
    seconds is ignored.
    """
    moved = _minutes(utc_offset)
    text = f"{_trimmed(date)}T{_trimmed(time or '') or '00:00:00'}"
    found = _FORM.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    year, month = year + (month - 1) // 12, (month - 1) % 12
    try:
        start = datetime(year, month + 1, 1, tzinfo=UTC)
        instant = start + timedelta(
            days=day - 1, hours=hour, minutes=minute - moved, seconds=second
        )
    except (ValueError, OverflowError):
        return None
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant.year >= 1000 else None


def local(instant: str, utc_offset: str) -> tuple[str, str]:
    """Date and time of an instant in RFC 3339. Raises `ValueError` for what is none."""
    at = datetime.fromisoformat(instant).astimezone(UTC) + timedelta(minutes=_minutes(utc_offset))
    return at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S")


def _trimmed(text: str) -> str:
    return text.strip("".join(map(chr, range(33))))


def _minutes(utc_offset: str) -> int:
    """Minutes ahead of UTC. Raises `ValueError`."""
    if not utc_offset:
        return 0
    found = _OFFSET.fullmatch(utc_offset)
    if found is None:
        raise ValueError(f"{utc_offset!r} is no offset such as +02:00")
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes
