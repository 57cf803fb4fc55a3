"""What a condition's property names: a trait, a part of the document, another flag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from ...core.jsonpath import Path, PathError, PathSyntaxError, compile_path
from ...core.jsonpath.tree import (
    Below,
    Call,
    Combined,
    Compared,
    Expression,
    Filter,
    Name,
    Negated,
    Query,
    Segment,
)
from ...core.reading import escape

Kind: TypeAlias = Literal[
    "trait", "identifier", "identity key", "document", "identity", "flag", "any"
]

_FORM = frozenset({"", "key", "kind", "multi", "_private"})
_LONGEST_ATTRIBUTE = 1_000


@dataclass(frozen=True, slots=True)
class Property:
    """A property, read.

    `flag` is the other flag that it asks, and `rest` the path inside that flag's result.
    `touches_flags`: it may come upon results of flags without naming one.
    """

    kind: Kind
    text: str
    path: Path | None = None
    flag: str = ""
    rest: Path | None = None
    touches_flags: bool = False

    def attribute(self, environment: str) -> tuple[str, str]:
        """Attribute and kind of a clause that asks for this."""
        match self.kind:
            case "trait":
                return trait_attribute(self.text)
            case "identifier":
                return "key", "user"
            case "identity key":
                return f"/key/{environment}", "flagsmith"
            case _:
                return self.text, "flagsmith"


def trait_attribute(name: str) -> tuple[str, str]:
    """Attribute and kind for a trait. Names that mean something else to us have a way around."""
    if name in _FORM or len(name) > _LONGEST_ATTRIBUTE - 10:
        return f"/traits/{name}", "flagsmith"
    return (f"/{escape(name)}" if name.startswith("/") else name), "user"


@lru_cache(maxsize=4096)
def property_of(text: str) -> Property:
    """What the property names. Raises `PathError` for a path that makes no sense."""
    if not text.startswith("$."):
        return Property("trait", text)
    try:
        path = compile_path(text)
    except PathSyntaxError:
        return Property("trait", text)
    names = _leading_names(path.query)
    roots = _roots(path.query)
    if path.query.singular and names:
        if names == ["identity", "identifier"] and len(path.query.segments) == 2:
            return Property("identifier", text, path)
        if names == ["identity", "key"] and len(path.query.segments) == 2:
            return Property("identity key", text, path)
    if names[:1] == ["flags"] and len(names) > 1 and roots == {"flags"}:
        rest = Path(Query(path.query.segments[2:]))
        return Property("flag", text, path, names[1], rest)
    if roots == {"identity"}:
        return Property("identity", text, path)
    if roots is not None and "flags" not in roots and "identity" not in roots:
        return Property("document", text, path)
    return Property("any", text, path, touches_flags=roots is None or "flags" in roots)


def _leading_names(query: Query) -> list[str]:
    """The names that the path begins with."""
    names: list[str] = []
    for segment in query.segments:
        first = segment.selectors[0]
        if segment.descends or len(segment.selectors) > 1 or not isinstance(first, Name):
            break
        names.append(first.name)
    return names


def _roots(query: Query) -> set[str] | None:
    """The members of the root that the path can come to; None where it can be any."""
    found: set[str] = set()
    first = query.segments[0] if query.segments else Segment(())
    if first.descends or not first.selectors:
        return None
    for selector in first.selectors:
        if not isinstance(selector, Name):
            return None
        found.add(selector.name)
    for segment in query.segments:
        for selector in segment.selectors:
            if isinstance(selector, Filter):
                inside = _in_filter(selector.expression)
                if inside is None:
                    return None
                found |= inside
    return found


def _in_filter(expression: Expression) -> set[str] | None:
    """The members of the root that a filter can come to by `$`."""
    found: set[str] = set()
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Below(query, root):
                inside = _roots(query) if root else _below(query)
                if inside is None:
                    return None
                found |= inside
            case Call(_, arguments):
                stack.extend(arguments)
            case Negated(inner):
                stack.append(inner)
            case Combined(_, left, right) | Compared(_, left, right):
                stack += [left, right]
            case _:
                pass
    return found


def _below(query: Query) -> set[str] | None:
    """The same for filters inside a relative query."""
    found: set[str] = set()
    for segment in query.segments:
        for selector in segment.selectors:
            if isinstance(selector, Filter):
                inside = _in_filter(selector.expression)
                if inside is None:
                    return None
                found |= inside
    return found


__all__ = ["PathError", "Property", "property_of", "trait_attribute"]
