"""A Django in memory, for the libraries that need one."""

from __future__ import annotations

import importlib.util
import os
from functools import cache

import pytest

LIBRARIES = ("waffle", "flags")


def need(library: str) -> None:
    """Skip the test where the library is not installed; fail in CI, where it must be."""
    lacking = [name for name in ("django", library) if importlib.util.find_spec(name) is None]
    if lacking:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(f"{' and '.join(lacking)} not installed")


@cache
def start() -> None:
    """Set Django up, once in a process, with the libraries that there are."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="tests",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            *(name for name in LIBRARIES if importlib.util.find_spec(name) is not None),
        ],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        FLAGS={},
    )
    django.setup()
    call_command("migrate", verbosity=0)
