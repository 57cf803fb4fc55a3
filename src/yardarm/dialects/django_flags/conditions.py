"""One condition as ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from ...core import model as m
from ...core.dates import format_instant
from ...core.operators.django_flags import pattern_of
from ...core.reading import escape
from ...core.regex import PatternError
from ...errors import OptionError
from .. import onoff
from ..base import Options

_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?"
    r"\s*(Z|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reader's options, checked."""

    username: str
    unknown: str
    dates: str
    use_tz: bool
    offset: timezone

    @classmethod
    def of(cls, options: Options) -> Chosen:
        """Raises `OptionError` for a value that is not allowed."""
        zone = _zone(str(options.get("utc_offset", "+00:00")))
        if zone is None:
            raise OptionError("the option utc_offset is a text such as +01:00")
        return cls(
            str(options.get("username", "key")),
            onoff.choice(options, "unknown", ("refuse", "never"), "refuse"),
            onoff.choice(options, "dates", ("did", "said"), "did"),
            bool(options.get("use_tz", True)),
            zone,
        )


class ConditionReader:
    """Reads the conditions of one flag."""

    def __init__(self, chosen: Chosen, notes: onoff.Notes) -> None:
        self.chosen = chosen
        self.notes = notes

    def read(self, name: str, value: m.Json, at: str) -> m.Condition:
        """Raises `Refused` for a condition that raises an error, or that nobody knows."""
        match name:
            case "boolean":
                return _fixed(_boolean(value, at, lower=False))
            case "user":
                return self._user(value, at)
            case "anonymous":
                there = m.Clause(self.chosen.username, "present")
                return m.Not(there) if _boolean(value, at, lower=True) else there
            case "parameter":
                return _parameter(value, at)
            case "path matches":
                return _path(value, at)
            case "after date" | "before date":
                return self._date(name.partition(" ")[0], value, at)
        if self.chosen.unknown == "never":
            self.notes.add(at, f"unknown condition {name!r}", "taken for one that never holds")
            return onoff.NOBODY
        raise onoff.Refused(at, f"a condition of your own, {name!r}: code is not read")

    def _user(self, value: m.Json, at: str) -> m.Condition:
        if isinstance(value, str) and value:
            return m.Clause(self.chosen.username, "equals", (value,))
        self.notes.add(at, "a user's name that is no text", "the condition never holds")
        return onoff.NOBODY

    def _date(self, operator: str, value: m.Json, at: str) -> m.Condition:
        found = _parsed(value, at)
        if found is None:
            self.notes.add(at, f"{value!r} is no date"[:200], "the condition never holds")
            return onoff.NOBODY
        aware = found.tzinfo is not None
        if aware != self.chosen.use_tz:
            self.notes.differs(
                at,
                "a date without a time zone, where Django has zones"
                if self.chosen.use_tz
                else "a date with a time zone, where Django has none",
                says=f"{operator} {value}",
                did="never",
                option="dates",
                taken=self.chosen.dates,
            )
            if self.chosen.dates == "did":
                return onoff.NOBODY
        moment = found if aware else found.replace(tzinfo=self.chosen.offset)
        micros = (moment - _EPOCH) // timedelta(microseconds=1)
        try:
            instant = format_instant(micros)
        except ValueError:
            raise onoff.Refused(at, "a date beyond the year 9999") from None
        return m.Clause("now", operator, (instant,), m.AMBIENT_KIND)


def _fixed(on: bool) -> m.Condition:
    return onoff.EVERYONE if on else onoff.NOBODY


def _boolean(value: m.Json, at: str, *, lower: bool) -> bool:
    if not isinstance(value, str):
        return bool(value)
    text = value.strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise onoff.Refused(at, f"{value!r} is neither true nor false: the check raises an error"[:200])


def _parameter(value: m.Json, at: str) -> m.Condition:
    if not isinstance(value, str):
        raise onoff.Refused(at, "a parameter's name that is no text: the check raises an error")
    name, wanted = value, "True"
    if value.count("=") == 1:
        name, _, wanted = value.partition("=")
    return m.Clause(f"/parameters/{escape(name)}", "equals", (wanted,))


def _path(value: m.Json, at: str) -> m.Condition:
    if not isinstance(value, str):
        raise onoff.Refused(at, "a pattern that is no text: the check raises an error")
    try:
        pattern_of(value)
    except PatternError as error:
        raise onoff.Refused(at, f"the pattern {value!r}: {error}"[:300]) from None
    return m.Clause("path", "django_flags.path_matches", (value,))


# --- dates ------------------------------------------------------------------------------------


def _parsed(value: m.Json, at: str) -> datetime | None:
    """The date as Django parses it; None for what is none. Raises `Refused` for an impossible
    one."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micros = int((found[7] or "").ljust(6, "0"))
    zone = None if found[8] is None else _zone(found[8])
    try:
        return datetime(year, month, day, hour, minute, second, micros, zone)
    except ValueError:
        raise onoff.Refused(at, f"{value!r} is no day: the check raises an error") from None


def _zone(text: str) -> timezone | None:
    if text == "Z":
        return UTC
    found = _OFFSET.fullmatch(text)
    if found is None or int(found[2]) > 23 or int(found[3] or 0) > 59:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
