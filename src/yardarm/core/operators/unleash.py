"""Unleash's operators, named as Unleash names them, in lower case.

A constraint says `inverted` for Not, and `caseInsensitive` for the operators `…_ignore_case`;
`NOT_IN` is Not of `unleash.in`. A missing value matches none of them. Numbers and truth values are
compared as their JSON text. What the comparing operators compare is decided by the constraint's
value alone (`core.unleash.operands`).

`unleash.now_…` compare the present (kind `$`, attribute `now`) with a constraint's date: that is
what Unleash means by `currentTime` where a context does not give one. `unleash.host` asks for the
name of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..unleash.instants import instant, instant_of, written_instant
from ..unleash.networks import Networks
from ..unleash.operands import SIGNS, Ask, Sign, comparison
from ..unleash.patterns import search
from ..unleash.text import text_of
from .operator import Operator, Values


def _texts(values: Values) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("values must be text")
    return tuple(values)


def _lowered(values: Values) -> tuple[str, ...]:
    return tuple(text.lower() for text in _texts(values))


def _is_in(value: Any, wanted: frozenset[str]) -> bool:
    text = text_of(value)
    return text is not None and text in wanted


def _is_host(value: Any, wanted: frozenset[str]) -> bool:
    text = text_of(value)
    return text is not None and text.lower() in wanted


def _on_text(test: Callable[[str, Any], bool], lower: bool = False) -> Callable[[Any, Any], bool]:
    def on_text(value: Any, wanted: Any) -> bool:
        text = text_of(value)
        if text is None:
            return False
        return test(text.lower() if lower else text, wanted)

    return on_text


def _contains(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


def _asks(value: Any, ask: Ask) -> bool:
    text = text_of(value)
    return text is not None and ask(text)


def _never(text: str) -> bool:
    return False


def _compares(sign: Sign) -> Callable[[Values], Ask]:
    return lambda values: comparison(sign, _texts(values)[0]) or _never


def _pattern(ignore_case: bool) -> Callable[[Values], Ask]:
    return lambda values: search(_texts(values)[0], ignore_case)


# --- the present ------------------------------------------------------------------------------


def _present(sign: Sign) -> Callable[[Values], Callable[[Any], bool]]:
    holds = SIGNS[sign]

    def prepare(values: Values) -> Callable[[Any], bool]:
        wanted = written_instant(_texts(values)[0].strip(" \t"))
        if wanted is None:
            return lambda now: False
        return lambda now: holds(now, wanted)

    return prepare


def _is_present(value: Any, ask: Callable[[Any], bool]) -> bool:
    """`value` is seconds since 1970, or the text of a `currentTime` that a context gave."""
    if type(value) is float or type(value) is int:
        return ask(instant_of(value)) if value - value == 0 else False
    now = instant(value) if type(value) is str else None
    return now is not None and ask(now)


_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"
_STARTS = "({v}.startswith({c}) if type({v}) is str else {t}({v}, {c}))"
_ENDS = "({v}.endswith({c}) if type({v}) is str else {t}({v}, {c}))"
_SAID = {
    "eq": "equal to", "gt": "after or above", "gte": "not before or below", "lt": "before or below",
    "lte": "not after or above",
}  # fmt: skip
_COMPARING: dict[str, Sign] = {
    **{f"num_{sign}": sign for sign in SIGNS},
    **{f"semver_{sign}": sign for sign in SIGNS},
    "date_after": "gt",
    "date_before": "lt",
}
# fmt: off
_ALL = (
    Operator("unleash.in", "any", lambda values: frozenset(_texts(values)), _is_in,
             "is one of these texts", _IN),
    Operator("unleash.str_starts_with", "many", _texts, _on_text(str.startswith),
             "text that begins with one of these", _STARTS),
    Operator("unleash.str_ends_with", "many", _texts, _on_text(str.endswith),
             "text that ends with one of these", _ENDS),
    Operator("unleash.str_contains", "many", _texts, _on_text(_contains),
             "text in which one of these occurs"),
    Operator("unleash.str_starts_with_ignore_case", "many", _lowered,
             _on_text(str.startswith, lower=True), "text that begins with one of these, lowered"),
    Operator("unleash.str_ends_with_ignore_case", "many", _lowered,
             _on_text(str.endswith, lower=True), "text that ends with one of these, lowered"),
    Operator("unleash.str_contains_ignore_case", "many", _lowered,
             _on_text(_contains, lower=True), "text in which one of these occurs, lowered"),
    Operator("unleash.regex", "one", _pattern(False), _asks,
             "text in which this pattern is found (RE2 syntax)"),
    Operator("unleash.regex_ignore_case", "one", _pattern(True), _asks,
             "text in which this pattern is found, case aside (RE2 syntax)"),
    Operator("unleash.in_cidr", "many", lambda values: Networks(_texts(values)),
             _on_text(lambda text, networks: networks.contains(text)),
             "IP address in one of these networks"),
    Operator("unleash.host", "many", lambda values: frozenset(_lowered(values)), _is_host,
             "is one of these host names, case aside"),
    *(Operator(f"unleash.{name}", "one", _compares(sign), _asks,
               f"number, date or version {_SAID[sign]} this")
      for name, sign in _COMPARING.items()),
    *(Operator(f"unleash.now_{sign}", "one", _present(sign), _is_present,
               f"present {_SAID[sign]} this date")
      for sign in SIGNS),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""Unleash's operators by name."""
