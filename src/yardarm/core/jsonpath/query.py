"""Finding the nodes of a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .filters import Holds, holds
from .tree import MAX_DESCENT, Filter, Index, Name, PathError, Query, Segment, Selector, Slice


class Members(dict[str, Any]):
    """An object whose members are made when they are asked for by name."""

    def member(self, name: str) -> Any:
        """The member, or `ABSENT`."""
        return self.get(name, ABSENT)


ABSENT = object()


class _TooDeep(Exception):
    pass


class Path:
    """A path, made ready. Get one from `compile_path`."""

    __slots__ = ("_filters", "query")

    query: Query
    """What it means."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self._filters: dict[int, Holds] = {}
        for segment in query.segments:
            for selector in segment.selectors:
                if isinstance(selector, Filter):
                    self._filters[id(selector)] = holds(selector.expression)

    def first(self, root: Any) -> Any:
        """The value of the first node, or None where there is none. Never raises."""
        try:
            return next(iter(self.values(root, root)), None)
        except (_TooDeep, RecursionError, TypeError):
            return None

    def values(self, start: Any, root: Any) -> Iterator[Any]:
        """The values of all nodes below `start`, in order."""
        found: Iterable[Any] = (start,)
        for segment in self.query.segments:
            found = self._segment(segment, found, root)
        return iter(found)

    def _segment(self, segment: Segment, nodes: Iterable[Any], root: Any) -> Iterator[Any]:
        for node in nodes:
            for below in _descended(node) if segment.descends else (node,):
                for selector in segment.selectors:
                    yield from self._selected(selector, below, root)

    def _selected(self, selector: Selector, node: Any, root: Any) -> Iterable[Any]:
        match selector:
            case Name(name):
                return _member(node, name)
            case Index(index):
                inside = isinstance(node, list) and -len(node) <= index < len(node)
                return (node[index],) if inside else ()
            case Slice(start, stop, step):
                return node[start:stop:step] if isinstance(node, list) and step != 0 else ()
            case Filter():
                test = self._filters[id(selector)]
                return (value for value in _children(node) if test(value, root))
            case _:
                return _children(node)


def _member(node: Any, name: str) -> tuple[Any, ...]:
    if not isinstance(node, dict):
        return ()
    found = node.member(name) if isinstance(node, Members) else dict.get(node, name, ABSENT)
    return () if found is ABSENT else (found,)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return list(dict.values(node))
    return node if isinstance(node, list) else ()


def _descended(node: Any, depth: int = 1) -> Iterator[Any]:
    """The node and everything below it that has members or elements, from top to bottom."""
    if depth > MAX_DESCENT:
        raise _TooDeep
    yield node
    for child in _children(node):
        if isinstance(child, dict | list):
            yield from _descended(child, depth + 1)


__all__ = ["ABSENT", "Members", "Path", "PathError"]
