"""A flag's percentage: of what, how much, and how it grows."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import replace

from ...core import model as m
from ...core.bucketing.flipper import INTEGER
from .. import onoff
from .options import Chosen
from .ramps import BUCKETS, LONGEST, Ramp, Step

BUCKETERS = ("NoOpBucketer", "PercentageBucketer", "ConsistentHashPercentageBucketer")


def is_bucketed(value: m.Json, at: str) -> bool:
    """Whether there is a bucketer that does anything. Raises `Refused` for an unknown one."""
    if value is None:
        return False
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in BUCKETERS:
        raise onoff.Refused(f"{at}/type", f"unknown bucketer {kind!r}")
    return bool(kind != "NoOpBucketer")


class BucketerReader:
    """Reads one flag's bucketer into rules that switch on."""

    def __init__(self, flag: str, value: m.Json, at: str, chosen: Chosen, notes: onoff.Notes):
        self.flag = flag
        self.value = value
        self.at = at
        self.chosen = chosen
        self.notes = notes
        self.hashed = value["type"] == "ConsistentHashPercentageBucketer"
        self._made: m.Bucketing | None = None

    def names(self) -> list[str]:
        """The keyword arguments that are hashed. Raises `Refused` where nobody knows them."""
        listed = self.value.get("key_whitelist", [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise onoff.Refused(f"{self.at}/key_whitelist", "the whitelist is no list of names")
        names = sorted(set(listed))
        if names or not self.hashed:
            return names
        passed = self.chosen.passed(self.flag)
        if passed is None:
            raise onoff.Refused(
                f"{self.at}/key_whitelist",
                "everything that is passed is hashed: name it by the option kwargs",
            )
        return passed

    def rules(self) -> list[tuple[str, m.Condition]]:
        """Names and conditions of what switches on. Raises `Refused`."""
        if self.hashed:
            self.names()  # before anything is noted of a flag that is refused
        amount = self._amount()
        if isinstance(amount, Ramp):
            return self._ramped(amount)
        return [("percentage", self._share(amount))]

    # --- how much -----------------------------------------------------------------------------

    def _amount(self) -> float | Ramp:
        given = self.value.get("percentage")
        at = f"{self.at}/percentage"
        if given is None:
            return 1.0
        kind = given.get("type") if isinstance(given, dict) else None
        if kind == "Percentage":
            return self._number(given, "value", None, at)
        if kind != "LinearRampPercentage":
            raise onoff.Refused(f"{at}/type", f"unknown percentage {kind!r}")
        initial = self._number(given, "initial_value", 0.0, at)
        final = self._number(given, "final_value", 1.0, at)
        seconds = self._number(given, "ramp_duration", 3600, at)
        if seconds == 0:
            return final
        if given.get("initial_time") is None:
            return self._unstarted(initial, final, at)
        start = self._number(given, "initial_time", None, at)
        if not 0 < seconds < LONGEST or abs(start) > LONGEST:
            raise onoff.Refused(at, "a ramp of an impossible time")
        if final < initial:
            return self._downwards(Ramp(initial, final, seconds, start), at)
        return Ramp(initial, final, seconds, start) if final > initial else final

    def _number(self, given: m.Json, name: str, missing: float | None, at: str) -> float:
        value = given.get(name, missing)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            raise onoff.Refused(f"{at}/{name}", f"{name} is no number: is_enabled raised an error")
        return value

    def _unstarted(self, initial: float, final: float, at: str) -> float:
        self.notes.differs(
            f"{at}/initial_time",
            "a ramp without a start begins anew each time it is read",
            says=f"from {initial:g} to {final:g}",
            did=f"{initial:g}, whatever the time",
            option="",
            taken="did",
        )
        return min(initial, final)

    def _downwards(self, ramp: Ramp, at: str) -> Ramp:
        self.notes.differs(
            at,
            "a ramp that goes down is at its end at once, and falls on when its time is over",
            says=f"from {ramp.initial:g} down to {ramp.final:g} in {ramp.seconds:g} seconds",
            did=f"{ramp.final:g} at once, and down to nobody after {ramp.seconds:g} seconds",
            option="ramps",
            taken=self.chosen.ramps,
        )
        return replace(ramp, stays=self.chosen.ramps == "said")

    # --- of what ------------------------------------------------------------------------------

    def _share(self, percentage: float) -> m.Condition:
        """A condition that holds for this percentage."""
        if percentage == 0:
            return onoff.NOBODY
        if not self.hashed:
            clause = m.Clause("random", "lte", (percentage,), m.AMBIENT_KIND)
            return onoff.EVERYONE if percentage >= 1 else clause
        if percentage >= 1:
            return onoff.EVERYONE
        reached = bisect_right(BUCKETS, percentage)
        said = bisect_left(BUCKETS, percentage)
        if reached != said:
            self._warn_closed(percentage, reached)
        buckets = said if self.chosen.percentages == "said" else reached
        return self._buckets(buckets, percentage if buckets == reached else None)

    def _buckets(self, count: int, percentage: float | None = None) -> m.Condition:
        """A condition that holds for the first buckets of 100."""
        if count == 0:
            return onoff.NOBODY
        end = (count - 1) / 100 if percentage is None else percentage
        return m.Share(self._bucketing(), ((0, end),))

    def _bucketing(self) -> m.Bucketing:
        if self._made is None:
            self._made = self._make_bucketing()
        return self._made

    def _make_bucketing(self) -> m.Bucketing:
        names = self.names()
        by = tuple(map(self.chosen.attribute, names))
        at = by.index("key") if "key" in by and self.chosen.key else None
        mark: list[str] = []
        if at is not None and self.chosen.integer:
            # The number comes first; the library's order is that of the names all the same.
            names = [names[at], *names[:at], *names[at + 1 :]]
            by = ("key", *by[:at], *by[at + 1 :])
            mark = [INTEGER]
        return m.Bucketing("flipper", json.dumps([*names, *mark]), by or ("key",))

    def _warn_closed(self, percentage: float, reached: int) -> None:
        self.notes.differs(
            f"{self.at}/percentage",
            "a bucket that equals the percentage belongs to it",
            says=f"{percentage * 100:g} of 100 buckets",
            did=f"{reached} of 100 buckets",
            option="percentages",
            taken=self.chosen.percentages,
        )

    # --- ramps --------------------------------------------------------------------------------

    def _ramped(self, ramp: Ramp) -> list[tuple[str, m.Condition]]:
        """One rule for each step of a percent, each in its own time."""
        if not self.hashed:
            self.notes.lost(
                f"{self.at}/percentage",
                "a coin toss with odds that grow with the clock",
                "the odds grow by steps of 1 %",
            )
        steps = [step for step in ramp.steps() if step.buckets]
        return [(f"ramp-{step.buckets}", self._step(step)) for step in steps]

    def _step(self, step: Step) -> m.Condition:
        asked: list[m.Condition] = []
        if step.since is not None:
            asked.append(m.Clause("now", "gte", (step.since,), m.AMBIENT_KIND))
        if step.until is not None:
            asked.append(m.Clause("now", "lt", (step.until,), m.AMBIENT_KIND))
        if not self.hashed:
            asked.append(self._share(step.buckets / 100))
        elif step.buckets < 100:
            asked.append(self._buckets(step.buckets))
        elif not asked:
            return onoff.EVERYONE
        return asked[0] if len(asked) == 1 else m.All(tuple(asked))
