"""The flags and contexts that these tests evaluate, and hooks that write down what they see."""

from __future__ import annotations

from typing import Any

from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagEvaluationDetails
from openfeature.hook import Hook, HookContext, HookHints
from tests.native_server import flag, split_flag


def value_flag(kind: str, value: Any, **given: Any) -> dict[str, Any]:
    """A flag that serves one value."""
    variants = [{"key": "v", "value": value}]
    return {"type": kind, "variants": variants, "enabled": True, "default": "v", **given}


def targeted(kind: str, matched: Any, other: Any, clause: dict[str, Any]) -> dict[str, Any]:
    """A flag that serves one value where a clause matches, and another elsewhere."""
    variants = [{"key": "matched", "value": matched}, {"key": "other", "value": other}]
    rules = [{"id": "r1", "when": clause, "serve": "matched"}]
    return {"type": kind, "variants": variants, "enabled": True, "default": "other", "rules": rules}


IN_NL = {"attribute": "country", "op": "equals", "values": ["NL"]}
NOTES = {"text": "1.0.2", "integer": 2, "float": 0.1, "boolean": True}

FLAGS: dict[str, Any] = {
    "boolean": flag(),
    "string": value_flag("string", "hi"),
    "integer": value_flag("integer", 10),
    "float": value_flag("number", 0.5),
    "object": value_flag("json", {"showImages": True, "title": "Pictures", "imagesPerPage": 100}),
    "list": value_flag("json", [1, "two"]),
    "boolean-zero": flag(False),
    "string-zero": value_flag("string", ""),
    "integer-zero": value_flag("integer", 0),
    "float-zero": value_flag("number", 0.0),
    "object-zero": value_flag("json", {}),
    "scalar": value_flag("json", "only text"),
    "large": value_flag("integer", 2**53 - 1),
    "country": targeted("boolean", True, False, IN_NL),
    "nested": targeted(
        "boolean", True, False, {"attribute": "/address/city", "op": "equals", "values": ["Delft"]}
    ),
    "since": targeted(
        "boolean", True, False,
        {"attribute": "joined", "op": "before", "values": ["2020-01-01T00:00:00Z"]},
    ),
    "adult": targeted(
        "boolean", True, False, {"attribute": "age", "op": "gte", "values": [18]}
    ),
    "team": targeted(
        "boolean", True, False, {"attribute": "teams", "op": "has_any", "values": ["two"]}
    ),
    "key": targeted(
        "string", "hit", "miss", {"attribute": "key", "op": "equals", "values": ["u1"]}
    ),
    "split": split_flag(100_000),
    "off": {**flag(), "enabled": False},
    "off-for-all": {key: value for key, value in flag().items() if key != "off"}
    | {"enabled": False},
    "noted": {**flag(), "metadata": NOTES},
}  # fmt: skip

USER = EvaluationContext("u1", {"country": "NL"})


class Diary(Hook):
    """Writes down each stage as `name.stage`, and keeps what it was given."""

    def __init__(
        self, name: str, pages: list[str], *, raising: str = "",
        answering: EvaluationContext | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self.pages = pages
        self.raising = raising
        self.answering = answering
        self.contexts: list[HookContext] = []
        self.hints: list[HookHints] = []
        self.details: list[FlagEvaluationDetails[Any]] = []
        self.errors: list[Exception] = []

    def _write(self, stage: str, context: HookContext, hints: HookHints) -> None:
        self.pages.append(f"{self.name}.{stage}")
        self.contexts.append(context)
        self.hints.append(hints)
        if self.raising == stage:
            raise ValueError(f"{self.name} does not like it")

    def before(self, hook_context: HookContext, hints: HookHints) -> EvaluationContext | None:
        self._write("before", hook_context, hints)
        return self.answering

    def after(
        self, hook_context: HookContext, details: FlagEvaluationDetails[Any], hints: HookHints
    ) -> None:
        self.details.append(details)
        self._write("after", hook_context, hints)

    def error(self, hook_context: HookContext, exception: Exception, hints: HookHints) -> None:
        self.errors.append(exception)
        self._write("error", hook_context, hints)

    def finally_after(
        self, hook_context: HookContext, details: FlagEvaluationDetails[Any], hints: HookHints
    ) -> None:
        self.details.append(details)
        self._write("finally", hook_context, hints)
