"""Two people at one flag, and a server that goes away in mid-edit: no draft is ever lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.e2e.dashboard import assets
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened, populate
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


def test_the_second_to_save_is_told_and_keeps_the_draft(opened: Opened, server: Dev) -> None:
    path = made(server, "shared", rules=[rule("Few", "DE")])
    first, second = (FlagPage(opened(path)).edit() for _ in range(2))
    for flag, country in ((first, "NL"), (second, "FR")):
        flag.open("Few")
        add(flag, "Few", country)
    first.counts("400 of 1,000 contexts move")
    second.counts("200 of 1,000 contexts move")
    first.save()
    expect(first.told("Saved as change")).to_be_visible()
    warning = second.foot.get_by_role("alert").filter(has_text="has changed this meanwhile")
    expect(warning).to_contain_text("Your draft is kept")
    second.page.watch.expect("412|409")
    second.save()
    expect(second.foot.get_by_role("alert").filter(has_text="version").last).to_be_visible()
    expect(second.card("Few")).to_contain_text("FR")
    assert served(server, "shared") == {True: 600, False: 400}
    warning.get_by_role("button").click()
    # The draft replaces the rules, on top of what the first one saved.
    second.counts("600 of 1,000 contexts move")
    second.save()
    expect(second.told("Saved as change")).to_be_visible()
    assert served(server, "shared") == {True: 400, False: 600}


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
    flag.save()
    expect(flag.foot.get_by_role("alert").last).to_contain_text("cannot be reached")
    restarted.start()
    expect(flag.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    expect(flag.card("Few")).to_contain_text("NL")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(restarted.now, "enduring") == {True: 800, False: 200}
