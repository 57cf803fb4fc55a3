"""What one evaluation assigned the user on its way, for sticky buckets.

The SDK writes down every assignment of every experiment that it comes by: those that pass on to
the next rule, and those of the features that a rule asks first. They are found by asking the same
compiled program about the parts: each experiment alone, as a flag with one rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...core import model as m
from ...core.javascript.values import truthy
from ...core.outcome import Outcome
from ...core.program import Program
from . import experiments as e
from .answers import Answers
from .features import Features
from .units import Malformed
from .variants import variations

Found = tuple[e.Experiment, str, str, Any]
"""An experiment, the key of the variation assigned, the unit's attribute and value."""

MOST_VISITED = 1_000
"""Features visited for one answer."""


def assignments(
    features: Features, program: Program, answers: Answers, user: dict[str, Any], key: str
) -> list[Found]:
    """Every assignment that an evaluation of a feature comes by, in order."""
    walk = _Walk(features, program, answers, user)
    walk.visit(key, frozenset())
    return walk.found


class _Walk:
    def __init__(
        self, features: Features, program: Program, answers: Answers, user: dict[str, Any]
    ) -> None:
        self.features = features
        self.program = program
        self.answers = answers
        self.user = user
        self.found: list[Found] = []
        self.left = MOST_VISITED

    def visit(self, key: str, within: frozenset[str]) -> None:
        """Go through a feature's rules up to the one that answered."""
        self.left -= 1
        if key in within or self.left < 0 or not self.features.is_there(key):
            return
        raw = self.features.payload.features.get(key)
        rules = raw.get("rules") if isinstance(raw, dict) else None
        if key in self.answers.given.features or not isinstance(rules, list):
            return
        flag = self.features.flag(key)
        last = self._answered(key, flag)
        for index, rule in enumerate(rules[: last + 1]):
            if isinstance(rule, dict) and not self._rule(flag, index, rule, within | {key}):
                return

    def _answered(self, key: str, flag: m.Flag) -> int:
        """The index of GrowthBook's rule that answers the user; beyond the last where none does."""
        outcome = self.program.compiled(key).run(self.user, None, None)
        at = outcome.at[0]
        if at is None or outcome.error is not None:
            return MOST_VISITED
        return int(flag.rules[at].metadata["index"])

    def _rule(
        self, flag: m.Flag, index: int, rule: Mapping[str, Any], within: frozenset[str]
    ) -> bool:
        """Go through one rule. False where a prerequisite ends the evaluation of the feature."""
        try:
            conditions = self.features.fulfilled(rule)
        except Malformed:
            return True
        parents = rule.get("parentConditions")
        for parent, condition in zip(parents or (), conditions, strict=True):
            self.visit(parent["id"], within)
            if not self._holds(condition):
                return not truthy(parent.get("gate"))
        if "force" not in rule and isinstance(variations(dict(rule)), list):
            self._experiment(flag, index)
        return True

    def _holds(self, condition: m.Condition) -> bool:
        asked = m.Flag(
            PART, "boolean", (m.Variant("on", True),), enabled=True,
            rules=(m.Rule("asked", condition, "on"),),
        )  # fmt: skip
        return self._run(asked).variant == "on"

    def _experiment(self, flag: m.Flag, index: int) -> None:
        try:
            alone = replace(self.features.alone(flag.key, index), key=PART)
        except Malformed:
            return
        outcome = self._run(alone)
        if outcome.at[0] is None or outcome.error is not None:
            return
        made = self.answers.assignment(replace(alone, key=flag.key), outcome)
        if made.hashed:
            result = self.answers.result(made, flag.key)
            self.found.append((made.experiment, result["key"], *self.answers.unit(made.experiment)))

    def _run(self, flag: m.Flag) -> Outcome:
        program = self.program.successor(With(self.features, flag), [("flag", flag.key)])
        return program.compiled(flag.key).run(self.user, None, None)


class With:
    """Features, and one flag that is none of them."""

    def __init__(self, features: Features, flag: m.Flag) -> None:
        self._features = features
        self._own = flag

    def flag(self, key: str) -> m.Flag:
        """The one flag, or a feature."""
        return self._own if key == self._own.key else self._features.flag(key)

    def segment(self, key: str) -> m.Segment:
        """A saved group."""
        return self._features.segment(key)


PART = "a part of a feature"
"""The key of a flag that is asked about a part."""
