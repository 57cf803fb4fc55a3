"""The vendors' languages: readers, writers and answers in the vendors' own shapes.

To add one: a folder here with a `DIALECT`, and a line in `find`.
"""

from __future__ import annotations

from .base import Dialect

NAMES: tuple[str, ...] = (
    "launchdarkly", "unleash", "flagsmith", "growthbook", "flagd", "harness", "togglz",
    "gutter", "feature_ramp", "flagon", "flask_featureflags", "flipper", "waffle",
    "django_flags",
)  # fmt: skip
"""Every dialect by name, the vendors first, then the older libraries."""


def find(name: str) -> Dialect | None:
    """The dialect of this name, imported when it is first asked for; None when there is none."""
    match name:
        case "launchdarkly":
            from . import launchdarkly

            return launchdarkly.DIALECT
        case "unleash":
            from . import unleash

            return unleash.DIALECT
        case "flagsmith":
            from . import flagsmith

            return flagsmith.DIALECT
        case "growthbook":
            from . import growthbook

            return growthbook.DIALECT
        case "flagd":
            from . import flagd

            return flagd.DIALECT
        case "harness":
            from . import harness

            return harness.DIALECT
        case "togglz":
            from . import togglz

            return togglz.DIALECT
        case "gutter":
            from . import gutter

            return gutter.DIALECT
        case "feature_ramp":
            from . import feature_ramp

            return feature_ramp.DIALECT
        case "flagon":
            from . import flagon

            return flagon.DIALECT
        case "flask_featureflags":
            from . import flask_featureflags

            return flask_featureflags.DIALECT
        case "flipper":
            from . import flipper

            return flipper.DIALECT
        case "waffle":
            from . import waffle

            return waffle.DIALECT
        case "django_flags":
            from . import django_flags

            return django_flags.DIALECT
        case _:
            return None
