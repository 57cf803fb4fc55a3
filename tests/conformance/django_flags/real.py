"""django-flags itself, asked about the same conditions and requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from unittest import mock

from tests.django_world import start

Json = Any


class Real:
    """Conditions in the settings, or in the table."""

    def __init__(self, settings: dict[str, list[Json]], rows: list[Json]) -> None:
        start()
        from flags.models import FlagState

        self.settings = settings
        FlagState.objects.all().delete()
        for row in rows:
            FlagState.objects.create(**row)

    def is_enabled(self, name: str, request: Json, now: float) -> bool | str:
        from django.contrib.auth.models import AnonymousUser, User
        from django.http import QueryDict
        from django.test import RequestFactory, override_settings
        from flags.state import flag_enabled

        asked = RequestFactory().get("/")
        asked.path = request["path"]
        asked.GET = QueryDict(mutable=True)
        asked.GET.update(request["parameters"])
        asked.user = User(username=request["key"]) if "key" in request else AnonymousUser()
        moment = datetime.fromtimestamp(now, UTC)
        with (
            override_settings(FLAGS=self.settings),
            mock.patch("flags.conditions.conditions.timezone.now", return_value=moment),
        ):
            try:
                return bool(flag_enabled(name, request=asked))
            except ValueError:
                return "raised"
