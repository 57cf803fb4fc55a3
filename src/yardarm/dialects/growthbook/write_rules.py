"""From our rules to GrowthBook's.

GrowthBook's rule has prerequisites, filters of units and a condition, all of which must hold; so a
rule of ours can be said when what is joined by `all` at its top is of these kinds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite

from ...core import model as m
from ...core.javascript.values import number
from ..base import Options
from .conditions import every, negated
from .experiments import weights_of
from .names import Attributes
from .write_conditions import ConditionWriter, Unsayable, is_never

_PLAIN_HASHES = {
    f"growthbook.v{version}{numeric}": version for version in (1, 2) for numeric in ("", ".numeric")
}
_CLOSED_HASHES = {f"{name}.upto": version for name, version in _PLAIN_HASHES.items()}

Values = Callable[[str], "Mapping[str, m.Json] | None"]
"""The values of another flag by variant, null where a variant is withheld; None: no such flag."""

Lost = Callable[[str, str], None]
"""Called with what cannot be said and what is written instead."""

_SCALARS = (str, int, float, bool)


@dataclass(slots=True)
class _Parts:
    """What a rule asks, sorted by where GrowthBook asks it."""

    parents: list[m.Json] = field(default_factory=list)
    filters: list[m.Json] = field(default_factory=list)
    upto: m.Share | None = None
    condition: list[m.Condition] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RuleWriter:
    """Writes the rules of one flag."""

    flag: m.Flag
    attributes: Attributes
    conditions: ConditionWriter
    values: Values
    options: Options
    lost: Lost

    def write(self, rule: m.Rule) -> list[m.Json]:
        """GrowthBook's rules for one of ours. Raises `Unsayable`."""
        made = self._written(rule)
        try:
            json.dumps(made, allow_nan=False)
        except ValueError:
            raise Unsayable("a share or range without end") from None
        return made

    def _written(self, rule: m.Rule) -> list[m.Json]:
        if is_never(rule.when):
            self.lost("a rule that serves nobody is left out", "those who are forced into it")
            return []
        if "blocks" in rule.metadata and rule.serve is None:
            return [self._gate(rule)]
        parts = self._sorted(rule.when)
        made = {**self._base(rule), **self._asked(parts)}
        if isinstance(rule.serve, m.Split):
            return self._split(rule, rule.serve, made, parts)
        if isinstance(rule.serve, m.Logic | m.Fault):
            raise Unsayable("a value that is not one of the flag's variants")
        if parts.upto is not None:
            made |= self._coverage(parts.upto)
        made["force"] = None if rule.serve is None else self._value(rule.serve)
        return [made]

    def default(self, split: m.Split) -> list[m.Json]:
        """Rules for a split that is the flag's default."""
        return self._split(m.Rule("default", m.Always(), split), split, {}, _Parts())

    def blocked(self, condition: m.Condition, off: str | None) -> m.Json:
        """A rule that gives `off` unless the condition, about another flag, holds."""
        if off is None or self._value(off) is None:
            [parent] = self._sorted(condition).parents
            return {"parentConditions": [{**parent, "gate": True}]}
        return {**self._asked(self._sorted(negated(condition))), "force": self._value(off)}

    def _gate(self, rule: m.Rule) -> m.Json:
        """A rule that blocks the feature where the last of its prerequisites fails."""
        asked = list(rule.when.conditions if isinstance(rule.when, m.All) else (rule.when,))
        last = asked.pop()
        match last:
            case m.FlagServes() | m.Not(m.FlagServes()):
                [gate] = self._sorted(negated(last)).parents
            case m.Always():  # what it asks can never hold, which only its own words say
                gate = rule.metadata["blocks"]
            case _:
                raise Unsayable("a prerequisite among other conditions")
        parts = self._sorted(every(asked))
        if parts.condition or parts.filters or parts.upto:
            raise Unsayable("a prerequisite behind other conditions")
        return {"parentConditions": [*parts.parents, {**gate, "gate": True}]}

    def targets(self, target: m.Target) -> m.Json:
        """A rule for listed keys. Raises `Unsayable`."""
        if target.kind != m.DEFAULT_KIND:
            raise Unsayable(f"keys of kind {target.kind!r}")
        listed = m.Clause("key", "in", target.keys)
        return {"condition": self.conditions.write(listed), "force": self._value(target.variant)}

    def _base(self, rule: m.Rule) -> dict[str, m.Json]:
        rest = rule.metadata.get("rest")
        made: dict[str, m.Json] = dict(rest) if isinstance(rest, dict) else {}
        name = rule.metadata.get("id", rule.id)
        if name is not None:
            made["id"] = name
        if rule.name:
            made["name"] = rule.name
        return made

    def _value(self, key: str) -> m.Json:
        return self.values(self.flag.key)[key]  # type: ignore[index]

    # --- what is asked ------------------------------------------------------------------------

    def _sorted(self, when: m.Condition) -> _Parts:
        parts = _Parts()
        for part in when.conditions if isinstance(when, m.All) else (when,):
            match part:
                case m.FlagServes(flag, variants):
                    parts.parents.append(self._parent(flag, variants, True))
                case m.Not(m.FlagServes(flag, variants)):
                    parts.parents.append(self._parent(flag, variants, False))
                case m.Share(bucketing) if bucketing.algorithm in _CLOSED_HASHES:
                    if parts.upto is not None or len(part.ranges) != 1 or part.ranges[0][0] > 0:
                        raise Unsayable("two rollouts in one rule")
                    parts.upto = part
                case m.Share():
                    parts.filters.append(self._filter(part))
                case m.Always():
                    pass
                case _:
                    parts.condition.append(part)
        return parts

    def _asked(self, parts: _Parts) -> dict[str, m.Json]:
        made: dict[str, m.Json] = {}
        if parts.condition:
            made["condition"] = self.conditions.write(every(parts.condition))
        if parts.parents:
            made["parentConditions"] = parts.parents
        if parts.filters:
            made["filters"] = parts.filters
        return made

    def _parent(self, flag: str, variants: tuple[str, ...], wanted: bool) -> m.Json:
        values = self.values(flag)
        if values is None:
            raise Unsayable(f"a condition on {flag!r}, which is not there")
        if {key for key in values if values[key] is None} & set(variants):
            raise Unsayable(f"a condition on a variant of {flag!r} that gives no value")
        served = [values[key] for key in variants if key in values]
        others = [value for key, value in values.items() if key not in variants]
        if any(_same(one, other) for one in served for other in others):
            raise Unsayable(f"variants of {flag!r} that have one value")
        plain = [value for value in served if isinstance(value, _SCALARS)]
        choices: list[m.Json] = [{"value": {"$in": plain}}] if plain else []
        choices += [{"value": value} for value in served if not isinstance(value, _SCALARS)]
        if any(isinstance(v, dict) and v and all(n[:1] == "$" for n in v) for v in served):
            raise Unsayable(f"a value of {flag!r} that looks like an operator")
        if plain and len(choices) == 1:
            sign = "$in" if wanted else "$nin"
            single = {"$eq" if wanted else "$ne": plain[0]}
            return {
                "id": flag,
                "condition": {"value": single if len(plain) == 1 else {sign: plain}},
            }
        return {"id": flag, "condition": {"$or" if wanted else "$nor": choices}}

    def _filter(self, share: m.Share) -> m.Json:
        version, attribute = self._hash(share.bucketing)
        if version is None or len(share.bucketing.by) > 1:
            raise Unsayable("a share of the units by another hash than GrowthBook's")
        made: dict[str, m.Json] = {
            "seed": self._seed(share.bucketing),
            "attribute": attribute,
            "hashVersion": version,
            "ranges": [list(pair) for pair in share.ranges],
        }
        if share.bucketing.seed == "undefined" and ".numeric" in share.bucketing.algorithm:
            del made["seed"]  # it was not there
        return made

    def _coverage(self, share: m.Share) -> dict[str, m.Json]:
        made: dict[str, m.Json] = {"coverage": share.ranges[0][1]}
        return made | self._placed(share.bucketing, self.flag.key)

    # --- units --------------------------------------------------------------------------------

    def _hash(self, bucketing: m.Bucketing) -> tuple[int | None, str]:
        """The hash version, None for another hash, and the attribute."""
        version = {**_PLAIN_HASHES, **_CLOSED_HASHES}.get(bucketing.algorithm)
        if bucketing.kind != m.DEFAULT_KIND:
            raise Unsayable(f"units of kind {bucketing.kind!r}")
        if bucketing.layer is not None:
            raise Unsayable("a layer")
        attribute = self.attributes.plain(bucketing.by[0])
        if attribute is None:
            raise Unsayable("a unit within another attribute")
        return version, attribute

    def _seed(self, bucketing: m.Bucketing) -> m.Json:
        seed = self.flag.key if bucketing.seed is None else bucketing.seed
        return number_in(seed) if ".numeric" in bucketing.algorithm else seed

    def _placed(self, bucketing: m.Bucketing, own_seed: str) -> dict[str, m.Json]:
        version, attribute = self._hash(bucketing)
        made: dict[str, m.Json] = {"hashVersion": version}
        if attribute != "id":
            made["hashAttribute"] = attribute
        if self._seed(bucketing) != own_seed:
            if self._seed(bucketing) == "":  # for which GrowthBook takes the key
                raise Unsayable("a seed that is empty")
            made["seed"] = self._seed(bucketing)
        if len(bucketing.by) > 1:
            fallback = self.attributes.plain(bucketing.by[1])
            if fallback is None or len(bucketing.by) > 2:
                raise Unsayable("a unit that falls back more than once")
            made["fallbackAttribute"] = fallback
        return made

    # --- splits -------------------------------------------------------------------------------

    def _split(
        self, rule: m.Rule, split: m.Split, made: dict[str, m.Json], parts: _Parts
    ) -> list[m.Json]:
        if parts.upto is not None:
            raise Unsayable("a rollout around a split")
        outside: list[m.Json] = []
        if split.outside is not None:
            asked = {name: made[name] for name in _ASKED if name in made}
            outside = [{**asked, "force": self._value(split.outside)}]
        version, _ = self._hash(split.bucketing) if _is_own(split) else (None, "")
        if version is None:
            return self._foreign(rule, split, made, outside)
        key = made.get("key") or self.flag.key
        made |= self._namespace(split, made.pop("filters", None))
        made |= self._placed(split.bucketing, key)
        made |= self._arms(rule, split)
        return [made, *outside]

    def _namespace(self, split: m.Split, filters: list[m.Json] | None) -> dict[str, m.Json]:
        """Filters, or the namespace that a single one is."""
        if not filters:
            return {}
        name = filters[0].get("seed")
        by = self.attributes.plain(split.bucketing.by[0])
        alone = len(filters) == 1 and len(filters[0]["ranges"]) == 1
        if alone and isinstance(name, str) and name[:2] == "__" and (1, by) == (
            filters[0]["hashVersion"], filters[0]["attribute"],
        ):  # fmt: skip
            return {"namespace": [name[2:], *filters[0]["ranges"][0]]}
        return {"filters": filters}

    def _arms(self, rule: m.Rule, split: m.Split) -> dict[str, m.Json]:
        """Variations with their weights or ranges."""
        known = rule.metadata.get("arms")
        places = list(range(len(split.arms)))
        if isinstance(known, list) and len(known) == len(split.arms):
            places = known
        meta = rule.metadata.get("rest", {}).get("meta")
        count = max(
            [2, *(place + 1 for place in places), len(meta) if isinstance(meta, list) else 0]
        )
        values: list[m.Json] = [None] * count
        ranges: list[m.Json] = [[0, 0]] * count
        weights = [0.0] * count
        plain = places == list(range(count))
        for place, arm in zip(places, split.arms, strict=True):
            if not arm.tracked:
                raise Unsayable("an arm that is not tracked")
            values[place] = self._value(arm.variant)
            weights[place] = arm.weight
            pieces = arm.ranges
            if pieces is None:
                continue
            plain = False
            if len(pieces) > 1:
                raise Unsayable("an arm in several pieces")
            ranges[place] = list(pieces[0]) if pieces else [0, 0]
        if plain and weights_of(weights, count) == weights:
            return {"variations": values, "weights": weights, "coverage": 1}
        if any(arm.ranges is None for arm in split.arms):
            start = 0.0
            for place, arm in zip(places, split.arms, strict=True):
                if arm.ranges is None:
                    ranges[place] = [start, start + arm.weight]
                start += arm.weight
        return {"variations": values, "ranges": ranges}

    def _foreign(
        self, rule: m.Rule, split: m.Split, made: dict[str, m.Json], outside: list[m.Json]
    ) -> list[m.Json]:
        """A split by another hash: nobody's place can be kept."""
        name = split.bucketing.algorithm
        if self.options.get("splits") == "rehash":
            self.lost(
                f"GrowthBook cannot place units by {name!r}", "the same shares of other users"
            )
            total = sum(arm.weight for arm in split.arms)
            whole = 100_000 if name == "yardarm" else total or 1
            _, attribute = self._hash(split.bucketing)
            made |= {"hashVersion": 2, "variations": [self._value(a.variant) for a in split.arms]}
            if attribute != "id":
                made["hashAttribute"] = attribute
            made["seed"] = self._seed(split.bucketing)
            start = 0.0
            made["ranges"] = []
            for arm in split.arms:
                made["ranges"].append([start, start + arm.weight / whole])
                start += arm.weight / whole
            while len(made["variations"]) < 2:
                made["variations"].append(None)
                made["ranges"].append([0, 0])
            return [made, *outside]
        served = "what is outside of it" if outside else "what comes after it"
        self.lost(f"GrowthBook cannot place units by {name!r}", f"{served}, for everybody")
        return outside


def number_in(seed: str) -> m.Json:
    """What a seed was that JavaScript takes for no text."""
    words: dict[str, m.Json] = {"true": True, "false": False, "null": None, "undefined": None}
    if seed in words:
        return words[seed]
    found = number(seed)
    if not isfinite(found):
        raise Unsayable("a seed that is no number")
    return int(found) if found.is_integer() else found


_ASKED = ("condition", "parentConditions", "filters")


def _is_own(split: m.Split) -> bool:
    return split.bucketing.algorithm in _PLAIN_HASHES


def _same(one: m.Json, other: m.Json) -> bool:
    """Whether GrowthBook takes two values for one."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
