"""Our clauses as LaunchDarkly's.

Its own operators are written as they are. A native one is written as the operator that means the
same; where it does not mean the same for everybody, the loss says for whom.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ...core import model as m
from ...core.dates import format_instant, instant_us
from ...core.operators.launchdarkly import pattern
from ...core.regex import Meaning, PatternError, parse

PREFIX = "launchdarkly."
_NATIVE = Meaning()
_SIGN = re.compile(r"[^A-Za-z0-9 ]")
_BUILT_IN = frozenset({"key", "name", "anonymous"})


class Unsayable(Exception):
    """A part of our model that LaunchDarkly's language has no words for."""


@dataclass(slots=True)
class Doubts:
    """For whom what is written may answer otherwise: attributes by what makes the difference."""

    attributes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, attribute: str) -> None:
        known = self.attributes.setdefault(reason, [])
        if attribute not in known:
            known.append(attribute)

    def update(self, other: Doubts) -> None:
        for reason, attributes in other.attributes.items():
            for attribute in attributes:
                self.add(reason, attribute)


LIST = "a list, whose elements LaunchDarkly compares one by one"
NO_LIST = "no list: LaunchDarkly compares it like a list of one"
DATE = "a number (seconds since 1970 here, milliseconds there) or a date not as RFC 3339 has it"
VERSION = "an incomplete version such as 2.1, which LaunchDarkly completes"
LARGE = "an integer beyond 2^53, which LaunchDarkly compares as a float"
LETTERS = "text with letters that the two fold in another way (İ, ı, ß), or a final line break"
PATTERN = "text in which the pattern means something else in Python's re (\\d, \\w, $, case)"


def clause_of(clause: m.Clause, doubts: Doubts) -> list[dict[str, m.Json]]:
    """Clauses that together match who the clause matches. Raises `Unsayable`."""
    if clause.kind == m.AMBIENT_KIND:
        return [_about_kinds(clause)]
    if clause.operator.startswith(PREFIX):
        operator, values = clause.operator[len(PREFIX) :], list(clause.values)
        if operator == "unknown" and values:
            operator, values = str(values[0]), values[1:]
        return [made(clause, operator, values)]
    write = _NATIVES.get(clause.operator)
    if write is None:
        raise Unsayable(f"the operator {clause.operator!r}")
    return write(clause, doubts)


def made(
    clause: m.Clause, operator: str, values: list[m.Json], negate: bool = False
) -> dict[str, m.Json]:
    """A clause about the same attribute."""
    out: dict[str, m.Json] = {
        "contextKind": clause.kind,
        "attribute": clause.attribute,
        "op": operator,
        "values": values,
    }
    return {**out, "negate": True} if negate else out


def _about_kinds(clause: m.Clause) -> dict[str, m.Json]:
    if clause.attribute != "kinds" or not clause.operator.startswith(PREFIX):
        raise Unsayable("the present, chance or the kinds of a context as a whole")
    operator, values = clause.operator[len(PREFIX) :], list(clause.values)
    if operator == "unknown" and values:
        operator, values = str(values[0]), values[1:]
    return {"attribute": "kind", "op": operator, "values": values}


# --- native operators -------------------------------------------------------------------------

_Clauses = list[dict[str, m.Json]]
_Write = Callable[[m.Clause, Doubts], _Clauses]


def _may_be_list(clause: m.Clause, doubts: Doubts) -> None:
    if clause.attribute not in _BUILT_IN:
        doubts.add(LIST, clause.attribute)


def _same(operator: str) -> _Write:
    def write(clause: m.Clause, doubts: Doubts) -> _Clauses:
        _may_be_list(clause, doubts)
        return [made(clause, operator, list(clause.values))]

    return write


def _compare(operator: str) -> _Write:
    def write(clause: m.Clause, doubts: Doubts) -> _Clauses:
        _may_be_list(clause, doubts)
        doubts.add(LARGE, clause.attribute)
        return [made(clause, operator, list(clause.values))]

    return write


def _present(clause: m.Clause, doubts: Doubts) -> _Clauses:
    # What is there is none of no values.
    return [made(clause, "in", [], negate=True)]


def _has_any(clause: m.Clause, doubts: Doubts) -> _Clauses:
    doubts.add(NO_LIST, clause.attribute)
    return [made(clause, "in", list(clause.values))]


def _has_all(clause: m.Clause, doubts: Doubts) -> _Clauses:
    doubts.add(NO_LIST, clause.attribute)
    return [made(clause, "in", [value]) for value in clause.values]


def _instant(operator: str) -> _Write:
    def write(clause: m.Clause, doubts: Doubts) -> _Clauses:
        _may_be_list(clause, doubts)
        doubts.add(DATE, clause.attribute)
        instant = instant_us(clause.values[0]) if clause.values else None
        if instant is None:
            raise Unsayable(f"the date {clause.values!r}")
        return [made(clause, operator, [format_instant(instant)])]

    return write


def _version(operator: str) -> _Write:
    def write(clause: m.Clause, doubts: Doubts) -> _Clauses:
        _may_be_list(clause, doubts)
        doubts.add(VERSION, clause.attribute)
        return [made(clause, operator, list(clause.values))]

    return write


def _patterns(clause: m.Clause, doubts: Doubts) -> _Clauses:
    _may_be_list(clause, doubts)
    for source in clause.values:
        try:
            same = parse(source, _NATIVE) == pattern(source).tree
        except PatternError as error:
            raise Unsayable(f"the pattern {source!r} ({error})") from None
        if not same:
            doubts.add(PATTERN, clause.attribute)
    return [made(clause, "matches", list(clause.values))]


def _ignoring_case(begin: str, end: str) -> _Write:
    def write(clause: m.Clause, doubts: Doubts) -> _Clauses:
        _may_be_list(clause, doubts)
        doubts.add(LETTERS, clause.attribute)
        sources = [f"(?i){begin}{_quoted(text)}{end}" for text in clause.values]
        return [made(clause, "matches", list(sources))]

    return write


def _quoted(text: m.Json) -> str:
    if not isinstance(text, str) or not text.isascii():
        raise Unsayable(f"case aside, {text!r}")
    return _SIGN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


_NATIVES: dict[str, _Write] = {
    "equals": _same("in"),
    "in": _same("in"),
    "starts_with": _same("startsWith"),
    "ends_with": _same("endsWith"),
    "contains": _same("contains"),
    "equals_ignore_case": _ignoring_case("^", "$"),
    "in_ignore_case": _ignoring_case("^", "$"),
    "starts_with_ignore_case": _ignoring_case("^", ""),
    "ends_with_ignore_case": _ignoring_case("", "$"),
    "contains_ignore_case": _ignoring_case("", ""),
    "matches": _patterns,
    "lt": _compare("lessThan"),
    "lte": _compare("lessThanOrEqual"),
    "gt": _compare("greaterThan"),
    "gte": _compare("greaterThanOrEqual"),
    "before": _instant("before"),
    "after": _instant("after"),
    "semver_eq": _version("semVerEqual"),
    "semver_lt": _version("semVerLessThan"),
    "semver_gt": _version("semVerGreaterThan"),
    "present": _present,
    "has_any": _has_any,
    "has_all": _has_all,
}
