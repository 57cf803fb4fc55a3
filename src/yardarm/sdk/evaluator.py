"""The longer way of an evaluation: everything the short one in `client` leaves out.

Contexts that are not a plain dict or `Context`, fallbacks, hooks, decisions with details, and
whatever goes wrong. As the short way: takes no lock, waits for nothing, never raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from ..core.context import Context
from ..core.decision import ERROR, FLAG_NOT_FOUND, GENERAL, INVALID_CONTEXT, Decision
from ..core.explain import explain
from ..core.outcome import FALLBACK
from ..errors import ContextError
from .binding import Deferred, bound_here
from .exposures import Exposures
from .extracting import ExtractionError, read_context
from .hooks import Evaluation, Hook, run_after, run_before
from .log import Log
from .overridden import overridden
from .present import PRESENT
from .scope import open_scope
from .seen import Answer, Counted
from .serving import Serving
from .tables import Table, Wanted
from .trial import TRIALS

T = TypeVar("T")

EMPTY: dict[Wanted, Any] = {
    "boolean": False, "string": "", "integer": 0, "number": 0.0, "json": None,
    "variant": "",
}  # fmt: skip
"""What stands in for a fallback whose function raises."""


class Evaluator:
    """Evaluates for one client."""

    __slots__ = ("_exposures", "_hooks", "_log", "_serving")

    def __init__(
        self, serving: Serving, exposures: Exposures, hooks: tuple[Hook, ...], log: Log
    ) -> None:
        self._serving = serving
        self._exposures = exposures
        self._hooks = hooks
        self._log = log

    def value(self, wanted: Wanted, key: str, context: Any, fallback: T | Callable[[], T]) -> T:
        """The flag's value, or the fallback."""
        value: T = self.decision(wanted, key, context, fallback).value
        return value

    def variant(self, key: str, context: Any, fallback: str | Callable[[], str]) -> str:
        """The key of the flag's variant, or the fallback."""
        decision = self.decision("variant", key, context, fallback)
        found: str = decision.value if decision.variant is None else decision.variant
        return found

    def decision(
        self, wanted: Wanted, key: str, context: Any, fallback: Any, explained: bool = False
    ) -> Decision:
        """The flag's value and why, with hooks around it."""
        if context is None or type(context) is Deferred:  # the short way hands it on unmade
            context = bound_here()
        hooks = (*TRIALS.now.hooks, *self._hooks)
        if not hooks:
            return self._in_scope(wanted, key, context, fallback, explained)
        evaluation = run_before(hooks, Evaluation(key, wanted, context, fallback), self._log)
        decision = self._in_scope(wanted, key, evaluation.context, fallback, explained)
        run_after(hooks, evaluation, decision, self._log)
        return decision

    def _in_scope(
        self, wanted: Wanted, key: str, context: Any, fallback: Any, explained: bool
    ) -> Decision:
        """As the request says that it is part of; what it overrides is neither counted nor told."""
        scope = open_scope()
        if scope is None:
            return self._decide(wanted, key, context, fallback, explained)
        try:
            decision = overridden(scope, self._serving, wanted, key, self._log)
        except Exception as error:  # a value that nobody foresaw: then as if it were not there
            why = f"flag {key!r:.100}: {type(error).__name__}: {error}"
            self._log.error("signed override", why)
            decision = None
        if decision is None:
            decision = self._decide(wanted, key, context, fallback, explained)
        elif decision.value is FALLBACK:
            decision = replace(decision, value=self.fall_back(wanted, key, fallback))
        scope.note(decision)
        return decision

    def fall_back(self, wanted: Wanted, key: str, fallback: T | Callable[[], T]) -> T:
        """The caller's fallback: a value, or what a function without arguments answers."""
        if not callable(fallback):
            return fallback
        try:
            return fallback()
        except Exception as error:
            text = f"the fallback function of flag {key!r} raised {type(error).__name__}: {error}"
            self._log.error(f"fallback {key!r:.100}", text)
            empty: T = EMPTY[wanted]
            return empty

    def _decide(
        self, wanted: Wanted, key: str, context: Any, fallback: Any, explained: bool
    ) -> Decision:
        try:
            tables = self._serving.tables  # once: one version from here on
            run, read, outcome = self._outcome(tables.of(wanted), key, context)
            outcome.tick()
            if outcome.value is FALLBACK:
                value = self.fall_back(wanted, key, fallback)
            else:
                value = outcome.value if outcome.fresh is None else outcome.fresh()
                if read is not None and read.unit not in outcome.seen:
                    self._exposures.exposed(outcome.seen, read.unit, read)
        except Exception as error:  # no way here is known; but the caller must not pay for it
            self._log.error("evaluation", f"flag {key!r:.100}: {type(error).__name__}: {error}")
            why = type(error).__name__
            value = self.fall_back(wanted, key, fallback)
            return Decision(_text(key), value, None, ERROR, error=GENERAL, cause=why)
        bucket, trace = None, None
        if explained and read is not None and tables.program is not None and run is not None:
            try:
                bucket, trace = explain(tables.program, key, read, PRESENT)
            except Exception as error:
                self._log.error("explain", f"flag {key!r:.100}: {type(error).__name__}: {error}")
        return Decision(
            _text(key), value, outcome.variant, outcome.reason, outcome.rule, outcome.error,
            outcome.cause, bucket, outcome.seen.version, trace,
        )  # fmt: skip

    def _outcome(
        self, table: Table, key: str, context: Any
    ) -> tuple[Answer | None, Context | None, Counted]:
        stranger = self._serving.counting.stranger
        try:
            run = table[key]
        except TypeError:
            return None, None, stranger("", FLAG_NOT_FOUND, "a flag key is text")
        try:
            read = read_context(context)
        except Exception as error:
            if isinstance(error, ExtractionError):
                self._log.error(f"context {type(context).__name__:.100}", str(error))
            known = table.failures.get(key)  # a flag that cannot be served says so first
            cause = str(error) if isinstance(error, ContextError) else type(error).__name__
            return None, None, known or stranger(key, INVALID_CONTEXT, cause)
        try:
            return run, read, run(read.user, read.kinds, PRESENT)
        except Exception as error:
            cause = f"evaluation failed: {type(error).__name__}"
            return None, read, stranger(key, GENERAL, cause)


def _text(key: Any) -> str:
    return key if isinstance(key, str) else "" if key is None else type(key).__name__
