"""What a JSONPath means, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

MAX_PATH = 1_000
"""Longest path, in characters."""
MAX_NESTING = 50
"""How deep filters, groups and calls may nest."""
MAX_DESCENT = 100
"""How deep `..` descends. Where it would have to go deeper, a path finds nothing."""
LARGEST_INDEX: Final = 2**53 - 1


class PathError(ValueError):
    """A path that is spelled well and makes no sense: an unknown function, a wrong type."""


class PathSyntaxError(PathError):
    """What is no path at all."""


@dataclass(frozen=True, slots=True)
class Name:
    """The member of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The element at this index; a negative one counts from the end."""

    index: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Elements from start to stop, as Python slices."""

    start: int | None
    stop: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Every member or element."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Every member or element for which the expression holds."""

    expression: Expression


Selector = Name | Index | Slice | Wildcard | Filter


@dataclass(frozen=True, slots=True)
class Segment:
    """What is selected of each node, or (`descends`) of it and everything below."""

    selectors: tuple[Selector, ...]
    descends: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Segments, applied one after the other."""

    segments: tuple[Segment, ...]

    @property
    def singular(self) -> bool:
        """Whether it can only find one node."""
        return all(
            not segment.descends
            and len(segment.selectors) == 1
            and isinstance(segment.selectors[0], Name | Index)
            for segment in self.segments
        )


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the path."""

    value: Any


@dataclass(frozen=True, slots=True)
class Below:
    """What a query finds below the present node, or (`root`) below the root."""

    query: Query
    root: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function's result."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """Whether the expression does not hold."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Combined:
    """Whether both (`&&`) or one of them (`||`) hold."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the comparison holds."""

    operator: str
    left: Expression
    right: Expression


Expression = Literal | Below | Call | Negated | Combined | Compared

VALUE, LOGICAL, NODES = "value", "logical", "nodes"

FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "length": ((VALUE,), VALUE),
    "count": ((NODES,), VALUE),
    "match": ((VALUE, VALUE), LOGICAL),
    "search": ((VALUE, VALUE), LOGICAL),
    "value": ((NODES,), VALUE),
}
"""What each function takes and gives."""
