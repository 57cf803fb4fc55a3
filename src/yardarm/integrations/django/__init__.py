"""Flags for Django: `"yardarm.integrations.django"` in `INSTALLED_APPS`.

>>> YARDARM = {"url": "https://flags.example.com", "key": "ys_…"}
>>> MIDDLEWARE = ["yardarm.integrations.django.FlagsMiddleware", …]

The setting is described by `YARDARM` in the reference. Needs `yardarm[django]`.
"""

from .contexts import django_flags_context, request_context, waffle_context
from .decorators import flag_required, is_active
from .middleware import FlagsMiddleware
from .mixins import FlagRequiredMixin
from .urls import flagged_path, flagged_paths, flagged_re_path, flagged_re_paths

__all__ = [
    "FlagRequiredMixin",
    "FlagsMiddleware",
    "django_flags_context",
    "flag_required",
    "flagged_path",
    "flagged_paths",
    "flagged_re_path",
    "flagged_re_paths",
    "is_active",
    "request_context",
    "waffle_context",
]
