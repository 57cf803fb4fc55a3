"""A document made ready to answer as GrowthBook's SDK does.

What an evaluation is told beside the document (forced variations, overrides in an address, sticky
buckets, an experiment of the caller's) changes what some features are for that one evaluation.
So such an evaluation gets features of its own, read from the same payload under those inputs, and
compiled by the same core; the features of all others are compiled once.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from ...core import model as m
from ...core.ambient import Ambient
from ...core.decision import ERROR, FLAG_NOT_FOUND, PARSE_ERROR, Decision
from ...core.evaluate import to_decision
from ...core.javascript.inherited import NoText, as_object
from ...core.program import Program
from ..base import Answer, Asked, Options
from . import experiments as e
from .answers import Answers, shaped
from .assignments import With, assignments
from .contexts import attributes_of, given_of, unit_attributes
from .features import INLINE, Features
from .payload import PARTS, open_payload
from .units import Malformed

MOST_REMEMBERED = 32
"""Programs kept for inputs that come again, such as one forced variation for many users."""


class Evaluation:
    """Answers questions about one document. Threads may share it."""

    def __init__(self, source: m.Json, options: Options) -> None:
        self._options = options
        self._source = source
        self._payload = open_payload(source, options)
        self._features = Features(self._payload, options)
        self._program = Program(self._features, follow_cycles=True)
        self._others: OrderedDict[str, tuple[Features, Program]] = OrderedDict()

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer. Never raises, whatever the context is.

        `context` is the SDK's options (see `contexts.FIELDS`); parts of a document in it win over
        the document's own.
        """
        try:
            return self._answer(asked, ambient)
        except NoText as error:
            cause, key = f"malformed: {error}", str(asked.flag or "")
            made = Decision(key, asked.fallback, None, ERROR, error=PARSE_ERROR, cause=cause)
            return Answer(made, shaped(None, "error"))
        except Exception:  # noqa: BLE001 - whatever a hostile context makes of it
            return Answer(None, shaped(None, "error"))

    def _answer(self, asked: Asked, ambient: Ambient) -> Answer:
        elsewhere = self._of_context(asked.context)
        if elsewhere is not None:
            own = {name: v for name, v in asked.context.items() if name not in _BROUGHT}
            return elsewhere.answer(replace(asked, context=own), ambient)
        attributes = as_object(attributes_of(asked.context))
        options = {**self._options, **asked.options}
        given = given_of(asked.context, attributes, lambda: self._units, options)
        user = self._features.attributes.context(attributes)
        answers = Answers(attributes, given, self._payload.bandits)
        if isinstance(asked.experiment, dict):
            return self._experiment(asked.experiment, answers, user, ambient)
        features, program = self._under(given)
        key = asked.flag if isinstance(asked.flag, str) else ""
        try:
            compiled = program.compiled(key)
        except KeyError:
            cause = "there is no flag with this key"
            gone = Decision(key, asked.fallback, None, ERROR, error=FLAG_NOT_FOUND, cause=cause)
            answer = Answer(gone, shaped(None, "unknownFeature"))
            return self._with_docs(answer, features, program, answers, user, key)
        outcome = compiled.run(user, None, ambient)
        vendor = answers.of_feature(key, compiled.flag, outcome)
        answer = Answer(to_decision(compiled, outcome, asked.fallback), vendor)
        return self._with_docs(answer, features, program, answers, user, key)

    @cached_property
    def _units(self) -> list[str]:
        return unit_attributes(self._payload)

    def _under(self, given: e.Given) -> tuple[Features, Program]:
        """The features under an evaluation's inputs, compiled."""
        if given == e.NOTHING:
            return self._features, self._program
        features = self._features.with_given(given, self._options)
        if given.sticky is not None:  # one user's, who does not come again soon
            return features, Program(features, follow_cycles=True)
        name = _name(given)
        known = self._others.get(name)
        if known is None:
            known = self._others[name] = (features, Program(features, follow_cycles=True))
            while len(self._others) > MOST_REMEMBERED:
                self._others.popitem(last=False)
        return known

    def _experiment(
        self, experiment: Mapping[str, Any], answers: Answers, user: dict[str, Any], w: Ambient
    ) -> Answer:
        features = self._features.with_given(answers.given, self._options)
        try:
            flag = features.inline(experiment)
        except Malformed:
            return Answer(None, shaped(None, "error"))
        compiled = Program(With(features, flag), follow_cycles=True).compiled(INLINE)
        outcome = compiled.run(user, None, w)
        vendor = answers.of_experiment(experiment, flag, outcome)
        sticky = answers.given.sticky
        if sticky is not None:
            found = []
            if outcome.at[0] is not None and outcome.error is None:
                made = answers.assignment(flag, outcome, experiment)
                result = vendor["experimentResult"]
                if made.hashed and result["inExperiment"]:
                    found.append((made.experiment, result["key"], *answers.unit(made.experiment)))
            vendor["stickyBucketAssignmentDocs"] = sticky.after(found)
        return Answer(None, vendor)

    def _with_docs(
        self,
        answer: Answer,
        features: Features,
        program: Program,
        answers: Answers,
        user: dict[str, Any],
        key: str,
    ) -> Answer:
        sticky = answers.given.sticky
        if sticky is None:
            return answer
        found = assignments(features, program, answers, user, key)
        vendor = {**answer.vendor, "stickyBucketAssignmentDocs": sticky.after(found)}
        return Answer(answer.decision, vendor)

    def _of_context(self, context: m.Json) -> Evaluation | None:
        """An evaluation of the document that a context brings along, if it does."""
        if not isinstance(context, dict) or context.keys().isdisjoint(_BROUGHT):
            return None
        brought = {name: context[name] for name in _BROUGHT if name in context}
        whole = self._payload.whole
        if all(name in whole and whole[name] == value for name, value in brought.items()):
            return None
        source = self._source if isinstance(self._source, dict) else {}
        return Evaluation({**source, **brought}, self._options)


_BROUGHT = (*PARTS, *PARTS.values(), "decryptionKey")


def _name(given: e.Given) -> str:
    parts = (
        given.enabled, given.qa, given.url, given.forced, given.features, given.overrides,
        given.groups,
    )  # fmt: skip
    return json.dumps(parts, default=repr)


def evaluation(source: m.Json, options: Options) -> Evaluation:
    """The document, ready for questions. Raises `DocumentError` for what is none."""
    return Evaluation(source, options)
