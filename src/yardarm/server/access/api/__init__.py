"""REST: who may do what, and signing in."""

from __future__ import annotations

from . import access, sessions

ROUTES = (*access.ROUTES, *sessions.ROUTES)

PROBLEMS = access.PROBLEMS

__all__ = ["PROBLEMS", "ROUTES"]
