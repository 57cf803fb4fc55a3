r"""Dates as the crate chrono reads them, and as constraints may say them.

A context's date is read leniently: `2022-6-1 0:0:0 +02 00`, white space around every part, years
beyond 9999 with a sign, `UTC` for a zone. A constraint's date has one exact form,
`2022-06-01T00:00:00.000Z` with an optional fraction of three digits. A zone is always needed.
Second 60 is allowed in any minute and lies between 59 and the next minute.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import floor

from .text import WHITE_SPACE

Instant = tuple[int, int]
"""Whole seconds since 1970 in UTC, and nanoseconds (from 1,000,000,000 on within second 60)."""

_MIN_YEAR, _MAX_YEAR = -262_143, 262_142
_GAP = f"[{WHITE_SPACE}]*"
_LENIENT = re.compile(
    rf"{_GAP}(?:([+-])([0-9]+)|([0-9]{{1,4}})){_GAP}-{_GAP}([0-9]{{1,2}}){_GAP}-{_GAP}([0-9]{{1,2}})"
    rf"[Tt ]{_GAP}([0-9]{{1,2}}){_GAP}:{_GAP}([0-9]{{1,2}}){_GAP}:{_GAP}([0-9]{{1,2}})"
    rf"(?:\.([0-9]+))?{_GAP}"
    rf"(?:[Zz]|[Uu][Tt][Cc]|([+\-−])([0-9]{{2}})[:{WHITE_SPACE}]*([0-5][0-9])){_GAP}"
)
_STRICT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def instant(text: str) -> Instant | None:
    """The instant that a context's text names, or None. Never raises."""
    found = _LENIENT.fullmatch(text)
    if found is None:
        return None
    sign, signed_year, year, month, day, hour, minute, second, fraction, *zone = found.groups()
    days = _days(sign, signed_year or year, int(month), int(day))
    seconds = _seconds(int(hour), int(minute), int(second))
    east = _offset(*zone)
    if days is None or seconds is None or east is None:
        return None
    at = days * 86_400 + seconds - east
    if not _FIRST <= at < _END:
        return None
    nanoseconds = int(fraction[:9].ljust(9, "0")) if fraction else 0
    return at, nanoseconds + (1_000_000_000 if int(second) == 60 else 0)


def written_instant(text: str) -> Instant | None:
    """The instant that a constraint's value names, or None when it is no date there."""
    return instant(text) if _STRICT.fullmatch(text) else None


def instant_of(seconds: float) -> Instant:
    """The present as the engine sees it: whole seconds."""
    return floor(seconds), 0


def text_of_present(seconds: float) -> str | None:
    """The present as the text that the engine makes of it; None beyond the year 9999."""
    try:
        return datetime.fromtimestamp(floor(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def _days(sign: str | None, digits: str, month: int, day: int) -> int | None:
    """Days since 1970 of a day of the proleptic Gregorian calendar, which has a year 0."""
    significant = digits.lstrip("0")
    if len(significant) > 6:
        return None
    year = -int(significant or "0") if sign == "-" else int(significant or "0")
    if not (_MIN_YEAR <= year <= _MAX_YEAR and 1 <= month <= 12):
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + leap:
        return None
    return _civil(year, month, day)


def _civil(year: int, month: int, day: int) -> int:
    """Days since 1970. The year is counted from March, so that a leap day ends it."""
    year -= month <= 2
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + of_year - 719_468


def _seconds(hour: int, minute: int, second: int) -> int | None:
    if hour > 23 or minute > 59 or second > 60:
        return None
    return hour * 3600 + minute * 60 + min(second, 59)


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> int | None:
    """Seconds east of UTC; None for a day or more."""
    if sign is None:
        return 0
    east = int(hours or 0) * 3600 + int(minutes or 0) * 60
    if east >= 86_400:
        return None
    return east if sign == "+" else -east


_FIRST = _civil(_MIN_YEAR, 1, 1) * 86_400
_END = _civil(_MAX_YEAR + 1, 1, 1) * 86_400
