"""The features of one document as flags, each read when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core import model as m
from ...core.javascript.inherited import Function, Prototype, member
from ...core.javascript.values import truthy
from ...core.keys import check_key
from ...core.reading import escape
from ..base import Loss, LossKind, Options
from . import experiments as e
from .conditions import Conditions
from .groups import Groups
from .names import Attributes, is_key
from .parents import Parents, circular
from .payload import Payload, too_deep
from .rules import Feature, Rules
from .units import Malformed, Units
from .variants import Variants, feature_values

INLINE = "an experiment"
"""The key of the flag that an experiment of the caller's is read into."""

_PLAIN = frozenset({"id", "parentConditions"})


class Features:
    """A `Source` of flags and segments, read from a payload on first use.

    Options: `unit` names the attribute that is our `key` (`id`), `sticky` says that sticky
    buckets are in use, by which fallback attributes count.
    """

    def __init__(
        self,
        payload: Payload,
        options: Options,
        given: e.Given = e.NOTHING,
        like: Features | None = None,
    ) -> None:
        self.payload = payload
        self.given = given
        unit = options.get("unit")
        self.attributes = Attributes(unit if isinstance(unit, str) else "id")
        # What does not depend on an evaluation's inputs is found once.
        self.groups: Groups = Groups(payload.groups) if like is None else like.groups
        self.circular: frozenset[str] = (
            circular(payload.features) if like is None else like.circular
        )
        self.losses: dict[str | None, list[Loss]] = {}
        self._flag: str | None = None
        self._flags: dict[str, m.Flag] = {}
        self._segments: dict[str, m.Segment] = {}
        self._values: dict[str, Variants] = {}
        self._too_deep: set[str] = set()
        sticky = given.sticky is not None or options.get("sticky") is True
        self._conditions = Conditions(self.attributes, self.groups, self._report)
        self._rules = Rules(
            self._conditions,
            Parents(self._known_values, self.groups, self.circular, self._report),
            Units(self.attributes, sticky),
            payload.bandits,
            given,
        )

    def with_given(self, given: e.Given, options: Options) -> Features:
        """The same features under other inputs."""
        return Features(self.payload, {**options, "unit": self.attributes.unit}, given, self)

    # --- flags --------------------------------------------------------------------------------

    def flag(self, key: str) -> m.Flag:
        """A feature. Raises `KeyError` when there is none."""
        found = self._flags.get(key)
        if found is None:
            found = self._flags[key] = self._read(key)
        return found

    def is_there(self, key: str) -> bool:
        """Whether the SDK knows a feature of this key."""
        return key in self.given.features or truthy(self._raw(key))

    def _raw(self, key: str) -> m.Json:
        """What the SDK finds under a key: a feature, or what every object has, as a feature."""
        found = member(self.payload.features, key)
        return {} if isinstance(found, Function | Prototype) else found

    def _read(self, key: str) -> m.Flag:
        if not self.is_there(key):
            raise KeyError(key)
        before, self._flag = self._flag, key
        try:
            return self._made(key)
        finally:
            self._flag = before

    def _made(self, key: str) -> m.Flag:
        if key in self.given.features:
            return self._forced(key, self.given.features[key])
        raw = self._raw(key)
        at = f"/features/{escape(key)}"
        if not is_key(key):
            for problem in check_key(key, at):
                self._report(at, problem.message, "it cannot be published under this key")
        variants = self._variants(key)
        if key in self._too_deep:
            self._report(at, "nested too deeply", "whoever asks for it gets nothing")
            return m.Flag(
                key,
                "json",
                variants.made(),
                enabled=True,
                default=m.Fault("nested too deeply"),
                origin=self._origin(raw),
            )
        if not isinstance(raw, dict):
            self._report(at, "a feature is an object", "it gives the caller's fallback")
            raw = {}
        feature = Feature(key, variants, at)
        default = variants.key(raw.get("defaultValue"))
        prerequisites, rules, fault = self._ruled(feature, raw.get("rules"))
        return m.Flag(
            key,
            variants.type(),
            variants.made(),
            enabled=True,
            default=fault or default,
            prerequisites=prerequisites,
            rules=rules,
            origin=self._origin(self._raw(key)),
        )

    def _ruled(
        self, feature: Feature, rules: m.Json
    ) -> tuple[tuple[m.Prerequisite, ...], tuple[m.Rule, ...], m.Fault | None]:
        """Prerequisites, rules, and what stands for the default where there is no list of rules."""
        if not truthy(rules):
            return (), (), None
        if not isinstance(rules, list):
            at = f"{feature.pointer}/rules"
            self._report(at, "the rules are no list", "whoever comes here gets nothing")
            return (), (), m.Fault("the rules are no list")
        prerequisites: list[m.Prerequisite] = []
        start = 0
        for index, rule in enumerate(rules):
            found = self._prerequisites(rule, f"{feature.pointer}/rules/{index}")
            if not found:
                break
            prerequisites += found
            start = index + 1
        made = tuple(
            each
            for index, rule in enumerate(rules)
            if index >= start
            for each in self._rules.read(feature, index, rule)
        )
        return tuple(prerequisites), made, None

    def _prerequisites(self, rule: m.Json, at: str) -> list[m.Prerequisite]:
        """What the first rules block the feature by, where that and nothing else is in them."""
        if not isinstance(rule, dict) or rule.keys() - _PLAIN or "id" in rule:
            return []
        parents = rule.get("parentConditions")
        if not isinstance(parents, list) or not parents:
            return []
        known = len(self.losses.get(self._flag, ()))
        try:
            found = list(self._rules.parents.of(rule, f"{at}/parentConditions"))
        except Malformed:
            found = []
        made = [
            m.Prerequisite(condition.flag, condition.variants)
            for condition, blocks in found
            if blocks and isinstance(condition, m.FlagServes)
        ]
        if len(made) == len(parents):
            return made
        del self.losses.get(self._flag, [])[known:]  # they are reported where it is read as a rule
        return []

    def _forced(self, key: str, value: m.Json) -> m.Flag:
        """A feature whose value an evaluation's inputs give."""
        variants = Variants()
        default = variants.key(value)
        return m.Flag(key, variants.type(), variants.made(), enabled=True, default=default)

    def _known_values(self, key: str) -> dict[str, m.Json] | None:
        return self._variants(key).of_key() if self.is_there(key) else None

    def _variants(self, key: str) -> Variants:
        """The variants of a feature, which others may ask for before it is read."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = Variants()
            if key in self.given.features:
                found.key(self.given.features[key])
            elif too_deep(self._raw(key)):
                self._too_deep.add(key)
            else:
                for value in feature_values(self._raw(key)):
                    found.key(value)
        return found

    def _origin(self, raw: m.Json) -> dict[str, m.Json]:
        origin = {"dialect": "growthbook", "raw": raw}
        unit = self.attributes.unit
        return origin if unit == "id" else {**origin, "unit": unit}

    # --- an experiment of the caller's --------------------------------------------------------

    def inline(self, experiment: Mapping[str, Any]) -> m.Flag:
        """An experiment as a flag whose rules serve those who are in it.

        Raises `Malformed` where the SDK throws.
        """
        values = experiment.get("variations")
        if not isinstance(values, list) or "key" not in experiment:
            raise Malformed("an experiment has a key and variations")
        feature = Feature(INLINE, Variants(), "", inline=True)
        before: list[m.Condition] = []
        rules = tuple(self._rules.experiment(feature, 0, {}, experiment, before))
        variants = feature.variants
        return m.Flag(INLINE, variants.type(), variants.made(), enabled=True, rules=rules)

    def alone(self, key: str, index: int) -> m.Flag:
        """One experiment of a feature by itself: it serves every variation, also those that pass
        on to the next rule. Raises `Malformed`."""
        raw = self.payload.features[key]["rules"][index]
        meta = raw.get("meta")
        if isinstance(meta, list):
            meta = [_without_passing(each) for each in meta]
            raw = {**raw, "meta": meta}
        feature = Feature(key, Variants(), f"/features/{escape(key)}")
        before = self._rules.units.filters(raw.get("filters"))
        experiment = e.of_rule(raw, key)
        rules = tuple(self._rules.experiment(feature, index, raw, experiment, before))
        variants = feature.variants
        origin = {"raw": {"rules": self.payload.features[key]["rules"]}}
        return m.Flag(
            key, variants.type(), variants.made(), enabled=True, rules=rules, origin=origin
        )

    def fulfilled(self, rule: Mapping[str, Any]) -> list[m.Condition]:
        """When each prerequisite of a rule is fulfilled. Raises `Malformed`."""
        return [holds for holds, _ in self._rules.parents.of(rule, "")]

    # --- segments -----------------------------------------------------------------------------

    def segment(self, key: str) -> m.Segment:
        """A saved group. Raises `KeyError` when no condition asks for one of this key."""
        found = self._segments.get(key)
        if found is None:
            wanted = {name: parts for parts, name in self.groups.wanted.items()}
            found = self._segments[key] = self._group(key, *wanted[key])
        return found

    def all_segments(self) -> None:
        """Make every segment, those that no flag asks for included."""
        before, self._flag = self._flag, None
        for loss in self.groups.want_all():
            self.losses.setdefault(None, []).append(loss)
        while len(self._segments) < len(self.groups.wanted):  # each may ask for more
            for (group, attribute), name in list(self.groups.wanted.items()):
                if name not in self._segments:
                    self._segments[name] = self._group(name, group, attribute)
        self._flag = before

    def _group(self, key: str, group: str, attribute: str | None) -> m.Segment:
        before, self._flag = self._flag, None
        entry = self.payload.groups[group]
        at = f"/savedGroups/{escape(group)}"
        when: m.Condition
        if too_deep(entry):
            self._report(at, "nested too deeply", "nobody belongs to it")
            when = m.Not(m.Always())
        elif attribute is None:
            when = self._conditions.read(entry["condition"], f"{at}/condition", frozenset({group}))
        else:
            when = self._conditions.among(attribute, self.groups.values(group) or [])
        self._flag = before
        origin = {**self._origin(entry), "group": group, "attribute": attribute}
        return m.Segment(key, when, origin=origin)

    def _report(self, pointer: str, message: str, effect: str, lost: bool = False) -> None:
        found = self.losses.setdefault(self._flag, [])
        if len(found) < MAX_LOSSES:
            kind: LossKind = "lost" if lost else "malformed"
            found.append(Loss(pointer, message, effect, self._flag, kind))


def _without_passing(meta: m.Json) -> m.Json:
    if not isinstance(meta, dict):
        return meta
    return {name: value for name, value in meta.items() if name != "passthrough"}


MAX_LOSSES = 100
"""Losses reported for one flag; more of them tell nobody more."""
