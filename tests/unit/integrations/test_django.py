"""Flags for Django: who asks, views, templates, checks; with the real Django in memory."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests import django_world
from tests.native_server import flag

import yardarm
from yardarm import sign_override
from yardarm.errors import OptionError

django_world.need("waffle")
django_world.start()

from asgiref.sync import sync_to_async  # noqa: E402  # Django has to be set up before
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse  # noqa: E402
from django.template import Context, Template, TemplateSyntaxError  # noqa: E402
from django.test import AsyncClient, Client, RequestFactory, override_settings  # noqa: E402
from django.urls import path  # noqa: E402

from yardarm.integrations.django import (  # noqa: E402
    FlagsMiddleware,
    django_flags_context,
    flag_required,
    is_active,
    request_context,
    waffle_context,
)
from yardarm.integrations.django.checks import check_deployment, check_settings  # noqa: E402
from yardarm.sdk.scope import SCOPES  # noqa: E402

SECRET = "s" * 32
ANN = {"attribute": "username", "op": "equals", "values": ["ann"]}
FLAGS: dict[str, Any] = {
    "new": flag(False, rules=[{"id": "ann", "when": ANN, "serve": "on"}], client_visible=True),
    "on": flag(True), "off": flag(False),
    "engine": {"type": "string", "enabled": True, "default": "a",
               "variants": [{"key": "a", "value": "</script>"}], "client_visible": True},
    "limit": {"type": "integer", "enabled": True, "default": "ten",
              "variants": [{"key": "ten", "value": 10}]},
}  # fmt: skip
DOCUMENT = {"flags": FLAGS}
WHO = [
    "yardarm.integrations.django.FlagsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


def asked(request: HttpRequest) -> HttpResponse:
    """Who asks, and what they get."""
    context = yardarm.current_context()
    return HttpResponse(json.dumps({"new": is_active("new"), **context.user}))


async def asked_async(request: HttpRequest) -> HttpResponse:
    return asked(request)


def quiet(request: HttpRequest) -> HttpResponse:
    return HttpResponse("quiet")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield str(is_active("new"))
        yield f" {is_active('off')}"

    return StreamingHttpResponse(parts())


async def streamed_async(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        yield str(is_active("new"))
        yield f" {is_active('off')}"

    return StreamingHttpResponse(parts())


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def old(request: HttpRequest, name: str = "") -> HttpResponse:
    return HttpResponse(f"old {name}")


@flag_required("new")
def hidden(request: HttpRequest) -> HttpResponse:
    """Of those who have it."""
    return HttpResponse("new")


@flag_required("new")
async def hidden_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("new")


@flag_required("new", redirect_to="old")
def moved(request: HttpRequest) -> HttpResponse:
    return HttpResponse("new")


@flag_required("new", else_view=old)
def either(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(f"new {name}")


@flag_required("new", state=False)
def leaving(request: HttpRequest) -> HttpResponse:
    return HttpResponse("leaving")


urlpatterns = [
    path("asked", asked), path("asked-async", asked_async), path("quiet", quiet),
    path("streamed", streamed), path("streamed-async", streamed_async), path("broken", broken),
    path("old", old, name="old"), path("hidden", hidden), path("hidden-async", hidden_async),
    path("moved", moved), path("either/<name>", either), path("leaving", leaving),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _ann() -> Iterator[None]:
    ann = User.objects.create_user("ann", is_staff=True)
    ann.groups.add(Group.objects.create(name="crew"))
    User.objects.create_user("bob")
    yield
    User.objects.all().delete()
    Group.objects.all().delete()


def set_up(**setting: Any) -> Any:
    return override_settings(
        ROOT_URLCONF=__name__, MIDDLEWARE=WHO, YARDARM={"document": DOCUMENT, **setting}
    )


@pytest.fixture
def world() -> Iterator[None]:
    with set_up():
        yield


def browser(name: str = "") -> Client:
    found = Client()
    if name:
        found.force_login(User.objects.get(username=name))
    return found


def async_get(address: str, name: str = "") -> Any:
    """What an asynchronous client gets; its user is signed in before there is a loop."""
    cookies = browser(name).cookies

    async def get() -> Any:
        client = AsyncClient()
        client.cookies = cookies
        response = await client.get(address)
        if response.streaming:
            return b"".join([part async for part in response]).decode()
        return response

    return asyncio.run(get())


def ids(messages: list[Any]) -> list[str]:
    return [one.id for one in messages]


# --- who asks -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_the_user_is_the_context_wherever_the_middleware_stands() -> None:
    found = json.loads(browser("ann").get("/asked").content)
    ann = User.objects.get(username="ann")
    assert found == {
        "new": True, "key": str(ann.pk), "username": "ann", "authenticated": True, "staff": True,
        "superuser": False, "language": "en-us",
    }  # fmt: skip
    assert json.loads(browser().get("/asked").content) == {
        "new": False, "authenticated": False, "language": "en-us",
    }  # fmt: skip
    assert yardarm.current_context().user == {}


@pytest.mark.usefixtures("world")
def test_under_asgi_the_user_is_there_in_asynchronous_views_too() -> None:
    for address in ("/asked-async", "/asked"):
        assert json.loads(async_get(address, "ann").content)["new"] is True
        assert json.loads(async_get(address, "bob").content)["username"] == "bob"
        assert json.loads(async_get(address).content)["authenticated"] is False
    assert async_get("/hidden-async", "ann").content == b"new"
    assert async_get("/hidden-async").status_code == 404


def test_a_request_that_asks_for_no_flag_makes_no_context() -> None:
    made: list[str] = []

    def context(request: HttpRequest) -> dict[str, Any]:
        made.append(request.path)
        return {"username": "ann"}

    with set_up(context=context):
        assert browser().get("/quiet").content == b"quiet"
        assert made == []
        assert browser().get("/hidden").content == b"new"
        assert made == ["/hidden"]


def test_a_context_that_raises_has_flags_fall_back(caplog: pytest.LogCaptureFixture) -> None:
    def context(request: HttpRequest) -> dict[str, Any]:
        raise LookupError("no such customer")

    with set_up(context=context):
        assert browser("ann").get("/hidden").status_code == 404
    assert "no such customer" in caplog.text


@pytest.mark.usefixtures("world")
def test_a_body_that_is_streamed_is_still_of_the_request() -> None:
    answer = browser("ann").get("/streamed")
    assert yardarm.current_context().user == {}  # nothing is left in the server's thread
    assert b"".join(answer.streaming_content) == b"True False"
    assert async_get("/streamed-async", "ann") == "True False"


@pytest.mark.usefixtures("world")
def test_a_view_that_raises_leaves_nothing_bound() -> None:
    with pytest.raises(ZeroDivisionError):
        browser("ann").get("/broken")
    assert yardarm.current_context().user == {}


def test_contexts_of_the_older_libraries() -> None:
    request = RequestFactory().get("/p?beta=True", headers={"X-Team": "a"})
    request.user = User.objects.get(username="ann")
    request.COOKIES["dwf_x"] = "True"
    groups = [one.pk for one in request.user.groups.all()]
    found = waffle_context(request)
    assert (found["groups"], found["cookies"], found["query"], found["headers"]["x-team"]) == (
        groups, {"dwf_x": "True"}, {"beta": "True"}, "a"
    )  # fmt: skip
    found = django_flags_context(request)
    assert (found["key"], found["path"], found["parameters"]) == ("ann", "/p", {"beta": "True"})
    del request.user  # without Django's own users
    assert "key" not in request_context(request)


# --- visitors and overrides -----------------------------------------------------------------------


def test_visitors_keep_a_key_signed_by_django_s_secrets() -> None:
    with set_up(visitors=True), override_settings(SECRET_KEY="a" * 50):
        visitor = browser()
        first = visitor.get("/asked")
        key = json.loads(first.content)["key"]
        assert first.cookies["yardarm_visitor"]["httponly"]
        assert first.cookies["yardarm_visitor"]["secure"]
        assert json.loads(visitor.get("/asked").content)["key"] == key
        assert json.loads(browser("ann").get("/asked").content)["username"] == "ann"
    rotated = override_settings(SECRET_KEY="b" * 50, SECRET_KEY_FALLBACKS=["a" * 50])
    with set_up(visitors=True), rotated:
        answer = Client()
        answer.cookies = visitor.cookies
        again = answer.get("/asked")
        assert json.loads(again.content)["key"] == key
        assert "yardarm_visitor" in again.cookies  # signed anew


def test_a_signed_override_changes_one_browser(caplog: pytest.LogCaptureFixture) -> None:
    said = {"secrets": SECRET, "audience": "shop", "parameter": "try", "redirect": True}
    token = sign_override({"new": True}, SECRET, "shop", by="eve")
    with set_up(overrides=said), caplog.at_level(logging.INFO, "yardarm.overrides"):
        tester = browser()
        answer = tester.get(f"/hidden?try={token}")
        assert (answer.status_code, answer["location"]) == (303, "/hidden")
        answer = tester.get("/hidden")
        assert (answer.content, answer["cache-control"]) == (b"new", "private, no-store")
        assert browser().get("/hidden").status_code == 404
        assert tester.get("/hidden?try=off").cookies["yardarm_override"].value == ""
        assert tester.get("/hidden").status_code == 404
        header = {"Yardarm-Override": token}
        assert browser().get("/hidden", headers=header).content == b"new"
        assert browser().get("/hidden", headers={"Yardarm-Override": token[:-2]}).status_code == 404
    assert "by 'eve'" in caplog.text


def test_pages_of_its_own() -> None:
    with set_up(status_path="/v0", debug_path="/-/flags", server_timing=True):
        visitor = browser("ann")
        assert visitor.get("/hidden")["server-timing"] == 'yardarm;desc="new=on"'
        assert json.loads(visitor.get("/v0/on").content) == {"active": True, "known": True}
        assert b"/hidden" in visitor.get("/-/flags").content
    SCOPES.leave()  # such a middleware stays for good; this one is gone


# --- views and templates --------------------------------------------------------------------------


@pytest.mark.usefixtures("world")
def test_what_a_view_answers_while_its_flag_is_off() -> None:
    ann, visitor = browser("ann"), browser()
    assert (ann.get("/hidden").content, visitor.get("/hidden").status_code) == (b"new", 404)
    assert ann.get("/moved").content == b"new"
    assert (visitor.get("/moved").status_code, visitor.get("/moved")["location"]) == (302, "/old")
    assert ann.get("/either/x").content == b"new x"
    assert visitor.get("/either/x").content == b"old x"
    assert (ann.get("/leaving").status_code, visitor.get("/leaving").content) == (404, b"leaving")
    assert hidden.__doc__ == "Of those who have it."


def test_a_view_and_its_stand_in_are_alike() -> None:
    with pytest.raises(OptionError, match="not both async"):
        flag_required("new", else_view=old)(asked_async)
    with pytest.raises(OptionError, match="cannot be called as"):
        flag_required("new", else_view=asked)(either)
    with pytest.raises(OptionError, match="else_view or redirect_to"):
        flag_required("new", else_view=old, redirect_to="/")


def rendered(text: str, **context: Any) -> str:
    return Template("{% load yardarm %}" + text).render(Context(context))


@pytest.mark.usefixtures("world")
def test_template_tags() -> None:
    either = '{% flag "new" who %}new{% else %}old{% endflag %}'
    assert rendered(either, who={"username": "ann"}) == "new"
    assert rendered(either, who={"username": "bob"}) == "old"
    assert rendered("{% flag name %}on{% endflag %}", name="on") == "on"
    assert rendered("{% flag missing %}on{% else %}off{% endflag %}") == "off"
    assert rendered('{% flag_value "limit" 5 as n %}{{ n|add:1 }}') == "11"
    assert rendered('{% flag_value "engine" "x" %}') == "&lt;/script&gt;"
    assert rendered('{% flag_value "nobody" 0.5 %}') == "0.5"
    assert rendered('{% flag_variant "engine" %}') == "a"
    block = rendered("{% page_flags who %}", who={"username": "ann"})
    assert block.count("</script>") == 1
    found = json.loads(block.partition(">")[2].removesuffix("</script>"))["flags"]
    assert {one["key"]: one["value"] for one in found} == {"new": True, "engine": "</script>"}
    with pytest.raises(TemplateSyntaxError, match="takes a flag"):
        rendered("{% flag %}{% endflag %}")
    with pytest.raises(TemplateSyntaxError, match="endflag"):
        rendered('{% flag "on" %}')


# --- the setting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "id", "words"),
    [
        ([], "yardarm.E001", "write a dictionary"),
        ({"ulr": "http://x"}, "yardarm.E001", "did you mean 'url'"),
        ({"url": "http://x", "key": "ys_1", "document": DOCUMENT}, "yardarm.E002", "one place"),
        ({"source": "nowhere.Source"}, "yardarm.E003", "dotted name"),
        ({"source": "json.loads"}, "yardarm.E003", "a yardarm.Source"),
        ({"context": "nowhere.context"}, "yardarm.E003", "dotted name"),
        ({"context": 5}, "yardarm.E003", "called with the request"),
        ({"url": "flags.example.com", "key": "ys_1"}, "yardarm.E004", "https://flags.example.com"),
        ({"url": "http://x"}, "yardarm.E004", "key"),
        ({"document": DOCUMENT, "options": {"poll": 1}}, "yardarm.E004", "no option 'poll'"),
        ({"document": DOCUMENT, "visitors": {"secrets": "short"}}, "yardarm.E004", "32"),
        ({"document": DOCUMENT, "overrides": {"secret": SECRET}}, "yardarm.E004", "secret"),
        ({"document": DOCUMENT, "proxies": -1}, "yardarm.E004", "proxies"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_told(setting: Any, id: str, words: str) -> None:
    with override_settings(YARDARM=setting, MIDDLEWARE=WHO):
        found = [one for one in check_settings() if one.id == id]
    assert len(found) == 1
    assert words in f"{found[0].msg} {found[0].hint}"


def test_what_looks_forgotten_is_told() -> None:
    with override_settings(YARDARM={}, MIDDLEWARE=[]):
        assert ids(check_settings()) == ["yardarm.W002", "yardarm.W001"]
    with set_up():
        assert check_settings() == []
        call_command("check")
    loose = {"visitors": {"secrets": SECRET, "secure": False}, "debug_path": "/-/flags"}
    with set_up(**loose):
        assert ids(check_settings()) == []
        assert ids(check_deployment()) == ["yardarm.W003", "yardarm.W004"]


def test_the_client_is_made_once_when_it_is_first_asked_for() -> None:
    with set_up():
        FlagsMiddleware(quiet)  # opens nothing
        assert yardarm.sdk.current.CURRENT.client is None
        assert is_active("on") is True
        made = yardarm.get_client()
        assert asyncio.run(sync_to_async(yardarm.get_client)()) is made
    assert made.status.connection == "closed"
    assert is_active("on") is False


def test_the_middleware_without_the_application_says_so() -> None:
    with override_settings(INSTALLED_APPS=[]), pytest.raises(ImproperlyConfigured, match="INSTALL"):
        FlagsMiddleware(quiet)


def test_importing_it_pulls_in_nothing_but_django() -> None:
    code = (
        "import sys, yardarm.integrations.django.checks as _, yardarm.integrations.django.urls\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} "
        "- sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = {name for name in done.stdout.split() if not name.startswith("_")}
    assert foreign - {"yardarm", "django", "asgiref", "sqlparse"} == set()


def test_a_client_of_the_program_goes_before_the_setting_s() -> None:
    with yardarm.Client.from_document({"flags": {"off": flag(True)}}) as own, set_up():
        yardarm.set_client(own)
        try:
            assert is_active("off") is True
        finally:
            yardarm.set_client(None)


def test_a_setting_that_cannot_be_used_costs_the_flags_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with override_settings(YARDARM={"document": {"flags": {"x": 5}}}):
        assert is_active("x") is False
        assert "there is no client: DocumentError" in caplog.text
