"""One clause of ours as constraints of Unleash.

Unleash compares texts: a number in the context is its JSON text there. Where that lets a value of
another type count, a `Doubts` notes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ...core import model as m
from ...core import regex
from ...core.dates import format_instant, instant_us
from ...core.regex.tree import At, Char, Choice, Node, Place, Repeat, Sequence
from ...core.unleash.operands import compares
from ...core.unleash.text import text_of
from .attributes import CURRENT_TIME, is_quotable, name_of
from .constraints import SIGN, TEXT
from .strategies import HOST_KIND

Raw = dict[str, m.Json]
Alternatives = list[tuple[Raw, ...]]
"""Constraints in groups: all of a group, and any of the groups."""


class Unsayable(Exception):
    """A part that Unleash has no words for."""


class Doubts:
    """What is not quite the same in Unleash, each said once."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def note(self, message: str, effect: str) -> None:
        """Note a difference, and whom it concerns."""
        self.found.setdefault(message, effect)


def constraints_of(clause: m.Clause, negated: bool, doubts: Doubts) -> Alternatives:
    """The clause, or its opposite. Raises `Unsayable`."""
    if clause.kind == m.AMBIENT_KIND:
        return _of_present(clause, negated, doubts)
    if clause.kind not in (m.DEFAULT_KIND, HOST_KIND):
        raise Unsayable(f"the context kind {clause.kind!r}")
    if clause.kind == HOST_KIND:
        raise Unsayable("a host's name, beside other conditions or negated")
    name = name_of(clause.attribute)
    if name is None:
        raise Unsayable(f"the attribute {clause.attribute!r} inside of another")
    if not is_quotable(name):
        raise Unsayable(f"the name {name!r}, whose quotes or backslash Unleash cannot read")
    if name == CURRENT_TIME and not clause.operator.startswith("unleash."):
        doubts.note(f"Unleash takes the present for a missing {name}", "contexts without it")
    if clause.operator.startswith("unleash."):
        made: Alternatives | None = [(_vendors(name, clause),)]
    else:
        write = _NATIVE.get(clause.operator)
        made = None if write is None else write(name, clause.values, doubts)
    if made is None:
        raise Unsayable(f"the operator {clause.operator!r}")
    _check(made)
    return _opposite(made) if negated else made


def _opposite(alternatives: Alternatives) -> Alternatives:
    """Not any of them: one group with each constraint inverted (each group has one)."""
    if any(len(group) != 1 for group in alternatives):
        raise Unsayable("the opposite of several constraints together")
    return [tuple(invert(group[0]) for group in alternatives)]


def invert(constraint: Raw) -> Raw:
    """The opposite constraint."""
    opposite = {"IN": "NOT_IN", "NOT_IN": "IN"}.get(str(constraint["operator"]))
    if opposite is not None and not constraint.get("inverted"):
        return {**constraint, "operator": opposite}
    made = {name: value for name, value in constraint.items() if name != "inverted"}
    return made if constraint.get("inverted") else {**made, "inverted": True}


def _check(alternatives: Alternatives) -> None:
    for group in alternatives:
        for constraint in group:
            texts = [*constraint.get("values", ()), constraint.get("value", "")]
            if any(text[-1:] == "\\" for text in texts):
                raise Unsayable("a backslash at the end of a value, which Unleash cannot read")


def constraint(name: str, operator: str, **more: m.Json) -> Raw:
    """A constraint as Unleash's own server writes it."""
    return {"contextName": name, "operator": operator, **more}


# --- Unleash's own operators ------------------------------------------------------------------

_OPERATORS = {f"unleash.{name.lower()}": name for name in SIGN}
_TEXTS = {operator: name for name, operator in TEXT.items()} | {"unleash.in_cidr": "IN_CIDR"}
_NOW = {"gt": "DATE_AFTER", "lt": "DATE_BEFORE", "eq": "NUM_EQ", "gte": "NUM_GTE", "lte": "NUM_LTE"}


def _vendors(name: str, clause: m.Clause) -> Raw:
    operator = clause.operator.removesuffix("_ignore_case")
    fold: Raw = {} if operator == clause.operator else {"caseInsensitive": True}
    values = list(clause.values)
    if operator == "unleash.in":
        return constraint(name, "IN", values=values)
    if operator == "unleash.regex":
        return constraint(name, "REGEX", value=_one(values), **fold)
    if operator in _TEXTS:
        if not values:
            raise Unsayable("an operator without values")
        return constraint(name, _TEXTS[operator], values=values, **fold)
    if operator not in _OPERATORS:
        raise Unsayable(f"the operator {clause.operator!r} here")
    value = _one(values)
    if not compares(value) and not value.startswith("v"):
        raise Unsayable(f"the value {value!r}, which is no number, date or version")
    return constraint(name, _OPERATORS[operator], value=value)


def _of_present(clause: m.Clause, negated: bool, doubts: Doubts) -> Alternatives:
    """A clause about the present."""
    if clause.attribute != "now":
        raise Unsayable(f"{clause.attribute!r} of what surrounds an evaluation")
    native = {"after": "gt", "before": "lt"}.get(clause.operator)
    if native is not None:
        doubts.note("Unleash's present has whole seconds", "the second in which the date lies")
        made = constraint(CURRENT_TIME, _NOW[native], value=_date(clause.values[0], doubts))
    elif clause.operator.startswith("unleash.now_"):
        sign = clause.operator.removeprefix("unleash.now_")
        made = constraint(CURRENT_TIME, _NOW[sign], value=_one(list(clause.values)))
    else:
        raise Unsayable(f"the operator {clause.operator!r} on the present")
    return [(invert(made) if negated else made,)]


def _one(values: list[Any]) -> str:
    if len(values) != 1 or not isinstance(values[0], str):
        raise Unsayable("an operator with other than one text")
    return values[0]


# --- native operators -------------------------------------------------------------------------

_TYPES = "Unleash does not tell types apart"
_NUMBERS = frozenset("0123456789+-.e")


def _equal(name: str, values: Iterable[Any], doubts: Doubts) -> Alternatives:
    texts = [value for value in values if isinstance(value, str)]
    others = [value for value in values if not isinstance(value, str)]
    made: Alternatives = []
    if texts:
        made.append((constraint(name, "IN", values=texts),))
        if any(_is_written(text) for text in texts):
            doubts.note(_TYPES, f"numbers and truth values of {name} that read like these texts")
    for value in others:
        text = text_of(value)
        if text is None:
            raise Unsayable(f"the number {value!r}")
        doubts.note(_TYPES, f"texts of {name} that read like these numbers or truth values")
        if isinstance(value, bool):
            made.append((constraint(name, "IN", values=[text]),))
        else:
            made.append((constraint(name, "NUM_EQ", value=text),))
    return made


def _is_written(text: str) -> bool:
    """Whether some number or truth value has this text."""
    if text in ("true", "false"):
        return True
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return type(value) in (int, float) and text_of(value) == text


def _text(operator: str, fold: bool) -> Callable[[str, tuple[Any, ...], Doubts], Alternatives]:
    def write(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
        for value in values:
            if _NUMBERS.issuperset(value) or value in "true" or value in "false":
                doubts.note(_TYPES, f"numbers and truth values of {name}, taken as texts")
        if fold:
            _note_case(name, doubts)
        more: Raw = {"caseInsensitive": True} if fold else {}
        return [(constraint(name, operator, values=list(values), **more),)]

    return write


def _note_case(name: str, doubts: Doubts) -> None:
    doubts.note(
        "Unleash compares lower case, not folded case",
        f"texts of {name} with letters such as ß or ς, whose folded case is another",
    )


def _equal_folded(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
    _note_case(name, doubts)
    if any(_is_written(value) for value in values):
        doubts.note(_TYPES, f"numbers and truth values of {name} that read like these texts")
    pattern = "|".join(map(_escaped, values))
    folded = constraint(name, "REGEX", value=f"^(?:{pattern})$", caseInsensitive=True)
    return [(folded,)]


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\.+*?()|[]{}^$#&-~" else char for char in text)


def _compare(operator: str) -> Callable[[str, tuple[Any, ...], Doubts], Alternatives]:
    def write(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
        text = text_of(values[0])
        if text is None or not compares(text):
            raise Unsayable(f"the number {values[0]!r}")
        doubts.note(_TYPES, f"texts of {name} that can be read as a number")
        return [(constraint(name, operator, value=text),)]

    return write


def _dated(operator: str) -> Callable[[str, tuple[Any, ...], Doubts], Alternatives]:
    def write(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
        doubts.note("Unleash reads dates otherwise", f"numbers of seconds in {name}, odd dates")
        return [(constraint(name, operator, value=_date(values[0], doubts)),)]

    return write


def _date(value: Any, doubts: Doubts) -> str:
    at = instant_us(value)
    if at is None:
        raise Unsayable(f"the date {value!r}")
    if at % 1_000:
        doubts.note("Unleash's dates have milliseconds", "the millisecond in which the date lies")
    text = format_instant(at - at % 1_000).removesuffix("Z")
    head, dot, fraction = text.partition(".")
    return f"{head}.{fraction.ljust(3, '0')}Z" if dot else f"{head}Z"


def _version(operator: str) -> Callable[[str, tuple[Any, ...], Doubts], Alternatives]:
    def write(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
        if not compares(values[0]):
            raise Unsayable(f"the version {values[0]!r}, whose numbers are too large")
        return [(constraint(name, operator, value=values[0]),)]

    return write


def _network(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
    doubts.note(
        "Unleash does not take ::ffff:192.0.2.1 for 192.0.2.1",
        f"IPv4 addresses in {name} that are written as IPv6",
    )
    return [(constraint(name, "IN_CIDR", values=list(values)),)]


def _present(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
    doubts.note("Unleash takes lists and objects for missing", f"those of {name}")
    return [(constraint(name, "STR_CONTAINS", values=[""]),)]


def _matching(name: str, values: tuple[Any, ...], doubts: Doubts) -> Alternatives:
    doubts.note(_TYPES, f"numbers and truth values of {name}, matched as texts")
    patterns = []
    for value in values:
        tree = regex.compile_pattern(value).tree
        written = None if _has_edges(tree) else regex.to_re2(tree)
        if written is None:
            raise Unsayable(f"the pattern {value!r}, whose words have other edges in Unleash")
        patterns.append(value if _PLAIN.issuperset(value) else written)
    return [(constraint(name, "REGEX", value="|".join(f"(?:{p})" for p in patterns)),)]


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _@,;:^$.*+?()|")
"""What a pattern may consist of to mean the same in both; others are written out."""


def _has_edges(tree: Node) -> bool:
    match tree:
        case At(place):
            return place in (Place.WORD_EDGE, Place.NOT_WORD_EDGE)
        case Repeat(item):
            return _has_edges(item)
        case Sequence(items) | Choice(items):
            return any(map(_has_edges, items))
        case Char():
            return False


_NATIVE: dict[str, Callable[[str, tuple[Any, ...], Doubts], Alternatives]] = {
    "equals": _equal,
    "in": _equal,
    "equals_ignore_case": _equal_folded,
    "in_ignore_case": _equal_folded,
    "starts_with": _text("STR_STARTS_WITH", False),
    "ends_with": _text("STR_ENDS_WITH", False),
    "contains": _text("STR_CONTAINS", False),
    "starts_with_ignore_case": _text("STR_STARTS_WITH", True),
    "ends_with_ignore_case": _text("STR_ENDS_WITH", True),
    "contains_ignore_case": _text("STR_CONTAINS", True),
    "lt": _compare("NUM_LT"),
    "lte": _compare("NUM_LTE"),
    "gt": _compare("NUM_GT"),
    "gte": _compare("NUM_GTE"),
    "before": _dated("DATE_BEFORE"),
    "after": _dated("DATE_AFTER"),
    "semver_eq": _version("SEMVER_EQ"),
    "semver_lt": _version("SEMVER_LT"),
    "semver_lte": _version("SEMVER_LTE"),
    "semver_gt": _version("SEMVER_GT"),
    "semver_gte": _version("SEMVER_GTE"),
    "in_network": _network,
    "present": _present,
    "matches": _matching,
}
