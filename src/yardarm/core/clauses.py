"""What the rules of a document look at: its clauses and shares, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from . import model as m


def clauses(document: m.Document) -> Iterator[m.Clause | m.Share]:
    """Every clause and share of the document's segments and rules."""
    waiting: list[m.Condition | None] = [s.when for s in document.segments.values()]
    waiting += [rule.when for flag in document.flags.values() for rule in flag.rules]
    while waiting:
        match waiting.pop():
            case m.All(conditions) | m.AnyOf(conditions):
                waiting.extend(conditions)
            case m.Not(inner):
                waiting.append(inner)
            case m.Clause() | m.Share() as found:
                yield found
            case _:
                pass
