"""The way in: by a token, by a link that works once, and out again."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.processes import Dev

UNKNOWN = r"401"
"""Whoever is not signed in is answered so; browsers say it on the console."""


def door(opened: Opened, path: str = "/ui/") -> Page:
    page = opened(path, token="")
    page.watch.expect(UNKNOWN)
    return page


def test_a_browser_that_asks_for_the_server_finds_the_dashboard(opened: Opened) -> None:
    page = door(opened, "/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_by_a_token_after_a_wrong_one(opened: Opened, server: Dev) -> None:
    page = door(opened)
    page.get_by_label("Token").first.fill("yt_nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody holds this token")).to_be_visible()
    page.get_by_label("Token").first.fill(server.ready["admin_token"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")
    page.reload()
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")


def test_by_a_link_that_works_once(opened: Opened, server: Dev) -> None:
    code = server.rest("POST", "/session/link")["code"]
    page = opened(f"/ui/#code={code}", token="")
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")
    assert code not in page.url
    again = door(opened, f"/ui/#code={code}")
    expect(again.get_by_role("alert")).to_contain_text("This link was used already")
    expect(again.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_address_that_the_server_prints_signs_in(opened: Opened, server: Dev) -> None:
    printed = (server.folder / "dev.log").read_text()
    address = next(word for word in printed.split() if "/ui/#code=" in word)
    page = opened(address, token="")
    expect(page.get_by_role("grid", name="Flags")).to_contain_text("Banner")


def test_out_again_by_keyboard(opened: Opened) -> None:
    page = opened()
    page.watch.expect(UNKNOWN)
    page.get_by_role("button", name="DE: developer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/ui/projects/demo/history")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
