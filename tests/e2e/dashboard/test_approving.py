"""What moves too many waits for somebody else; a kill waits for nobody; history takes back."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.processes import Dev


def token(server: Dev, actor: str, *grants: str) -> str:
    """A token of somebody."""
    options = [word for grant in grants for word in ("--grant", grant)]
    made: dict[str, str] = server.yardarm("tokens", "create", actor, *options)
    return made["token"]


def test_over_budget_it_waits_for_another_and_lands(opened: Opened, server: Dev) -> None:
    path = made(server, "watched", rules=[rule("Dutch", "NL", "off")])
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')
    try:
        flag = FlagPage(opened(path)).edit()
        card = flag.open("Dutch")
        card.get_by_role("combobox", name="Variant").click()
        flag.page.get_by_role("option", name="on", exact=True).click()
        flag.counts("400 of 1,000 contexts move: 400 off → on")
        flag.request()
        expect(flag.told("Change request 1 waits for approval")).to_be_visible()
        assert served(server, "watched") == {False: 1000}

        flag.page.get_by_role("link", name="Change requests").click()
        own = flag.page.get_by_role("region", name="Change request 1")
        expect(own).to_contain_text("moves 400 of 1,000 contexts (40 %) in production")
        expect(own.get_by_role("heading")).to_have_text("1: set rules of watched in production")
        expect(own.get_by_role("button", name="Approve")).to_be_disabled()

        approver = token(server, "approver", "approve", "read")
        other = opened("/ui/projects/demo/requests", token=approver)
        request = other.get_by_role("region", name="Change request 1")
        request.get_by_role("textbox").fill("Seen, go on")
        request.get_by_role("button", name="Approve").click()
        expect(other.get_by_text("No change waits for approval")).to_be_visible()
        # The author's browser hears of it by itself.
        expect(flag.page.get_by_text("No change waits for approval")).to_be_visible()
        flag.page.get_by_text("All", exact=True).click()
        expect(own).to_contain_text("landed")
        expect(own).to_contain_text("Seen, go on")
        assert served(server, "watched") == {True: 400, False: 600}
    finally:
        server.yardarm("policies", "remove", "budgets")


def test_taken_back_in_the_history(opened: Opened, server: Dev) -> None:
    made(server, "regretted", default="on")
    page = opened("/ui/projects/demo/history")
    server.yardarm("flags", "disable", "regretted", "--reason", "by mistake")
    entry = page.get_by_role("listitem").filter(has_text="by mistake")
    expect(entry).to_contain_text("switched regretted off")
    entry.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(entry).to_contain_text("Taken back")
    expect(page.get_by_role("listitem").first).to_contain_text("took back")
    assert served(server, "regretted") == {True: 1000}
