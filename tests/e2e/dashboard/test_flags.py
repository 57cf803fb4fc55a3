"""The list of flags: found by words and filters, walked by keys, and a new one made."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.processes import Dev


def rows(page: Page) -> Locator:
    """The rows of flags, without the heading."""
    return page.get_by_role("grid", name="Flags").get_by_role("row").filter(
        has=page.get_by_role("link")
    )  # fmt: skip


def test_by_words_and_filters_that_stand_in_the_address(opened: Opened) -> None:
    page = opened()
    field = page.get_by_role("textbox", name="Key, name or description")
    expect(rows(page)).to_have_count(4)
    page.keyboard.press("/")
    page.keyboard.type("line on top")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Serves sale to those whose country is NL or BE")
    page.reload()
    expect(field).to_have_value("line on top")
    expect(rows(page)).to_have_count(1)
    field.fill("no flag has this")
    expect(page.get_by_text("No flag matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(rows(page)).to_have_count(4)
    page.get_by_role("combobox", name="Purpose").click()
    page.get_by_role("option", name="experiment").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("search-engine")
    assert "purpose=experiment" in page.url


def test_by_keys(opened: Opened) -> None:
    page = opened()
    expect(rows(page)).to_have_count(4)
    rows(page).nth(0).focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows(page).nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows(page).nth(1)).to_be_focused()
    name = rows(page).nth(1).get_by_role("link").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(rows(page)).to_have_count(4)


def test_a_new_flag_by_mouse(opened: Opened, server: Dev) -> None:
    page = opened()
    page.get_by_role("button", name="New flag").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Key").fill("banner")
    page.watch.expect("409")
    dialog.get_by_role("button", name="Make the flag").click()
    expect(dialog.get_by_text("the key is taken")).to_be_visible()
    dialog.get_by_label("Key").fill("gift-wrap")
    dialog.get_by_label("Name").fill("Gift wrap")
    dialog.get_by_text("string", exact=True).click()
    dialog.get_by_role("button", name="Make the flag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gift wrap")
    flag = server.rest("GET", "/projects/demo/flags/gift-wrap")
    assert (flag["type"], flag["purpose"]) == ("string", "release")


def test_a_new_flag_by_keyboard(opened: Opened, server: Dev) -> None:
    page = opened()
    page.get_by_role("button", name="New flag").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Key")).to_be_focused()
    page.keyboard.type("dark-mode")
    page.keyboard.press("Tab")
    page.keyboard.type("Dark mode")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dark mode")
    assert server.rest("GET", "/projects/demo/flags/dark-mode")["type"] == "boolean"
