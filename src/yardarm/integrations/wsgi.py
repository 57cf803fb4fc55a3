"""Flags for any WSGI application: a context for each request, visitors, signed overrides.

>>> app = FlagsMiddleware(app, context=user_of, visitors=Visitors(SECRET))

Needs nothing but Python.
"""

from __future__ import annotations

from ..sdk.web.wsgi import FlagsMiddleware

__all__ = ["FlagsMiddleware"]
