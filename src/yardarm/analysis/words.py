"""Conditions, places and contexts in words, as short as they can be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from ..core import model as m

_SIGNS = {
    "equals": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "semver_eq": "semver_eq",
}  # fmt: skip
_WORDS = frozenset({"true", "false", "null"})
_MOST_VALUES = 6
_LONGEST = 160


def condition_words(condition: m.Condition) -> str:
    """A condition, in the language of `yardarm flags set --add-rule` as far as that goes."""
    match condition:
        case m.Clause():
            return _clause(condition)
        case m.All(conditions):
            return " and ".join(_inner(c) for c in conditions) or "an empty condition"
        case m.AnyOf(conditions):
            return " or ".join(_inner(c) for c in conditions) or "an empty condition"
        case m.Not(inner):
            return f"not {_inner(inner)}"
        case m.InSegment(segment):
            return f"segment {segment}"
        case m.FlagServes(flag, variants):
            return f"flag {flag} is {', '.join(variants)}"
        case m.Always():
            return "everyone"
        case m.Share(bucketing, ranges):
            by = "" if bucketing.by == ("key",) else f" by {', '.join(bucketing.by)}"
            if bucketing.algorithm == "yardarm":
                size = sum(end - start for start, end in ranges)
                return f"{percent(Fraction(int(size), m.PARTS))} of units{by}"
            return f"a share of units{by}"
        case m.Logic():
            return "JSONLogic"
        case m.Fault(cause):
            return f"what cannot be evaluated ({cause})"


def _inner(condition: m.Condition) -> str:
    text = condition_words(condition)
    several = isinstance(condition, m.All | m.AnyOf) and len(condition.conditions) > 1
    return f"({text})" if several else text


def _clause(clause: m.Clause) -> str:
    name = (
        clause.attribute if clause.kind == m.DEFAULT_KIND else f"{clause.kind}:{clause.attribute}"
    )
    shown = [value_words(value) for value in clause.values[:_MOST_VALUES]]
    if len(clause.values) > _MOST_VALUES:
        shown.append(f"… ({len(clause.values)} values)")
    return f"{name} {_SIGNS.get(clause.operator, clause.operator)} {', '.join(shown)}".rstrip()


def value_words(value: Any) -> str:
    """A value: text bare where it cannot be taken for something else."""
    return (
        value
        if isinstance(value, str) and _is_bare(value)
        else json.dumps(value, ensure_ascii=False, default=str)
    )


def _is_bare(text: str) -> bool:
    plain = text.translate(str.maketrans("-_@.", "aaaa"))
    return plain.isascii() and plain.isalnum() and not plain[0].isdigit() and text not in _WORDS


def short(text: str) -> str:
    """The text, cut where it is long."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def quoted(condition: m.Condition) -> str:
    """A condition set off from the words around it."""
    return f"`{short(condition_words(condition))}`"


def listed(items: Sequence[str]) -> str:
    """Several things in one sentence."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def percent(share: Fraction) -> str:
    """A share of everybody."""
    return f"{float(share * 100):.3f}".rstrip("0").rstrip(".") + " %"


def is_json(value: Any) -> bool:
    """Whether a context can be written as JSON; one with a datetime in it cannot."""
    match value:
        case dict():
            return all(isinstance(name, str) and is_json(item) for name, item in value.items())
        case list():
            return all(map(is_json, value))
        case float():
            return isfinite(value)
        case str():
            return value.isprintable() or not any(0xD800 <= ord(c) < 0xE000 for c in value)
        case _:
            return value is None or isinstance(value, bool | int)


def parts_of(condition: m.Condition, pointer: str) -> Iterator[tuple[str, m.Condition]]:
    """What must hold together for a condition to hold, each with its pointer."""
    if isinstance(condition, m.All) and condition.conditions:
        for number, inner in enumerate(condition.conditions):
            yield from parts_of(inner, f"{pointer}/all/{number}")
    else:
        yield pointer, condition
