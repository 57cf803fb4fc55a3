"""Policies as read, movements as judged, and the verdict. No behaviour but arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from math import ceil, floor, sqrt
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

PolicyName: TypeAlias = Literal["budgets", "freezes", "approval"]
POLICY_NAMES: tuple[PolicyName, ...] = ("budgets", "freezes", "approval")

# --- policies ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """How many contexts may move: a share of all of them, a number, or both. None: any."""

    max_share: float | None = None
    max_contexts: int | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What a budget can tell flags apart by."""

    purpose: str = ""
    tags: frozenset[str] = frozenset()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class TighterLimit:
    """A limit for the flags of one purpose, tag or owner. `by` names which, `value` its value."""

    by: Literal["purpose", "tag", "owner"]
    value: str
    once: Limit
    per_hour: Limit = Limit()

    def covers(self, traits: Traits) -> bool:
        """Whether it is about a flag with these traits."""
        if self.by == "tag":
            return self.value in traits.tags
        return self.value == (traits.purpose if self.by == "purpose" else traits.owner)

    def words(self) -> str:
        """Which flags it is about."""
        return f"flags of {self.by} {self.value!r}"


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much one change, and all changes within an hour, may move.

    `growth_share` and `shrink_share` bound flags and segments that come or go, as a share of those
    that are there; `deleted_flags` the flags that go out of use. `unchecked` says what becomes of
    a change whose movement nobody can count, because no contexts are known.
    """

    once: Limit = Limit()
    per_hour: Limit = Limit()
    tighter: tuple[TighterLimit, ...] = ()
    growth_share: float | None = None
    shrink_share: float | None = None
    deleted_flags: int | None = None
    unchecked: Literal["approval", "allow"] = "approval"

    @property
    def counts_movement(self) -> bool:
        """Whether it bounds who moves."""
        limits = (self.once, self.per_hour, *(limit.once for limit in self.tighter))
        return self.counts_hours or any(limit != Limit() for limit in limits)

    @property
    def counts_hours(self) -> bool:
        """Whether it bounds all changes within an hour."""
        hours = (self.per_hour, *(limit.per_hour for limit in self.tighter))
        return any(limit != Limit() for limit in hours)


@dataclass(frozen=True, slots=True)
class Freeze:
    """From one instant to another nothing changes without approval."""

    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WeeklyFreeze:
    """A freeze on certain days (0: Monday), by the clocks of a zone.

    It begins at `start` and lasts until the next `end`: on the day after, if that is not later.
    """

    days: frozenset[int]
    start: time
    end: time
    zone: ZoneInfo
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves what is above a budget or in a freeze, and how many of them it takes.

    `by` are actors; None: whoever has the scope `approve`. With `always`, every change needs it.
    """

    approvals: int = 1
    by: frozenset[str] | None = None
    expires_hours: float = 72
    always: bool = False


AnyFreeze: TypeAlias = Freeze | WeeklyFreeze


@dataclass(frozen=True, slots=True)
class Policies:
    """What holds in one environment: its own policies, each in place of the project's."""

    budgets: Budgets | None = None
    freezes: tuple[AnyFreeze, ...] = ()
    approval: Approval | None = None

    @property
    def ask(self) -> bool:
        """Whether any change can need approval."""
        always = self.approval is not None and self.approval.always
        return self.budgets is not None or bool(self.freezes) or always


# --- movements --------------------------------------------------------------------------------

_Z = 1.959963984540054  # 95 %


@dataclass(frozen=True, slots=True)
class Moved:
    """Who moves in one environment, over `contexts` of which the population holds `rate`.

    `unknown` contexts may move. `flags` has moved and unknown contexts of each flag that moves any.
    Whatever is uncertain is judged by its upper bound: unknown contexts as moving, and a sample's
    count by the upper end of the 95 % interval (Wilson's for shares).
    """

    contexts: int
    moved: int
    unknown: int = 0
    rate: float = 1.0
    flags: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def most(self) -> int:
        """Contexts of the population that move at most."""
        return min(self.moved + self.unknown, self.contexts)

    def most_of(self, keys: frozenset[str]) -> int:
        """Contexts of the population that move at most in one of these flags."""
        found = sum(sum(counts) for key, counts in self.flags.items() if key in keys)
        return min(found, self.most())

    def least_of(self, keys: frozenset[str]) -> int:
        """Contexts of the population that move for sure in one of these flags."""
        return max((counts[0] for key, counts in self.flags.items() if key in keys), default=0)

    def share(self, count: int) -> float:
        """The largest share of all contexts that `count` of the population can stand for."""
        if not self.contexts:
            return 0.0
        found = count / self.contexts
        if self.rate >= 1:
            return found
        square = _Z * _Z / self.contexts
        spread = _Z * sqrt(found * (1 - found) / self.contexts + square / self.contexts / 4)
        return min(1.0, (found + square / 2 + spread) / (1 + square))

    def number(self, count: int) -> float:
        """The largest number of contexts that `count` of the population can stand for.

        Of K contexts a sample holds K·rate ± 1.96·sqrt(K·rate·(1 - rate)); this is the K of which
        it holds `count` at the lower end.
        """
        return self._bound(count, 1)

    def _bound(self, count: int, sign: int) -> float:
        if self.rate >= 1:
            return count
        spread = sign * _Z * sqrt(1 - self.rate)
        root = (spread + sqrt(spread * spread + 4 * count)) / 2
        return root * root / self.rate

    def to_json(self) -> dict[str, Any]:
        """What a change records of it. `interval` holds the number of contexts that moved."""
        found: dict[str, Any] = {
            "contexts": self.contexts,
            "moved": self.moved,
            "unknown": self.unknown,
            "sample_rate": self.rate,
            "interval": [floor(self._bound(self.moved, -1)), ceil(self.number(self.most()))],
            "flags": {key: moved for key, (moved, _) in self.flags.items()},
        }
        doubtful = {key: unknown for key, (_, unknown) in self.flags.items() if unknown}
        return {**found, "unknown_flags": doubtful} if doubtful else found


def moved_from_json(value: Any) -> Moved | None:
    """What a change has recorded; None when nobody counted."""
    if not isinstance(value, Mapping) or "contexts" not in value:
        return None
    doubtful = value.get("unknown_flags", {})
    flags = {key: (count, doubtful.get(key, 0)) for key, count in value["flags"].items()}
    counts = (value["contexts"], value["moved"], value["unknown"], value["sample_rate"])
    return Moved(*counts, flags)


# --- judging ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged in one environment.

    `moved` is None when nobody can count, for the reason `why_not`. `past` are the movements of
    the last hour's changes, None for one that nobody could count. `traits` are those of every
    flag, before and after. `entries` counts flags and segments; `added` and `removed` come and go.
    """

    environment: str
    policies: Policies
    moved: Moved | None
    why_not: str = ""
    past: tuple[Moved | None, ...] = ()
    traits: Mapping[str, tuple[Traits, ...]] = field(default_factory=dict)
    entries: int = 0
    added: int = 0
    removed: int = 0
    retired: int = 0


RuleName: TypeAlias = Literal[
    "budget", "hour", "unchecked", "growth", "shrink", "deleted", "freeze", "always"
]


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a change needs approval: by which rule, where, and in words with numbers."""

    environment: str
    rule: RuleName
    words: str

    def to_json(self) -> dict[str, str]:
        """`{"environment", "rule", "words"}`."""
        return {"environment": self.environment, "rule": self.rule, "words": self.words}
