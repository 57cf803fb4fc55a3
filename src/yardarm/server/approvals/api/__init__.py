"""REST: policies, and the change requests that they ask for."""

from __future__ import annotations

from . import policies, requests, verdicts
from .answers import WAITING, Waiting

ROUTES = (*policies.ROUTES, *requests.ROUTES, *verdicts.ROUTES)

__all__ = ["ROUTES", "WAITING", "Waiting"]
