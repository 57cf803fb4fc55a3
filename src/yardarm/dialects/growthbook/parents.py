"""Prerequisites: a condition on another feature's value, as the variants that fulfil it.

GrowthBook asks a condition of the value; the values are known, so it is answered when the document
is read. Null is the value of a feature that is blocked, unknown or gives none: it is whatever
serves no variant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass

from ...core import model as m
from ...core.javascript.inherited import NoText, marked
from ...core.javascript.values import truthy
from ...core.operators.growthbook import condition_test
from .conditions import NEVER, Report
from .groups import Groups
from .units import Malformed

ByVariant = Mapping[str, m.Json]
Values = Callable[[str], "dict[str, m.Json] | None"]
"""A feature's values by the keys of its variants; None where there is no such feature."""


@dataclass(frozen=True, slots=True)
class Parents:
    """Reads the prerequisites of rules."""

    values: Values
    groups: Groups
    circular: frozenset[str]
    report: Report

    def of(self, item: Mapping[str, m.Json], pointer: str) -> Iterator[tuple[m.Condition, bool]]:
        """For each prerequisite, when it is fulfilled, and whether it blocks the feature if not.

        Raises `Malformed`.
        """
        listed = item.get("parentConditions")
        if not truthy(listed):
            return
        if not isinstance(listed, list):
            raise Malformed("the prerequisites are no list")
        for index, each in enumerate(listed):
            if not isinstance(each, dict) or not isinstance(each.get("id"), str):
                raise Malformed("a prerequisite names no feature")
            yield self._fulfilled(each, f"{pointer}/{index}"), truthy(each.get("gate"))

    def _fulfilled(self, parent: Mapping[str, m.Json], pointer: str) -> m.Condition:
        holds = self._test(parent)
        feature = parent["id"]
        known = self.values(feature)
        if known is None:
            self.report(pointer, f"there is no feature {feature!r}", "its value is null")
            return m.Always() if holds(None) else NEVER
        broken = tuple(key for key, value in known.items() if self._throws(holds, value))
        sound = {key: value for key, value in known.items() if key not in broken}
        found = self._among(feature, known, sound, holds)
        if not broken:
            return found
        fault = m.Fault("a prerequisite whose value JavaScript can make no text of")
        return m.AnyOf((m.All((m.FlagServes(feature, broken), fault)), found))

    def _among(
        self, feature: str, known: ByVariant, sound: ByVariant, holds: Callable[[m.Json], bool]
    ) -> m.Condition:
        """When the feature's value is one of those that fulfil the condition."""
        wanted = tuple(key for key, value in sound.items() if holds(value))
        if holds(None):
            unwanted = tuple(key for key in known if key not in wanted)
            if unwanted:
                return m.Not(m.FlagServes(feature, unwanted))
            return self._decided(feature, known, True)
        return m.FlagServes(feature, wanted) if wanted else self._decided(feature, known, False)

    def _throws(self, holds: Callable[[m.Json], bool], value: m.Json) -> bool:
        try:
            holds(value)
        except NoText:
            return True
        return False

    def _decided(self, feature: str, known: Mapping[str, m.Json], holds: bool) -> m.Condition:
        """A condition that whatever is served fulfils, or nothing. In a circle it still has to be
        asked, since that is where the circle is noticed."""
        if feature not in self.circular or not known:
            return m.Always() if holds else NEVER
        asked = m.FlagServes(feature, tuple(known))
        parts = (asked, m.Not(asked))
        return m.AnyOf(parts) if holds else m.All(parts)

    def _test(self, parent: Mapping[str, m.Json]) -> Callable[[m.Json], bool]:
        condition = parent.get("condition")
        if not truthy(condition):
            return lambda value: True
        try:
            test = condition_test(self.groups.resolved(condition, frozenset()))
        except ValueError as error:
            raise Malformed(f"the condition of a prerequisite: {error}") from None
        return lambda value: test({"value": marked(value)})


def circular(features: Mapping[str, m.Json]) -> frozenset[str]:
    """Features whose prerequisites lead into a circle."""
    asking = {key: found for key, feature in features.items() if (found := _parents(feature))}
    if not asking:
        return frozenset()
    leads_to = {key: asking.get(key, _NOBODY) & features.keys() for key in features}
    led_from: dict[str, list[str]] = {}
    for key, others in leads_to.items():
        for other in others:
            led_from.setdefault(other, []).append(key)
    open_ = {key: len(others) for key, others in leads_to.items()}
    ended = [key for key, count in open_.items() if not count]
    for key in ended:
        for before in led_from.get(key, ()):
            open_[before] -= 1
            if not open_[before]:
                ended.append(before)
    return frozenset(features.keys() - set(ended))


_NOBODY: frozenset[str] = frozenset()


def _parents(feature: m.Json) -> Set[str]:
    rules = feature.get("rules") if isinstance(feature, dict) else None
    if not isinstance(rules, list):
        return _NOBODY
    lists = [r["parentConditions"] for r in rules if type(r) is dict and "parentConditions" in r]
    found: set[str] = set()
    for listed in lists:
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and isinstance(each.get("id"), str):
                found.add(each["id"])
    return found
