"""REST: everything that is configuration, in and out."""

from __future__ import annotations

from . import (
    compare,
    environment_flags,
    environments,
    evaluate,
    events,
    flags,
    history,
    kill,
    refusals,
    segments,
    timeline,
    transfer,
)

ROUTES = (
    *environments.ROUTES,
    *flags.ROUTES,
    *environment_flags.ROUTES,
    *kill.ROUTES,
    *segments.ROUTES,
    *history.ROUTES,
    *compare.ROUTES,
    *timeline.ROUTES,
    *transfer.ROUTES,
    *evaluate.ROUTES,
    *events.ROUTES,
)

PROBLEMS = refusals.PROBLEMS

__all__ = ["PROBLEMS", "ROUTES"]
