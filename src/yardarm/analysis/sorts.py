"""Which sorts of values an operator can hold for, and which sort a value is of.

The sorts never overlap: a boolean is no number, and no operator takes one for another.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from .subjects import OBJECT, PRESENT, UNIT, Atom

Sort: TypeAlias = Literal[
    "missing", "text", "number", "boolean", "list", "object", "date", "bucket", "choice"
]
"""`date` is a datetime object of the program's; a date as text is `text`."""

OF_CONTEXTS: tuple[Sort, ...] = ("text", "number", "boolean", "list", "object", "date")
"""The sorts of values that an attribute can have, the likeliest first."""

_SORTS: dict[str, tuple[Sort, ...]] = {
    "lt": ("number",), "lte": ("number",), "gt": ("number",), "gte": ("number",),
    "before": ("number", "text", "date"), "after": ("number", "text", "date"),
    "has_any": ("list",), "has_all": ("list",),
    PRESENT: OF_CONTEXTS, OBJECT: ("object",), UNIT: ("text", "number"),
}  # fmt: skip


def sorts_of(atom: Atom) -> frozenset[Sort]:
    """The sorts of values that a native operator can hold for."""
    if atom.operator in ("equals", "in"):
        return frozenset(map(sort_of, atom.values))
    return frozenset(_SORTS.get(atom.operator, ("text",)))


def sort_of(value: object) -> Sort:
    """The sort of a value. What no operator takes for anything is an object."""
    match value:
        case None:
            return "missing"
        case bool():
            return "boolean"
        case str():
            return "text"
        case int() | float():
            return "number"
        case list() | tuple() | set() | frozenset():
            return "list"
        case datetime():
            return "date"
        case _:
            return "object"
