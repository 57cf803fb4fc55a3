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

MAX_DEPTH = 25
"""How deep rules may nest."""

NEVER = m.Not(m.Always())

_TYPES = "a rule's type is ALL, ANY or NONE"


class ReadCondition(Protocol):
    """From a condition's JSON and pointer."""

    def __call__(self, raw: Json, pointer: str) -> m.Condition: ...


class MakeFault(Protocol):
    """A fault for what is wrong at a pointer; `missing` where a member is not there."""

    def __call__(self, pointer: str, message: str, *, missing: bool = False) -> m.Fault: ...


class Rules:
    """Reads rules. `read` reads each condition, `fault` stands in for what cannot be evaluated.

    `thorough` asks conditions and rules even where the one kind alone would decide, as the engine
    does.
    """

    def __init__(self, read: ReadCondition, fault: MakeFault, *, thorough: bool = False) -> None:
        self._read = read
        self._fault = fault
        self._thorough = thorough

    def segment(self, raw: dict[str, Json], pointer: str) -> m.Condition | None:
        """The condition of a whole segment; None where it never matches."""
        rules, at = raw.get("rules"), f"{pointer}/rules"
        if not isinstance(rules, list):
            message = f"expected a list, found {kind_name(rules)}"
            return self._fault(at, message, missing="rules" not in raw)
        conditions = [self._rule(one, where, 1) for where, one in _each(rules, at)]
        if not conditions:
            return None
        return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))

    def _rule(self, raw: Json, pointer: str, depth: int) -> m.Condition:
        if depth > MAX_DEPTH:
            return self._fault(pointer, f"rules are nested more than {MAX_DEPTH} deep")
        if not isinstance(raw, dict):
            return self._fault(pointer, f"expected an object, found {kind_name(raw)}")
        for name in ("conditions", "rules"):
            if raw.get(name) and not isinstance(raw[name], list):
                message = f"expected a list, found {kind_name(raw[name])}"
                return self._fault(f"{pointer}/{name}", message)
        if not raw.get("conditions") and not raw.get("rules"):
            return m.Always()
        kind = raw.get("type")
        if type(kind) is not str or kind not in ("ALL", "ANY", "NONE"):
            missing = not isinstance(kind, list | dict)
            return self._fault(f"{pointer}/type", _TYPES, missing=missing)
        conditions = [
            self._read(one, at)
            for at, one in _each(raw.get("conditions") or [], f"{pointer}/conditions")
        ]
        rules = [
            self._rule(one, at, depth + 1)
            for at, one in _each(raw.get("rules") or [], f"{pointer}/rules")
        ]
        return self._joined(kind, conditions, rules)

    def _joined(
        self, kind: str, conditions: list[m.Condition], rules: list[m.Condition]
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
            case _:
                return _any([*conditions, *rules])


def _whole(one: m.Condition, other: m.Condition) -> m.Condition:
    """Both, the second asked even where the first does not match, as the engine does."""
    return m.AnyOf((m.All((one, other)), m.All((other, NEVER))))


def _all(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))


def _any(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.AnyOf(tuple(conditions))


def _each(items: list[Json], pointer: str) -> Iterator[tuple[str, Json]]:
    for at, item in enumerate(items):
        yield f"{pointer}/{at}", item
