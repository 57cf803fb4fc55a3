"""Routes and class-based views behind flags, the command, and tests of a Django project."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from tests import django_world
from tests.native_server import flag

django_world.need("waffle")
django_world.start()

from django.core.exceptions import ImproperlyConfigured  # noqa: E402  # Django is set up before
from django.core.management import CommandError, call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import (  # noqa: E402
    AsyncClient,
    Client,
    LiveServerTestCase,
    TestCase,
    override_settings,
)
from django.urls import include, path, re_path, reverse  # noqa: E402
from django.views import View  # noqa: E402

from yardarm.integrations.django import (  # noqa: E402
    FlagRequiredMixin,
    flagged_path,
    flagged_paths,
    flagged_re_path,
    flagged_re_paths,
    is_active,
)
from yardarm.testing import FlagsMixin, override  # noqa: E402

DOCUMENT = {"flags": {"on": flag(True), "off": flag(False)}}


def here(request: HttpRequest, **named: Any) -> HttpResponse:
    return HttpResponse(f"here {named or ''}".strip())


def other(request: HttpRequest, **named: Any) -> HttpResponse:
    return HttpResponse("other")


async def here_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


class Behind(FlagRequiredMixin, View):
    flag = "off"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("view")


class BehindAsync(FlagRequiredMixin, View):
    flag = "off"

    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("view")


shared = ([path("in", here, name="in"), path("deep/", include([path("er", here)]))], "shared")

with flagged_paths("off", else_view=other) as beta:
    several = [beta("b1", here), beta("b2/<int:n>", here, name="b2")]
with flagged_re_paths("off", state=False) as leaving:
    several += [leaving(r"^l1$", here)]

urlpatterns = [
    flagged_path("off", "one", here, name="one"),
    flagged_path("on", "two/<word>", here, {"more": 1}),
    flagged_path("off", "away", here, redirect_to="one"),
    flagged_path("off", "async", here_async),
    flagged_re_path("off", r"^re/(?P<n>\d+)$", here, else_view=other),
    flagged_path("off", "beta/", include(shared, namespace="beta")),
    path("plain/", include(shared, namespace="plain")),
    *several,
    path("view", Behind.as_view()),
    path("view-on", Behind.as_view(flag="on")),
    path("view-else", Behind.as_view(else_view=other)),
    path("view-async", BehindAsync.as_view()),
    re_path("^always$", here),
]


@pytest.fixture(autouse=True)
def _world() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, YARDARM=SETTING):
        yield


MIDDLEWARE = ["yardarm.integrations.django.FlagsMiddleware"]
SETTING = {"document": DOCUMENT}


def get(address: str) -> str | int:
    """The body, or the status when that is not 200."""
    answer = Client().get(address)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def test_a_route_is_there_while_its_flag_is_on() -> None:
    assert [get("/one"), get("/away"), get("/re/5"), get("/b1"), get("/l1")] == [
        404, 302, "other", "other", "here"
    ]  # fmt: skip
    assert get("/two/x") == "here {'word': 'x', 'more': 1}"
    with override(off=True):
        assert [get("/one"), get("/away"), get("/re/5"), get("/b1"), get("/l1")] == [
            "here", "here", "here {'n': '5'}", "here", 404
        ]  # fmt: skip
        assert get("/b2/7") == "here {'n': 7}"
    assert (reverse("one"), reverse("b2", args=[3])) == ("/one", "/b2/3")


def test_all_that_is_included_is_behind_the_flag_and_elsewhere_not() -> None:
    assert reverse("beta:in") == "/beta/in"
    assert [get("/beta/in"), get("/beta/deep/er")] == [404, 404]
    assert [get("/plain/in"), get("/plain/deep/er")] == ["here", "here"]
    with override(off=True):
        assert [get("/beta/in"), get("/beta/deep/er")] == ["here", "here"]


def test_asynchronous_routes_and_views() -> None:
    async def statuses() -> list[int]:
        return [(await AsyncClient().get(one)).status_code for one in ("/async", "/view-async")]

    assert asyncio.run(statuses()) == [404, 404]
    with override(off=True):
        assert asyncio.run(statuses()) == [200, 200]


def test_class_based_views() -> None:
    assert [get("/view"), get("/view-on"), get("/view-else")] == [404, "view", "other"]
    with override(off=True):
        assert get("/view") == "view"

    class Nameless(FlagRequiredMixin, View):
        pass

    with pytest.raises(ImproperlyConfigured, match="Nameless needs flag"):
        Nameless.as_view()


# --- the command ----------------------------------------------------------------------------------


def said(*words: str) -> str:
    out = StringIO()
    call_command("flags", *words, stdout=out, skip_checks=True)
    return out.getvalue().strip()


def test_the_command_lists_and_checks() -> None:
    lines = [line.split() for line in said("list").splitlines()]
    assert lines == [
        ["flag", "serves", "source", "description"],
        ["off", "off", "memory"], ["on", "on", "memory"],
    ]  # fmt: skip
    assert said("check", "on") == "on is on"
    with pytest.raises(SystemExit):
        said("check", "off")
    with pytest.raises(CommandError, match="--context is JSON"):
        said("list", "--context", "x")
    with override_settings(YARDARM={}), pytest.raises(CommandError, match="there is no client"):
        said("list")


# --- tests of a project ---------------------------------------------------------------------------


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, YARDARM=SETTING)
class TestOfAProject(FlagsMixin, TestCase):
    flags = {"off": True}  # noqa: RUF012
    strict_flags = True

    def test_flags_are_overridden_for_the_test_client(self) -> None:
        self.assertContains(self.client.get("/one"), "here")
        with self.flag_variant("off", "off"):
            assert self.client.get("/one").status_code == 404
        assert self.seen.variants("off") == {"on", "off"}


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, YARDARM=SETTING)
class TestOfALiveServer(FlagsMixin, LiveServerTestCase):
    flags = {"off": True}  # noqa: RUF012

    def _fixture_teardown(self) -> None:
        """The database in memory is that of other tests too: it is not flushed."""

    def test_flags_are_overridden_in_the_server_s_threads(self) -> None:
        with urllib.request.urlopen(f"{self.live_server_url}/one") as answer:
            assert answer.read() == b"here"
        self.override_flags(off=False)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{self.live_server_url}/one")


def test_afterwards_nothing_is_overridden() -> None:
    assert is_active("off") is False
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
