"""What stands around every page: the palette, the keys, the header, the kill, the session."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean
from tests.e2e.processes import Dev

import yardarm


def find(page: Page, words: str, offered: str) -> Locator:
    """Open the palette by its keys and type; gives the option that Enter takes then."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or run a command")
    expect(field).to_be_focused()
    field.fill(words)
    option = page.get_by_role("option", name=offered, selected=True)
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "-")
    return option


def heading(page: Page, name: str) -> None:
    """One has arrived: the heading has the focus, and the document its name."""
    expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()
    expect(page).to_have_title(f"{name} · demo · Yardarm")


def test_everywhere_by_keyboard(opened: Opened) -> None:
    page = opened()
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")
    find(page, "cohort", "cohort is here: Segments")
    clean(page, "palette")
    page.keyboard.press("Enter")
    heading(page, "Segments")
    page.keyboard.press("g")
    page.keyboard.press("h")
    heading(page, "History")
    find(page, "migrate", "migrate is here: Import flags")
    page.keyboard.press("Enter")
    heading(page, "Import flags")
    find(page, "compare", "Compare and promote")
    page.keyboard.press("Enter")
    heading(page, "Compare and promote")
    find(page, "express", "Express checkout")
    page.keyboard.press("Enter")
    heading(page, "Express checkout")
    find(page, "p10", "p10")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("Go to flags, segments")).to_be_visible()
    clean(page, "keys")
    keys.get_by_role("switch", name="Keys alone do something").press("Space")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.reload()
    heading_now = page.get_by_role("heading", level=1, name="Express checkout")
    expect(heading_now).to_be_visible()
    page.keyboard.press("?")
    find(page, "keys alone", "Switch keys alone on")
    expect(keys).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("g")
    page.keyboard.press("f")
    heading(page, "Flags")


def test_switched_from_the_palette_after_it_said_who_moves(opened: Opened, server: Dev) -> None:
    made(server, "switched", default="on")
    page = opened()
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("switched")
    page.get_by_role("button", name="Search or run a command").first.click()
    field = page.get_by_role("combobox", name="Search or run a command")
    field.fill("toggle switched")
    page.get_by_role("option", name="Switch switched off in production").click()
    dialog = page.get_by_role("dialog", name="Switch switched off in production?")
    expect(dialog.get_by_role("status")).to_contain_text("1,000 of 1,000 contexts move")
    dialog.get_by_role("button", name="Switch off in production").click()
    told = page.get_by_role("alert").filter(has_text="Saved as change")
    expect(told).to_be_visible()
    assert served(server, "switched") == {False: 1000}
    find(page, "undo production", "switched switched off")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Saved as change")).to_have_count(2)
    assert served(server, "switched") == {True: 1000}


def test_killed_on_a_phone_by_three_touches_from_the_list(opened: Opened, server: Dev) -> None:
    made(server, "broken", default="on")
    made(server, "leaning", default="on", prerequisites=[{"flag": "broken", "variants": ["on"]}])
    page = opened(width=390)
    assert page.get_by_role("banner").bounding_box()["height"] <= 56  # type: ignore[index]
    with yardarm.Client(server.url, server.ready["server_key"], report=False) as client:
        client.wait_ready(10)
        page.get_by_role("link", name="broken").first.click()
        expect(page.get_by_role("navigation", name="Environments")).to_contain_text("production")
        clean(page, "phone-flag")
        page.get_by_role("button", name="Kill…").click()
        dialog = page.get_by_role("dialog", name="Kill broken?")
        sure = dialog.get_by_role("button", name="Kill everywhere")
        expect(sure).to_be_focused()
        production = dialog.get_by_role("listitem").filter(has_text="production")
        expect(production).to_contain_text("1,000 lose on")
        expect(dialog.get_by_role("note")).to_contain_text("leaning asks for this flag")
        clean(page, "phone-kill")
        sure.click()
        done = page.get_by_role("region", name="Killed everywhere")
        expect(done).to_contain_text("1,000 moved")
        expect(done.get_by_role("status")).to_contain_text("1 of 1 connected programs")
        assert client.boolean("broken", {"key": "p1"}, fallback=True) is False
    before = page.get_by_role("region", name="What changed just before")
    expect(before.get_by_role("listitem").first).to_contain_text("made leaning")
    clean(page, "phone-killed")
    page.reload()
    done.get_by_role("button", name="Undo the kill").click()
    expect(done).to_contain_text("Taken back")
    assert served(server, "broken") == {True: 1000}


def test_killed_in_one_environment_with_a_reason_by_keyboard(opened: Opened, server: Dev) -> None:
    page = opened(made(server, "noisy", default="on"))
    page.get_by_role("button", name="Kill everywhere").press("Enter")
    dialog = page.get_by_role("dialog", name="Kill noisy?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("textbox", name="Reason").fill("too many errors")
    clean(page, "kill")
    dialog.get_by_role("button", name="Only production").press("Enter")
    expect(page.get_by_role("region", name="Killed in production")).to_be_visible()
    assert served(server, "noisy") == {False: 1000}
    flag = server.rest("GET", "/projects/demo/flags/noisy")
    assert flag["environments"]["staging"]["enabled"]
    last = server.rest("GET", "/projects/demo/timeline")["items"][0]
    assert (last["command"]["type"], last["reason"]) == ("kill", "too many errors")


def test_a_session_that_ends_in_mid_edit_loses_nothing(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(made(server, "written", rules=[rule("Few", "DE")]))).edit()
    flag.page.watch.expect("401")
    flag.open("Few").get_by_role("combobox", name="Values").fill("FR")
    flag.page.keyboard.press("Enter")
    flag.counts("200 of 1,000 contexts move")
    gone = flag.page.context.request.delete(
        "/api/v1/session", headers={"Yardarm-Session": "1", "Origin": server.url}
    )
    assert gone.ok, gone.text()
    # The stream of events ends with the session, which tells the page before anything is saved.
    again = flag.page.get_by_role("dialog", name="Sign in again")
    again.get_by_label("Token").first.fill(server.ready["admin_token"])
    clean(flag.page, "sign-in-again")
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_have_count(0)
    expect(flag.card("Few")).to_contain_text("FR")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "written") == {True: 400, False: 600}


def test_what_is_not_there_and_a_project_that_is_made(opened: Opened) -> None:
    page = opened("/ui/projects/nowhere/flags")
    page.watch.expect("404")
    expect(page.get_by_role("heading", name="There is no project “nowhere”")).to_be_visible()
    clean(page, "no-project")
    page.get_by_role("link", name="All projects").click()
    heading(page, "Flags")
    page.goto("/ui/projects/demo/flags/nothing")
    expect(page.get_by_role("heading", name="There is no flag “nothing”")).to_be_visible()
    find(page, "new project", "New project")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New project")
    dialog.get_by_role("textbox", name="Name").fill("Second shop")
    expect(dialog.get_by_role("textbox", name="Key")).to_have_value("second-shop")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ui/projects/second-shop/flags$"))
    page.goto("/ui/")
    expect(page.get_by_role("heading", name="Choose a project")).to_be_visible()
    clean(page, "projects")
    page.get_by_role("link", name="First run of Second shop").press("Enter")
    expect(page).to_have_url(re.compile(r"/ui/projects/second-shop/start$"))
    page.go_back()
    page.get_by_role("link", name="Second shop second-shop").press("Enter")
    expect(page).to_have_title("Flags · second-shop · Yardarm")


@pytest.mark.parametrize("width", [390, 900, 1440])
def test_the_header_is_one_row_with_all_places(opened: Opened, width: int) -> None:
    page = opened(width=width)
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")
    assert page.get_by_role("banner").bounding_box()["height"] <= 56  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 1080:
        page.get_by_role("navigation", name="Places").get_by_role("link", name="Plans").click()
    else:
        page.get_by_role("button", name="Menu").click()
        clean(page, f"menu-{width}")
        page.get_by_role("menuitem", name="Plans").click()
    heading(page, "Plans")
