"""From a segment's rules to a condition.

A rule with ALL, ANY or NONE holds conditions and rules; what it holds of both kinds must match. A
rule without either always matches, a segment without rules never does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ...core import model as m
from ...core.model import Json
from ...core.reading import kind_name
from .notes import Malformed

MAX_DEPTH = 25
"""How deep rules may nest."""

NEVER = m.Not(m.Always())


class ReadCondition(Protocol):
    """From a condition's JSON and pointer. Raises `Malformed`."""

    def __call__(self, raw: Json, pointer: str) -> m.Condition: ...


class Rules:
    """Reads rules. `conditions` reads each condition, `thorough` asks both kinds of parts."""

    def __init__(self, read: ReadCondition, *, thorough: bool = False) -> None:
        self._read = read
        self._thorough = thorough

    def segment(self, raw: Json, pointer: str) -> m.Condition | None:
        """The condition of a whole segment; None where it never matches. Raises `Malformed`."""
        rules = _list(raw, "rules", pointer, needed=True)
        conditions = [self._rule(one, at, 1) for at, one in _each(rules, f"{pointer}/rules")]
        if not conditions:
            return None
        return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))

    def _rule(self, raw: Json, pointer: str, depth: int) -> m.Condition:
        if depth > MAX_DEPTH:
            raise Malformed(f"rules are nested more than {MAX_DEPTH} deep", pointer)
        if not isinstance(raw, dict):
            raise Malformed(f"expected an object, found {kind_name(raw)}", pointer)
        kind = raw.get("type")
        conditions = [
            self._read(one, at)
            for at, one in _each(_list(raw, "conditions", pointer), f"{pointer}/conditions")
        ]
        rules = [
            self._rule(one, at, depth + 1)
            for at, one in _each(_list(raw, "rules", pointer), f"{pointer}/rules")
        ]
        if not conditions and not rules:
            return m.Always()
        return self._joined(kind, conditions, rules, pointer)

    def _joined(
        self, kind: Json, conditions: list[m.Condition], rules: list[m.Condition], pointer: str
    ) -> m.Condition:
        both = bool(conditions and rules)
        match kind:
            case "ALL" if not (both and self._thorough):
                return _all([*conditions, *rules])
            case "NONE" if not (both and self._thorough):
                return m.Not(_any([*conditions, *rules]))
            case "ALL":
                return _whole(_all(conditions), _all(rules))
            case "NONE":
                return _whole(m.Not(_any(conditions)), m.Not(_any(rules)))
            case "ANY" if both:
                one, other = _any(conditions), _any(rules)
                return _whole(one, other) if self._thorough else m.All((one, other))
            case "ANY":
                return _any([*conditions, *rules])
            case _:
                raise Malformed("a rule's type is ALL, ANY or NONE", f"{pointer}/type")


def _whole(one: m.Condition, other: m.Condition) -> m.Condition:
    """Both, the second asked even where the first does not match, as the engine does."""
    return m.AnyOf((m.All((one, other)), m.All((other, NEVER))))


def _all(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))


def _any(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.AnyOf(tuple(conditions))


def _list(raw: Json, name: str, pointer: str, *, needed: bool = False) -> list[Json]:
    if not isinstance(raw, dict):
        raise Malformed(f"expected an object, found {kind_name(raw)}", pointer)
    found = raw.get(name, None if needed else [])
    if found is None and not needed:
        return []
    if not isinstance(found, list):
        raise Malformed(f"expected a list, found {kind_name(found)}", f"{pointer}/{name}")
    return found


def _each(items: list[Json], pointer: str) -> Iterator[tuple[str, Json]]:
    for at, item in enumerate(items):
        yield f"{pointer}/{at}", item
