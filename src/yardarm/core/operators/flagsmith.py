"""Flagsmith's operators, as flagsmith-flag-engine 11 evaluates them.

An attribute is read as Flagsmith reads a trait (`traits.trait_value`): text that looks like a
number is one, a list is the text that Python shows of it. The condition's value is then converted
to the attribute's type, in Python's own way; what cannot be converted matches nothing, negated
operators included. A value that ends in `:semver` is compared with text as a semantic version.

A second value, `{"else": X}`, says what a missing attribute is: something that Flagsmith's document
holds itself, such as the environment's name.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import regex, semver
from ..model import Json
from ..traits import Scalar, shown_text, text_of, trait_value
from . import flagsmith_failures
from .operator import Operator, Values
from .python_pattern import from_python

_Compare = Callable[[Any, Any], Any]
_LONGEST_VERSION = 4_000
_SEMVER = ":semver"


@dataclass(frozen=True, slots=True)
class _Bound:
    """A condition's value as each type of attribute needs it; None where it cannot be converted.

    `plain` is the text, unless it is a version.
    """

    text: str | None
    whole: int | None
    fraction: float | None
    truth: bool
    version: semver.SemVer | None = None
    versioned: bool = False
    missing: Scalar = None
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a test asks for, and what stands in for a missing attribute."""

    wanted: Any = None
    missing: Scalar = None


def _missing(values: Values) -> Scalar:
    more = values[1] if len(values) > 1 else None
    return trait_value(more.get("else")) if isinstance(more, dict) else None


def _value(values: Values) -> Json:
    if not values:
        raise ValueError("needs a value")
    return values[0]


def _converted(make: Callable[[Json], Any], value: Json) -> Any:
    try:
        return make(value)
    except (ValueError, TypeError, OverflowError):
        return None


# --- comparisons ------------------------------------------------------------------------------


def _bound(values: Values) -> _Bound:
    value = _value(values)
    versioned = type(value) is str and value.endswith(_SEMVER)
    # The engine looks for the suffix by a slice, which fails for what has none.
    text = shown_text(value) if value is None or type(value) in (str, list) else None
    if versioned and text is not None:
        text = text[: -len(_SEMVER)]
    return _Bound(
        text=text,
        whole=_converted(int, value),
        fraction=_converted(float, value),
        truth=value not in ("False", "false"),
        version=semver.parse(text, _LONGEST_VERSION) if versioned else None,
        versioned=versioned,
        missing=_missing(values),
        plain=None if versioned else text,
    )


def _compared(compare: _Compare) -> Callable[[Any, _Bound], bool]:
    def test(value: Any, bound: _Bound) -> bool:
        read = trait_value(value)
        if read is None:
            read = bound.missing
        kind = type(read)
        wanted: Any = None
        if kind is str:
            if bound.versioned:
                return _versions(compare, semver.parse(read, _LONGEST_VERSION), bound.version)
            wanted = bound.text
        elif kind is int:
            wanted = bound.whole
        elif kind is float:
            wanted = bound.fraction
        elif kind is bool:
            wanted = bound.truth
        return read is not None and wanted is not None and bool(compare(read, wanted))

    return test


def _versions(compare: _Compare, one: semver.SemVer | None, other: semver.SemVer | None) -> bool:
    return one is not None and other is not None and bool(compare(one, other))


# --- text -------------------------------------------------------------------------------------


def _contains(value: Any, bound: _Bound) -> bool:
    read = trait_value(value)
    if read is None:
        read = bound.missing
    if type(read) is not str or bound.text is None:
        return False
    if not bound.versioned:
        return bound.text in read
    # The engine asks whether one of the version's parts is this text.
    if semver.parse(read, _LONGEST_VERSION) is None:
        return False
    rest, plus, build = read.partition("+")
    _, dash, prerelease = rest.partition("-")
    return bool(plus and build == bound.text) or bool(dash and prerelease == bound.text)


def _contains_not(value: Any, prepared: _Prepared) -> bool:
    read = trait_value(value)
    if read is None:
        read = prepared.missing
    return type(read) is str and prepared.wanted not in read


_PYTHON = regex.Meaning(ascii_classes=False, dollar_before_final_newline=True)


def _pattern(values: Values) -> _Prepared:
    source = from_python(shown_text(_value(values)))
    return _Prepared(regex.compile_pattern(source, meaning=_PYTHON).match, _missing(values))


def _matches(value: Any, prepared: _Prepared) -> bool:
    read = trait_value(value)
    if read is None:
        read = prepared.missing
    return read is not None and bool(prepared.wanted(text_of(read)))


# --- membership, presence, remainders ---------------------------------------------------------


def _members(values: Values) -> _Prepared:
    value = _value(values)
    if type(value) is str:
        value = _listed(value)
    if not isinstance(value, list):
        raise ValueError("the value must be a list, or text that lists the members")
    return _Prepared(frozenset(map(shown_text, value)), _missing(values))


def _listed(text: str) -> list[Json]:
    """The members that a text lists: a JSON list, or else whatever stands between commas."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except RecursionError:
            raise ValueError("the list is nested too deeply") from None
        except ValueError:
            return list(text.split(","))
        return found  # type: ignore[no-any-return]
    return list(text.split(","))


def _in(value: Any, prepared: _Prepared) -> bool:
    read = trait_value(value)
    if read is None:
        read = prepared.missing
    if type(read) is int:
        read = text_of(read)
    return type(read) is str and read in prepared.wanted


def _remainder(values: Values) -> _Prepared:
    value = _value(values)
    if not value:
        return _Prepared(None)
    if type(value) is not str:
        raise ValueError("the value must be text: divisor|remainder")
    parts = value.split("|")
    numbers = [_converted(float, part) for part in parts]
    if len(parts) != 2 or None in numbers:
        return _Prepared(None)
    if numbers[0] == 0:
        raise ValueError("the divisor must not be zero")
    return _Prepared(tuple(numbers), _missing(values))


def _leaves(value: Any, prepared: _Prepared) -> bool:
    read = trait_value(value)
    if read is None:
        read = prepared.missing
    if prepared.wanted is None or not isinstance(read, int | float):
        return False
    divisor, remainder = prepared.wanted
    try:
        return bool(read % divisor == remainder)
    except OverflowError:
        return False


def _only_missing(values: Values) -> _Prepared:
    return _Prepared(None, _missing(values))


def _is_set(value: Any, prepared: _Prepared) -> bool:
    return trait_value(value) is not None or prepared.missing is not None


def _is_not_set(value: Any, prepared: _Prepared) -> bool:
    return trait_value(value) is None and prepared.missing is None


def _is_number(value: Any, prepared: _Prepared) -> bool:
    read = trait_value(value)
    return isinstance(prepared.missing if read is None else read, int | float)


# Text that does not begin with a digit or a sign before them is no number, and stays what it is.
_TEXT = "type({v}) is str and {v}[:1] > '9'"


def _compare(sign: str) -> str:
    whole = f"({{v}} {sign} {{c}}.whole if type({{v}}) is int and {{c}}.whole is not None"
    plain = f"else {{v}} {sign} {{c}}.plain if {_TEXT} and {{c}}.plain is not None"
    return f"{whole} {plain} else {{t}}({{v}}, {{c}}))"


_CONTAINS = (
    f"({{c}}.plain in {{v}} if {_TEXT} and {{c}}.plain is not None else {{t}}({{v}}, {{c}}))"
)
_CONTAINS_NOT = f"({{c}}.wanted not in {{v}} if {_TEXT} else {{t}}({{v}}, {{c}}))"
_IN = f"({{v}} in {{c}}.wanted if {_TEXT} else {{t}}({{v}}, {{c}}))"
_SET = "(True if type({v}) is str else {t}({v}, {c}))"

# fmt: off
_ALL = (
    Operator("flagsmith.equal", "any", _bound, _compared(operator.eq),
             "equals the value, made the attribute's type",
             _compare("==")),
    Operator("flagsmith.not_equal", "any", _bound, _compared(operator.ne),
             "is there and differs from the value, made the attribute's type",
             _compare("!=")),
    Operator("flagsmith.greater_than", "any", _bound, _compared(operator.gt),
             "greater than the value, made the attribute's type; text by code points",
             _compare(">")),
    Operator("flagsmith.greater_than_inclusive", "any", _bound, _compared(operator.ge),
             "greater than or equal to the value, made the attribute's type",
             _compare(">=")),
    Operator("flagsmith.less_than", "any", _bound, _compared(operator.lt),
             "less than the value, made the attribute's type; text by code points",
             _compare("<")),
    Operator("flagsmith.less_than_inclusive", "any", _bound, _compared(operator.le),
             "less than or equal to the value, made the attribute's type",
             _compare("<=")),
    Operator("flagsmith.contains", "any", _bound, _contains,
             "text in which the value occurs", _CONTAINS),
    Operator("flagsmith.not_contains", "any", lambda values: _Prepared(
             shown_text(_value(values)), _missing(values)), _contains_not,
             "text in which the value does not occur", _CONTAINS_NOT),
    Operator("flagsmith.regex", "any", _pattern, _matches,
             "text, or a number as text, that begins with the pattern (linear time)"),
    Operator("flagsmith.modulo", "any", _remainder, _leaves,
             "number that leaves this remainder: divisor|remainder"),
    Operator("flagsmith.in", "any", _members, _in,
             "text or whole number that is one of these, as text", _IN),
    Operator("flagsmith.is_set", "any", _only_missing, _is_set, "is there and not null", _SET),
    Operator("flagsmith.is_not_set", "any", _only_missing, _is_not_set, "is missing or null"),
    Operator("flagsmith.is_number", "any", _only_missing, _is_number,
             "is a number, a boolean or text that looks like a number"),
    Operator("flagsmith.fails", "any", flagsmith_failures.prepare, flagsmith_failures.test,
             "is something that Flagsmith's engine fails at under the operator that is named"),
    Operator("flagsmith.unknown", "any", lambda values: None, lambda value, _: False,
             "an operator that Flagsmith does not know: it never matches"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""Every operator of Flagsmith by its full name."""
