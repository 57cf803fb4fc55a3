"""Which flags a list is to hold, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, get_args

from yardarm.core import model as m

from .row import Here, Row
from .stale import Stale, stale

Wish: TypeAlias = Literal["on", "off", "killed", "one", "several"]
"""A state that is asked for: `on` is one or several, `off` holds killed flags too."""

Expiry: TypeAlias = Literal["expired", "soon", "set", "none"]
Sort: TypeAlias = Literal["key", "name", "owner", "purpose", "changed", "evaluated", "expires"]

WISHES: tuple[Wish, ...] = get_args(Wish)
SORTS: tuple[Sort, ...] = get_args(Sort)

SOON = timedelta(days=30)
"""What expires within it expires soon."""

Evaluated: TypeAlias = Mapping[str, Mapping[str, datetime]]
"""When a flag was last evaluated, by flag and environment."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a flag must have to be listed; what is None is not asked.

    `states` are asked in their environments. `changed_within`, `evaluated_within` and
    `not_evaluated_for` are counted back from now; `never_evaluated` asks for what nobody has
    evaluated in the time that evaluations are kept.
    """

    text: str | None = None
    tag: str | None = None
    owner: str | None = None
    purpose: m.Purpose | None = None
    archived: Literal["false", "true", "all"] = "false"
    states: tuple[tuple[str, Wish], ...] = ()
    stale: Stale | Literal["any"] | None = None
    expiry: Expiry | None = None
    changed_within: timedelta | None = None
    evaluated_within: timedelta | None = None
    not_evaluated_for: timedelta | None = None
    never_evaluated: bool = False
    sort: Sort = "key"
    reverse: bool = False

    @property
    def asks_evaluations(self) -> bool:
        """Whether it has to be known of every flag when it was evaluated."""
        return (
            self.stale is not None
            or self.evaluated_within is not None
            or self.not_evaluated_for is not None
            or self.never_evaluated
            or self.sort == "evaluated"
        )


@dataclass(frozen=True, slots=True)
class Looking:
    """What rows are looked at with: the time, and when flags were evaluated."""

    now: datetime
    evaluated: Evaluated = field(default_factory=dict)

    def last_evaluated_at(self, key: str) -> datetime | None:
        """When a flag was last evaluated anywhere."""
        return max(self.evaluated.get(key, {}).values(), default=None)

    def stale(self, row: Row) -> Stale | None:
        """Why a flag is stale."""
        return stale(row, self.last_evaluated_at(row.key), self.now)

    def admits(self, wanted: Wanted, row: Row) -> bool:
        """Whether the flag is to be listed."""
        flag = row.flag
        is_archived = flag.archived_at is not None
        return (
            (wanted.archived == "all" or is_archived is (wanted.archived == "true"))
            and (wanted.purpose is None or wanted.purpose == flag.purpose)
            and (wanted.owner is None or wanted.owner == flag.owner)
            and (wanted.tag is None or wanted.tag in flag.tags)
            and (wanted.text is None or wanted.text.casefold() in row.text)
            and all(_is(row.here.get(at), wish) for at, wish in wanted.states)
            and (wanted.expiry is None or self._expires(row, wanted.expiry))
            and _since(row.changed_at, wanted.changed_within, self.now)
            and self._is_evaluated(wanted, row)
            and (wanted.stale is None or self._is_stale(wanted.stale, row))
        )

    def _is_evaluated(self, wanted: Wanted, row: Row) -> bool:
        if not wanted.asks_evaluations:
            return True
        at = self.last_evaluated_at(row.key)
        not_for = wanted.not_evaluated_for
        return (
            _since(at, wanted.evaluated_within, self.now)
            and (not_for is None or not _since(at, not_for, self.now))
            and (not wanted.never_evaluated or at is None)
        )

    def _is_stale(self, wanted: Stale | Literal["any"], row: Row) -> bool:
        found = self.stale(row)
        return found is not None and wanted in ("any", found)

    def _expires(self, row: Row, wanted: Expiry) -> bool:
        at = row.expires_at
        if at is None or wanted in ("none", "set"):
            return (at is None) is (wanted == "none")
        expired = at <= self.now
        return expired if wanted == "expired" else not expired and at <= self.now + SOON

    def place(self, wanted: Wanted) -> Callable[[Row], tuple[Any, ...]]:
        """What rows are sorted by: JSON values, unique by the key at the end.

        What has no instant comes after what has one.
        """
        match wanted.sort:
            case "changed":
                return lambda row: (*_newest(row.changed_at), row.key)
            case "evaluated":
                return lambda row: (*_newest(self.last_evaluated_at(row.key)), row.key)
            case "expires":
                return lambda row: (*_oldest(row.expires_at), row.key)
            case "name":
                return lambda row: ((row.flag.name or row.key).casefold(), row.key)
            case "owner":
                return lambda row: (row.flag.owner.casefold(), row.key)
            case "purpose":
                return lambda row: (row.flag.purpose, row.key)
            case "key":
                return lambda row: (row.key,)


def _is(here: Here | None, wish: Wish) -> bool:
    if here is None:
        return False
    match wish:
        case "on":
            return here.state in ("one", "several")
        case "off":
            return here.state in ("off", "killed")
        case _:
            return here.state == wish


def _since(at: datetime | None, within: timedelta | None, now: datetime) -> bool:
    """Whether it was within that time; without one nothing is asked."""
    return within is None or (at is not None and at >= now - within)


def _newest(at: datetime | None) -> tuple[int, float]:
    return (1, 0) if at is None else (0, -at.timestamp())


def _oldest(at: datetime | None) -> tuple[int, float]:
    return (1, 0) if at is None else (0, at.timestamp())
