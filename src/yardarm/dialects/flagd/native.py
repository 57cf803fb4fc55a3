"""Our own operators in flagd's words, exactly or not at all.

JSONLogic converts values where our operators ask for their type, so most need a guard beside the
comparison: `starts_with` of an empty text holds for text only, a sum of one value equals that value
for numbers and booleans only, and booleans are told from 0 and 1 by their text.
"""

from __future__ import annotations

from collections.abc import Callable

from ...core import dates
from ...core import model as m
from ...core.model import Json
from .conditions import variable


class Unsayable(ValueError):
    """Part of a flag has no words in flagd's language."""


_BOOLEANS = ["True", "False", "true", "false"]


def _is_text(value: Json) -> Json:
    return {"starts_with": [value, ""]}


def _is_boolean(value: Json) -> Json:
    """Whether a value that equals 0 or 1 is a boolean."""
    return {"in": [{"cat": [value]}, _BOOLEANS]}


def _is_number(value: Json) -> list[Json]:
    return [{"===": [value, {"+": [value]}]}, {"!": [_is_boolean(value)]}]


def _any(parts: list[Json]) -> Json:
    return parts[0] if len(parts) == 1 else {"or": parts}


def _equal(value: Json, values: tuple[Json, ...]) -> Json:
    plain: list[Json] = []
    parts: list[Json] = []
    for wanted in values:
        if isinstance(wanted, bool):
            named = ["True", "true"] if wanted else ["False", "false"]
            is_it = {"in": [{"cat": [value]}, named]}
            parts.append({"and": [{"===": [value, wanted]}, is_it]})
        elif wanted in (0, 1):
            parts.append({"and": [{"===": [value, wanted]}, {"!": [_is_boolean(value)]}]})
        else:
            plain.append(wanted)
    if plain:
        parts.insert(0, {"in": [value, plain]})
    return _any(parts)


def _contains(value: Json, values: tuple[Json, ...]) -> Json:
    return {"and": [_is_text(value), _any([{"in": [part, value]} for part in values])]}


def _compared(name: str) -> Callable[[Json, tuple[Json, ...]], Json]:
    return lambda value, values: {"and": [*_is_number(value), {name: [value, values[0]]}]}


def _each(name: str) -> Callable[[Json, tuple[Json, ...]], Json]:
    return lambda value, values: _any([{name: [value, part]} for part in values])


def _held(joint: str) -> Callable[[Json, tuple[Json, ...]], Json]:
    def held(value: Json, values: tuple[Json, ...]) -> Json:
        if any(isinstance(wanted, bool) or wanted in (0, 1) for wanted in values):
            raise Unsayable("in a list, flagd cannot tell booleans from 0 and 1")
        inside: list[Json] = [{"in": [wanted, value]} for wanted in values]
        whole: Json = inside[0] if len(inside) == 1 else {joint: inside}
        return {"and": [{"!": [_is_text(value)]}, whole]}

    return held


_EXACT: dict[str, Callable[[Json, tuple[Json, ...]], Json]] = {
    "equals": _equal,
    "in": _equal,
    "starts_with": _each("starts_with"),
    "ends_with": _each("ends_with"),
    "contains": _contains,
    "lt": _compared("<"),
    "lte": _compared("<="),
    "gt": _compared(">"),
    "gte": _compared(">="),
    "present": lambda value, values: {"!==": [value, None]},
    "has_any": _held("or"),
    "has_all": _held("and"),
}

_VERSIONS = {
    "semver_eq": "=",
    "semver_lt": "<",
    "semver_lte": "<=",
    "semver_gt": ">",
    "semver_gte": ">=",
}
LENIENT = "flagd also takes 1.2, v1.2.0 and numbers for versions, which are none to us"


def native_expression(clause: m.Clause) -> tuple[Json, str]:
    """The expression of a clause with an operator of ours, and how it differs, if it does.

    Raises `Unsayable`.
    """
    if clause.kind == m.AMBIENT_KIND:
        return _of_the_present(clause)
    value = variable(clause)
    if value is None:
        raise Unsayable(f"flagd has no attribute {clause.attribute!r} of kind {clause.kind!r}")
    if clause.operator in _EXACT and (clause.values or clause.operator == "present"):
        return _EXACT[clause.operator](value, clause.values), ""
    if clause.operator in _VERSIONS and len(clause.values) == 1:
        return {"sem_ver": [value, _VERSIONS[clause.operator], clause.values[0]]}, LENIENT
    raise Unsayable(f"flagd has no operator {clause.operator!r}")


def _of_the_present(clause: m.Clause) -> tuple[Json, str]:
    instant = dates.instant_us(clause.values[0]) if len(clause.values) == 1 else None
    seconds, rest = divmod(instant, 1_000_000) if instant is not None else (0, 1)
    if clause.attribute != "now" or rest or clause.operator not in ("before", "after"):
        raise Unsayable("of what surrounds an evaluation, flagd knows the present second only")
    timestamp = {"var": "$flagd.timestamp"}
    if clause.operator == "before":
        return {"<": [timestamp, seconds]}, ""
    return {">=": [timestamp, seconds]}, "flagd counts whole seconds, so it begins with the second"
