"""django-flags's pattern: found anywhere in the path, as Python's `re.search` finds it.

A pattern beyond the linear-time grammar matches nothing; the reader refuses such a flag.
"""

from __future__ import annotations

from typing import Any

from ..regex import Meaning, Pattern, PatternError, compile_pattern
from .operator import Operator, Values
from .python_pattern import from_python

_PYTHON = Meaning(ascii_classes=False, dollar_before_final_newline=True)


def pattern_of(source: str) -> Pattern:
    """The pattern, with Python's meaning. Raises `PatternError`."""
    return compile_pattern(from_python(source), meaning=_PYTHON)


def _prepare(values: Values) -> Pattern | None:
    try:
        return pattern_of(values[0]) if len(values) == 1 and isinstance(values[0], str) else None
    except PatternError:
        return None


def _found(value: Any, pattern: Pattern | None) -> bool:
    kind = type(value)
    if pattern is None or not issubclass(kind, str):
        return False
    return pattern.search(value if kind is str else str.__str__(value))


OPERATORS: dict[str, Operator] = {
    "django_flags.path_matches": Operator(
        "django_flags.path_matches", "any", _prepare, _found, "is text in which this is found"
    ),
}
"""django-flags's operators by name."""
