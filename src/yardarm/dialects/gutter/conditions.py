"""One condition of a switch as ours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ...core import model as m
from .. import onoff
from .objects import Objects
from .options import Chosen

COMPARISONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Equals": ("equals", ("value",)),
    "Between": ("between", ("lower_limit", "upper_limit")),
    "LessThan": ("before", ("upper_limit",)),
    "LessThanOrEqualTo": ("less_than_or_equal_to", ("upper_limit",)),
    "MoreThan": ("more_than", ("lower_limit",)),
    "MoreThanOrEqualTo": ("more_than_or_equal_to", ("lower_limit",)),
    "Truthy": ("true", ()),
    "EqualsStripIgnoreCase": ("strip_ignorecase_equals", ("value",)),
}
"""Gutter's classes of operators: our name for each, and its fields."""

_MODULES = ("gutter.", "chimera.", "gargoyle.")
_RESERVED = frozenset({"kind", "multi", "_private", ""})
# These two match where an attribute is missing, so the kind is asked for as well.
_MATCHES_NOTHING_THERE = ("gutter.raw_", "gutter.strip_ignorecase_equals")


@dataclass(frozen=True, slots=True)
class Read:
    """One condition: of which class of arguments and kind, and what it asks.

    `guarded` says that it asks for the kind to be there as well.
    """

    argument: str
    kind: str
    condition: m.Condition
    guarded: bool

    def alone(self) -> m.Condition:
        """The condition, false where the input was not given."""
        if not self.guarded:
            return self.condition
        return m.All((given(self.kind), self.condition))


def given(kind: str) -> m.Clause:
    """Whether an input of this kind was given."""
    return m.Clause("kinds", "has_any", (kind,), m.AMBIENT_KIND)


class ConditionReader:
    """Reads the conditions of one switch."""

    def __init__(self, objects: Objects, chosen: Chosen, notes: onoff.Notes) -> None:
        self.objects = objects
        self.chosen = chosen
        self.notes = notes
        self.draws = 0

    def read(self, value: m.Json, at: str) -> Read:
        """Raises `Refused` for what cannot be evaluated."""
        found = self.objects.fields(value)
        if found is None:
            raise onoff.Refused(at, "a condition that is no object")
        fields = found[1]
        argument = self.objects.type_name(fields.get("argument"))
        attribute = fields.get("attribute")
        if argument is None or not isinstance(attribute, str) or attribute in _RESERVED:
            raise onoff.Refused(at, "a condition without an argument and its attribute")
        kind = self.chosen.kind(argument)
        variable = self.chosen.variable(argument, attribute)
        asked = self._operator(fields.get("operator"), (attribute, kind, variable), at)
        negative = bool(fields.get("negative"))
        operator = asked.operator if isinstance(asked, m.Clause) else ""
        guarded = negative or operator.startswith(_MATCHES_NOTHING_THERE)
        if isinstance(asked, m.Clause) and asked.kind == m.AMBIENT_KIND:
            guarded = True
        return Read(argument, kind, m.Not(asked) if negative else asked, guarded)

    def _operator(self, value: m.Json, of: tuple[str, str, str], at: str) -> m.Condition:
        found = self.objects.fields(value)
        if found is None:
            raise onoff.Refused(f"{at}/operator", "an operator that is no object")
        path, fields = found
        name = path.rpartition(".")[2] if path.startswith(_MODULES) else ""
        if name in COMPARISONS:
            return self._comparison(name, fields, of, at)
        if name in ("Percent", "PercentRange"):
            return self._percentage(name, fields, of, at)
        raise onoff.Refused(f"{at}/operator", f"an operator of your own, {path}: code is not read")

    def _comparison(
        self, name: str, fields: dict[str, m.Json], of: tuple[str, str, str], at: str
    ) -> m.Clause:
        operator, names = COMPARISONS[name]
        attribute, kind, variable = of
        limits = []
        for field in names:
            if field not in fields:
                raise onoff.Refused(f"{at}/operator", f"the operator has no {field}")
            limit = self.objects.at(fields[field])
            if not isinstance(limit, str | int | float | None):
                raise onoff.Refused(f"{at}/operator/{field}", "a limit that is no text or number")
            limits.append(limit)
        raw = "raw_" if variable == "raw" and name != "EqualsStripIgnoreCase" else ""
        if not raw and name != "EqualsStripIgnoreCase":
            self._warn_fraction(limits, f"{at}/operator")
        return m.Clause(attribute, f"gutter.{raw}{operator}", tuple(limits), kind)

    def _warn_fraction(self, limits: list[m.Json], at: str) -> None:
        if any(isinstance(limit, float) for limit in limits):
            self.notes.differs(
                at,
                "a whole number is compared with a fraction: Python 2 raised an error here",
                says="compared as numbers",
                did="no match, whatever the number",
                option="variables",
                taken="did",
            )

    def _percentage(
        self, name: str, fields: dict[str, m.Json], of: tuple[str, str, str], at: str
    ) -> m.Condition:
        attribute, kind, variable = of
        lower = self._limit(fields, "lower_limit", at, "0" if name == "Percent" else None)
        upper = self._limit(fields, "upper_limit", at, None)
        if lower is None or upper is None:  # not a number: every comparison is an error
            return onoff.NOBODY
        if variable == "Boolean":
            return self._coin(lower, upper, at)
        operator = "percent" if name == "Percent" else "percent_range"
        raw = "_raw" if variable == "raw" else ""
        algorithm = f"gutter.{operator}{raw}{'_bytes' if self.chosen.as_bytes else ''}"
        return m.Share(m.Bucketing(algorithm, None, (attribute,), kind), ((lower, upper),))

    def _limit(
        self, fields: dict[str, m.Json], name: str, at: str, missing: str | None
    ) -> float | None:
        value = self.objects.decimal(fields.get(name, missing))
        if value is None:
            raise onoff.Refused(f"{at}/operator/{name}", "a percentage that is no number")
        if value.is_nan():
            return None
        near = max(-1.0, min(float(value), 101.0))
        if near == value.to_integral_value():
            return int(near)
        if -1 < near < 101 and Decimal(repr(near)) != value:
            pointer = f"{at}/operator/{name}"
            self.notes.lost(pointer, f"a limit of too many digits, {value}", f"read as {near}")
        return near

    def _coin(self, lower: float, upper: float, at: str) -> m.Condition:
        """The hash of a `Boolean` is drawn anew for each check: so many of 100 hit the range."""
        self.draws += 1
        hits = sum(lower <= number < upper for number in range(100))
        self.notes.differs(
            f"{at}/operator",
            "a Boolean's hash is random",
            says=f"on for {hits} % of the values, always the same",
            did=f"a coin toss at each check, won {hits} times in 100",
            option="variables",
            taken="did",
        )
        return m.Clause(f"random.{self.draws}", "lt", (hits / 100,), m.AMBIENT_KIND)
