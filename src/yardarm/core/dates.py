"""Instants: RFC 3339 text or epoch seconds, as whole microseconds since 1970-01-01T00:00:00Z.

Whole microseconds compare exactly, which floats of seconds do not. A date-time without a zone is no
instant (whose midnight would it be?). Numbers are seconds; milliseconds of any date since
mid-January 1978 lie beyond the year 9999 and are refused instead of being misread.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

MIN_SECONDS = -62_135_596_800
"""0001-01-01T00:00:00Z, the first instant."""
END_SECONDS = 253_402_300_800
"""One second after 9999-12-31T23:59:59Z: every instant lies before it."""
_MICRO = 1_000_000
_MAX_LENGTH = 64
_DIGITS = frozenset("0123456789")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def instant_us(value: object) -> int | None:
    """The instant that `value` names, in microseconds since the epoch, or None. Never raises.

    Accepted are text by RFC 3339, section 5.6, with `Z` or a numeric offset (`t` and `z` too), and
    finite numbers of epoch seconds, both from the year 1 to 9999 in UTC. Digits of text beyond
    microseconds are dropped; a float is rounded to the nearest microsecond. Second 60 is the
    leap second `23:59:60Z` only and equals the second that follows it. A boolean is no number.
    """
    kind = type(value)
    if issubclass(kind, str):
        return _within(_from_text(str.__str__(value)))
    if kind is bool:
        return None
    if issubclass(kind, int):
        return _from_int(int.__int__(value))  # type: ignore[arg-type]
    if issubclass(kind, float):
        return _from_float(float.__float__(value))  # type: ignore[arg-type]
    return None


def format_instant(instant: int) -> str:
    """RFC 3339 text in UTC, such as `2024-02-29T12:00:00Z`, with a fraction only if there is one.

    Raises `ValueError` for an instant outside the years 1 to 9999.
    """
    if _within(instant) is None:
        raise ValueError(f"{instant} microseconds is not within the years 1 to 9999")
    text = (_EPOCH + timedelta(microseconds=instant)).replace(tzinfo=None).isoformat()
    head, dot, fraction = text.partition(".")
    return f"{head}{dot}{fraction.rstrip('0')}Z"


def _within(instant: int | None) -> int | None:
    if instant is None or not MIN_SECONDS * _MICRO <= instant < END_SECONDS * _MICRO:
        return None
    return instant


def _from_int(seconds: int) -> int | None:
    return seconds * _MICRO if MIN_SECONDS <= seconds < END_SECONDS else None


def _from_float(seconds: float) -> int | None:
    if not MIN_SECONDS <= seconds < END_SECONDS:  # also refuses what is not finite
        return None
    above, below = seconds.as_integer_ratio()
    # Near the bounds two floats are 30 microseconds apart, so rounding cannot cross them.
    return (2 * above * _MICRO + below) // (2 * below)


def _from_text(text: str) -> int | None:
    """Read `YYYY-MM-DDThh:mm:ss`, an optional fraction, and a zone."""
    if not 20 <= len(text) <= _MAX_LENGTH or text[10] not in "Tt":
        return None
    if (text[4], text[7], text[13], text[16]) != ("-", "-", ":", ":"):
        return None
    day = _day(_number(text[:4]), _number(text[5:7]), _number(text[8:10]))
    time = _time(_number(text[11:13]), _number(text[14:16]), _number(text[17:19]))
    fraction, zone = _fraction(text[19:])
    offset = _offset(zone)
    if day is None or time is None or fraction is None or offset is None:
        return None
    if time == 86_400 and zone not in ("Z", "z"):
        return None
    return (day * 86_400 + time - offset) * _MICRO + fraction


def _number(digits: str) -> int:
    """A number in ASCII digits, or -1."""
    return int(digits) if digits and _DIGITS.issuperset(digits) else -1


def _day(year: int, month: int, day: int) -> int | None:
    """The day's number, counted from the epoch, or None when there is no such day."""
    if year < 1 or not 1 <= month <= 12:
        return None
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _DAYS[month - 1] + leap:
        return None
    return date(year, month, day).toordinal() - _EPOCH_DAY


def _time(hour: int, minute: int, second: int) -> int | None:
    """Seconds into the day; 86,400 for the leap second at its end."""
    if (hour, minute, second) == (23, 59, 60):
        return 86_400
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    return hour * 3600 + minute * 60 + second


def _fraction(text: str) -> tuple[int | None, str]:
    """Microseconds of a fraction at the start of `text`, None if malformed, and what follows."""
    if not text.startswith("."):
        return 0, text
    zone = text[1:].lstrip("0123456789")
    digits = text[1 : len(text) - len(zone)]
    return (int(digits[:6].ljust(6, "0")) if digits else None), zone


def _offset(zone: str) -> int | None:
    """Seconds east of UTC, or None when the text is no zone."""
    if zone in ("Z", "z"):
        return 0
    if len(zone) != 6 or zone[0] not in "+-" or zone[3] != ":":
        return None
    hours, minutes = _number(zone[1:3]), _number(zone[4:])
    if not (0 <= hours <= 23 and 0 <= minutes <= 59):
        return None
    seconds = hours * 3600 + minutes * 60
    return -seconds if zone[0] == "-" else seconds
