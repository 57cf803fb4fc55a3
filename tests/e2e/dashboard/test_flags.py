"""The list of flags: found by words and filters, walked by keys, changed several at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, rule
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import barriers, clean
from tests.e2e.processes import Dev

import yardarm

LIST = "/ui/projects/demo/flags?tag=bulk&sort=key"
KEYS = ("bulk-a", "bulk-b", "bulk-c", "bulk-d")


@pytest.fixture(scope="module", autouse=True)
def several(server: Dev) -> None:
    """Flags that belong together; one of them splits the people."""
    for key in KEYS:
        made(server, key, tags=["bulk"], owner="web", default="on")
    made(server, "bulk-e", tags=["bulk"], owner="=1+1", rules=[rule("Dutch", "NL", "on")])
    made(server, "burning", tags=["fire"])
    server.rest("POST", "/projects/demo/flags/burning/kill", {})


def rows(page: Page) -> Locator:
    """The rows of flags, without the heading."""
    return page.get_by_role("grid", name="Flags").get_by_role("row").filter(
        has=page.get_by_role("link")
    )  # fmt: skip


def names(page: Page) -> list[str]:
    return rows(page).get_by_role("link").all_inner_texts()


def choose(page: Page, filter_name: str, option: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=filter_name, exact=True).click()
    page.get_by_role("option", name=option).click()


def flag(server: Dev, key: str) -> Any:
    return server.rest("GET", f"/projects/demo/flags/{key}")


def test_by_words_and_filters_that_stand_in_the_address(opened: Opened) -> None:
    page = opened()
    field = page.get_by_role("textbox", name="Key, name, tag, value, rule")
    expect(rows(page).first).to_be_visible()
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
    choose(page, "Purpose", "experiment")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("search-engine")
    assert "purpose=experiment" in page.url
    page.goto("/ui/projects/demo/flags?state=production:killed")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("killed in production, staging")
    page.goto("/ui/projects/demo/flags")
    choose(page, "Owner", re.compile("^web"))
    expect(rows(page)).to_have_count(4)
    choose(page, "State in production", "one variant for everyone")
    choose(page, "Sorted by", "key")
    expect(page.get_by_role("status").filter(has_text="4 flags")).to_be_visible()
    expect(rows(page).get_by_role("link")).to_have_text(list(KEYS))
    choose(page, "Evaluated", "in the last hour")
    expect(page.get_by_text("No flag matches")).to_be_visible()


def test_views_are_saved_renamed_and_removed(opened: Opened) -> None:
    page = opened("/ui/projects/demo/flags?tag=bulk&owner=web")
    views = page.get_by_role("navigation", name="Views")
    expect(views.get_by_role("link", name=re.compile("^All"))).to_be_visible()
    views.get_by_role("button", name="Save this view").click()
    page.keyboard.type("My team")
    page.keyboard.press("Enter")
    mine = views.get_by_role("link", name="My team 4")
    expect(mine).to_have_attribute("aria-current", "page")
    views.get_by_role("link", name=re.compile("^All")).click()
    expect(rows(page)).to_have_count(10)
    mine.click()
    expect(rows(page)).to_have_count(4)
    menu = views.get_by_role("button", name="Rename or remove My team")
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Web")
    dialog.get_by_role("button", name="Save").click()
    expect(views.get_by_role("link", name="Web 4")).to_be_visible()
    page.reload()  # it is kept by the server
    views.get_by_role("button", name="Rename or remove Web").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(views.get_by_role("link", name="Web 4")).to_have_count(0)


def test_several_at_once_by_keyboard(opened: Opened, server: Dev) -> None:
    page = opened(LIST)
    expect(rows(page)).to_have_count(5)
    rows(page).nth(0).focus()
    for key in ("j", "k", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(rows(page).nth(2)).to_be_focused()
    bar = page.get_by_role("region", name="Selected flags")
    expect(bar).to_contain_text("3 selected")
    # Who moves is said before anything is pressed: all 1,000, by each of three flags.
    expect(bar.get_by_role("status")).to_contain_text("1,000 of 1,000 contexts move in production")
    expect(bar.get_by_role("status")).to_contain_text("1,000 bulk-a")
    assert not barriers(page)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    bar.get_by_role("button", name="Switch off 1 in production").focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("alert").filter(has_text="Switched off 1 flag in production")
    expect(told).to_be_visible()
    expect(bar).to_have_count(0)
    expect(rows(page).nth(2)).to_contain_text("Switched off: serves off to everyone")
    assert not flag(server, "bulk-c")["environments"]["production"]["enabled"]
    rows(page).nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("bulk-c")


def test_several_at_once_by_mouse_and_one_undo(opened: Opened, server: Dev) -> None:
    page = opened(LIST)
    expect(rows(page)).to_have_count(5)
    rows(page).nth(3).get_by_role("checkbox").check()
    rows(page).nth(4).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected flags")
    expect(bar.get_by_role("status")).to_contain_text("400 bulk-e")
    bar.get_by_role("button", name="Add tag").click()
    bar.get_by_role("combobox", name="Tag").or_(bar.get_by_label("Tag")).first.fill("q4")
    expect(bar.get_by_role("status")).to_contain_text("Nobody moves")
    bar.get_by_role("button", name="Tag 2").click()
    told = page.get_by_role("alert").filter(has_text="Tagged 2 flags")
    expect(told).to_be_visible()
    expect(rows(page).nth(4)).to_contain_text("bulk, q4")
    before = [flag(server, key)["tags"] for key in ("bulk-d", "bulk-e")]
    told.get_by_role("button", name=re.compile("^Undo")).click()
    expect(told).to_contain_text("Taken back")
    assert [*before, flag(server, "bulk-d")["tags"], flag(server, "bulk-e")["tags"]] == [
        ["bulk", "q4"], ["bulk", "q4"], ["bulk"], ["bulk"],
    ]  # fmt: skip


@pytest.fixture
def budget(server: Dev) -> Iterator[None]:
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')
    yield
    server.yardarm("policies", "remove", "budgets")


@pytest.mark.usefixtures("budget")
def test_over_budget_all_of_it_waits(opened: Opened, server: Dev) -> None:
    page = opened(LIST)
    for index in (0, 1):
        rows(page).nth(index).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected flags")
    expect(bar.get_by_role("status")).to_contain_text("1,000 of 1,000")
    bar.get_by_role("button", name="Switch off 2 in production").click()
    expect(page.get_by_role("alert").filter(has_text="waits for approval")).to_be_visible()
    assert flag(server, "bulk-a")["environments"]["production"]["enabled"]
    page.get_by_role("link", name="Change requests").click()
    expect(page.get_by_role("main")).to_contain_text("bulk-a and 1 more")


def test_several_are_killed_each_by_itself(opened: Opened, server: Dev) -> None:
    for key in ("kill-a", "kill-b"):
        made(server, key, tags=["doomed"])
    page = opened("/ui/projects/demo/flags?tag=doomed&sort=key")
    for index in (0, 1):
        rows(page).nth(index).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected flags")
    bar.get_by_role("button", name="Kill…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog.get_by_role("listitem")).to_have_text(["kill-a", "kill-b"])
    clean(page, "bulk-kill")
    # What cannot be killed holds no other back, and says so.
    page.watch.expect("503")  # type: ignore[attr-defined]
    page.route("**/flags/kill-b/kill", lambda route: route.fulfill(status=503))
    dialog.get_by_label("Reason").fill("an incident")
    dialog.get_by_label("Reason").press("Enter")
    told = page.get_by_role("alert").filter(has_text="Killed 1 flag everywhere")
    expect(told).to_contain_text("Not killed: kill-b")
    expect(rows(page).nth(0)).to_contain_text("killed in production, staging")
    here = flag(server, "kill-a")["environments"]
    assert not any(at["enabled"] for at in here.values())
    assert flag(server, "kill-b")["environments"]["production"]["enabled"]
    told.get_by_role("button", name="Undo the kill").click()
    expect(told).to_contain_text("Taken back")
    here = flag(server, "kill-a")["environments"]
    assert all(at["enabled"] for at in here.values())


def test_who_may_not_change_is_told_why(opened: Opened, server: Dev) -> None:
    def token(actor: str, *grants: str) -> str:
        given = [word for grant in grants for word in ("--grant", grant)]
        return str(server.yardarm("tokens", "create", actor, *given)["token"])

    page = opened(LIST, token=token("reader", "read"))
    rows(page).nth(0).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected flags")
    expect(bar).to_contain_text("Changing them needs the scope edit")
    expect(bar.get_by_role("button")).to_have_text([re.compile("Clear")])
    page = opened(LIST, token=token("guard", "kill", "edit@demo/staging"))
    rows(page).nth(0).get_by_role("checkbox").check()
    bar = page.get_by_role("region", name="Selected flags")
    expect(bar.get_by_role("button", name="Switch off 1 in production")).to_be_enabled()
    expect(bar.get_by_role("button", name="Kill…")).to_be_enabled()
    bar.get_by_role("button", name="Archive").click()
    expect(bar).to_contain_text("This needs the scope edit in production")
    expect(bar.get_by_role("button", name="Archive 1")).to_be_disabled()


def test_rows_stay_until_newer_changes_are_asked_for(opened: Opened, server: Dev) -> None:
    page = opened("/ui/projects/demo/flags?tag=bulk")  # the last change first
    expect(rows(page)).to_have_count(5)
    before = names(page)
    last = before[-1]
    server.rest("PATCH", f"/projects/demo/flags/{last}", {"owner": "ops"}, If_Match="*")
    newer = page.get_by_text("1 newer change")
    expect(newer).to_be_visible()
    assert names(page) == before
    page.get_by_role("button", name="Show", exact=True).click()
    expect(rows(page).first).to_contain_text(last)
    expect(newer).to_have_count(0)
    # What cannot be asked for keeps its rows, and says that they may be old.
    page.watch.expect("503")
    page.route("**/api/v1/projects/demo/flags?*", lambda route: route.fulfill(status=503))
    choose(page, "Sorted by", "owner")
    expect(page.get_by_text("What you see may be old")).to_be_visible()
    expect(rows(page)).to_have_count(5)
    page.unroute("**/api/v1/projects/demo/flags?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("What you see may be old")).to_have_count(0)


def test_evaluations_and_the_list_as_csv(opened: Opened, server: Dev) -> None:
    with yardarm.Client(server.url, server.ready["server_key"], observe=False) as client:
        client.wait_ready(10)
        for number in range(50):
            client.boolean("bulk-e", {"key": f"u{number}", "country": "NL"}, fallback=False)
        for number in range(150):
            client.boolean("bulk-e", {"key": f"u{number}", "country": "FR"}, fallback=False)
    page = opened(f"{LIST}&owner=%3D1%2B1")
    expect(rows(page)).to_contain_text("25.0 %")
    expect(rows(page)).to_contain_text("200")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    text = Path(download.value.path()).read_text("utf-8")
    (line,) = csv.DictReader(text.splitlines())
    assert (line["key"], line["owner"], line["production state"]) == ("bulk-e", "'=1+1", "several")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone(opened: Opened, theme: str) -> None:
    page = opened(LIST, width=390, theme=theme)
    expect(rows(page)).to_have_count(5)
    rows(page).nth(4).get_by_role("checkbox").check()
    expect(page.get_by_role("region", name="Selected flags")).to_contain_text("1 selected")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not barriers(page)


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
    made_flag = flag(server, "gift-wrap")
    assert (made_flag["type"], made_flag["purpose"]) == ("string", "release")


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
    assert flag(server, "dark-mode")["type"] == "boolean"


SCRIPT_BYTES = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(".js"))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


def test_the_first_load_is_small(opened: Opened) -> None:
    page = opened()
    expect(rows(page).first).to_be_visible()
    assert 100_000 < page.evaluate(SCRIPT_BYTES) < 250 * 1024, "compressed, and split by page"
