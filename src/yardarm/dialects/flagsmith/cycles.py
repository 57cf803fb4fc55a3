"""Which flags ask each other in a circle."""

from __future__ import annotations

from ...core import model as m
from ...core.references import Found, Reference, survey
from .dependencies import Dependencies
from .source import Source


def in_circles(source: Source, dependencies: Dependencies) -> list[str]:
    """The flags that ask themselves, by way of others or not, in the document's order."""
    asked: dict[str, set[str]] = {}
    for segment, other in dependencies.asked():
        asked.setdefault(segment, set()).add(other.flag)
    if not asked:
        return []
    needs = {
        flag: set().union(*(asked.get(segment, set()) for segment, _ in overrides))
        for flag, overrides in source.overrides.items()
        if flag in source.features
    }
    graph = _Graph(needs)
    known: dict[Reference, Found] = {}
    for flag in needs:
        if ("flag", flag) not in known:
            known |= survey(graph, ("flag", flag), known.get)
    return [
        flag
        for flag in source.features
        if (found := known.get(("flag", flag))) is not None and found.cyclic
    ]


class _Graph:
    """Flags that hold nothing but which flags they ask, for the core to find circles in."""

    def __init__(self, needs: dict[str, set[str]]) -> None:
        self._needs = needs

    def flag(self, key: str) -> m.Flag:
        asked = tuple(m.FlagServes(other, ()) for other in sorted(self._needs.get(key, ())))
        return m.Flag(key, "boolean", (), rules=(m.Rule("asks", m.AnyOf(asked), None),))

    def segment(self, key: str) -> m.Segment:
        raise KeyError(key)
