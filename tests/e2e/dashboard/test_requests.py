"""What moves too many waits for somebody else, who sees what it does, and decides."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.processes import Dev

REQUESTS = "/ui/projects/demo/requests"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
REVERSED = "\u202egnp.exe\u202c\u2066abc"
LONG = "ünbroken" * 125


@pytest.fixture(scope="module", autouse=True)
def budget(server: Dev) -> None:
    """Whatever moves more than a tenth of the people waits."""
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')


@pytest.fixture(scope="module")
def approver(server: Dev) -> str:
    """A token of somebody else."""
    return token(server, "approver", "approve", "edit")


def token(server: Dev, actor: str, *grants: str) -> str:
    options = [word for grant in grants for word in ("--grant", grant)]
    done: dict[str, str] = server.yardarm("tokens", "create", actor, *options)
    return done["token"]


def asked(server: Dev, key: str, reason: str = "", **fields: Any) -> int:
    """A change of a flag that waits; its number."""
    body = {**fields, "reason": reason}
    path = f"/projects/demo/environments/production/flags/{key}"
    number: int = server.rest("PATCH", path, body, If_Match="*")["change_request"]["id"]
    return number


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def test_asked_for_seen_discussed_and_approved_by_the_mouse(
    opened: Opened, server: Dev, approver: str
) -> None:
    path = made(server, "watched", rules=[rule("Dutch", "NL", "off")])
    flag = FlagPage(opened(path)).edit()
    card = flag.open("Dutch")
    card.get_by_role("combobox", name="Variant").click()
    flag.page.get_by_role("option", name="on", exact=True).click()
    flag.counts("400 of 1,000 contexts move: 400 off → on")
    flag.request()
    expect(flag.told("waits for approval")).to_be_visible()
    assert served(server, "watched") == {False: 1000}

    mine = flag.page
    mine.get_by_role("link", name="Change requests").click()
    mine.get_by_role("link", name="watched").click()
    expect(part(mine, "What changes")).to_contain_text("Rule 1 Dutch: serves on instead of off")
    expect(part(mine, "What changes")).to_contain_text("the budget is 10 %")
    own = part(mine, "Your decision")
    expect(own.get_by_role("button", name="Approve")).to_be_disabled()
    expect(own).to_contain_text("You had a hand in it: somebody else has to approve")
    expect(own).to_contain_text("1 more approval for production")

    other = opened(REQUESTS, token=approver)
    row = other.get_by_role("table", name="Change requests").get_by_role("row").nth(1)
    expect(row).to_contain_text("Rule 1 Dutch: serves on instead of off")
    expect(row).to_contain_text("waits for 1 approval")
    clean(other, "requests")
    row.get_by_role("link").click()
    moves = part(other, "Who moves in production")
    expect(moves).to_contain_text("the same people move")
    expect(moves.get_by_role("status")).to_contain_text("400 of 1,000 contexts move: 400 off → on")
    expect(moves.get_by_role("table", name="From which variant to which")).to_contain_text("400")
    expect(moves).to_contain_text("40 % this change")
    expect(part(other, "Checks")).to_contain_text("No freeze is in force")
    part(other, "What changes").get_by_text("Command", exact=True).click()
    expect(part(other, "What changes")).to_contain_text('"type": "edit_flag"')
    clean(other, "request")

    talk = part(other, "Conversation")
    talk.get_by_role("textbox", name="Write a comment").fill("Support has to know first")
    talk.get_by_role("button", name="Comment").click()
    # The author's browser hears of it by itself.
    expect(part(mine, "Conversation")).to_contain_text("Support has to know first")

    decision = part(other, "Your decision")
    expect(decision).to_contain_text("You are approver, and had no hand in it")
    decision.get_by_role("textbox", name="Reason").fill("They know")
    decision.get_by_role("button", name="Approve and apply now").click()
    became = part(other, "What became of it")
    expect(became).to_contain_text("Approved by approver.")
    expect(part(mine, "What became of it")).to_contain_text("Made as production")
    expect(part(mine, "Conversation")).to_contain_text("They know")
    expect(part(other, "Who was to move in production")).to_contain_text("400 off → on")
    clean(other, "request-landed")
    assert served(server, "watched") == {True: 400, False: 600}


def test_others_would_move_now_and_rejected_by_the_keyboard(
    opened: Opened, server: Dev, approver: str
) -> None:
    made(server, "drifting", rules=[rule("Dutch", "NL", "off")])
    number = asked(server, "drifting", "for all", default="on")
    page = opened(f"{REQUESTS}/{number}", token=approver)
    moves = part(page, "Who moves in production")
    expect(moves.get_by_role("status")).to_contain_text("600 of 1,000 contexts move")
    # Somebody saves what it rests on: it is counted again, and says what is different.
    rules = [rule("Dutch", "NL", "off"), rule("German", "DE", "off")]
    path = "/projects/demo/environments/production/flags/drifting"
    server.rest("PATCH", path, {"rules": rules}, If_Match="*")
    expect(moves).to_contain_text("others would move than when it was asked for")
    expect(moves).to_contain_text("Then: 600 of 1,000 contexts move. Now: 400 of 1,000")
    clean(page, "request-differs")
    decision = part(page, "Your decision")
    decision.get_by_role("textbox", name="Reason").focus()
    page.keyboard.type("not so")
    reject = decision.get_by_role("button", name="Reject")
    for _ in range(4):  # approve, and what stands between
        page.keyboard.press("Tab")
        if reject.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(part(page, "What became of it")).to_contain_text("approver rejected it: not so")
    expect(part(page, "Conversation").get_by_role("textbox")).to_be_visible()
    assert served(server, "drifting") == {False: 1000}

    # Its author takes another one back.
    number = asked(server, "drifting", "once more", default="on")
    mine = opened(f"{REQUESTS}/{number}")
    part(mine, "Your decision").get_by_role("button", name="Withdraw").press("Enter")
    expect(part(mine, "What became of it")).to_contain_text("developer took it back")


def test_filters_stand_in_the_address_and_on_a_phone(
    opened: Opened, server: Dev, approver: str
) -> None:
    made(server, "filtered")
    asked(server, "filtered", "mine", default="on")
    page = opened(REQUESTS, token=approver, width=390)
    table = page.get_by_role("table", name="Change requests")
    expect(table).to_contain_text("mine")
    page.get_by_role("radiogroup", name="Asked by").get_by_text("Me", exact=True).click()
    expect(page.get_by_text("No change request is like that")).to_be_visible()
    page.get_by_role("radiogroup", name="Asked by").get_by_text("Others").click()
    expect(table).to_contain_text("mine")
    page.get_by_role("combobox", name="Environment").click()
    page.get_by_role("option", name="staging").click()
    expect(page.get_by_text("No change request is like that")).to_be_visible()
    assert "whose=others" in page.url
    assert "environment=staging" in page.url
    page.get_by_role("button", name="Show what waits").click()
    expect(table).to_contain_text("mine")
    page.get_by_role("radiogroup", name="State").get_by_text("All", exact=True).click()
    page.reload()
    expect(table).to_contain_text("rejected")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    clean(page, "requests-phone")


@pytest.mark.parametrize("text", [SCRIPT, REVERSED, LONG], ids=["script", "reversed", "long"])
def test_hostile_words_are_words(opened: Opened, server: Dev, approver: str, text: str) -> None:
    made(server, f"hostile-{len(text)}", name=text)
    when = {"attribute": text[:200], "op": "in", "values": [text]}
    rules = [{"name": text[:200], "when": when, "serve": "on"}]
    number = asked(server, f"hostile-{len(text)}", text, rules=rules, default="on")
    server.yardarm("requests", "comment", str(number), text, "--token", approver)
    page = opened(REQUESTS, token=approver, width=900)
    link = page.get_by_role("link").filter(has_text=f"#{number}")
    expect(link).to_be_visible()
    assert text in (link.text_content() or "")
    link.click()
    expect(part(page, "Who moves in production").get_by_role("status")).to_contain_text("1,000")
    heading = page.get_by_role("heading", level=1)
    assert text in (heading.text_content() or "")
    assert text in (part(page, "Conversation").text_content() or "")
    inert(page)
