"""flipper-client in a few plain lines: what `is_enabled` answers, written a second time."""

from __future__ import annotations

import hashlib
import json
import operator
from typing import Any

Json = Any
CHECKS = {
    None: operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt,
    "lte": operator.le, "ne": operator.ne, "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
}  # fmt: skip


class Raised(Exception):
    """The library raises an error out of `is_enabled`."""


def is_enabled(item: Json, arguments: dict[str, Json], now: float, chance: float = 0.5) -> bool:
    if not item["is_enabled"]:
        return False
    conditions, bucketer = item["meta"]["conditions"], item["meta"]["bucketer"]
    if arguments and conditions:
        return all(holds(condition, arguments) for condition in conditions)
    if bucketer["type"] == "NoOpBucketer":
        return True
    share = value_of(bucketer["percentage"], now)
    if share == 0:
        return False
    if bucketer["type"] == "PercentageBucketer":
        return chance <= share
    listed = bucketer["key_whitelist"]
    pairs = sorted([name, value] for name, value in arguments.items() if name in listed)
    digest = hashlib.sha1(json.dumps(pairs).encode()).digest()
    return int.from_bytes(digest, "big") % 100 / 100 <= share


def holds(condition: Json, arguments: dict[str, Json]) -> bool:
    last = {
        (check["variable"], check["operator"]): check for one in condition.values() for check in one
    }
    for name, given in arguments.items():
        for (variable, symbol), check in last.items():
            if variable == name:
                try:
                    passed = CHECKS[symbol](given, check["value"])
                except TypeError:
                    raise Raised from None
                if not passed:
                    return False
    return True


def value_of(percentage: Json, now: float) -> float:
    if percentage["type"] == "Percentage":
        return percentage["value"]
    first, last = percentage["initial_value"], percentage["final_value"]
    seconds = percentage["ramp_duration"]
    if seconds == 0:
        return last
    return min(last, (last - first) / seconds * (now - percentage["initial_time"]) + first)
