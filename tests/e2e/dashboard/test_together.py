"""Two people at one flag, and a server that goes away in mid-edit: no draft is ever lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.e2e.dashboard import assets
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened, populate
from tests.e2e.dashboard.seeing import barriers, picture
from tests.e2e.processes import Dev, dev


class Restarted:
    """A server that can be ended and started again, at the same address with the same data."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.now = stack.enter_context(dev(folder, "--no-shop"))
        self._port = str(self.now.ready["ports"]["http"])

    def end(self) -> None:
        self._stack.close()

    def start(self) -> None:
        again = dev(self._folder, "--no-shop", "--port", self._port)
        self.now = self._stack.enter_context(again)
        assert str(self.now.ready["ports"]["http"]) == self._port


@pytest.fixture(scope="module")
def restarted(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarted]:
    assets.build()
    with ExitStack() as stack:
        server = Restarted(tmp_path_factory.mktemp("dev"), stack)
        populate(server.now)
        yield server


@pytest.fixture
def server(restarted: Restarted) -> Dev:
    return restarted.now


def add(flag: FlagPage, name: str, country: str) -> None:
    """One more country to a rule."""
    values = flag.card(name).get_by_role("combobox", name="Values")
    values.fill(country)
    flag.page.keyboard.press("Enter")


def test_the_second_to_save_chooses_and_loses_nothing(opened: Opened, server: Dev) -> None:
    path = made(server, "shared", rules=[rule("Few", "DE")])
    first, second = (FlagPage(opened(path)).edit() for _ in range(2))
    for flag, country in ((first, "NL"), (second, "FR")):
        flag.open("Few")
        add(flag, "Few", country)
    first.counts("400 of 1,000 contexts move")
    second.counts("200 of 1,000 contexts move")
    first.save()
    expect(first.told("Saved as change")).to_be_visible()

    conflict = second.foot.get_by_role("alert").filter(has_text="Your draft is kept")
    expect(conflict).to_contain_text("has changed what you changed")
    yours = conflict.get_by_role("region", name="Yours")
    theirs = conflict.get_by_role("region", name="Theirs")
    expect(theirs).to_contain_text("country is DE or NL instead of those whose country is DE")
    expect(theirs).to_contain_text("Theirs moved: 400 of 1,000 contexts move")
    expect(yours).to_contain_text("country is DE or FR instead of those whose country is DE or NL")
    expect(yours).to_contain_text("With yours: 600 of 1,000 contexts move")
    expect(second.card("Few")).to_contain_text("FR")
    expect(second.foot.get_by_role("button", name="Save to production")).to_be_disabled()
    second.page.keyboard.press("Escape")  # the list of completions
    for theme in ("light", "dark"):
        second.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        picture(second.page, f"conflict-{theme}")
        found = barriers(second.page)
        assert not found, "\n".join(found)

    second.page.reload()
    second.edit()
    expect(conflict).to_be_visible()
    conflict.get_by_role("button", name="Keep both").focus()
    second.page.keyboard.press("Enter")
    expect(conflict).to_have_count(0)
    assert second.cards() == ["Few", "Few"]
    second.counts("200 of 1,000 contexts move: 200 off → on")
    second.save()
    expect(second.told("Saved as change")).to_be_visible()
    assert served(server, "shared") == {True: 800, False: 200}


def test_what_a_colleague_saves_elsewhere_comes_into_the_draft(opened: Opened, server: Dev) -> None:
    path = made(server, "beside", rules=[rule("Few", "DE"), rule("More", "NL")])
    flag = FlagPage(opened(path)).edit()
    flag.open("Few")
    add(flag, "Few", "FR")
    flag.counts("200 of 1,000 contexts move")
    there = server.rest("GET", "/projects/demo/environments/production/flags/beside")
    there["rules"][1]["serve"] = "off"
    edit = "/projects/demo/environments/production/flags/beside"
    server.rest("PATCH", edit, {"rules": there["rules"], "default": "on"}, If_Match="*")

    news = flag.foot.get_by_role("group", name="Meanwhile")
    expect(news).to_contain_text("the default rule, the rules, which you had not touched")
    expect(flag.card("More")).to_contain_text("off")
    expect(flag.card("Few")).to_contain_text("FR")
    # What is served to the French is `on` by the new default: nobody moves any more.
    flag.counts("Nobody moves: all 1,000 contexts stay")
    news.get_by_role("button", name="Got it").click()
    expect(news).to_have_count(0)
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "beside") == {True: 600, False: 400}


def test_a_save_stops_where_others_would_move_than_was_shown(opened: Opened, server: Dev) -> None:
    made(server, "gate", default="on")
    needs = [{"flag": "gate", "variants": ["on"]}]
    path = made(server, "raced", prerequisites=needs, off="off", rules=[rule("Few", "DE")])
    page = opened(path)
    flag = FlagPage(page).edit()
    flag.open("Few")
    add(flag, "Few", "FR")
    flag.counts("200 of 1,000 contexts move: 200 off → on")
    page.watch.expect("409")  # type: ignore[attr-defined]
    french = {"attribute": "country", "op": "in", "values": ["FR"]}
    gate = "/projects/demo/environments/production/flags/gate"

    saves: list[str] = []

    def faster(route: Route) -> None:
        """Somebody else saves while the first save is on its way."""
        if route.request.method == "PATCH":
            saves.append(route.request.url)
            if len(saves) == 1:
                off = {"rules": [{"when": french, "serve": "off"}]}
                server.rest("PATCH", gate, off, If_Match="*")
        route.continue_()

    page.route("**/flags/raced", faster)
    flag.save()
    stopped = flag.foot.get_by_role("alert").filter(has_text="Not saved")
    expect(stopped).to_contain_text("You saw: 200 of 1,000 contexts move. Now: Nobody moves")
    assert served(server, "raced") == {True: 200, False: 800}
    stopped.get_by_role("button", name="Save all the same").click()
    expect(flag.told("Saved as change")).to_be_visible()


def test_a_draft_outlives_a_restart_of_the_server(opened: Opened, restarted: Restarted) -> None:
    server = restarted.now
    flag = FlagPage(opened(made(server, "enduring", rules=[rule("Few", "DE")]))).edit()
    flag.page.watch.expect("ERR_|Failed to load resource")
    expect(flag.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    flag.open("Few")
    add(flag, "Few", "FR")
    flag.counts("200 of 1,000 contexts move")
    restarted.end()
    expect(flag.page.get_by_role("status").filter(has_text="Offline since")).to_be_visible()
    add(flag, "Few", "NL")
    expect(flag.card("Few")).to_contain_text("NL")
    save = flag.foot.get_by_role("button", name="Save to production")
    expect(save).to_be_disabled()
    expect(save).to_have_accessible_description(re.compile("saved when the server is back"))
    expect(flag.page.get_by_role("button", name="Kill everywhere")).to_be_enabled()
    restarted.start()
    expect(flag.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    expect(flag.card("Few")).to_contain_text("NL")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(restarted.now, "enduring") == {True: 800, False: 200}
