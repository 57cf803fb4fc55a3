"""django-waffle itself, asked about the same flags and requests."""

from __future__ import annotations

from typing import Any

from tests.django_world import start

Json = Any


class Real:
    """The flags in a database."""

    def __init__(self, flags: list[Json]) -> None:
        start()
        from django.contrib.auth.models import Group, User
        from waffle.models import Flag

        for model in (Flag, User, Group):
            model.objects.all().delete()
        for key in (1, 2, 3):
            Group.objects.create(pk=key, name=f"group-{key}")
        for key in (1, 2, 3, 4, 5):
            User.objects.create(pk=key, username=f"user-{key}")
        for made in flags:
            fields = {k: v for k, v in made.items() if k not in ("groups", "users")}
            flag = Flag.objects.create(**fields)
            flag.groups.set(made["groups"])
            flag.users.set(made["users"])

    def is_active(self, name: str, request: Json, chance: float, override: bool) -> bool:
        from unittest import mock

        from django.contrib.auth.models import AnonymousUser, Group, User
        from django.http import QueryDict
        from django.test import RequestFactory, override_settings
        from waffle import flag_is_active

        headers = {f"HTTP_{name.upper().replace('-', '_')}": value
                   for name, value in request["headers"].items()}  # fmt: skip
        asked = RequestFactory().get("/", **headers)
        asked.GET = QueryDict(mutable=True)
        asked.GET.update(request["query"])
        asked.COOKIES = dict(request["cookies"])
        asked.LANGUAGE_CODE = request["language"]
        asked.user = AnonymousUser()
        if "key" in request:
            asked.user = User.objects.get(pk=int(request["key"]))
            asked.user.is_staff = request["staff"]
            asked.user.is_superuser = request["superuser"]
            asked.user.groups.set(Group.objects.filter(pk__in=request["groups"]))
        with (
            mock.patch("waffle.models.random.uniform", lambda low, high: chance * high),
            override_settings(WAFFLE_OVERRIDE=override),
        ):
            return bool(flag_is_active(asked, name))
