"""Logging: a line for each evaluation, by the standard library or by structlog.

>>> import logging
>>> from yardarm.integrations.logging import evaluations
>>> hook = evaluations(logging.getLogger("flags"))
>>> client = Client("http://127.0.0.1:8180", "ys_…", hooks=[hook])

The line carries the flag, variant, reason, rule and error as fields (`extra`), and nothing of the
context. A program on structlog gives its logger to `structured` instead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..core.decision import Decision
from ..sdk.hooks import Evaluation, Hook


def evaluations(logger: logging.Logger, level: int = logging.DEBUG) -> Hook:
    """A hook that logs each evaluation at a level; one with an error is a warning."""

    def log(_: Evaluation, decision: Decision) -> None:
        told = level if decision.error is None else logging.WARNING
        fields = {f"flag_{name}": value for name, value in _fields(decision).items()}
        logger.log(told, "flag %s: %s", decision.flag, _outcome(decision), extra=fields)

    return Hook(finally_=log)


def structured(log: Callable[..., object]) -> Hook:
    """A hook that calls a method of a structlog logger, as `structlog.get_logger().debug`."""
    return Hook(
        finally_=lambda _, decision: log("flag_evaluated", flag=decision.flag, **_fields(decision))
    )


def _fields(decision: Decision) -> dict[str, Any]:
    names = ("variant", "reason", "rule", "error")
    return {name: getattr(decision, name) for name in names}


def _outcome(decision: Decision) -> str:
    if decision.error is not None:
        return f"fallback, {decision.error} ({decision.cause})"
    return f"{decision.variant or 'fallback'} ({decision.reason})"
