"""Every page in both themes: axe finds nothing, and a picture is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import barriers, picture
from tests.e2e.processes import Dev

FLAG = "/ui/projects/demo/flags/banner"


def flags(page: Page) -> None:
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")


def new_flag(page: Page) -> None:
    flags(page)
    page.get_by_role("button", name="New flag").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def flag(page: Page) -> None:
    expect(page.get_by_role("region", name="production")).to_contain_text("Netherlands")


def draft(page: Page) -> None:
    production = page.get_by_role("region", name="production")
    production.get_by_role("button", name="Edit", exact=True).click()
    production.get_by_role("button", name="Edit Sale in").click()
    production.get_by_text("a split").first.click()
    foot = page.get_by_role("region", name="Who moves")
    expect(foot).to_contain_text("of 1,000 contexts move")
    foot.get_by_role("button", name="Show who moves and why").click()
    expect(foot.get_by_role("table")).to_be_visible()


def kill(page: Page) -> None:
    page.get_by_role("button", name="Kill everywhere").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def requests(page: Page) -> None:
    expect(page.get_by_role("table", name="Change requests")).to_be_visible()


def history(page: Page) -> None:
    expect(page.get_by_role("listitem").first).to_be_visible()


def sign_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


VIEWS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "flags": ("/ui/projects/demo/flags", flags),
    "new-flag": ("/ui/projects/demo/flags", new_flag),
    "flag": (FLAG, flag),
    "flag-draft": (FLAG, draft),
    "kill": (FLAG, kill),
    "change-requests": ("/ui/projects/demo/requests", requests),
    "history": ("/ui/projects/demo/history", history),
    "sign-in": ("/ui/", sign_in),
}


@pytest.fixture(scope="module", autouse=True)
def waiting(server: Dev) -> None:
    """A change request, so that there is one to see."""
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')
    server.yardarm("flags", "enable", "new-checkout", expect=6)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_nobody_is_shut_out(opened: Opened, view: str, theme: str) -> None:
    path, shows = VIEWS[view]
    page = opened(path, theme=theme, token="" if view == "sign-in" else None)
    if view == "sign-in":
        page.watch.expect("401")
    shows(page)
    picture(page, f"{view}-{theme}")
    found = barriers(page)
    assert not found, "\n".join(found)
