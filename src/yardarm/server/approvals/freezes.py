"""When a freeze is on. Pure.

Local times are read by the clocks of the zone. Where clocks are put forward or back, a local time
does not exist or exists twice; then the reading that makes the freeze longer holds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import AnyFreeze, Freeze, WeeklyFreeze


def frozen_until(freeze: AnyFreeze, now: datetime) -> datetime | None:
    """When the freeze that is on at `now` (aware) ends; None when it is not on."""
    if isinstance(freeze, Freeze):
        return freeze.end if freeze.start <= now < freeze.end else None
    ends = [end for start, end in _around(freeze, now) if start <= now < end]
    return max(ends, default=None)


def _around(freeze: WeeklyFreeze, now: datetime) -> list[tuple[datetime, datetime]]:
    """The occasions of the freeze near an instant."""
    today = now.astimezone(freeze.zone).date()
    overnight = timedelta(days=int(freeze.end <= freeze.start))
    days = [today + timedelta(days=offset) for offset in (-2, -1, 0, 1)]
    return [
        (
            min(_readings(day, freeze.start, freeze.zone)),
            max(_readings(day + overnight, freeze.end, freeze.zone)),
        )
        for day in days
        if day.weekday() in freeze.days
    ]


def _readings(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """The instants that a local time can mean: two where the clocks change, else the same twice."""
    return [datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
