"""LaunchDarkly's clauses as conditions.

A clause is one `Clause` with the operator `launchdarkly.<op>`. A negated one also asks that the
attribute is there: `All((Clause(attribute, "present"), Not(…)))`. `segmentMatch` is membership in
any of the segments. What the SDK trips over only when it comes to it is a `Fault`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ...core import model as m
from ...core.operators.launchdarkly import NAMES, pattern
from ...core.reading import escape
from ...core.regex import PatternError
from .fields import Malformed, Notes, flagged, kind_of, listed, objects, optional

NEVER = m.Not(m.Always())
"""What matches nobody."""

EXCEPTION = "an exception in LaunchDarkly's SDK: "
"""How the cause of a `Fault` begins that the SDK does not foresee."""

_OPERATORS = frozenset(NAMES)
_NUMERIC = frozenset(NAMES[NAMES.index("lessThan") : NAMES.index("semVerEqual")])
_PLAIN = {
    name: f"launchdarkly.{name}" for name in NAMES if name != "matches" and name not in _NUMERIC
}
_ABSENT: tuple[m.Json, ...] = (None, False)
_BAD_ESCAPE = re.compile(r"~[^01]|~\Z")


def conjunction(
    data: dict[str, m.Json], at: str, segments: Collection[str], notes: Notes
) -> tuple[m.Condition, ...]:
    """The conditions of a rule's clauses. Without any the rule matches everybody."""
    clauses = objects(data, "clauses", at)
    if not clauses:
        listed(data, "clauses", at, notes)
        return ()
    return tuple([
        condition(clause, f"{at}/clauses/{index}", segments, notes)
        for index, clause in enumerate(clauses)
    ])  # fmt: skip


def together(conditions: tuple[m.Condition, ...]) -> m.Condition:
    """All of the conditions: everybody where there are none."""
    if not conditions:
        return m.Always()
    return conditions[0] if len(conditions) == 1 else m.All(conditions)


def condition(
    clause: dict[str, m.Json], at: str, segments: Collection[str], notes: Notes
) -> m.Condition:
    """One clause. `segments` are the keys of those that there are."""
    get = clause.get
    operator, given, name, listed_values = (
        get("op"),
        get("contextKind"),
        get("attribute"),
        get("values"),
    )
    if type(operator) is not str:
        operator = optional(clause, "op", str, at) or ""
    if type(given) is not str:
        given = optional(clause, "contextKind", str, at)
    if type(name) is not str:
        name = optional(clause, "attribute", str, at)
    if type(listed_values) is not list:
        listed(clause, "values", at, notes)
        listed_values = optional(clause, "values", list, at) or ()
    negate = get("negate") not in _ABSENT and flagged(clause, "negate", at)
    values = tuple(listed_values)
    if operator == "segmentMatch":
        found = _membership(values, at, segments, notes)
        return m.Not(found) if negate else found
    kind = kind_of(given)
    attribute = name if name and name[0] != "/" else reference(name or "", bool(given))
    if attribute is None:
        return _no_reference(name, kind, at, notes)
    if operator in _PLAIN:
        operator = _PLAIN[operator]
    else:
        operator, values = _checked(operator, values, at, notes, negate=negate)
    if attribute == "kind":
        asked: m.Condition = m.Clause("kinds", operator, values, m.AMBIENT_KIND)
        return m.Not(asked) if negate else asked
    if attribute == "anonymous":
        return _anonymous(operator, values, kind, negate)
    asked = m.Clause(attribute, operator, values, kind)
    return m.All((m.Clause(attribute, "present", (), kind), m.Not(asked))) if negate else asked


def _checked(
    operator: str, values: tuple[m.Json, ...], at: str, notes: Notes, *, negate: bool
) -> tuple[str, tuple[m.Json, ...]]:
    """Our name of the operator, and its values; those that never match are noted."""
    if operator not in _OPERATORS:
        notes.add(
            f"{at}/op",
            f"LaunchDarkly has no operator {operator!r}",
            "it matches nothing, as in LaunchDarkly's SDKs",
        )
        return "launchdarkly.unknown", (operator, *values)
    if operator == "matches":
        _check_patterns(values, at, notes, negate=negate)
    elif operator in _NUMERIC:
        _check_numbers(operator, values, at, notes)
    return f"launchdarkly.{operator}", values


def _check_patterns(values: tuple[m.Json, ...], at: str, notes: Notes, *, negate: bool) -> None:
    whom = (
        "nobody, so that the negated clause matches who has the attribute" if negate else "nobody"
    )
    for index, value in enumerate(values):
        if not isinstance(value, str):
            continue
        try:
            pattern(value)
        except PatternError as error:
            notes.add(
                f"{at}/values/{index}",
                f"the pattern {value!r} is beyond our patterns: {error}",
                f"this value matches {whom}; where the pattern is valid in Python's re, "
                "LaunchDarkly's SDK matches by it",
                "lost",
            )


def _check_numbers(operator: str, values: tuple[m.Json, ...], at: str, notes: Notes) -> None:
    for index, value in enumerate(values):
        if type(value) is int and abs(value) >= 2**1023:
            try:
                float(value)
            except OverflowError:
                if operator in ("before", "after"):
                    raise Malformed(f"{at}/values/{index}", "no date") from None
                notes.add(
                    f"{at}/values/{index}",
                    "a number beyond every float",
                    "an error for who has a number there and comes to it, as in the SDK",
                )


def _membership(
    values: tuple[m.Json, ...], at: str, segments: Collection[str], notes: Notes
) -> m.Condition:
    """In any of the segments. A segment that there is not has no members."""
    conditions: list[m.Condition] = []
    for index, key in enumerate(values):
        if isinstance(key, list | dict):
            notes.add(f"{at}/values/{index}", "no key of a segment", "who comes to it is an error")
            conditions.append(m.Fault(EXCEPTION + "a segment's key is no text"))
        elif isinstance(key, str) and key in segments:
            conditions.append(m.InSegment(key))
        else:
            notes.add(
                f"{at}/values/{index}",
                f"there is no segment {key!r}",
                "nobody is in it, as in LaunchDarkly's SDKs",
            )
    if not conditions:
        return NEVER
    return conditions[0] if len(conditions) == 1 else m.AnyOf(tuple(conditions))


def _no_reference(name: str | None, kind: str, at: str, notes: Notes) -> m.Condition:
    """A clause that names no attribute fails whoever has its kind."""
    message = f"{name!r} is no reference to an attribute" if name else "no attribute is named"
    notes.add(f"{at}/attribute", message, f"an error for who has the kind {kind!r} and comes to it")
    fault = m.Fault(f"a clause without a valid attribute: {message}")
    return m.All((m.Clause("key", "present", (), kind), fault))


def _anonymous(operator: str, values: tuple[m.Json, ...], kind: str, negate: bool) -> m.Condition:
    """About the attribute `anonymous`, which a context has as false unless it says true."""
    there = m.Clause("key", "present", (), kind)
    is_in = operator == "launchdarkly.in"
    if not (is_in and any(value is False for value in values)):
        asked: m.Condition = m.Clause("anonymous", operator, values, kind)
        return m.All((there, m.Not(asked))) if negate else asked
    if any(value is True for value in values):
        return NEVER if negate else there
    true = m.Clause("anonymous", operator, (True,), kind)
    return true if negate else m.All((there, m.Not(true)))


def reference(name: str, is_path: bool) -> str | None:
    """Our name of an attribute, a plain name or a JSON pointer; None for an invalid reference.

    Where a context kind is given (`is_path`) a name that begins with a slash is a path, otherwise
    every name is literal.
    """
    if not name.startswith("/"):
        return name or None
    if not is_path:
        return "/" + escape(name)
    parts = name[1:].split("/")
    if not all(parts) or ("~" in name and _BAD_ESCAPE.search(name.replace("/", "~1"))):
        return None
    if len(parts) == 1:
        plain = parts[0].replace("~1", "/").replace("~0", "~")
        return name if plain.startswith("/") else plain
    return name
