"""Conditions on other flags: `$.flags.NAME.enabled` and its kin.

What a flag can answer is known beforehand, place by place. So such a condition says which of the
other flag's variants it matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ...core import model as m
from ...core.model import Json
from ...core.traits import Scalar, scalar
from .notes import Malformed
from .paths import PathError, Property, property_of
from .plan import Place, Plan, plan
from .source import Source

Test = Callable[[Scalar], bool]
_Results: TypeAlias = dict[tuple[type, Scalar], set[str]]

_NEVER = m.Not(m.Always())
_IDENTIFIED = m.Clause("key", "present")
_PLAIN = frozenset({"enabled", "value", "name"})


class Dependencies:
    """Which flags ask which, and what they can answer."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._plans: dict[str, Plan] = {}
        self._apart: set[str] | None = None
        self._found: dict[tuple[str, bool], _Results] = {}

    def plan(self, name: str) -> Plan:
        """What a flag can answer. Raises `KeyError` and `Malformed`."""
        found = self._plans.get(name)
        if found is None:
            apart = self._apart if self._apart is not None else self._find_apart()
            found = self._plans[name] = plan(self._source, name, apart=name in apart)
        return found

    def condition(self, asked: Property, test: Test) -> m.Condition:
        """The condition that the other flag's result passes the test."""
        try:
            other = self.plan(asked.flag)
        except (KeyError, Malformed):
            return m.Always() if test(None) else _NEVER
        known = self._results(other, asked, identified=True)
        unknown = self._results(other, asked, identified=False)
        matching = _passing(known, test)
        without = _passing(unknown, test)
        if without == {key for keys in unknown.values() for key in keys if key in matching}:
            # Whoever has no identity is served fewer variants, and those match alike.
            if matching == {key for keys in known.values() for key in keys}:
                return m.Always()
            return m.FlagServes(asked.flag, tuple(sorted(matching))) if matching else _NEVER
        parts: list[m.Condition] = []
        if matching:
            serves = m.FlagServes(asked.flag, tuple(sorted(matching)))
            parts.append(m.All((_IDENTIFIED, serves)))
        if without:
            serves = m.FlagServes(asked.flag, tuple(sorted(without)))
            parts.append(m.All((m.Not(_IDENTIFIED), serves)))
        return parts[0] if len(parts) == 1 else m.AnyOf(tuple(parts))

    def _results(self, other: Plan, asked: Property, *, identified: bool) -> _Results:
        """The variants that can be served, by what the path finds in their results."""
        which = (asked.text, identified)
        made = self._found.get(which)
        if made is None:
            made = self._found[which] = {}
            for place in other.places():
                for key, arm in _answers(other, place, identified):
                    result = other.result(place, arm, identified)
                    value = scalar(asked.rest.first(result) if asked.rest is not None else None)
                    made.setdefault((type(value), value), set()).add(key)
        return made

    # --- what is asked of whom ----------------------------------------------------------------

    def asked(self) -> Iterator[tuple[str, Property]]:
        """Every question to another flag: the segment's key, and the property."""
        name = "property_" if self._source.is_environment else "property"
        for key, part in self._source.segments.items():
            for text in _properties(part.raw, name):
                found = _property(text) if text.startswith("$.flags") else None
                if found is not None and found.kind == "flag":
                    yield key, found

    def _find_apart(self) -> set[str]:
        """The flags of which more is asked than their enabled state and value."""
        self._apart = set()
        for _, asked in self.asked():
            path = asked.path
            last = path.query.segments[2:] if path is not None else ()
            names = [getattr(segment.selectors[0], "name", "") for segment in last]
            if len(names) != 1 or names[0] not in _PLAIN or last[0].descends:
                self._apart.add(asked.flag)
        return self._apart


def _passing(results: _Results, test: Test) -> set[str]:
    return {key for (_, value), keys in results.items() if test(value) for key in keys}


def _answers(plan_: Plan, place: Place, identified: bool) -> Iterator[tuple[str, int | None]]:
    """Key of each variant that the place serves, and the arm that it is."""
    control = place.control
    if place is plan_.default and plan_.switched_off is not None:
        control = plan_.switched_off
    yield control, None
    if identified:
        for arm, key in enumerate(place.arms):
            yield key, arm


def _properties(raw: Json, name: str) -> Iterator[str]:
    """Every property in a segment's rules that is a path."""
    stack = [raw]
    while stack:
        one = stack.pop()
        if not isinstance(one, dict):
            continue
        for part in ("rules", "conditions"):
            listed = one.get(part)
            if isinstance(listed, list):
                stack.extend(listed)
        text = one.get(name)
        if type(text) is str and text.startswith("$."):
            yield text


def _property(text: str) -> Property | None:
    try:
        return property_of(text)
    except PathError:
        return None
