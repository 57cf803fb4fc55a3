"""flagd's conditions on one attribute, as its Python evaluator decides them.

Each is a JSONLogic operation of one attribute and constants: it converts as JSONLogic does (see
`core.jsonlogic.coerce`), and a missing attribute counts as null. The constants are text, numbers,
booleans or null. An attribute of a foreign type counts as missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..jsonlogic import coerce
from ..jsonlogic.text import COMPARISONS, version
from ..semver import SemVer
from .operator import Operator, Values

_JSON = frozenset({str, int, float, bool, type(None), list, dict})


def plain(value: Any) -> Any:
    """The value as JSON has it: subclasses of text and numbers as those, foreign types as null."""
    kind = type(value)
    if kind in _JSON:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    return float.__float__(value) if issubclass(kind, float) else None


def _one(values: Values) -> Any:
    (value,) = _scalars(values)
    return value


def _scalars(values: Values) -> Values:
    if any(isinstance(value, list | dict) for value in values):
        raise ValueError("values are text, numbers, booleans or null")
    return values


def _on_plain(test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    return lambda value, prepared: bool(test(plain(value), prepared))


def _same(value: Any, wanted: Any) -> bool:
    """Equal in Python: 1 equals 1.0 and true, but not "1"."""
    return not isinstance(value, list | dict) and bool(value == wanted)


def _is_in(value: Any, wanted: frozenset[Any]) -> bool:
    return not isinstance(value, list | dict) and value in wanted


def _holds(value: Any, needle: Any) -> bool:
    if isinstance(value, str):
        return coerce.to_text(needle) in value
    return isinstance(value, list) and any(_same(plain(item), needle) for item in value)


def _text(values: Values) -> str | None:
    return values[0] if isinstance(values[0], str) else None


def _begins(value: Any, start: str | None) -> bool:
    return start is not None and isinstance(value, str) and value.startswith(start)


def _ends(value: Any, end: str | None) -> bool:
    return end is not None and isinstance(value, str) and value.endswith(end)


_Wanted = tuple[Callable[[SemVer, SemVer], bool], SemVer] | None


def _comparison(values: Values) -> _Wanted:
    """Comparison and version; None where one of them is none, which matches nothing."""
    if len(values) != 2 or not isinstance(values[0], str):
        raise ValueError('needs a comparison and a version, such as "^" and "2.1"')
    compare, bound = COMPARISONS.get(values[0]), version(values[1])
    return None if compare is None or bound is None else (compare, bound)


def _is_version(value: Any, wanted: _Wanted) -> bool:
    found = None if wanted is None else version(value)
    return found is not None and wanted is not None and wanted[0](found, wanted[1])


_FAST_EQUAL = "({v} == {c} if type({v}) is str and type({c}) is str else {t}({v}, {c}))"


def _fast_order(sign: str) -> str:
    whole = "type({v}) is int and type({c}) is int"
    return f"({{v}} {sign} {{c}} if {whole} else {{t}}({{v}}, {{c}}))"


_FAST_IN = "({v} in {c} if type({v}) is str else {t}({v}, {c}))"

# fmt: off
_ALL = (
    Operator("flagd.==", "one", _one, _on_plain(coerce.loosely_equal),
             "equals this, converted as JSONLogic does", _FAST_EQUAL),
    Operator("flagd.===", "one", _one, _on_plain(_same),
             "equals this, numbers and booleans by their number", _FAST_EQUAL),
    Operator("flagd.<", "one", _one, _on_plain(coerce.less),
             "is less than this, converted as JSONLogic does", _fast_order("<")),
    Operator("flagd.<=", "one", _one, _on_plain(coerce.less_or_equal),
             "is less than or equal to this, converted as JSONLogic does", _fast_order("<=")),
    Operator("flagd.>", "one", _one, _on_plain(coerce.greater),
             "is greater than this, converted as JSONLogic does", _fast_order(">")),
    Operator("flagd.>=", "one", _one, _on_plain(coerce.greater_or_equal),
             "is greater than or equal to this, converted as JSONLogic does", _fast_order(">=")),
    Operator("flagd.in", "any", lambda values: frozenset(_scalars(values)), _on_plain(_is_in),
             "is one of these, numbers and booleans by their number", _FAST_IN),
    Operator("flagd.holds", "one", _one, _on_plain(_holds),
             "a list that has this item, or text in which this occurs"),
    Operator("flagd.starts_with", "one", _text, _on_plain(_begins), "text that begins with this"),
    Operator("flagd.ends_with", "one", _text, _on_plain(_ends), "text that ends with this"),
    Operator("flagd.sem_ver", "any", _comparison, _on_plain(_is_version),
             "a version that compares so to this one; ^ same major, ~ also same minor version"),
    Operator("flagd.true", "none", lambda values: None, _on_plain(lambda v, _: coerce.truthy(v)),
             "is there and not false, 0, empty text or an empty list"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""flagd's operators by name."""
