"""REST: everything that is configuration, in and out."""

from __future__ import annotations

from . import (
    audience,
    compare,
    environment_flags,
    environments,
    evaluate,
    events,
    flag_list,
    flags,
    history,
    kill,
    refusals,
    segments,
    timeline,
    together,
    transfer,
)

ROUTES = (
    *environments.ROUTES,
    *flag_list.ROUTES,
    *flags.ROUTES,
    *together.ROUTES,
    *environment_flags.ROUTES,
    *kill.ROUTES,
    *segments.ROUTES,
    *history.ROUTES,
    *compare.ROUTES,
    *timeline.ROUTES,
    *transfer.ROUTES,
    *evaluate.ROUTES,
    *audience.ROUTES,
    *events.ROUTES,
)

PROBLEMS = refusals.PROBLEMS

__all__ = ["PROBLEMS", "ROUTES"]
