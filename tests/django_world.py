"""A Django with a database, one for the process, for whatever needs it."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from functools import cache
from typing import Any

import pytest

LIBRARIES = ("waffle", "flags")

TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}


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
        DATABASES={"default": _database()},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.admin",
            "yardarm.integrations.django",
            *(name for name in LIBRARIES if importlib.util.find_spec(name) is not None),
        ],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        FLAGS={},
        ALLOWED_HOSTS=["testserver", "localhost"],
        STATIC_URL="/static/",
        TEMPLATES=[TEMPLATES],
    )
    django.setup()
    call_command("migrate", verbosity=0)


def _database() -> dict[str, Any]:
    """One for all threads, as long as the process lives. Nobody cares for it after a power cut."""
    folder = tempfile.mkdtemp(prefix="yardarm-django-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    hurry = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(folder, "django.sqlite"),
        "OPTIONS": {"init_command": hurry, "transaction_mode": "IMMEDIATE"},
    }
