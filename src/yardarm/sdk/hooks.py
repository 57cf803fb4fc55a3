"""Hooks: code of the application that runs around every evaluation, after OpenFeature's model.

A client with hooks takes a longer way for each evaluation; one without does not even look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..core.context import Context
from ..core.decision import Decision
from .extracting import Contextual
from .log import Log
from .tables import Wanted


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is being evaluated: the flag's key, the type asked for, the context, the fallback.

    The type is `"variant"` where any type will do. The context is as the caller gave it, or the one
    that is bound.
    """

    flag: str
    type: Wanted
    context: Contextual
    fallback: Any


@dataclass(frozen=True, slots=True)
class Hook:
    """Functions called around an evaluation; each may be left out.

    `before` may answer another context to evaluate with, or None to leave it as it is. `after` is
    called when the evaluation served a variant or fell back without an error, `error` when the
    decision carries an error, `finally_` in both cases and last. `before` functions are called in
    the order of the hooks, the others in reverse. An exception in a hook is logged and changes
    nothing.
    """

    before: Callable[[Evaluation], Context | Mapping[str, Any] | None] | None = None
    after: Callable[[Evaluation, Decision], object] | None = None
    error: Callable[[Evaluation, Decision], object] | None = None
    finally_: Callable[[Evaluation, Decision], object] | None = None


def run_before(hooks: tuple[Hook, ...], evaluation: Evaluation, journal: Log) -> Evaluation:
    """Run every `before`; the evaluation with the context they leave."""
    for hook in hooks:
        if hook.before is None:
            continue
        try:
            context = hook.before(evaluation)
        except Exception as error:
            _complain(journal, "before", error)
        else:
            if context is not None:
                evaluation = replace(evaluation, context=context)
    return evaluation


def run_after(
    hooks: tuple[Hook, ...], evaluation: Evaluation, decision: Decision, journal: Log
) -> None:
    """Run `after` or `error`, then `finally_`, of every hook in reverse order."""
    outcome = "after" if decision.error is None else "error"
    for stage in (outcome, "finally_"):
        for hook in reversed(hooks):
            function = getattr(hook, stage)
            if function is None:
                continue
            try:
                function(evaluation, decision)
            except Exception as error:
                _complain(journal, stage, error)


def _complain(journal: Log, stage: str, error: Exception) -> None:
    journal.error(f"hook {stage}", f"a hook's {stage} raised {type(error).__name__}: {error}")
