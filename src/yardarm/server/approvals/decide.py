"""Whether a change stays within the policies, and if not, why: in words, with numbers. Pure.

What is uncertain counts by its upper bound, so a change that may be above a budget is above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from ..store.instants import to_rfc3339
from .freezes import frozen_until
from .model import Budgets, Case, Ground, Limit, Moved, RuleName

_ROUNDING = 1e-12  # of sums of shares; one context of a billion is a share a thousand times larger


def decide(cases: Sequence[Case], now: datetime) -> tuple[Ground, ...]:
    """Why the change needs approval; nothing when it is within every policy."""
    return tuple(ground for case in cases for ground in _grounds(case, now))


def _grounds(case: Case, now: datetime) -> Iterator[Ground]:
    policies = case.policies
    if policies.approval is not None and policies.approval.always:
        yield Ground(
            case.environment, "always", f"every change in {case.environment} needs approval"
        )
    for freeze in policies.freezes:
        until = frozen_until(freeze, now)
        if until is not None:
            why = f" ({freeze.reason})" if freeze.reason else ""
            words = f"{case.environment} is frozen until {to_rfc3339(until)[:16]}Z{why}"
            yield Ground(case.environment, "freeze", words)
    if policies.budgets is not None:
        yield from _sizes(case, policies.budgets)
        if policies.budgets.counts_movement:
            yield from _movement(case, policies.budgets)


# --- what comes and goes ----------------------------------------------------------------------


def _sizes(case: Case, budgets: Budgets) -> Iterator[Ground]:
    checks: tuple[tuple[RuleName, str, int, float | None], ...] = (
        ("growth", "adds", case.added, budgets.growth_share),
        ("shrink", "takes away", case.removed, budgets.shrink_share),
    )
    for rule, verb, count, most in checks:
        if most is not None and case.entries and count / case.entries > most:
            words = (
                f"{verb} {count:,} flags and segments in {case.environment}, which has "
                f"{case.entries:,} ({_percent(count / case.entries)}); the budget is "
                f"{_percent(most)}"
            )
            yield Ground(case.environment, rule, words)
    if budgets.deleted_flags is not None and case.retired > budgets.deleted_flags:
        words = (
            f"puts {case.retired:,} flags out of use in {case.environment}; the budget is "
            f"{budgets.deleted_flags:,}"
        )
        yield Ground(case.environment, "deleted", words)


# --- who moves --------------------------------------------------------------------------------


def _movement(case: Case, budgets: Budgets) -> Iterator[Ground]:
    if case.moved is None:
        if budgets.unchecked == "approval":
            words = f"the budget of {case.environment} cannot be checked: {case.why_not}"
            yield Ground(case.environment, "unchecked", words)
        return
    for bound in bounds(case, budgets):
        yield from _within(case, case.moved, bound)


@dataclass(frozen=True, slots=True)
class Bound:
    """Limits on one change and on an hour, for all flags (`keys` None) or those of `keys`.

    `about` says which flags, empty for all.
    """

    once: Limit
    per_hour: Limit
    keys: frozenset[str] | None = None
    about: str = ""

    def most(self, moved: Moved) -> int:
        """Contexts of the population that count against it at most."""
        return moved.most() if self.keys is None else moved.most_of(self.keys)

    def least(self, moved: Moved) -> int:
        """Contexts of the population that count against it for sure."""
        return moved.moved if self.keys is None else moved.least_of(self.keys)


def bounds(case: Case, budgets: Budgets) -> Iterator[Bound]:
    """Everything that bounds who moves."""
    yield Bound(budgets.once, budgets.per_hour)
    for tighter in budgets.tighter:
        keys = frozenset(
            key
            for key, found in case.traits.items()
            if any(tighter.covers(traits) for traits in found)
        )
        yield Bound(tighter.once, tighter.per_hour, keys, tighter.words())


def _within(case: Case, moved: Moved, bound: Bound) -> Iterator[Ground]:
    once, per_hour = bound.once, bound.per_hour
    about = f" in {bound.about}" if bound.about else ""
    most = bound.most(moved)
    if not most and moved.rate >= 1:
        return  # nobody moves, whatever was spent
    above = _above(once, moved.share(most), moved.number(most))
    if above:
        words = f"moves {_counted(moved, most, bound)}{about} in {case.environment}, {above}"
        yield Ground(case.environment, "budget", words)
    if per_hour == Limit():
        return
    if None in case.past:
        words = (
            f"the hourly budget of {case.environment} cannot be checked: a change of the last "
            "hour was not measured"
        )
        yield Ground(case.environment, "hour", words)
        return
    counted = [(past, bound.most(past)) for past in (*case.past, moved) if past is not None]
    share = sum(past.share(count) for past, count in counted)
    number = sum(past.number(count) for past, count in counted)
    above = _above(per_hour, share, number)
    if above:
        words = (
            f"moves {_counted(moved, most, bound)}{about} in {case.environment}; with the "
            f"{len(case.past)} changes of the last hour that is {_number(number)} "
            f"({_percent(share)}), {above}"
        )
        yield Ground(case.environment, "hour", words)


def _above(limit: Limit, share: float, number: float) -> str:
    """In words, which limit is exceeded; empty if none is."""
    exceeded = []
    if limit.max_share is not None and share > limit.max_share + _ROUNDING:
        exceeded.append(_percent(limit.max_share))
    if limit.max_contexts is not None and number > limit.max_contexts:
        exceeded.append(f"{limit.max_contexts:,} contexts")
    return f"the budget is {' and '.join(exceeded)}" if exceeded else ""


def _counted(moved: Moved, most: int, bound: Bound) -> str:
    """How many contexts move, of how many; what is uncertain as `up to`."""
    sure = bound.least(moved)
    if moved.rate < 1:
        return (
            f"up to {_number(moved.number(most))} contexts ({_percent(moved.share(most))}), by a "
            f"sample of {moved.contexts:,}"
        )
    counted = f"{most:,}" if most == sure else f"{sure:,} to {most:,}"
    up_to = "" if most == sure else "up to "
    return f"{counted} of {moved.contexts:,} contexts ({up_to}{_percent(moved.share(most))})"


def _number(number: float) -> str:
    return f"{ceil(number):,}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %" if share < 1 else f"{100 * share:.0f} %"
