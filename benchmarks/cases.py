"""The seven cases, said once and in nobody's format, and the contexts they are asked with.

Every library translates these constants into its own document. ``expected`` is the answer that a
library must give before it is timed, so that no figure stands for a wrong or a fallback answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

CASES = ("off", "on", "equality", "split", "rules", "membership", "json")

TITLES = {
    "off": "flag switched off",
    "on": "flag switched on",
    "equality": "one string equality",
    "split": "50 % by key",
    "rules": "10 rules x 3 clauses, the last matches",
    "membership": "member of 10,000 ids",
    "json": "JSON variant",
}

COUNTRIES = ("NL", "DE", "FR", "US", "BR")
PLANS = ("free", "pro", "team")

#: ``equality`` is on where the attribute ``country`` is this value (one context in five).
HOME_COUNTRY = "NL"

#: ``membership``: shuffled, so that a library that scans the list looks at half of it on average.
MEMBERS = [f"user-{number}" for number in range(10_000)]
random.Random(20_261_122).shuffle(MEMBERS)

JSON_VALUE = {
    "layout": "grid",
    "columns": 3,
    "theme": {"color": "#0a7d55", "dark": True},
    "order": ["title", "price", "rating"],
}


@dataclass(frozen=True, slots=True)
class Rule:
    """``age >= minimum_age and country in countries and plan in plans``.

    The three operators are the ones that all libraries have natively, so none is measured through
    a stand-in such as a regular expression.
    """

    minimum_age: int
    countries: tuple[str, ...]
    plans: tuple[str, ...]


def _rules() -> tuple[Rule, ...]:
    """Nine rules that fail at their third clause, and a tenth that matches every context.

    A rule whose first two clauses hold is the dearest kind of failing rule. The clauses differ
    from rule to rule, so that no work can be shared between the rules.
    """
    rules = []
    for number in range(1, 11):
        plans = PLANS if number == 10 else tuple(f"{plan}-{number}" for plan in PLANS)
        rules.append(Rule(number, (f"X{number}", *COUNTRIES), plans))
    return tuple(rules)


RULES = _rules()


@dataclass(frozen=True, slots=True)
class Person:
    """One of the 1,000 contexts, before a library makes its own object of it."""

    key: str
    country: str
    plan: str
    age: int
    email: str

    def attributes(self) -> dict[str, Any]:
        """What is known of the person beside the key."""
        return {
            "country": self.country,
            "plan": self.plan,
            "age": self.age,
            "email": self.email,
        }


PEOPLE = tuple(
    Person(
        key=f"user-{number}",
        country=COUNTRIES[number % len(COUNTRIES)],
        plan=PLANS[number % len(PLANS)],
        age=18 + number % 60,
        email=f"user-{number}@mail.example.com",
    )
    for number in range(1_000)
)

#: Asks for the value of the case with the context number ``i`` (0 to 999).
Call = Callable[[int], Any]


@dataclass(slots=True)
class Subject:
    """A library made ready: one call per case, None where it cannot express the case."""

    version: str
    calls: Mapping[str, Call | None]
    setup: str
    notes: dict[str, str] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


class WrongValueError(Exception):
    """A library answered something else than the case says; its time would mean nothing."""


def verify(case: str, call: Call) -> None:
    """Ask with all 1,000 contexts and compare; the split may be anything from 40 to 60 % on."""
    values = [call(number) for number in range(len(PEOPLE))]
    if case == "split":
        share = sum(value is True for value in values) / len(values)
        wrong = {repr(value) for value in values if value is not True and value is not False}
        if wrong or not 0.4 <= share <= 0.6:
            raise WrongValueError(f"split: {share:.1%} on, other values {sorted(wrong)[:3]}")
        if values != [call(number) for number in range(len(PEOPLE))]:
            raise WrongValueError("split: the same context was answered differently")
        return
    for person, value in zip(PEOPLE, values, strict=True):
        if value != expected(case, person) or type(value) is not type(expected(case, person)):
            raise WrongValueError(f"{case}: {person.key} was answered {value!r}")


def expected(case: str, person: Person) -> Any:
    """The right answer of every case but the split."""
    if case == "json":
        return JSON_VALUE
    if case == "equality":
        return person.country == HOME_COUNTRY
    return case != "off"
