"""From an outcome to what GrowthBook's SDK answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core import model as m
from ...core.bucketing.growthbook import bucket_of, is_numeric, version_1, version_2
from ...core.compile.cycles import CYCLE
from ...core.javascript.inherited import Function, member
from ...core.javascript.values import as_json, text, truthy
from ...core.outcome import FALLBACK, Outcome
from . import experiments as e
from .rules import leaves
from .splits import at_index, meta_of
from .sticky import hash_value, unit_name
from .units import seed_of

_FAILED = "error"
"""The source of an answer where the SDK throws in its user's program."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variation of an experiment that a user gets.

    `hashed`: by the hash (or what it gave before), and not by an input of the evaluation. `leaf`
    is the index of a contextual bandit's leaf, -1 for its weights at large, None without a bandit.
    """

    experiment: e.Experiment
    variation: m.Json
    hashed: bool
    sticky: bool = False
    leaf: int | None = None
    bandit: m.Json = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers about one document for one user."""

    attributes: Mapping[str, Any]
    given: e.Given
    bandits: Mapping[str, m.Json]

    def of_feature(self, key: str, flag: m.Flag | None, outcome: Outcome) -> m.Json:
        """`{"value", "on", "off", "source", "ruleId", "experimentResult"}`."""
        value = None if outcome.value is FALLBACK else outcome.value
        if outcome.fresh is not None:
            value = outcome.fresh()
        if outcome.error is not None or flag is None:
            in_circle = (outcome.cause or "").endswith(CYCLE)
            return shaped(None, "cyclicPrerequisite" if in_circle else _FAILED)
        if key in self.given.features:
            return shaped(value, "override")
        index = outcome.at[0]
        if index is None:
            blocked = outcome.cause is not None and outcome.cause.startswith("prerequisite:")
            return shaped(value, "prerequisite" if blocked else "defaultValue")
        rule = flag.rules[index]
        if "blocks" in rule.metadata:
            return shaped(None, "prerequisite")
        raw = raw_rule(flag, rule)
        name = raw.get("id")
        rule_id = name if isinstance(name, str) else ""
        if "force" in raw:
            return shaped(value, "force", rule_id)
        found = self.assignment(flag, outcome)
        result = self.result(found, key)
        if isinstance(result["value"], Function):
            value = result["value"]
        return shaped(value, "experiment", rule_id, result)

    def of_experiment(self, experiment: e.Experiment, flag: m.Flag, outcome: Outcome) -> m.Json:
        """The same for an experiment of the caller's."""
        if outcome.error is not None and not (outcome.cause or "").endswith(CYCLE):
            return shaped(None, _FAILED)
        index = outcome.at[0]
        if index is None:
            result = self.outside(experiment)
        elif "blocked" in flag.rules[index].metadata:
            result = {**self.outside(experiment), "stickyBucketUsed": True}
        else:
            result = self.result(self.assignment(flag, outcome, experiment), None)
        return shaped(result["value"], "experiment", "", result)

    def assignment(
        self, flag: m.Flag, outcome: Outcome, experiment: e.Experiment | None = None
    ) -> Assignment:
        """Which variation an outcome of an experiment's rule is."""
        index, arm = outcome.at
        assert index is not None
        rule = flag.rules[index]
        bandit: m.Json = None
        if experiment is None:
            raw = raw_rule(flag, rule)
            experiment = e.of_rule(raw, flag.key)
            bandit = member(self.bandits, str(raw.get("contextualBanditRef")))
        experiment = e.merged(experiment, self.given)
        known = rule.metadata
        settled = e.settle(experiment, self.given) if "given" in known else e.NOBODY
        if settled.given is not None:
            return Assignment(experiment, settled.given.variation, hashed=False)
        if "force" in known:
            return Assignment(experiment, known["force"], hashed=False)
        assert arm is not None
        variation = known["arms"][arm] if "arms" in known else arm
        return Assignment(experiment, variation, True, "sticky" in known, known.get("leaf"), bandit)

    # --- results of experiments ---------------------------------------------------------------

    def result(self, found: Assignment, feature: str | None) -> dict[str, m.Json]:
        """The SDK's result for who gets a variation."""
        experiment = found.experiment
        made = self._result(experiment, found.variation, feature)
        made |= {"inExperiment": True, "hashUsed": found.hashed}
        if not found.hashed:
            return made
        made["stickyBucketUsed"] = found.sticky
        made["bucket"] = self._bucket(experiment, made["hashAttribute"])
        if found.leaf is not None:
            made |= self._leaf(found, found.leaf)
        return made

    def outside(self, experiment: e.Experiment) -> dict[str, m.Json]:
        """The SDK's result for who is not in an experiment."""
        made = self._result(e.merged(experiment, self.given), 0, None)
        return {**made, "inExperiment": False, "hashUsed": False}

    def _result(
        self, experiment: e.Experiment, variation: m.Json, feature: str | None
    ) -> dict[str, m.Json]:
        attribute, value = self.unit(experiment)
        values = experiment["variations"]
        meta = meta_of(experiment, variation)
        made = {
            "key": meta["key"] if truthy(meta.get("key")) else text(variation),
            "featureId": feature,
            "variationId": variation,
            "value": at_index(values, variation),
            "hashAttribute": attribute,
            "hashValue": value,
            "stickyBucketUsed": False,
        }
        for name in ("name", "passthrough"):
            if truthy(meta.get(name)):
                made[name] = meta[name]
        return made

    def unit(self, experiment: e.Experiment) -> tuple[str, Any]:
        """The attribute by which an experiment places the user, and its value."""
        attribute = unit_name(experiment, "hashAttribute")
        value = hash_value(self.attributes, attribute)
        fallback = experiment.get("fallbackAttribute")
        if value == "" and truthy(fallback) and self._falls_back(experiment):
            other = unit_name(experiment, "fallbackAttribute")
            value = hash_value(self.attributes, other)
            if value != "":
                return other, value
        return attribute, value

    def _falls_back(self, experiment: e.Experiment) -> bool:
        on = self.given.sticky is not None
        return on and not truthy(experiment.get("disableStickyBucketing"))

    def _bucket(self, experiment: e.Experiment, attribute: str) -> float:
        seed = seed_of(experiment, experiment["key"])
        hash_ = version_2 if e.hash_version(experiment) == 2 else version_1
        unit, numeric = (self.attributes.get(attribute),), is_numeric(seed)
        return bucket_of(hash_, text(seed), unit, numeric=numeric) or 0.0

    def _leaf(self, found: Assignment, leaf: int) -> dict[str, m.Json]:
        """What the result says of a contextual bandit."""
        weights = found.experiment.get("weights")
        made: dict[str, m.Json] = {"leafId": -1}
        if leaf >= 0:
            context = leaves(found.bandit)[leaf]
            made["leafId"] = context.get("leafId")
            replaced = self.given.overrides.get(e.key_of(found.experiment))
            if not (isinstance(replaced, dict) and truthy(replaced.get("weights"))):
                weights = context.get("weights")
        if weights is None:
            count = len(found.experiment["variations"])
            weights = [1 / count] * count
        made["variationWeights"] = weights
        if isinstance(found.bandit, dict) and "banditVersion" in found.bandit:
            made["banditVersion"] = found.bandit["banditVersion"]
        return made


def raw_rule(flag: m.Flag, rule: m.Rule) -> Mapping[str, m.Json]:
    """GrowthBook's rule that a rule of ours was read from."""
    raw = flag.origin.get("raw") if flag.origin else None
    rules = raw.get("rules") if isinstance(raw, dict) else None
    index = rule.metadata.get("index")
    if not isinstance(rules, list) or not isinstance(index, int) or index >= len(rules):
        return {}
    return rules[index] if isinstance(rules[index], dict) else {}


def shaped(value: m.Json, source: str, rule: str = "", result: m.Json = None) -> m.Json:
    """An answer in the SDK's shape."""
    on = truthy(value)
    answer = {
        "value": value,
        "on": on,
        "off": not on,
        "source": source,
        "ruleId": rule,
        "experimentResult": result,
    }
    return as_json(answer)
