"""Random switches, and inputs that fall close on both sides of them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

Json = Any
SHOP = "shop.arguments"
OPTIONS: dict[str, Json] = {"variables": {"UserArguments.raw": "raw"}}
NAMES = (
    "jeff",
    "alice@example.com",
    "user-1",
    "12345",
    "",
    "Bob",
    " bob ",
    "BOB",
    "é",
    "Ünal",
    "日本",
)
NUMBERS = (-7, -1, 0, 1, 5, 15, 18, 19, 29, 30, 31, 99, 100, 12345, 2**31, 2**40)
LIMITS = (-1, 0, 5, 15, 18, 30, 100)
RAW: tuple[Json, ...] = (
    "jeff", "12345", " 15 ", "7.5", "-7", "1e3", "1_000", "nan", "Infinity", "", "é", 15, 7.5, -7,
    133.7, 33.7, 33.69, True, False, 0.1, 1e22, "99999999999999999999999999999999",
)  # fmt: skip
ATTRIBUTES = {
    "user": ("name", "age", "score", "staff", "raw"),
    "request": ("ip", "port"),
}
CLASSES = {"user": f"{SHOP}.UserArguments", "request": f"{SHOP}.RequestArguments"}
OPERATORS = {
    "equals": ("comparable.Equals", ("value",)),
    "between": ("comparable.Between", ("lower_limit", "upper_limit")),
    "before": ("comparable.LessThan", ("upper_limit",)),
    "less_than_or_equal_to": ("comparable.LessThanOrEqualTo", ("upper_limit",)),
    "more_than": ("comparable.MoreThan", ("lower_limit",)),
    "more_than_or_equal_to": ("comparable.MoreThanOrEqualTo", ("lower_limit",)),
    "true": ("identity.Truthy", ()),
    "strip_ignorecase_equals": ("string.EqualsStripIgnoreCase", ("value",)),
    "percent": ("misc.Percent", ("percentage",)),
    "percent_range": ("misc.PercentRange", ("lower_limit", "upper_limit")),
}


@dataclass
class Condition:
    kind: str
    attribute: str
    operator: str
    values: list[Json]
    negative: bool


@dataclass
class Switch:
    name: str
    state: int
    compounded: bool
    concent: bool
    conditions: list[Condition] = field(default_factory=list)


def switches(rng: random.Random) -> list[Switch]:
    """A few switches, children after their parents."""
    made: list[Switch] = []
    for number in range(rng.randint(1, 5)):
        parent = rng.choice(made).name if made and rng.random() < 0.35 else ""
        name = f"{parent}:s{number}" if parent else f"s{number}"
        state = rng.choice((2, 2, 2, 2, 2, 2, 3, 1))
        found = Switch(name, state, rng.random() < 0.4, rng.random() < 0.8)
        count = rng.choice((0, 1, 1, 1, 2, 2, 3))
        found.conditions = [condition(rng) for _ in range(count)]
        made.append(found)
    return made


def condition(rng: random.Random, operator: str = "") -> Condition:
    operator = operator or rng.choice(list(OPERATORS))
    kind = rng.choice(("user", "user", "user", "request"))
    attribute = rng.choice(ATTRIBUTES[kind])
    return Condition(
        kind, attribute, operator, limits(rng, operator, attribute), rng.random() < 0.3
    )


def limits(rng: random.Random, operator: str, attribute: str) -> list[Json]:
    if operator == "true":
        return []
    if operator == "percent":
        return [rng.choice((0, 15, 30, 33.7, 50, 57, 99.5, 100))]
    if operator == "percent_range":
        return sorted(rng.sample((0, 14, 15, 29, 33.7, 45, 56, 83.5, 100), 2))
    if operator == "strip_ignorecase_equals":
        return [rng.choice((" bob", "Jeff", "15", "true", "7.5", "", "é", "none"))]
    texts = attribute in ("name", "ip") or (attribute == "raw" and rng.random() < 0.5)
    pool: tuple[Json, ...] = NAMES if texts and rng.random() < 0.85 else LIMITS
    if rng.random() < 0.08:
        pool = (7.5, 18.0, None, True, "18")
    count = 2 if operator == "between" else 1
    found = [rng.choice(pool) for _ in range(count)]
    return sorted(found, key=lambda one: (isinstance(one, str), str(one))) if count == 2 else found


def inputs(rng: random.Random) -> dict[str, dict[str, Json]]:
    """Inputs by kind; each is given or not."""
    found: dict[str, dict[str, Json]] = {}
    if rng.random() < 0.85:
        found["user"] = {
            "name": rng.choice(NAMES),
            "age": rng.choice(NUMBERS),
            "score": rng.choice((0.0, 7.5, 18.0, 30.5, -1.0)),
            "staff": rng.random() < 0.5,
            "raw": rng.choice(RAW),
        }
    if rng.random() < 0.5:
        found["request"] = {"ip": rng.choice(NAMES), "port": rng.choice(NUMBERS)}
    return found


# --- as gutter stores it ----------------------------------------------------------------------


def stored(made: list[Switch], form: str = "parsed") -> Json:
    """The hash, each switch parsed or as text; or the list of an export."""
    objects = {f"default.{one.name}": _switch(one) for one in made}
    if form == "list":
        return list(objects.values())
    return {k: json.dumps(v) for k, v in objects.items()} if form == "text" else objects


def _switch(one: Switch) -> Json:
    conditions = [_condition(each) for each in one.conditions]
    state = {
        "_name": one.name, "label": None, "description": None, "state": one.state,
        "compounded": one.compounded, "concent": one.concent, "conditions": conditions,
    }  # fmt: skip
    return {"py/object": "gutter.client.models.Switch", "py/state": state}


def _condition(one: Condition) -> Json:
    path, fields = OPERATORS[one.operator]
    values = dict(zip(fields, one.values, strict=True))
    if one.operator == "percent":
        values = {"lower_limit": 0.0, "upper_limit": float(one.values[0])}
    if one.operator == "percent_range":
        values = {name: _decimal(value) for name, value in values.items()}
    return {
        "py/object": "gutter.client.models.Condition",
        "argument": {"py/type": CLASSES[one.kind]},
        "attribute": one.attribute,
        "negative": one.negative,
        "operator": {"py/object": f"gutter.client.operators.{path}", **values},
    }


def _decimal(value: float) -> Json:
    return {"py/reduce": [{"py/type": "decimal.Decimal"}, {"py/tuple": [str(value)]}]}
