"""LaunchDarkly's operators, as its server SDK for Python (9.18) has them.

A clause matches when its attribute, or one of the elements where it is a list, holds for one of its
values. Nothing is converted: the number 1 is neither "1" nor true. What is missing matches nothing;
that a negated clause does not match it either is said by the condition around the clause. Numbers
are compared as floats, as there, so an integer beyond their range raises `OverflowError`, be it the
attribute's or one that the clause comes to; that fails the evaluation and serves the caller's
fallback, as there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from .. import regex, semver
from .operator import Operator, Values
from .python_pattern import from_python

_Single = Callable[[Any, Any], bool]

NAMES = (
    "in", "startsWith", "endsWith", "contains", "matches", "lessThan", "lessThanOrEqual",
    "greaterThan", "greaterThanOrEqual", "before", "after", "semVerEqual", "semVerLessThan",
    "semVerGreaterThan",
)  # fmt: skip
"""LaunchDarkly's names of its operators; `segmentMatch` is no operator here but a condition."""


def _each(single: _Single) -> _Single:
    """The test for a value, or for any element of a list."""

    def test(value: Any, prepared: Any) -> bool:
        if value is None:
            return False
        kind = type(value)
        if kind is list or issubclass(kind, list | tuple):
            return any(single(element, prepared) for element in value)
        return single(value, prepared)

    return test


def _text(value: Any) -> str | None:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    return str.__str__(value) if issubclass(kind, str) else None


def _is_number(value: Any) -> bool:
    kind = type(value)
    return kind is int or kind is float or (issubclass(kind, int | float) and kind is not bool)


# --- in ---------------------------------------------------------------------------------------

_TRUE, _FALSE, _NULL, _OTHER = object(), object(), object(), object()  # True == 1 in Python


class _Wanted(frozenset[Any]):
    """What a clause asks for. `nested` are lists and objects, compared one by one."""

    nested: tuple[Any, ...]


def _scalar(value: Any) -> Any:
    """A hashable stand-in in which values of different type never compare equal."""
    if value is True:
        return _TRUE
    if value is False:
        return _FALSE
    if value is None:
        return _NULL
    if _is_number(value):
        return value
    text = _text(value)
    return _OTHER if text is None else text


def _wanted(values: Values) -> _Wanted:
    nested = tuple(value for value in values if isinstance(value, list | dict))
    made = _Wanted(_scalar(value) for value in values if not isinstance(value, list | dict))
    made.nested = nested
    return made


def _is_in(value: Any, wanted: _Wanted) -> bool:
    if issubclass(type(value), list | dict):
        return value in wanted.nested
    return _scalar(value) in wanted


# --- text -------------------------------------------------------------------------------------


def _texts(values: Values) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


def _on_text(test: Callable[[str, Any], bool]) -> _Single:
    def on_text(value: Any, prepared: Any) -> bool:
        text = _text(value)
        return text is not None and test(text, prepared)

    return _each(on_text)


def _contains(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


PYTHON = regex.Meaning(ascii_classes=False, dollar_before_final_newline=True, python_case=True)
"""What the signs of a pattern mean in Python's `re`."""


# What our grammar has and Python's does not: \x{41}; (?<name> and (?i-s) outside a class.
_NO_ESCAPE = re.compile(r"\\(?:(x\{)|.)", re.DOTALL)
_NO_GROUP = re.compile(r"\\.|\[(?:\\.|[^]\\])*]|\(\?(<|[ims]*-[ims]*\))", re.DOTALL)


@lru_cache(maxsize=1024)
def pattern(source: str) -> regex.Pattern:
    """A pattern with the meaning of Python's `re`.

    Raises `PatternError` for what is beyond our grammar, and for what is no pattern there.
    """
    ours = from_python(source)
    made = regex.compile_pattern(ours, meaning=PYTHON)
    for found in (*_NO_ESCAPE.finditer(ours), *_NO_GROUP.finditer(ours)):
        if found[1] is not None:
            raise regex.PatternError(f"{found[0]!r} is no pattern in Python's re", found.start())
    return made


def _patterns(values: Values) -> tuple[Callable[[str], bool], ...]:
    found = []
    for source in _texts(values):
        try:
            found.append(pattern(source).search)
        except regex.PatternError:  # invalid there too, or a loss that the reader reports
            continue
    return tuple(found)


def _matches(text: str, searches: tuple[Callable[[str], bool], ...]) -> bool:
    return any(search(text) for search in searches)


# --- numbers ----------------------------------------------------------------------------------

_NEVER = float("nan")
"""A bound that nothing is below or above."""


class _Overflowing(float):
    """The bound of the values before an integer beyond every float: what is not within it fails.

    Python asks a subclass first, whichever side of the comparison it is on.
    """

    def _or_fail(self, within: bool) -> bool:
        if within:
            return True
        raise OverflowError("the clause comes to an integer beyond every float")

    def __lt__(self, other: float) -> bool:
        return self._or_fail(float.__lt__(self, other))

    def __le__(self, other: float) -> bool:
        return self._or_fail(float.__le__(self, other))

    def __gt__(self, other: float) -> bool:
        return self._or_fail(float.__gt__(self, other))

    def __ge__(self, other: float) -> bool:
        return self._or_fail(float.__ge__(self, other))


def _bound(values: Iterable[float | None], choose: Callable[[list[float]], float]) -> float:
    """The widest bound: who is within any of them is within that."""
    known = [value for value in values if value is not None and value == value]
    return choose(known) if known else _NEVER


def _numbers(choose: Callable[[list[float]], float]) -> Callable[[Values], float]:
    def prepare(values: Values) -> float:
        known: list[float] = []
        for value in filter(_is_number, values):
            try:
                known.append(float(value))
            except OverflowError:  # nobody comes to the values behind it
                return _Overflowing(_bound(known, choose))
        return _bound(known, choose)

    return prepare


def _on_number(test: Callable[[float, float], bool]) -> _Single:
    def on_number(value: Any, bound: float) -> bool:
        # Where no value of the clause is a number, none is made of the attribute either.
        return _is_number(value) and bound is not _NEVER and test(float(value), bound)

    return _each(on_number)


def _inline(sign: str) -> str:
    # Beyond 2**53 an integer is not always its float, and is left to the test.
    exact = "type({v}) is int and -9007199254740992 <= {v} <= 9007199254740992"
    return f"({{v}} {sign} {{c}} if {exact} or type({{v}}) is float else {{t}}({{v}}, {{c}}))"


# --- dates ------------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: Any) -> float | None:
    """Milliseconds since 1970 of a number or of text by ISO 8601 with a zone, or None.

    The SDK leaves the text to Python's own `datetime.fromisoformat` after writing a final `Z` as
    `+00:00`, so it takes week dates and forms without separators too.
    """
    if _is_number(value):
        return float(value)
    text = _text(value)
    if not text:
        return None
    if text[-1] in "Zz":
        text = text[:-1] + "+00:00"
    try:
        return (datetime.fromisoformat(text) - _EPOCH).total_seconds() * 1000.0
    except (ValueError, TypeError, OverflowError):  # malformed, or without a zone
        return None


def _clause_moment(value: Any) -> float | None:
    try:
        return moment(value)
    except OverflowError:
        return None


def _moments(choose: Callable[[list[float]], float]) -> Callable[[Values], float]:
    return lambda values: _bound(map(_clause_moment, values), choose)


def _on_moment(test: Callable[[float, float], bool]) -> _Single:
    def on_moment(value: Any, bound: float) -> bool:
        if bound != bound:
            return False
        found = moment(value)
        return found is not None and test(found, bound)

    return _each(on_moment)


# --- versions ---------------------------------------------------------------------------------


def version(value: Any) -> semver.SemVer | None:
    """A semantic version, to which up to two missing numbers are added as zeros, or None.

    A number is added behind the leading digits and dots, and what follows is taken up to the end
    of the line only. One with a number of more than 4,300 digits, which Python does not read, is
    none.
    """
    text = _text(value)
    if text is None:
        return None
    for _ in range(3):
        try:
            found = semver.parse(text, len(text))
        except ValueError:
            return None
        if found is not None:
            return found
        rest = text.lstrip("0123456789.")
        text = f"{text[: len(text) - len(rest)]}.0{rest.partition(chr(10))[0]}"
    return None


def _versions(choose: Callable[[list[semver.SemVer]], Any]) -> Callable[[Values], Any]:
    def prepare(values: Values) -> Any:
        known = [found for value in values if (found := version(value)) is not None]
        return choose(known) if known else None

    return prepare


def _on_version(test: Callable[[semver.SemVer, Any], bool]) -> _Single:
    def on_version(value: Any, bound: Any) -> bool:
        if bound is None:
            return False
        found = version(value)
        return found is not None and test(found, bound)

    return _each(on_version)


def _never(value: Any, prepared: Any) -> bool:
    return False


_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"
_STARTS = "({v}.startswith({c}) if type({v}) is str else {t}({v}, {c}))"
_ENDS = "({v}.endswith({c}) if type({v}) is str else {t}({v}, {c}))"

# fmt: off
_ALL = (
    ("in", _wanted, _each(_is_in), "is one of these values, of the same type", _IN),
    ("startsWith", _texts, _on_text(str.startswith), "text that begins with one of these", _STARTS),
    ("endsWith", _texts, _on_text(str.endswith), "text that ends with one of these", _ENDS),
    ("contains", _texts, _on_text(_contains), "text in which one of these occurs", None),
    ("matches", _patterns, _on_text(_matches),
     "text in which one of these patterns of Python's re is found", None),
    ("lessThan", _numbers(max), _on_number(lambda a, b: a < b),
     "number less than one of these", _inline("<")),
    ("lessThanOrEqual", _numbers(max), _on_number(lambda a, b: a <= b),
     "number less than or equal to one of these", _inline("<=")),
    ("greaterThan", _numbers(min), _on_number(lambda a, b: a > b),
     "number greater than one of these", _inline(">")),
    ("greaterThanOrEqual", _numbers(min), _on_number(lambda a, b: a >= b),
     "number greater than or equal to one of these", _inline(">=")),
    ("before", _moments(max), _on_moment(lambda a, b: a < b),
     "date before one of these (ISO 8601 with zone, or milliseconds since 1970)", None),
    ("after", _moments(min), _on_moment(lambda a, b: a > b),
     "date after one of these (ISO 8601 with zone, or milliseconds since 1970)", None),
    ("semVerEqual", _versions(frozenset), _on_version(lambda a, b: a in b),
     "semantic version of the same precedence as one of these (2 and 2.0 are 2.0.0)", None),
    ("semVerLessThan", _versions(max), _on_version(lambda a, b: a < b),
     "semantic version before one of these", None),
    ("semVerGreaterThan", _versions(min), _on_version(lambda a, b: a > b),
     "semantic version after one of these", None),
    ("unknown", tuple, _never,
     "an operator that LaunchDarkly does not have, named by the first value: it never matches",
     "False"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {
    f"launchdarkly.{name}": Operator(f"launchdarkly.{name}", "any", prepare, test, summary, inline)
    for name, prepare, test, summary, inline in _ALL
}
"""LaunchDarkly's operators by their full names."""
