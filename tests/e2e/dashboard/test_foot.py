"""The foot: who moves, why, how much of the budget, what is odd, and every way to save."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, report, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean
from tests.e2e.processes import Dev

TENTH = {
    "split": {"arms": [{"variant": "on", "weight": 10_000}, {"variant": "off", "weight": 90_000}]}
}


def share(page: Page, name: str, percent: str) -> None:
    """Give `on` a share of a rule that is open."""
    field = page.get_by_role("group", name=name, exact=True)
    field.get_by_role("textbox", name="Share of on in per cent").fill(percent)


def test_who_why_how_much_and_what_is_odd(opened: Opened, server: Dev) -> None:
    report(server, "kiosk", "0.0.9")
    path = made(server, "paid", rules=[rule("Dutch", "NL", TENTH), rule("Others", "DE")])
    server.yardarm("policies", "set", "budgets", '{"per_hour": {"max_share": 0.3}}')
    try:
        flag = FlagPage(opened(path)).edit()
        flag.open("Dutch")
        share(flag.page, "Dutch", "40")
        flag.counts("off → on")
        moved = int(flag.foot.get_by_role("status").inner_text().split()[0])
        expect(flag.foot).to_contain_text(re.compile(r"Uses \d+(\.\d)? % of 30 % an hour"))
        expect(flag.foot).to_contain_text("1 warning")
        changes = flag.page.get_by_role("region", name="Draft: 1 change in production")
        expect(changes).to_contain_text("Rule 1 Dutch: on from 10 % to 40 %")

        flag.page.locator("h1").click()  # out of the field: single keys are keys again
        flag.page.keyboard.press("m")
        who = flag.foot.get_by_role("region", name="Who goes where")
        expect(who.get_by_role("table")).to_contain_text(f"{moved / 10:.1f} %")
        expect(flag.foot.get_by_role("region", name="What explains it")).to_contain_text(
            "country = NL"
        )
        odd = flag.foot.get_by_role("region", name="Findings")
        expect(odd).to_contain_text("kiosk cannot evaluate it (yardarm-python 0.0.9)")
        expect(odd).to_contain_text("algorithm yardarm")
        expect(flag.foot).to_contain_text("Within it even if every unknown one moves")
        clean(flag.page, "foot")

        example = flag.foot.get_by_role("region", name="For example").get_by_role("button").first
        example.focus()
        flag.page.keyboard.press("Enter")
        after = flag.foot.get_by_role("region", name="After, with this draft")
        expect(after).to_contain_text("Rule 1")
        expect(flag.foot.get_by_role("region", name="Before, version")).to_contain_text("differs")
        clean(flag.page, "foot-person")

        edge = flag.foot.get_by_role("separator")
        high = int(edge.get_attribute("aria-valuenow") or 0)
        flag.page.keyboard.press("Control+Alt+ArrowDown")
        expect(edge).to_have_attribute("aria-valuenow", str(high - 40))
        flag.page.reload()
        flag.edit()
        flag.foot.get_by_role("button", name="Show who moves and why").click()
        expect(edge).to_have_attribute("aria-valuenow", str(high - 40))

        flag.page.set_viewport_size({"width": 390, "height": 844})
        flag.foot.get_by_role("tab", name="Findings").click()
        expect(flag.foot.get_by_role("tabpanel")).to_contain_text("kiosk cannot evaluate it")
        clean(flag.page, "foot-phone")
        flag.page.set_viewport_size({"width": 1720, "height": 900})
        expect(odd).to_be_visible()
        place = flag.foot.bounding_box()
        assert place is not None
        assert place["x"] > 1000, "docked at the right, where there is room"

        changes.get_by_role("button", name="Put back").click()
        expect(flag.foot).to_have_count(0)
        assert flag.cards() == ["Dutch", "Others"]
    finally:
        server.yardarm("policies", "remove", "budgets")


def test_saved_asked_for_later_and_in_an_emergency(opened: Opened, server: Dev) -> None:
    path = made(server, "gated", rules=[rule("Dutch", "NL", TENTH)])
    before = served(server, "gated")[True]
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')
    try:
        flag = FlagPage(opened(path)).edit()
        flag.open("Dutch")
        share(flag.page, "Dutch", "15")
        expect(flag.foot.get_by_role("button", name="Save to production")).to_be_enabled()
        share(flag.page, "Dutch", "100")
        ask = flag.foot.get_by_role("button", name="Request approval")
        expect(ask).to_be_visible()
        expect(flag.foot).to_contain_text("Needs approval: moves")
        expect(flag.foot.get_by_role("button", name="Save to production")).to_have_count(0)
        clean(flag.page, "foot-over")

        schedule = flag.foot.get_by_role("link", name="Schedule…").get_attribute("href") or ""
        assert "plans/schedule" in schedule
        assert "edit_flag" in schedule
        ramp = flag.foot.get_by_role("link", name="Step plan…").get_attribute("href") or ""
        assert "plans/ramp" in ramp
        assert "rule=" in ramp

        flag.foot.get_by_role("textbox", name="Reason").fill("the shops are ready")
        flag.page.keyboard.press("Control+Enter")
        expect(flag.told("Change request 1 waits for approval")).to_be_visible()
        request = server.rest("GET", "/projects/demo/requests/1")
        assert request["reason"] == "the shops are ready"
        assert served(server, "gated")[True] == before

        flag.page.reload()
        flag.edit()
        flag.open("Dutch")
        share(flag.page, "Dutch", "100")
        flag.foot.get_by_role("button", name="Emergency…").click()
        dialog = flag.page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill("the shop is down")
        dialog.get_by_role("button", name="Save all the same").click()
        told = flag.told("Saved as change")
        expect(told).to_be_visible()
        assert served(server, "gated") == {True: 400, False: 600}
        told.get_by_role("button", name="Undo").click()
        expect(told).to_contain_text("waits for approval")
    finally:
        server.yardarm("policies", "remove", "budgets")


def test_what_was_discarded_can_be_taken_up_again(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(made(server, "fickle", rules=[rule("Dutch", "NL")]))).edit()
    flag.production.get_by_role("button", name="More for Dutch").click()
    flag.page.get_by_role("menuitem", name="Pause").click()
    flag.counts("400 of 1,000 contexts move: 400 on → off")
    flag.page.get_by_role("button", name="Discard draft").click()
    recent = flag.page.get_by_role("region", name="Recent drafts")
    expect(recent).to_contain_text("changes the rules")
    clean(flag.page, "recent-drafts")
    recent.get_by_role("button", name="Take up again").focus()
    flag.page.keyboard.press("Enter")
    flag.counts("400 of 1,000 contexts move: 400 on → off")
    expect(recent).to_have_count(0)
