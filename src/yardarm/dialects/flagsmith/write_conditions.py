"""From a condition to a rule of a segment.

Flagsmith compares by the attribute's type, after reading text that looks like a number as one, and
has no operators that tell types apart. So what a native operator says is exact for some values
only; each place where it is not is noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.bucketing.flagsmith import of_seed
from ...core.model import Json
from ...core.operators import find, prepare
from ...core.traits import trait_value
from .native_operators import native
from .paths import trait_attribute

Rule = dict[str, Json]

_NAMES = {
    f"flagsmith.{name}": name.upper()
    for name in (
        "equal", "not_equal", "greater_than", "greater_than_inclusive", "less_than",
        "less_than_inclusive", "contains", "not_contains", "regex", "modulo", "in", "is_set",
        "is_not_set",
    )
}  # fmt: skip
MAX_NESTED = 20
"""How deep segments are written out in each other."""


class Unsayable(Exception):
    """Flagsmith has no words for it."""


@dataclass(slots=True)
class Words:
    """Writes conditions into one segment, whose id is `segment`.

    `meanings` gives for each variant of another flag its enabled state and value. `inexact`
    collects what is written and does not mean quite the same.
    """

    segment: str
    environment: Mapping[str, Json]
    segments: Mapping[str, m.Segment]
    meanings: Callable[[str], Mapping[str, tuple[bool, Json]]]
    inexact: list[str] = field(default_factory=list)
    depth: int = 0

    def rule(self, condition: m.Condition) -> Rule:
        """The rule that matches where the condition does. Raises `Unsayable`."""
        match condition:
            case m.Always():
                return _rule("ALL")
            case m.Not(m.Always()):
                return _rule("NONE", rules=[_rule("ALL")])
            case m.All(conditions):
                return self._joined("ALL", conditions)
            case m.AnyOf(conditions):
                return self._joined("ANY", conditions)
            case m.Not(inner):
                return self._joined("NONE", (inner,))
            case m.InSegment(key):
                return self._segment(key)
            case m.FlagServes(flag, variants):
                return self._serves(flag, variants)
            case m.Share():
                return _rule("ALL", [self._share(condition)])
            case m.Clause():
                return self._clause(condition)
            case m.Fault(cause):
                raise Unsayable(f"what cannot be evaluated ({cause})")
            case m.Logic():
                raise Unsayable("JSONLogic")

    def _joined(self, kind: str, conditions: tuple[m.Condition, ...]) -> Rule:
        if not conditions:
            return _rule("NONE", rules=[_rule("ALL")])
        parts = [self.rule(one) for one in conditions]
        plain = [part for part in parts if _is_single(part)]
        if len(plain) == len(parts) or kind == "ALL":
            single = [condition for part in plain for condition in part["conditions"]]
            return _rule(kind, single, [part for part in parts if not _is_single(part)])
        # With conditions and rules both, ANY and NONE ask for one of each.
        return _rule(kind, rules=parts)

    # --- clauses ------------------------------------------------------------------------------

    def _clause(self, clause: m.Clause) -> Rule:
        name = self.property(clause.attribute, clause.kind)
        if clause.kind == "flagsmith" and name.startswith("$."):
            self._look_at(name, clause.values)
        if clause.operator == "flagsmith.unknown":
            said, *rest = clause.values
            return _rule("ALL", [_condition(said, name, rest[0] if rest else "")])
        operator = _NAMES.get(clause.operator)
        if operator is not None:
            value = clause.values[0] if clause.values else ""
            return _rule("ALL", [_condition(operator, name, value)])
        if clause.operator.startswith("flagsmith."):
            raise Unsayable(f"operator {clause.operator}")
        found = native(clause)
        if found is None:
            raise Unsayable(f"operator {clause.operator}")
        self.inexact += found.inexact
        if clause.operator == "present" and name.startswith("$.identity.traits["):
            self.inexact.append("a list or an object inside a trait counts as missing")
        return found.rule(lambda said, value: _condition(said, name, value))

    def _look_at(self, path: str, values: tuple[Json, ...]) -> None:
        """Note a path that looks at the document, which is written anew."""
        known = values[1].get("else") if len(values) > 1 and isinstance(values[1], dict) else None
        same = {
            "$.environment.key": self.environment["key"],
            "$.environment.name": self.environment["name"],
        }
        if not path.startswith("$.identity") and (path not in same or same[path] != known):
            self.inexact.append(f"what the path {path} finds is written in another way")

    def property(self, attribute: str, kind: str) -> str:
        """What Flagsmith calls an attribute. Raises `Unsayable` for those of other kinds."""
        if kind == "flagsmith":
            if attribute.startswith("/traits/"):
                return attribute.removeprefix("/traits/")
            return "$.identity.key" if attribute.startswith("/key/") else attribute
        if kind != m.DEFAULT_KIND:
            raise Unsayable(f"attributes of kind {kind!r}")
        if attribute == "key":
            return "$.identity.identifier"
        if not attribute.startswith("/"):
            return attribute
        names = [name.replace("~1", "/").replace("~0", "~") for name in attribute[1:].split("/")]
        if len(names) == 1 and trait_attribute(names[0]) in (
            (attribute, "user"),
            (names[0], "user"),
        ):
            return names[0]
        return "$.identity.traits" + "".join(f"[{_quoted(name)}]" for name in names)

    # --- shares, segments, other flags --------------------------------------------------------

    def _share(self, share: m.Share) -> Json:
        bucketing = share.bucketing
        if len(share.ranges) != 1 or share.ranges[0][0] > 0 or bucketing.layer is not None:
            raise Unsayable("a share in several ranges")
        limit = share.ranges[0][1]
        seed = bucketing.seed or ""
        match bucketing.algorithm:
            case "flagsmith.value":
                name = self.property(bucketing.by[0], bucketing.kind)
                placed = seed == self.segment
            case "flagsmith.identity" | "flagsmith.identity_key":
                name = "" if bucketing.algorithm == "flagsmith.identity" else "$.identity.key"
                placed = of_seed(seed) == (self.segment, self.environment["key"])
            case other:
                raise Unsayable(f"a share by the algorithm {other!r}")
        if not placed:
            self.inexact.append("a percentage is hashed with another id, so units move")
        return _condition("PERCENTAGE_SPLIT", name, _number(limit))

    def _segment(self, key: str) -> Rule:
        segment = self.segments.get(key)
        if segment is None:
            raise Unsayable(f"segment {key!r}, which there is not")
        if self.depth >= MAX_NESTED:
            raise Unsayable("segments in each other without end")
        self.depth += 1
        try:
            return self.whole(segment)
        finally:
            self.depth -= 1

    def whole(self, segment: m.Segment) -> Rule:
        """The rule of a whole segment: listed keys and condition."""
        when = _rule("NONE", rules=[_rule("ALL")])
        if segment.when is not None:
            when = self.rule(segment.when)
        if segment.excluded:
            excluded = [self._keys(listed.keys, listed.kind) for listed in segment.excluded]
            when = _rule("ALL", rules=[_rule("NONE", excluded), when])
        if segment.included:
            included = [self._keys(listed.keys, listed.kind) for listed in segment.included]
            when = _rule("ANY", rules=[_rule("ANY", included), when])
        return when

    def _keys(self, keys: tuple[str, ...], kind: str) -> Json:
        if kind != m.DEFAULT_KIND:
            raise Unsayable(f"keys of kind {kind!r}")
        if any(type(trait_value(key)) is not str for key in keys):
            self.inexact.append("keys that look like numbers are compared as numbers")
        return _condition("IN", "$.identity.identifier", list(keys))

    def _serves(self, flag: str, variants: tuple[str, ...]) -> Rule:
        path = f"$.flags[{_quoted(flag)}]"
        meanings = self.meanings(flag)
        branches = []
        for variant in variants:
            if variant not in meanings:
                raise Unsayable(f"variant {variant!r}, which flag {flag!r} has not")
            enabled, value = meanings[variant]
            if isinstance(value, list | dict):
                raise Unsayable(f"flag {flag!r}, whose value is no scalar")
            operator, wanted = _exactly(value)
            test, said = find(f"flagsmith.{operator.lower()}"), prepare_one(operator, wanted)
            if test is not None and any(
                on == enabled and test.test(other, said)
                for key, (on, other) in meanings.items()
                if key not in variants
            ):
                self.inexact.append(f"other variants of flag {flag!r} look like {variant!r}")
            on_off = _condition("EQUAL", f"{path}.enabled", "true" if enabled else "false")
            branches.append(_rule("ALL", [on_off, _condition(operator, f"{path}.value", wanted)]))
        return _rule("ANY", rules=branches)


def _exactly(value: Json) -> tuple[str, Json]:
    """The operator and value that match just this value, as far as Flagsmith can tell them."""
    if value is None:
        return "IS_NOT_SET", ""
    if type(value) is bool or type(value) is float:
        return "REGEX", rf"{re.escape(str(value))}\Z"
    return "IN", [str(value)]


def prepare_one(operator: str, value: Json) -> Json:
    """A value made ready for one of Flagsmith's operators."""
    return prepare(f"flagsmith.{operator.lower()}", (value,))


def _rule(kind: str, conditions: list[Json] | None = None, rules: list[Rule] | None = None) -> Rule:
    return {"type": kind, "conditions": conditions or [], "rules": rules or []}


def _condition(operator: str, name: str, value: Json) -> Json:
    return {"operator": operator, "property": name, "value": value}


def _is_single(rule: Rule) -> bool:
    """Whether the rule is nothing but one condition."""
    return rule["type"] == "ALL" and len(rule["conditions"]) == 1 and not rule["rules"]


def _quoted(name: str) -> str:
    inner = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{inner}'"


def _number(limit: float) -> str:
    return str(int(limit)) if float(limit).is_integer() else repr(float(limit))
