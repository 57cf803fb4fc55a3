"""Evaluate a flag for a context. Total: any key, any context, always an answer."""

from __future__ import annotations

from typing import Any

from ..errors import ContextError
from .ambient import Ambient
from .context import Context
from .decision import (
    ERROR,
    FLAG_NOT_FOUND,
    GENERAL,
    INVALID_CONTEXT,
    TYPE_MISMATCH,
    Decision,
)
from .explain import explain
from .model import FlagType
from .outcome import FALLBACK, Outcome
from .program import Compiled, Program

ACCEPTS: dict[FlagType, frozenset[FlagType]] = {
    "boolean": frozenset({"boolean"}),
    "string": frozenset({"string"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"number", "integer"}),
    "json": frozenset({"json"}),
}
"""Which flag types answer a call for a type: a number may come from an integer flag."""


def evaluate(
    program: Program,
    key: str,
    context: Any = None,
    fallback: Any = None,
    *,
    wanted: FlagType | None = None,
    now: float | None = None,
    ambient: Ambient | None = None,
    explained: bool = False,
) -> Decision:
    """The flag's answer for the context. Never raises.

    `context` is a `Context`, a dict or None. `wanted` is the type that the caller can use, None
    for any. `now` is in seconds since 1970; `ambient` says it together with chance.
    `explained` adds the trace.
    """
    try:
        compiled = program.compiled(key)
    except Exception:  # total: nothing hostile reaches the caller
        return _failed(key, fallback, FLAG_NOT_FOUND, "there is no flag with this key")
    if (
        wanted is not None
        and compiled.type is not None
        and compiled.type not in ACCEPTS.get(wanted, ())
    ):
        cause = f"the flag is of type {compiled.type}, asked for as {wanted}"
        return _failed(key, fallback, TYPE_MISMATCH, cause)
    try:
        read = Context.of(context)
    except ContextError as error:
        return _failed(key, fallback, INVALID_CONTEXT, str(error))
    except Exception as error:
        return _failed(key, fallback, INVALID_CONTEXT, type(error).__name__)
    try:
        around = Ambient.at(now) if ambient is None else ambient
        outcome = compiled.run(read.user, read.kinds, around)
        bucket, trace = None, None
        if explained:
            bucket, trace = explain(program, key, read, around)
        return to_decision(compiled, outcome, fallback, bucket=bucket, trace=trace)
    except Exception as error:
        return _failed(key, fallback, GENERAL, f"evaluation failed: {type(error).__name__}")


def to_decision(compiled: Compiled, outcome: Outcome, fallback: Any, **more: Any) -> Decision:
    """The decision that an outcome stands for."""
    if outcome.value is FALLBACK:
        value = fallback
    else:
        value = outcome.value if outcome.fresh is None else outcome.fresh()
    return Decision(
        compiled.key,
        value,
        outcome.variant,
        outcome.reason,
        outcome.rule,
        outcome.error,
        outcome.cause,
        version=compiled.version,
        **more,
    )


def _failed(key: str, fallback: Any, error: str, cause: str) -> Decision:
    return Decision(key, fallback, None, ERROR, error=error, cause=cause)
