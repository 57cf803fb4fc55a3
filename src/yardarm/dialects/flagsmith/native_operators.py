"""What Flagsmith's conditions can say of our own operators."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ...core import model as m
from ...core.model import Json
from ...core.traits import trait_value

Make: TypeAlias = Callable[[str, Json], Json]
"""From an operator of Flagsmith's and a value to a condition."""

_NUMERIC = r"[-+]?[0-9.]+(e[-+]?[0-9]+)?$"
_DIGIT = r"[^TF]"

ANY_TYPE = "numbers, booleans and lists are compared as the text that Python shows of them"
READ_AS_NUMBER = "text that looks like a number is compared as a number"
CASE = "letters beyond ASCII may have another idea of case"


@dataclass(frozen=True, slots=True)
class Said:
    """The same in Flagsmith's words: all of `groups` hold, of each at least one condition.

    `inexact` says where it is not quite the same.
    """

    groups: tuple[tuple[tuple[str, Json], ...], ...]
    inexact: tuple[str, ...] = ()

    def rule(self, make: Make) -> dict[str, Json]:
        """The rule of a segment."""
        conditions: list[Json] = []
        rules: list[Json] = []
        for group in self.groups:
            made = [make(operator, value) for operator, value in group]
            if len(made) == 1:
                conditions += made
            else:
                rules.append({"type": "ANY", "conditions": made, "rules": []})
        return {"type": "ALL", "conditions": conditions, "rules": rules}


def native(clause: m.Clause) -> Said | None:
    """A clause with one of our operators in Flagsmith's words; None where it has none."""
    values = clause.values
    match clause.operator:
        case "present":
            return Said(((("IS_SET", ""),),))
        case "equals" | "in":
            return _members(values)
        case "lt" | "lte" | "gt" | "gte":
            return _bound(clause.operator, values)
        case "semver_eq" | "semver_lt" | "semver_lte" | "semver_gt" | "semver_gte":
            return _version(clause.operator, values)
        case "starts_with" | "ends_with" | "contains":
            return _text(clause.operator, values, "")
        case "starts_with_ignore_case" | "ends_with_ignore_case" | "contains_ignore_case":
            return _text(clause.operator.removesuffix("_ignore_case"), values, "(?i)")
        case "equals_ignore_case" | "in_ignore_case":
            return _text("whole", values, "(?i)")
        case "matches":
            patterns = "|".join(f"(?:{value})" for value in values)
            inexact = (ANY_TYPE, "patterns are Python's: classes know all of Unicode")
            return Said(((("REGEX", rf"(?s:.*?)(?:{patterns})"),),), inexact)
        case _:
            return None


def _members(values: tuple[Json, ...]) -> Said | None:
    """Text is compared as members of a list, where only text that looks like a number is not
    exact; numbers and booleans have no such way."""
    if any(value is None or isinstance(value, list | dict) for value in values):
        return None
    if all(type(value) is str for value in values):
        odd = any(type(trait_value(value)) is not str or value[:1] in "[{" for value in values)
        return Said(((("IN", list(values)),),), (READ_AS_NUMBER, ANY_TYPE) if odd else ())
    group: list[tuple[str, Json]] = []
    for value in values:
        if type(value) is str:
            group.append(("IN", [value]))
        elif type(value) is bool:
            group.append(("REGEX", r"True$" if value else r"False$"))
        else:
            group.append(("EQUAL", str(value)))
    return Said((tuple(group),), (READ_AS_NUMBER, ANY_TYPE))


_SIGNS = {
    "lt": "LESS_THAN", "lte": "LESS_THAN_INCLUSIVE", "gt": "GREATER_THAN",
    "gte": "GREATER_THAN_INCLUSIVE", "eq": "EQUAL",
}  # fmt: skip


def _bound(operator: str, values: tuple[Json, ...]) -> Said | None:
    """A bound that is no whole number is compared with fractions only, so whole numbers are given
    one of their own."""
    bound = values[0] if values else None
    if type(bound) is not int and type(bound) is not float:
        return None
    group: list[tuple[str, Json]] = [(_SIGNS[operator], str(bound))]
    if type(bound) is float and abs(bound) < 1e300:
        below = operator in ("lt", "lte")
        whole = int(bound // 1) if below else -int(-bound // 1)
        inclusive = not bound.is_integer() or operator.endswith("e")
        sign = _SIGNS[operator[:2] + ("e" if inclusive else "")]
        group.append((sign, str(whole)))
    return Said(((("REGEX", _NUMERIC),), tuple(group)), (READ_AS_NUMBER,))


def _version(operator: str, values: tuple[Json, ...]) -> Said | None:
    if not values or type(values[0]) is not str:
        return None
    sign = _SIGNS[operator.removeprefix("semver_")]
    # Booleans are compared too, and would match; no version begins with their letter.
    return Said(((("REGEX", _DIGIT),), ((sign, f"{values[0]}:semver"),)))


def _text(where: str, values: tuple[Json, ...], flags: str) -> Said | None:
    if not values or not all(type(value) is str for value in values):
        return None
    if where == "contains" and not flags:
        return Said((tuple(("CONTAINS", value) for value in values),), (READ_AS_NUMBER, ANY_TYPE))
    texts = "|".join(re.escape(value) for value in values)
    pattern = {
        "starts_with": rf"(?:{texts})",
        "ends_with": rf"(?s:.*)(?:{texts})\Z",
        "contains": rf"(?s:.*?)(?:{texts})",
        "whole": rf"(?:{texts})\Z",
    }[where]
    inexact = (READ_AS_NUMBER, ANY_TYPE) + ((CASE,) if flags else ())
    return Said(((("REGEX", flags + pattern),),), inexact)
