"""What an operator is: what a clause can ask of an attribute. One name, one exact meaning.

To add one: an entry in a table of this folder and its table of cases in the tests. `prepare` turns
a clause's values into whatever makes the test quick and raises `ValueError` when they do not fit;
`test(value, prepared)` is total: it answers for an attribute of any type (None where it is missing)
and calls no method of a foreign object. `inline` is the same test as an expression for the
commonest type, which falls back on `test` for all others; it is text of ours in which only names
are put.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..model import Json

Values = tuple[Json, ...]
Arity = Literal["none", "one", "many", "any"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `takes` says how many values it needs, `summary` what it means."""

    name: str
    takes: Arity
    prepare: Callable[[Values], Any]
    test: Callable[[Any, Any], bool]
    summary: str
    inline: str | None = None
