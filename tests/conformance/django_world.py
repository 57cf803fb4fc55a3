"""A Django in memory, for the libraries that need one. Absent without complaint."""

from __future__ import annotations

import importlib.util
from functools import cache

LIBRARIES = ("waffle", "flags")


def missing(library: str) -> str:
    """Why a library's tests cannot run; empty where they can."""
    lacking = [name for name in ("django", library) if importlib.util.find_spec(name) is None]
    return f"{' and '.join(lacking)} not installed" if lacking else ""


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
            *(name for name in LIBRARIES if not missing(name)),
        ],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        FLAGS={},
    )
    django.setup()
    call_command("migrate", verbosity=0)
