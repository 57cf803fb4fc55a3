"""Reads policies from JSON. Pure: every wrong field is named with its pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from math import isfinite
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from yardarm.core.model import PURPOSES
from yardarm.core.reading import Reader, texts
from yardarm.errors import DocumentError, Problem

from ..store.instants import from_rfc3339
from .model import (
    AnyFreeze,
    Approval,
    Budgets,
    Freeze,
    Limit,
    PolicyName,
    TighterLimit,
    WeeklyFreeze,
)

Policy: TypeAlias = Budgets | tuple[AnyFreeze, ...] | Approval

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_ENTRIES = 100
"""Most windows, tighter limits or approvers of one policy."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_BY: tuple[Literal["purpose", "tag", "owner"], ...] = ("purpose", "tag", "owner")
_MOST_TEXT = 1_000


def read_policy(name: PolicyName, value: Any) -> Policy:
    """The policy of that name. Raises `DocumentError`.

    Of `freezes`, the body is `{"windows": […]}`.
    """
    problems: list[Problem] = []
    reader = Reader(value, "", problems)
    found: Policy = Approval()
    if reader.is_object():
        found = _READERS[name](reader)
        reader.no_others()
    if problems:
        raise DocumentError(problems)
    return found


# --- budgets ----------------------------------------------------------------------------------


def _budgets(reader: Reader) -> Budgets:
    unchecked = reader.take_choice("without_population", ("approval", "allow"), "approval")
    return Budgets(
        once=_limit(reader),
        per_hour=_per_hour(reader),
        tighter=_few(reader, reader.take_list("for", _tighter), "for"),
        growth_share=_share(reader, "growth_share", most=None),
        shrink_share=_share(reader, "shrink_share"),
        deleted_flags=_count(reader, "deleted_flags"),
        unchecked="allow" if unchecked == "allow" else "approval",
    )


def _tighter(reader: Reader) -> TighterLimit | None:
    if not reader.is_object():
        return None
    given = [name for name in _BY if reader.at(name) is not None]
    if len(given) != 1:
        reader.problem("one of purpose, tag and owner says which flags it is about", 'add "tag"')
        return None
    by = given[0]
    value = reader.take_str(by)
    if by == "purpose":
        value = reader.take_choice(by, PURPOSES, "release")
    found = TighterLimit(by, value, _limit(reader), _per_hour(reader))
    if found.once == found.per_hour == Limit():
        reader.problem("it limits nothing", "add max_share, max_contexts or per_hour")
    reader.no_others()
    return found


def _per_hour(reader: Reader) -> Limit:
    inner = reader.at("per_hour")
    if inner is None or not inner.is_object():
        return Limit()
    found = Limit(_share(inner, "max_share", most=None), _count(inner, "max_contexts"))
    inner.no_others()
    return found


def _limit(reader: Reader) -> Limit:
    return Limit(_share(reader, "max_share"), _count(reader, "max_contexts"))


def _share(reader: Reader, name: str, most: float | None = 1) -> float | None:
    """A share from 0 to 1, such as 0.1 for 10 %."""
    found = reader.at(name)
    if found is None:
        return None
    before, share = len(found.problems), found.number()
    if len(found.problems) == before and not (
        isfinite(share) and share >= 0 and (most is None or share <= most)
    ):
        found.problem("not a share" + (" from 0 to 1" if most else ""), "0.1 is 10 %")
    return share


def _count(reader: Reader, name: str, least: int = 0) -> int | None:
    found = reader.at(name)
    if found is None:
        return None
    before, count = len(found.problems), found.integer(least)
    if len(found.problems) == before and count < least:
        found.problem(f"less than {least}")
    return count


# --- freezes ----------------------------------------------------------------------------------


def _freezes(reader: Reader) -> tuple[AnyFreeze, ...]:
    reader.need("windows")
    return _few(reader, reader.take_list("windows", _window), "windows")


def _window(reader: Reader) -> AnyFreeze | None:
    if not reader.is_object():
        return None
    weekly = reader.at("days") is not None
    found = _weekly(reader) if weekly else _once(reader)
    reader.no_others()
    return found


def _once(reader: Reader) -> Freeze | None:
    start, end = _instant(reader, "from"), _instant(reader, "to")
    reason = _reason(reader)
    if start is None or end is None:
        return None
    if end <= start:
        reader.problem("it ends before it begins", "'to' comes after 'from'")
    return Freeze(start, end, reason)


def _instant(reader: Reader, name: str) -> datetime | None:
    found = reader.need(name)
    if found is None:
        return None
    text = found.text()
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        found.problem(f"{text[:40]!r} is no instant with a zone", "2027-03-01T09:00:00Z")
        return None


def _weekly(reader: Reader) -> WeeklyFreeze | None:
    days = reader.take_list("days", _day)
    if not days:
        reader.problem("it names no day", f"days are {', '.join(DAYS)}")
    start, end, zone = _clock(reader, "from"), _clock(reader, "to"), _zone(reader)
    reason = _reason(reader)
    if start is None or end is None or zone is None:
        return None
    return WeeklyFreeze(frozenset(days), start, end, zone, reason)


def _day(reader: Reader) -> int | None:
    if reader.value not in DAYS:
        reader.problem(f"{reader.value!r} is no day", f"days are {', '.join(DAYS)}")
        return None
    return DAYS.index(reader.value)


def _clock(reader: Reader, name: str) -> time | None:
    found = reader.need(name)
    if found is None:
        return None
    text = found.text()
    read = _CLOCK.fullmatch(text)
    if read is None:
        found.problem(f"{text[:40]!r} is no time of day", "16:00")
        return None
    return time(int(read[1]), int(read[2]))


def _zone(reader: Reader) -> ZoneInfo | None:
    found = reader.need("zone")
    if found is None:
        return None
    text = found.text()
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, LookupError):  # also a folder of zones, or a path
        found.problem(f"{text[:40]!r} is no time zone", "Europe/Amsterdam")
        return None


def _reason(reader: Reader) -> str:
    text = reader.take_str("reason")
    if len(text) > _MOST_TEXT:
        reader.problem(f"a reason has at most {_MOST_TEXT} characters")
    return text


# --- approval ---------------------------------------------------------------------------------


def _approval(reader: Reader) -> Approval:
    approvals = _count(reader, "approvals", least=1)
    named = reader.at("by")
    by = None
    if named is not None and named.value is not None:
        by = frozenset(_few(reader, named.items(texts), "by"))
        if approvals is not None and len(by) < approvals:
            named.problem(f"{len(by)} actors cannot give {approvals} approvals", "name more")
    hours = reader.at("expires_hours")
    expires = 72 if hours is None else hours.number(72)
    if hours is not None and not 0 < expires <= 24 * 366:
        hours.problem("not within a year", "72 is three days")
    return Approval(approvals or 1, by, expires, reader.take_bool("always"))


def _few(reader: Reader, items: Sequence[Any], name: str) -> tuple[Any, ...]:
    if len(items) > MOST_ENTRIES:
        reader.problem(f"{name!r} has more than {MOST_ENTRIES} entries")
    return tuple(items)


_READERS: dict[PolicyName, Callable[[Reader], Policy]] = {
    "budgets": _budgets,
    "freezes": _freezes,
    "approval": _approval,
}
