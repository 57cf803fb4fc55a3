"""From our conditions to GrowthBook's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from ...core import model as m
from ...core.operators import prepare
from ...core.operators.growthbook import NEGATED, SIGNS
from .conditions import NEVER
from .names import Attributes
from .write_patterns import literal, pattern

_SIGN_OF = {f"growthbook.{name}": sign for sign, name in SIGNS.items()}
_OPPOSITE = {positive: sign for sign, positive in NEGATED.items()}
_LISTS = frozenset({"$in", "$ini", "$all", "$alli"})
_NOT_A_LIST: m.Json = {"$not": {"$type": "array"}}

Differs = Callable[[str], None]
"""Called with what is said almost but not quite."""

Reference = Callable[[str], m.Json]
"""A condition for a segment. Raises `Unsayable`."""


class Unsayable(ValueError):
    """What GrowthBook has no words for."""


class ConditionWriter:
    """Writes conditions of one document."""

    def __init__(self, attributes: Attributes, segment: Reference, differs: Differs) -> None:
        self.attributes = attributes
        self.segment = segment
        self.differs = differs

    def write(self, condition: m.Condition) -> dict[str, m.Json]:
        """A condition; an empty one for everybody. Raises `Unsayable`."""
        match condition:
            case m.Always():
                return {}
            case m.All(()) | m.AnyOf(()):
                raise Unsayable("a condition without parts")
            case m.All(conditions):
                return joined([self.write(part) for part in conditions])
            case m.AnyOf(conditions):
                return {"$or": [self.write(part) for part in conditions]}
            case m.Not(inner):
                return self._not(inner)
            case m.Clause():
                return self._clause(condition)
            case m.InSegment(segment):
                return dict(self.segment(segment))
            case m.FlagServes(flag, _):
                raise Unsayable(f"what {flag!r} serves, within another condition")
            case m.Share():
                raise Unsayable("a share of the units, within another condition")
            case m.Logic():
                raise Unsayable("JSONLogic")
            case m.Fault(cause):
                raise Unsayable(f"a part that cannot be evaluated ({cause})")

    def _not(self, inner: m.Condition) -> dict[str, m.Json]:
        written = self.write(inner)
        if len(written) == 1:
            [(name, value)] = written.items()
            if name == "$or":
                return {"$nor": value}
            if isinstance(value, dict) and len(value) == 1 and not name.startswith("$"):
                [(sign, operand)] = value.items()
                if sign in _OPPOSITE:
                    return {name: {_OPPOSITE[sign]: operand}}
                if sign == "$exists":
                    return {name: {"$exists": not operand}}
                if sign.startswith("$"):
                    return {name: {"$not": value}}
        return {"$not": written}

    # --- clauses ------------------------------------------------------------------------------

    def _clause(self, clause: m.Clause) -> dict[str, m.Json]:
        if clause.kind != m.DEFAULT_KIND:
            raise Unsayable(f"attributes of kind {clause.kind!r}")
        name = self.attributes.theirs(clause.attribute)
        if name is None or name.startswith("$"):
            raise Unsayable(f"an attribute of the name {clause.attribute!r}")
        if not clause.operator.startswith("growthbook."):
            return self._native(name, clause)
        return self._own(name, clause.operator, clause.values)

    def _own(self, name: str, operator: str, values: tuple[m.Json, ...]) -> dict[str, m.Json]:
        """A clause of GrowthBook's own operators."""
        match operator:
            case "growthbook.is":
                return {name: values[0]}
            case "growthbook.json":
                return {name: json.loads(values[0])}
            case "growthbook.exists":
                return {name: {"$exists": True}}
            case "growthbook.at":
                return {f"{name}.{values[0]}": _restored(values[1])}
        sign = _SIGN_OF.get(operator)
        if sign is None:
            raise Unsayable(f"the operator {operator!r}")
        operand = list(values) if sign in _LISTS else values[0]
        return {name: {sign: _restored(operand)}}

    def _native(self, name: str, clause: m.Clause) -> dict[str, m.Json]:
        """A clause of our own operators, whose attributes have to be of their type."""
        try:
            prepare(clause.operator, clause.values)
        except (KeyError, ValueError) as error:
            raise Unsayable(f"a clause that cannot be evaluated ({error})") from None
        write = _NATIVE.get(clause.operator)
        if write is None:
            raise Unsayable(f"the operator {clause.operator!r}")
        if clause.operator in _ALMOST:
            self.differs(_ALMOST[clause.operator])
        return write(name, clause.values)


# --- our operators ----------------------------------------------------------------------------


def _among(name: str, values: tuple[m.Json, ...]) -> dict[str, m.Json]:
    if len(values) == 1:
        return {name: {"$eq": values[0]}}
    return {name: {"$in": list(values), **_NOT_A_LIST}}


def _among_folded(name: str, values: tuple[m.Json, ...]) -> dict[str, m.Json]:
    return {name: {"$ini": list(values), "$type": "string"}}


def _text(sign: str, make: Callable[[str], str]) -> Callable[..., dict[str, m.Json]]:
    def write(name: str, values: tuple[m.Json, ...]) -> dict[str, m.Json]:
        try:
            choices = [make(value) for value in values]
        except ValueError as error:
            raise Unsayable(f"a pattern with {error}") from None
        source = choices[0] if len(choices) == 1 else "|".join(f"(?:{c})" for c in choices)
        if len(source) > 1_000:
            raise Unsayable("a pattern of more than 1,000 characters")
        return {name: {"$type": "string", sign: source}}

    return write


def _typed(type_: str, sign: str) -> Callable[..., dict[str, m.Json]]:
    return lambda name, values: {name: {"$type": type_, sign: values[0]}}


def _has_all(name: str, values: tuple[m.Json, ...]) -> dict[str, m.Json]:
    return joined([{name: {"$type": "array", "$in": [value]}} for value in values])


_NATIVE: Mapping[str, Callable[[str, tuple[m.Json, ...]], dict[str, m.Json]]] = {
    "equals": _among,
    "in": _among,
    "equals_ignore_case": _among_folded,
    "in_ignore_case": _among_folded,
    "starts_with": _text("$regex", lambda value: f"^{literal(value)}"),
    "ends_with": _text("$regex", lambda value: f"{literal(value)}$"),
    "contains": _text("$regex", literal),
    "starts_with_ignore_case": _text("$regexi", lambda value: f"^{literal(value)}"),
    "ends_with_ignore_case": _text("$regexi", lambda value: f"{literal(value)}$"),
    "contains_ignore_case": _text("$regexi", literal),
    "matches": _text("$regex", pattern),
    "lt": _typed("number", "$lt"),
    "lte": _typed("number", "$lte"),
    "gt": _typed("number", "$gt"),
    "gte": _typed("number", "$gte"),
    "semver_eq": _typed("string", "$veq"),
    "semver_lt": _typed("string", "$vlt"),
    "semver_lte": _typed("string", "$vlte"),
    "semver_gt": _typed("string", "$vgt"),
    "semver_gte": _typed("string", "$vgte"),
    "present": lambda name, values: {name: {"$exists": True}},
    "has_any": lambda name, values: {name: {"$type": "array", "$in": list(values)}},
    "has_all": _has_all,
}

_CASE = "GrowthBook does not fold case as Unicode does: ß is not ss, ſ is not s"
_VERSION = "GrowthBook compares versions part by part as text, also what is no semantic version"
_ALMOST = {
    name: _VERSION if name.startswith("semver") else _CASE
    for name in _NATIVE
    if name.startswith("semver") or name.endswith("ignore_case")
}


# --- joining ----------------------------------------------------------------------------------


def joined(parts: list[dict[str, m.Json]]) -> dict[str, m.Json]:
    """One condition of several; those about one attribute become one where they can."""
    out: dict[str, m.Json] = {}
    more: list[m.Json] = []
    for part in parts:
        if all(_fits(out.get(name, _NOTHING), value) for name, value in part.items()):
            for name, value in part.items():
                out[name] = {**out[name], **value} if name in out else value
        else:
            more.append(part)
    if not more:
        return out
    if "$and" in out:
        return {"$and": [out, *more]}
    return {**out, "$and": more}


_NOTHING = object()


def _fits(before: object, value: m.Json) -> bool:
    """Whether a member can be added to what is there under its name."""
    if before is _NOTHING:
        return True
    return _operators(before) and _operators(value) and not set(_names(before)) & set(value)


def _operators(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(n[:1] == "$" for n in value)


def _names(value: object) -> Iterator[str]:
    return iter(value) if isinstance(value, dict) else iter(())


def _restored(operand: m.Json) -> m.Json:
    """An operand in GrowthBook's words: the values of groups are listed."""
    if isinstance(operand, list):
        return [_restored(item) for item in operand]
    if not isinstance(operand, dict):
        return operand
    if operand.keys() == {"$json"}:
        return json.loads(operand["$json"])
    out: dict[str, m.Json] = {}
    for name, value in operand.items():
        if name == "$inGroup":
            out |= {"$not": {"$nin": value}} if "$in" in operand else {"$in": value}
        elif name == "$notInGroup":
            out |= {"$not": {"$in": value}} if "$nin" in operand else {"$nin": value}
        else:
            out[name] = _restored(value)
    return out


def is_never(condition: m.Condition) -> bool:
    """Whether a condition matches nobody, whatever else it says."""
    parts = condition.conditions if isinstance(condition, m.All) else (condition,)
    return NEVER in parts
