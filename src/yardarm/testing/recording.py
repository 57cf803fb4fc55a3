"""Which flags were asked for, and what they answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from ..core.decision import FLAG_NOT_FOUND, PROVIDER_NOT_READY, Decision
from ..errors import ContextError
from ..sdk.extracting import read_context
from ..sdk.hooks import Evaluation, Hook
from ..sdk.trial import TRIALS
from .holding import Holding


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluation: what was asked, and what came of it. `unit` is the context's key, if any."""

    flag: str
    value: Any
    variant: str | None
    reason: str
    error: str | None
    cause: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """A unit was given a variant for the first time."""

    flag: str
    variant: str
    unit: str


class Recording:
    """Evaluations, in their order. It grows while the block that made it lasts."""

    def __init__(self) -> None:
        self.evaluations: list[Evaluated] = []

    @property
    def flags(self) -> set[str]:
        """The keys of the flags that were asked for."""
        return {each.flag for each in self.evaluations}

    def variants(self, flag: str) -> set[str]:
        """The variants that a flag served."""
        served = (each.variant for each in self.evaluations if each.flag == flag)
        return {variant for variant in served if variant is not None}

    @property
    def exposures(self) -> list[Exposure]:
        """Who was given what, each only the first time, as the server is told of it."""
        found = {
            Exposure(each.flag, each.variant, each.unit): None
            for each in self.evaluations
            if each.variant is not None and each.unit is not None
        }
        return list(found)

    @property
    def unknown(self) -> set[str]:
        """The keys of flags that no document has."""
        missing = (FLAG_NOT_FOUND, PROVIDER_NOT_READY)
        return {each.flag for each in self.evaluations if each.error in missing}

    def _note(self, evaluation: Evaluation, decision: Decision) -> None:
        try:
            unit = None if evaluation.context is None else read_context(evaluation.context).unit
        except ContextError:
            unit = None
        self.evaluations.append(
            Evaluated(
                decision.flag, decision.value, decision.variant, decision.reason, decision.error,
                decision.cause, unit,
            )
        )  # fmt: skip


@contextmanager
def record() -> Iterator[Recording]:
    """Record every evaluation in a block, of every client, in every thread and task.

    >>> with record() as seen:
    ...     buy()
    >>> assert seen.variants("new-checkout") == {"on"}
    """
    recording = Recording()
    hook = Hook(finally_=recording._note)
    with Holding(lambda trial: replace(trial, hooks=(*trial.hooks, hook))):
        yield recording


def is_recorded() -> bool:
    """Whether somebody records at this moment."""
    return bool(TRIALS.now.hooks)
