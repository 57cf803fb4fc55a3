"""From flagd's targeting to rules, and what its default variant means.

An `if` becomes one rule for each of its values, whatever they are nested in; what serves is a
variant, a split, or JSONLogic. flagd serves the default variant where the result is null: a rule
that says so stands behind each that may come to nothing, unless nothing follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core import model as m
from ...core.model import Json
from .conditions import Words
from .splits import split_of

STOPS = {"flagd": "null"}
"""Metadata of a rule that stands for a null result, which flagd answers as its default."""

MAX_RULES = 200
MAX_DEPTH = 8


Whens = tuple[m.Condition, ...]


class _TooMany(Exception):
    """More rules, or deeper ones, than anybody wants to read."""


@dataclass(slots=True)
class Targeting:
    """The rules of one flag's targeting. `default` is what a null result serves."""

    words: Words
    variants: Mapping[str, Json]
    default: str | m.Logic | None
    rules: list[m.Rule] = field(default_factory=list)

    def read(self, expression: Json) -> tuple[m.Rule, ...]:
        """At least one rule. Raises `TooLarge`."""
        try:
            self._serve(expression, (), self.words, 0)
        except _TooMany:
            self.rules.clear()
        if not self.rules:
            self._add((), self.words.logic(expression))
        return tuple(self.rules)

    def _add(self, whens: Whens, serve: m.Serve | None, **more: Any) -> None:
        if len(self.rules) >= MAX_RULES:
            raise _TooMany
        when = whens[0] if len(whens) == 1 else m.All(whens) if whens else m.Always()
        self.rules.append(m.Rule(f"rule-{len(self.rules) + 1}", when, serve, **more))

    def _serve(self, expression: Json, whens: Whens, words: Words, depth: int) -> None:
        """Rules for what is evaluated where all of `whens` hold."""
        if words.evaluators.mentioned(expression) is not None:
            expression, words = words.evaluators.replaced(expression), words.alone()
        if expression is None:
            self._stop(whens)
        elif not isinstance(expression, list | dict):
            self._constant(expression, whens)
        elif isinstance(expression, dict) and list(expression) in (["if"], ["?:"]):
            (given,) = expression.values()
            self._if(given if isinstance(given, list) else [given], whens, words, depth)
        else:
            self._computed(words.evaluators.replaced(expression), whens, words.alone())

    def _if(self, given: list[Json], whens: Whens, words: Words, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _TooMany
        for index in range(0, len(given) - 1, 2):
            met = words.condition(given[index])
            self._serve(given[index + 1], (*whens, met), words, depth + 1)
        self._serve(given[-1] if len(given) % 2 else None, whens, words, depth + 1)

    def _stop(self, whens: Whens) -> None:
        """Where nothing follows, the flag's own default says the same."""
        if whens:
            self._add(whens, self.default, metadata=STOPS)

    def _constant(self, value: Json, whens: Whens) -> None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        self._add(whens, text if text in self.variants else m.Logic(value))

    def _computed(self, expression: Json, whens: Whens, words: Words) -> None:
        outside = self.default if isinstance(self.default, str) else None
        found = split_of(expression, self.variants, outside, words.generation)
        if found is not None:
            self._add(whens, found.split)
            if not found.open and outside is not None:
                return
        if found is None or found.open:
            self._add(whens, words.logic(expression))
        self._stop(whens)
