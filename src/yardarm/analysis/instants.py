"""Dates: texts and datetimes just before, at and just after every date that a clause names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from ..core.dates import END_SECONDS, MIN_SECONDS, format_instant, instant_us
from .subjects import Atom

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_FIRST, _LAST = MIN_SECONDS * 1_000_000, END_SECONDS * 1_000_000 - 1


def bounds(atoms: Sequence[Atom]) -> list[int]:
    """The instants that clauses name, in microseconds, sorted."""
    found = {instant_us(a.values[0]) for a in atoms if a.operator in ("before", "after")}
    return sorted(instant for instant in found if instant is not None)


def instants(named: Sequence[int]) -> Iterator[int]:
    """An instant at each bound and one in each gap beside one; a day away where there is room."""
    for number, bound in enumerate(named):
        low = named[number - 1] if number else _FIRST - 1
        high = named[number + 1] if number + 1 < len(named) else _LAST + 1
        yield bound
        yield bound - _DAY if bound - _DAY > low else bound - 1
        yield bound + _DAY if bound + _DAY < high else bound + 1


def texts(named: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """For each of `instants`, some of the many texts that name it."""
    for instant in instants(named):
        if _FIRST <= instant <= _LAST:
            text = format_instant(instant)
            yield text, text.lower(), text.replace("Z", "+00:00"), text.replace("Z", "-00:00")


def datetimes(named: Sequence[int]) -> Iterator[datetime]:
    """Datetimes, which also reach a few hours beyond what text and numbers can name."""
    if not named:
        return
    for instant in instants(named):
        try:
            yield _EPOCH + timedelta(microseconds=instant)
        except OverflowError:
            continue
    yield datetime.min.replace(tzinfo=timezone(timedelta(hours=23)))
    yield datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))
