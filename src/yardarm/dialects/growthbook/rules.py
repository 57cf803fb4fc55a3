"""From one of GrowthBook's rules to ours.

A rule of GrowthBook is one of ours, with two exceptions: a prerequisite that blocks the feature is
a rule of its own before it, which gives the caller's fallback; and a contextual bandit is a rule
for each of its leaves. `Rule.metadata` says which rule of GrowthBook's it was (`index`) and which
variations the arms of its split are, where that is not plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...core import model as m
from ...core.javascript.inherited import Function, is_odd, member
from ...core.javascript.values import text, truthy
from . import experiments as e
from .conditions import NEVER, Conditions, every, may_fail, negated
from .names import usable_key
from .parents import Parents
from .splits import at_index, is_broken, is_served, shared
from .units import Malformed, Units, algorithm, seed_of
from .variants import Variants, variations


@dataclass(slots=True)
class Feature:
    """A feature while it is read: its key, its variants, the ids of its rules so far."""

    key: str
    variants: Variants
    pointer: str
    inline: bool = False
    ids: set[str] = field(default_factory=set)

    def rule_id(self, wanted: m.Json, index: int, suffix: str = "") -> str:
        """An id for a rule of ours."""
        spare = f"rule-{index + 1}{suffix}"
        name = f"{wanted}{suffix}" if isinstance(wanted, str) and wanted else None
        made = usable_key(name, spare, self.ids)
        self.ids.add(made)
        return made


@dataclass(frozen=True, slots=True)
class Rules:
    """Reads the rules of one document, for one evaluation's inputs."""

    conditions: Conditions
    parents: Parents
    units: Units
    bandits: Mapping[str, m.Json]
    given: e.Given

    def read(self, feature: Feature, index: int, rule: m.Json) -> Iterator[m.Rule]:
        """The rules that one of GrowthBook's is."""
        at = f"{feature.pointer}/rules/{index}"
        if isinstance(rule, list):
            self._report(at, "a list is no rule", "it is passed over")
            return
        if not isinstance(rule, dict):
            yield self._failing(feature, index, None, [], "a rule is no object")
            return
        before: list[m.Condition] = []
        try:
            yield from self._gates(feature, index, rule, before)
            before += self.units.filters(rule.get("filters"))
            yield from self._serving(feature, index, rule, before)
        except Malformed as error:
            yield self._failing(feature, index, rule, before, str(error))

    def _gates(
        self, feature: Feature, index: int, rule: Mapping[str, m.Json], before: list[m.Condition]
    ) -> Iterator[m.Rule]:
        """Rules for prerequisites that block; all prerequisites are added to `before`."""
        at = f"{feature.pointer}/rules/{index}/parentConditions"
        for number, (holds, blocks) in enumerate(self.parents.of(rule, at)):
            if blocks and (opposite := negated(holds)) != NEVER:
                yield m.Rule(
                    feature.rule_id(rule.get("id"), index, f"-blocked-{number + 1}"),
                    every([*before, opposite]),
                    None,
                    metadata={"index": index, "blocks": rule["parentConditions"][number]},
                )
            before.append(holds)

    def _serving(
        self, feature: Feature, index: int, rule: dict[str, m.Json], before: list[m.Condition]
    ) -> Iterator[m.Rule]:
        at = f"{feature.pointer}/rules/{index}"
        if "force" in rule:
            yield self._force(feature, index, rule, before)
            return
        arms = variations(rule)
        if not truthy(arms):
            if "parentConditions" not in rule:
                self._report(at, "a rule that gives no value", "it is passed over")
            if any(map(may_fail, before)):
                yield self._rule(feature, index, rule, [*before, NEVER], None)
            return
        if not isinstance(arms, list):
            raise Malformed("the variations are no list")
        experiment = e.of_rule(rule, feature.key)
        yield from self.experiment(feature, index, rule, experiment, before)

    def _force(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json],
        before: list[m.Condition],
    ) -> m.Rule:
        asked = self._condition(rule, f"{feature.pointer}/rules/{index}")
        rolled = self.units.rollout(rule, feature.key)
        if rolled == NEVER:
            self._nobody_placed(feature, index)
        serve = feature.variants.key(rule["force"])
        return self._rule(feature, index, rule, [*before, asked, rolled], serve)

    # --- experiments --------------------------------------------------------------------------

    def experiment(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json],
        experiment: e.Experiment,
        before: list[m.Condition],
    ) -> Iterator[m.Rule]:
        """The rules that an experiment is. Raises `Malformed`."""
        settled = e.settle(experiment, self.given)
        made = settled.experiment
        if made is None or (settled.blocked and not feature.inline):
            if len(experiment["variations"]) < 2:
                at = f"{feature.pointer}/rules/{index}"
                self._report(at, "an experiment with one variation", "nobody is in it")
            yield self._rule(feature, index, rule, [*before, NEVER], None)
            return
        self._check_meta(made)
        if not feature.inline:
            self._unkept(made, f"{feature.pointer}/rules/{index}")
        if settled.given is not None:
            yield from self._given(feature, index, rule, made, settled.given.variation, before)
            return
        if not settled.sticky:
            before = [*before, *self._inside(feature, index, made, rule)]
        for leaf, when, weights in self._leaves(feature, rule, made):
            yield from self._split(feature, index, rule, settled, (leaf, [*before, *when], weights))

    def _inside(
        self, feature: Feature, index: int, experiment: e.Experiment, rule: Mapping[str, m.Json]
    ) -> list[m.Condition]:
        """Who is in an experiment but for the hash; nothing of it is asked of sticky units."""
        found: list[m.Condition] = []
        if truthy(experiment.get("filters")):
            if experiment["filters"] != rule.get("filters") or feature.inline:
                found += self.units.filters(experiment["filters"])
        elif truthy(experiment.get("namespace")):
            by = self.units.chain(experiment)
            found.append(self.units.namespace(experiment["namespace"], by))
        found.append(self._condition(experiment, f"{feature.pointer}/rules/{index}"))
        if feature.inline:
            found += [holds for holds, _ in self.parents.of(experiment, "/parentConditions")]
        return found

    def _leaves(
        self, feature: Feature, rule: Mapping[str, m.Json], experiment: e.Experiment
    ) -> Iterator[tuple[int | None, list[m.Condition], m.Json]]:
        """Leaves of a contextual bandit with who is in them and their weights; the last is for
        whoever is in none. An experiment without leaves is one of those."""
        weights = experiment.get("weights")
        reference = rule.get("contextualBanditRef")
        bandit = member(self.bandits, reference) if isinstance(reference, str) else None
        if not truthy(bandit) or feature.inline:
            if truthy(reference) and not feature.inline:
                at = f"{feature.pointer}/contextualBanditRef"
                self._report(at, f"there is no bandit {reference!r}", "the rule's weights count")
            yield None, [], weights
            return
        others: list[m.Condition] = []
        replaced = self.given.overrides.get(e.key_of(experiment))
        for index, context in enumerate(leaves(bandit)):
            at = f"/contextualBandits/{reference}/contexts/{index}/condition"
            inside = self._condition(context, at, "")
            own = context.get("weights")
            if isinstance(replaced, dict) and "weights" in replaced:
                own = replaced["weights"]
            yield index, [*others, inside], own
            others.append(negated(inside))
        yield -1, others, weights

    def _split(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json],
        settled: e.Settled,
        part: tuple[int | None, list[m.Condition], m.Json],
    ) -> Iterator[m.Rule]:
        leaf, when, weights = part
        made = settled.experiment
        assert made is not None
        version = e.hash_version(made)
        if version is None:
            self._nobody_placed(feature, index)
            yield self._rule(feature, index, rule, [*when, NEVER], None)
            return
        seed = seed_of(made, made["key"])
        hash_ = m.Bucketing(algorithm(version, seed), text(seed), self.units.chain(made))
        found = shared(settled, weights, hash_, feature.variants, passing=feature.inline)
        metadata = found.metadata if leaf is None else {**found.metadata, "leaf": leaf}
        if found.broken:
            lost = [*when, m.Share(hash_, found.broken)]
            yield self._failing(feature, index, rule, lost, "a variation has no meta")
        suffix = "" if leaf is None else "-others" if leaf < 0 else f"-leaf-{leaf + 1}"
        if found.split is None:
            when = [*when, NEVER]
        yield self._rule(feature, index, rule, when, found.split, metadata, suffix)

    def _given(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json],
        made: e.Experiment,
        variation: m.Json,
        before: list[m.Condition],
    ) -> Iterator[m.Rule]:
        """A variation that the evaluation's inputs decide."""
        if is_odd(variation) or is_broken(made, variation):
            yield self._failing(feature, index, rule, before, "a variation has no meta")
            return
        if not is_served(made, variation) and not feature.inline:
            before = [*before, NEVER]
        value = at_index(made["variations"], variation)
        # A method is no value of a flag: only the answer in GrowthBook's shape knows of it.
        serve = feature.variants.arm(None if isinstance(value, Function) else value)
        yield self._rule(feature, index, rule, before, serve, {"given": True})

    def _unkept(self, experiment: e.Experiment, at: str) -> None:
        """Report what an experiment does beside giving values."""
        meta = experiment.get("meta")
        for number, each in enumerate(meta if isinstance(meta, list) else ()):
            if isinstance(each, dict) and truthy(each.get("passthrough")):
                message = "a variation that passes on is no exposure of an experiment here"
                effect = "its users are served, but not counted"
                self._lost(f"{at}/meta/{number}", message, effect)
        for name in ("fallbackAttribute", "minBucketVersion"):
            if truthy(experiment.get(name)) and not truthy(
                experiment.get("disableStickyBucketing")
            ):
                effect = "who was assigned before is placed by the hash alone"
                self._lost(f"{at}/{name}", "sticky buckets are not kept", effect)
                return

    def _check_meta(self, experiment: e.Experiment) -> None:
        meta = experiment.get("meta")
        if truthy(meta) and (not isinstance(meta, list) or is_broken(experiment, 0)):
            raise Malformed("the first variation has no meta")

    # --- parts --------------------------------------------------------------------------------

    def _rule(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json],
        when: list[m.Condition],
        serve: m.Serve | None,
        metadata: Mapping[str, m.Json] | None = None,
        suffix: str = "",
    ) -> m.Rule:
        name, wanted = rule.get("name"), rule.get("id")
        made = feature.rule_id(wanted, index, suffix)
        return m.Rule(
            made,
            every(when),
            serve,
            name=name if isinstance(name, str) else "",
            metadata={"index": index, **_rest(rule, made), **(metadata or {})},
        )

    def _failing(
        self,
        feature: Feature,
        index: int,
        rule: Mapping[str, m.Json] | None,
        when: list[m.Condition],
        cause: str,
    ) -> m.Rule:
        at = f"{feature.pointer}/rules/{index}"
        self._report(at, f"GrowthBook fails here: {cause}", "whoever comes here gets nothing")
        return self._rule(feature, index, rule or {}, when, m.Fault(cause), suffix="-fails")

    def _condition(
        self, item: Mapping[str, m.Json], pointer: str, member: str = "/condition"
    ) -> m.Condition:
        condition = item.get("condition")
        if not truthy(condition):
            return m.Always()
        return self.conditions.read(condition, f"{pointer}{member}")

    def _nobody_placed(self, feature: Feature, index: int) -> None:
        at = f"{feature.pointer}/rules/{index}"
        self._report(at, "a coverage or hash version that places nobody", "nobody is in it")

    def _lost(self, pointer: str, message: str, effect: str) -> None:
        self.conditions.report(pointer, message, effect, lost=True)

    def _report(self, pointer: str, message: str, effect: str) -> None:
        self.conditions.report(pointer, message, effect)


def leaves(bandit: m.Json) -> list[dict[str, m.Json]]:
    """The contexts of a contextual bandit."""
    contexts = bandit.get("contexts") if isinstance(bandit, dict) else None
    if not isinstance(contexts, list):
        return []
    return [context for context in contexts if isinstance(context, dict)]


MODELLED = frozenset(
    {
        "id", "name", "condition", "parentConditions", "filters", "namespace", "force",
        "variations", "contextualVariations", "weights", "coverage", "range", "ranges", "seed",
        "hashAttribute", "hashVersion",
    }
)  # fmt: skip
"""Members of GrowthBook's rules for which our rules have a place of their own."""


def _rest(rule: Mapping[str, m.Json], made: str) -> dict[str, m.Json]:
    """What of a rule has no place in ours, and its id where that is another."""
    if truthy(rule.get("contextualBanditRef")):  # the leaves do not say what the rule was
        return {"bandit": rule}
    rest = {name: value for name, value in rule.items() if name not in MODELLED}
    found: dict[str, m.Json] = {"rest": rest} if rest else {}
    return found if rule.get("id") == made else {**found, "id": rule.get("id")}
