"""REST: what commands would move, and what single flags do with the observed contexts."""

from __future__ import annotations

from . import previews, programs, targeting
from .previews import PREVIEWED, PROBLEMS, PreviewId

ROUTES = (*previews.ROUTES, *programs.ROUTES, *targeting.ROUTES)

__all__ = ["PREVIEWED", "PROBLEMS", "ROUTES", "PreviewId"]
