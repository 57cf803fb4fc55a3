"""Documents in Django's database: followed, edited in the admin and by command; older tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests import django_world
from tests.native_server import flag

import yardarm
from yardarm.errors import DocumentError

django_world.need("waffle")
django_world.need("flags")
django_world.start()

from django.contrib import admin  # noqa: E402  # Django has to be set up before
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.test import Client, RequestFactory, override_settings  # noqa: E402
from django.urls import path  # noqa: E402
from flags.models import FlagState  # noqa: E402
from waffle.models import Flag, Switch  # noqa: E402

from yardarm.integrations.django import is_active, waffle_context  # noqa: E402
from yardarm.integrations.django.database import DatabaseSource  # noqa: E402
from yardarm.integrations.django.models import FlagDocument  # noqa: E402

urlpatterns = [path("admin/", admin.site.urls)]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


def document(*, x: bool) -> str:
    return json.dumps({"flags": {"x": flag(x)}})


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    for model in (FlagDocument, Flag, Switch, FlagState, User, Group):
        model.objects.all().delete()


def followed() -> yardarm.Client:
    """The process's client, once it has looked."""
    client = yardarm.get_client()
    assert isinstance(client, yardarm.Client)
    client.poll()
    return client


def test_a_document_in_the_database_is_followed() -> None:
    with override_settings(YARDARM={"source": "database"}):
        client = followed()
        assert "there is no document yet" in (client.status.error or "")
        FlagDocument.objects.create(document=document(x=True))
        followed()
        assert is_active("x") is True
        DatabaseSource().write(document(x=False).encode())
        followed()
        assert is_active("x") is False
        FlagDocument.objects.all().delete()
        followed()
        assert is_active("x") is False
        assert client.boolean_detail("x", None, True).value is False  # the last one stays


def test_what_is_not_valid_is_not_kept() -> None:
    broken = json.dumps({"flags": {"x": {**flag(True), "default": "nowhere"}}})
    with pytest.raises(ValidationError, match="/flags/x/default"):
        FlagDocument(document=broken).save()
    with pytest.raises(DocumentError):
        DatabaseSource().write(b"{")
    assert not FlagDocument.objects.exists()


def test_only_fields_that_are_saved_are_marked() -> None:
    row = FlagDocument.objects.create(document=document(x=True))
    row.document = document(x=False)
    row.save(update_fields=["document"])
    content = DatabaseSource().fetch("")
    assert content is not None
    assert DatabaseSource().fetch(content.mark) is None
    assert json.loads(content.data) == json.loads(document(x=False))


def test_the_admin_shows_every_problem_with_its_pointer() -> None:
    User.objects.create_superuser("root", password="p")
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE):
        browser = Client()
        browser.force_login(User.objects.get(username="root"))
        page = "/admin/yardarm/flagdocument/"
        broken = {"flags": {"x": {**flag(True), "default": "nowhere", "type": "odd"}}}
        answer = browser.post(f"{page}add/", {"name": "default", "document": json.dumps(broken)})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "/flags/x/type" in text
        assert not FlagDocument.objects.exists()
        sent = {"name": "default", "document": document(x=True)}
        assert browser.post(f"{page}add/", sent).status_code == 302
        assert browser.get(page).status_code == 200
        assert b"monospace" in browser.get(f"{page}default/change/").content
        sent = {"document": document(x=False)}
        assert browser.post(f"{page}default/change/", sent).status_code == 302
        assert FlagDocument.objects.get().document == document(x=False)


def said(*words: str) -> str:
    out = StringIO()
    call_command("flags", *words, stdout=out, skip_checks=True)
    return out.getvalue().strip()


def test_the_command_works_on_the_document(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text(document(x=True))
    with pytest.raises(CommandError, match="write one first"):
        said("read")
    assert said("write", str(file)) == "document 'default' is written"
    assert said("disable", "x") == "x is disabled"
    assert json.loads(said("read"))["flags"]["x"]["enabled"] is False
    assert said("enable", "x") == "x is enabled"
    with pytest.raises(CommandError, match="has no flag 'y'"):
        said("enable", "y")
    file.write_text('{"flags": {"x": 5}}')
    with pytest.raises(CommandError, match="/flags/x"):
        said("write", str(file))
    with pytest.raises(CommandError, match="No such file"):
        said("write", str(tmp_path / "none"))


def test_the_migrations_make_what_the_model_says() -> None:
    call_command("makemigrations", "yardarm", check=True, dry_run=True, verbosity=0)


# --- older libraries ------------------------------------------------------------------------------


def setting(name: str) -> Any:
    return {"source": f"yardarm.integrations.django.legacy.{name}"}


def test_flags_of_django_waffle_are_followed_where_they_are() -> None:
    Flag.objects.create(name="staff-only", staff=True)
    Switch.objects.create(name="open", active=True)
    with override_settings(YARDARM=setting("WaffleSource"), WAFFLE_OVERRIDE=True):
        followed()
        assert is_active("open") is True
        assert is_active("staff-only", {"key": "1", "authenticated": True}) is False
        assert is_active("staff-only", {"key": "1", "authenticated": True, "staff": True}) is True
        assert is_active("staff-only", {"query": {"staff-only": "1"}}) is True
        Switch.objects.update(active=False)
        followed()
        assert is_active("open") is False


def test_a_group_of_django_waffle_s_counts_by_its_key() -> None:
    crew = Group.objects.create(name="crew")
    Flag.objects.create(name="crew-only").groups.add(crew)
    request = RequestFactory().get("/")
    request.user = User.objects.create_user("ann")
    with override_settings(YARDARM=setting("WaffleSource")):
        followed()
        assert is_active("crew-only", waffle_context(request)) is False
        request.user.groups.add(crew)
        assert is_active("crew-only", waffle_context(request)) is True


def test_flags_of_django_flags_are_followed_where_they_are() -> None:
    flags = {"beta": [{"condition": "path matches", "value": "^/beta"}]}
    with override_settings(YARDARM=setting("DjangoFlagsSource"), FLAGS=flags):
        followed()
        assert is_active("beta", {"path": "/beta/x"}) is True
        assert is_active("beta", {"path": "/"}) is False
        FlagState.objects.create(name="beta", condition="user", value="ann")
        followed()
        assert is_active("beta", {"key": "ann", "path": "/"}) is True
