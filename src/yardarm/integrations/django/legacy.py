"""Flags where django-waffle and django-flags keep them, followed as they are.

>>> YARDARM = {
...     "source": "yardarm.integrations.django.legacy.WaffleSource",
...     "context": "yardarm.integrations.django.waffle_context",
... }

Both libraries go on working beside it, on the same tables. What flags mean here, and what is lost,
is said by the pages of their dialects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import connections, router

from ...core.codec import document_to_json
from ...core.model import Json
from ...dialects import django_flags, waffle
from ...dialects.base import Dialect
from ...dialects.report import publishable
from ...sdk.log import Log
from ...sdk.sources import Content, mark_of_data

LOG = Log("older flags of Django")


class WaffleSource:
    """The flags, switches and samples of django-waffle, which has to be installed.

    Its settings of the cookies' names, of `WAFFLE_OVERRIDE` and of models of your own are followed.
    """

    name = "django-waffle"

    def fetch(self, mark: str) -> Content | None:
        """All of them, if any changed."""
        options: dict[str, Any] = {"override": bool(getattr(settings, "WAFFLE_OVERRIDE", False))}
        for option, setting in (("cookie", "WAFFLE_COOKIE"), ("test_cookie", "WAFFLE_TEST_COOKIE")):
            if hasattr(settings, setting):
                options[option] = getattr(settings, setting)
        names = []
        for kind in ("flag", "switch", "sample"):
            own = getattr(settings, f"WAFFLE_{kind.upper()}_MODEL", f"waffle.{kind.title()}")
            names.append(own)
            if own.lower() != f"waffle.{kind}":
                options[f"{kind}_model"] = own.lower()
        return _content(waffle.DIALECT, _dumped(names), options, mark)


class DjangoFlagsSource:
    """The flags of django-flags: the setting `FLAGS`, and its table where it is installed."""

    name = "django-flags"

    def fetch(self, mark: str) -> Content | None:
        """All of them, if any changed."""
        source: dict[str, Any] = {"FLAGS": getattr(settings, "FLAGS", {})}
        if apps.is_installed("flags"):
            rows = [one["fields"] for one in _dumped(["flags.FlagState"])]
            source["tables"] = {"flags_flagstate": rows}
        options = {"use_tz": bool(settings.USE_TZ)}
        return _content(django_flags.DIALECT, source, options, mark)


def _dumped(models: Iterable[str]) -> Any:
    """What `dumpdata` prints of these models."""
    found: list[Any] = []
    for name in models:
        model = apps.get_model(name)
        try:
            found += json.loads(serializers.serialize("json", model.objects.order_by("pk")))
        finally:
            connections[router.db_for_read(model)].close_if_unusable_or_obsolete()
    return found


def _content(dialect: Dialect, source: Json, options: dict[str, Any], mark: str) -> Content | None:
    reading = publishable(dialect.read(source, options))
    data = json.dumps(document_to_json(reading.document)).encode()
    now = mark_of_data(data)
    if now == mark:
        return None
    for loss in reading.losses:
        words = f"{dialect.title}, {loss.pointer}: {loss.message}"
        LOG.warning(loss.pointer, words)
    return Content(data, now)
