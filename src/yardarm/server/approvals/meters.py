"""What a change uses of each budget, and what was used before it, in numbers. Pure.

The numbers that `decide` judges by, for whoever has to see how much is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from .decide import Bound, bounds
from .model import Case, Moved


@dataclass(frozen=True, slots=True)
class Meter:
    """One limit, and what counts against it, in `unit`: a share of all contexts, or contexts.

    `about` says which flags, empty for all. `used` is what the last hour's changes took (None where
    nobody could count one of them, 0 for the budget of one change), `moved` what this one takes for
    sure, `unknown` how much more it may take.
    """

    environment: str
    about: str
    window: Literal["change", "hour"]
    unit: Literal["share", "contexts"]
    limit: float
    used: float | None
    moved: float
    unknown: float

    @property
    def over(self) -> bool:
        """Whether it may be exceeded; unknown counts as moving."""
        return self.used is None or self.used + self.moved + self.unknown > self.limit + 1e-12

    def to_json(self) -> dict[str, Any]:
        """The meter as JSON."""
        return {
            "environment": self.environment,
            "about": self.about,
            "window": self.window,
            "unit": self.unit,
            "limit": self.limit,
            "used": self.used,
            "moved": self.moved,
            "unknown": self.unknown,
            "over": self.over,
        }


def meters(case: Case) -> tuple[Meter, ...]:
    """A meter for each limit on who moves in one environment; none where nobody can count."""
    budgets = case.policies.budgets
    if budgets is None or case.moved is None:
        return ()
    return tuple(
        meter for bound in bounds(case, budgets) for meter in _meters(case, case.moved, bound)
    )


def _meters(case: Case, moved: Moved, bound: Bound) -> Iterator[Meter]:
    sure, most = bound.least(moved), bound.most(moved)
    spent = None if None in case.past else [(p, bound.most(p)) for p in case.past if p is not None]
    for window, limit in (("change", bound.once), ("hour", bound.per_hour)):
        past = [] if window == "change" else spent
        about = (case.environment, bound.about, window)
        if limit.max_share is not None:
            used = None if past is None else sum(each.share(count) for each, count in past)
            least = moved.share(sure)
            more = moved.share(most) - least
            yield Meter(*about, "share", limit.max_share, used, least, more)  # type: ignore[arg-type]
        if limit.max_contexts is not None:
            used = None if past is None else sum(each.number(count) for each, count in past)
            least = moved.number(sure)
            more = moved.number(most) - least
            yield Meter(*about, "contexts", limit.max_contexts, used, least, more)  # type: ignore[arg-type]
