"""Instants: RFC 3339 text with an explicit zone, or seconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_LOWEST, _HIGHEST = -62_135_596_800, 253_402_300_799
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = frozenset("0123456789")
_MICROSECOND = timedelta(microseconds=1)


def instant_us(value: object) -> int | None:
    """Microseconds since 1970, or None when the value is no instant.

    Numbers are seconds from year 1 to 9999, so that milliseconds are refused.
    """
    kind = type(value)
    if kind is str:
        return _text(value)  # type: ignore[arg-type]
    if kind is int or kind is float:
        if not _LOWEST <= value <= _HIGHEST:  # type: ignore[operator]
            return None
        return round(value * 1_000_000)  # type: ignore[operator]
    return None


def _text(text: str) -> int | None:
    if not 20 <= len(text) <= 40 or not text.isascii():
        return None
    text = text.upper()
    if text[10] != "T" or text[4] != "-" or text[7] != "-" or text[13] != ":" or text[16] != ":":
        return None
    zone_at = next((i for i in range(19, len(text)) if text[i] in "Z+-"), -1)
    fraction, zone = text[19:zone_at], text[zone_at:]
    if zone_at < 0 or (fraction and (fraction[0] != "." or not _digits(fraction[1:]))):
        return None
    numbers = (text[0:4], text[5:7], text[8:10], text[11:13], text[14:16], text[17:19])
    if not all(map(_digits, numbers)) or (offset := _offset(zone)) is None:
        return None
    year, month, day, hour, minute, second = map(int, numbers)
    leap = second == 60
    try:
        naive = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
        found = naive - timedelta(minutes=offset)
    except (ValueError, OverflowError):
        return None
    if leap and (found.hour, found.minute) != (23, 59):
        return None
    whole = (found - _EPOCH) // _MICROSECOND + (1_000_000 if leap else 0)
    return whole + int(fraction[1:7].ljust(6, "0") if fraction else 0)


def _offset(zone: str) -> int | None:
    if zone == "Z":
        return 0
    if len(zone) != 6 or zone[3] != ":" or not _digits(zone[1:3] + zone[4:]):
        return None
    hours, minutes = int(zone[1:3]), int(zone[4:])
    if hours > 23 or minutes > 59:
        return None
    return (1 if zone[0] == "+" else -1) * (hours * 60 + minutes)


def _digits(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text)
