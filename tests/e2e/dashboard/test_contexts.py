"""Contexts: found by key, what one gets from every flag and why, now and before, and forgotten."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, rule
from tests.e2e.dashboard.conftest import POPULATION, Opened
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.dashboard.test_hostile import LONG, REVERSED, SCRIPT
from tests.e2e.processes import Dev

LIST = "/ui/projects/demo/contexts?environment=production"
MAIL = {"attribute": "email", "op": "ends_with", "values": ["@example.com"]}
SEEN = [
    {"kind": "multi", "user": {"key": "ann", "country": "NL"}, "device": {"key": "d7", "os": "x"}},
    {"key": "ann", "country": "BE", "_private": ["email"]},
    {"key": SCRIPT, SCRIPT: SCRIPT, "name": REVERSED},
    {"key": REVERSED, "name": LONG},
    {"key": LONG[:250], "country": "NL"},
]


@pytest.fixture(scope="module")
def before(server: Dev) -> int:
    """Some who were seen, and flags that ask them; the version before one flag was edited."""
    contexts = [{"context": context} for context in SEEN]
    done = server.rest("POST", POPULATION.format("production"), contexts)
    assert done["rejected"] == []
    made(server, "mailed", name="Mailed", rules=[{"name": "Staff", "when": MAIL, "serve": "on"}])
    made(server, "local", name="Local", rules=[rule("Belgians", "BE")])
    version = server.rest("GET", "/projects/demo/environments/production")["version"]
    path = "/projects/demo/environments/production/flags/local"
    server.rest("PATCH", path, {"rules": [rule("Dutch", "NL")]}, If_Match="*")
    return int(version)


def answers(page: Page) -> Locator:
    return page.get_by_role("region", name="What it gets")


def row(page: Page, flag: str) -> Locator:
    return answers(page).get_by_role("button", name=flag)


def test_found_by_keyboard_asked_for_now_and_before(
    opened: Opened, server: Dev, before: int
) -> None:
    page = opened(LIST)
    grid = page.get_by_role("grid", name="Contexts")
    expect(grid.get_by_role("link")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(grid.get_by_role("link")).to_have_count(100)
    clean(page, "contexts")
    page.keyboard.press("/")
    page.keyboard.type("ann")
    expect(grid.get_by_role("link")).to_have_count(2)
    expect(grid).to_contain_text("1 withheld")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="ann")).to_be_visible()
    who = page.get_by_role("region", name="Who it is")
    # The key was seen as a person alone, and as one at a device.
    which = who.get_by_role("combobox", name="This key was seen together with others")
    which.click()
    page.get_by_role("option", name="user ann", exact=True).click()
    expect(who).to_contain_text(re.compile("email.*withheld"))
    expect(row(page, "Mailed")).to_contain_text("may be otherwise: asks email, which was withheld")
    expect(row(page, "Local")).to_contain_text("off")
    row(page, "Local").press("Enter")
    why = page.get_by_role("region", name="Why local answers so")
    expect(why).to_contain_text("has BE")
    clean(page, "context")

    # As of the version before, by its number, and back by the address.
    answers(page).get_by_text("at a version", exact=True).click()
    answers(page).get_by_role("textbox", name="Version").fill(str(before))
    expect(row(page, "Local")).to_contain_text("rule 1 Belgians")
    expect(answers(page)).to_contain_text("with its attributes of now")
    answers(page).get_by_role("checkbox", name="Only what is otherwise now").check()
    expect(answers(page).locator("button[aria-expanded]")).to_have_count(1)
    clean(page, "context-then")
    assert f"version={before}" in page.url
    page.reload()
    expect(row(page, "Local")).to_be_visible()
    answers(page).get_by_text("at a time", exact=True).click()
    answers(page).locator("input[type=datetime-local]").fill("2020-01-01T00:00")
    expect(answers(page)).to_contain_text("There is no flag in this environment.")
    answers(page).get_by_text("now", exact=True).click()
    expect(row(page, "Mailed")).to_be_visible()
    # From there on: the same question in the playground.
    row(page, "Mailed").click()
    page.get_by_role("link", name="Try out in the playground").click()
    expect(page.get_by_role("textbox", name="Context as JSON")).to_have_value(re.compile("ann"))
    expect(page.get_by_role("region", name="Column 1")).to_contain_text("Staff")


def test_forgotten_in_two_steps(opened: Opened, server: Dev, before: int) -> None:
    page = opened("/ui/projects/demo/contexts/p17?environment=production", width=390)
    who = page.get_by_role("region", name="Who it is")
    expect(who).to_contain_text("orders")
    inert(page)
    clean(page, "context-phone")
    page.get_by_role("button", name="Forget…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    clean(page, "forget")
    dialog.get_by_role("button", name="Forget for good").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Removed: contexts 1")
    expect(page.get_by_role("heading", level=1, name="Contexts")).to_be_visible()
    found = server.rest("GET", POPULATION.format("production") + "?key=p17&exact=true")
    assert found["items"] == []
    # Nobody is left under that key; it can be asked all the same, as what was never seen can.
    field = page.get_by_role("textbox", name="Key, or how it begins")
    field.fill("p17x")
    expect(page.get_by_role("button", name="Ask for p17x all the same")).to_be_visible()
    field.fill("p17")
    page.get_by_role("button", name="Open").click()
    expect(who).to_contain_text("Never seen in this environment")
    expect(row(page, "Local")).to_contain_text("default rule")


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_keys_and_attributes(opened: Opened, before: int, width: int) -> None:
    page = opened(f"{LIST}&key=%3Cscript", width=width)
    link = page.get_by_role("grid").get_by_role("link")
    expect(link).to_have_text(SCRIPT)
    inert(page)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    expect(page.get_by_role("region", name="Who it is")).to_contain_text(SCRIPT)
    inert(page)
    for key in (LONG[:250], LONG, REVERSED):
        page.goto(f"/ui/projects/demo/contexts/{key}?environment=production")
        expect(row(page, "Local")).to_be_visible()
        assert page.get_by_role("heading", level=1).text_content() == key
        inert(page)


def test_errors_and_emptiness(opened: Opened, before: int) -> None:
    page = opened(LIST)
    link = page.get_by_role("grid").get_by_role("link").first
    expect(link).to_be_visible()
    page.watch.expect("503")  # type: ignore[attr-defined]
    page.route("**/population/contexts*", lambda route: route.fulfill(status=503))
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    # When the stream of events begins, everything is asked for again: not after this.
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.unroute("**/population/contexts*")
    page.get_by_role("button", name="Try again").click()
    expect(link).to_be_visible()
    page.route(
        "**/population/contexts*",
        lambda route: route.fulfill(json={"items": [], "next_cursor": None}),
    )
    page.reload()
    expect(page.get_by_text("Nobody reports contexts here")).to_be_visible()
