"""django-flags in a few plain lines: what `flag_enabled` answers, written a second time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

Json = Any
TRUE, FALSE = ("y", "yes", "t", "true", "on", "1"), ("n", "no", "f", "false", "off", "0")


class Raised(Exception):
    """The library raises an error out of the check."""


def is_enabled(conditions: list[Json], request: Json, now: float) -> bool:
    required = [holds(one, request, now) for one in conditions if one.get("required")]
    others = [holds(one, request, now) for one in conditions if not one.get("required")]
    if not conditions:
        return False
    return all(required) and (any(others) if others else True)


def holds(condition: Json, request: Json, now: float) -> bool:
    value = condition["value"]
    match condition["condition"]:
        case "boolean":
            return truth(value)
        case "anonymous":
            return truth(value) == ("key" not in request)
        case "user":
            return request.get("key") == value
        case "parameter":
            name, wanted = value.split("=") if value.count("=") == 1 else (value, "True")
            return bool(request["parameters"].get(name) == wanted)
        case "path matches":
            return re.search(value, request["path"]) is not None
    moment = parsed(value)
    if moment is None or moment.tzinfo is None:
        return False
    present = datetime.fromtimestamp(now, UTC)
    return present > moment if condition["condition"] == "after date" else present < moment


def truth(value: Json) -> bool:
    if not isinstance(value, str):
        return bool(value)
    text = value.strip().lower()
    if text not in TRUE + FALSE:
        raise Raised
    return text in TRUE


def parsed(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    for shown in (value, value.replace(" ", "T").replace("Z", "+00:00")):
        try:
            return datetime.fromisoformat(shown)
        except ValueError:
            continue
    return None
