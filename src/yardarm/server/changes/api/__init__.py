"""REST: everything that is configuration, in and out."""

from __future__ import annotations

from . import (
    environment_flags,
    environments,
    evaluate,
    flags,
    history,
    refusals,
    segments,
    transfer,
)

ROUTES = (
    *environments.ROUTES,
    *flags.ROUTES,
    *environment_flags.ROUTES,
    *segments.ROUTES,
    *history.ROUTES,
    *transfer.ROUTES,
    *evaluate.ROUTES,
)

PROBLEMS = refusals.PROBLEMS

__all__ = ["PROBLEMS", "ROUTES"]
