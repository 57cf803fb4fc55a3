"""Plans: a ramp and what came of it, a schedule, what each waits for, and every way to stop it."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, served
from tests.e2e.dashboard.conftest import PEOPLE, Opened
from tests.e2e.dashboard.seeing import clean
from tests.e2e.processes import Dev

import yardarm

PLANS = "/ui/projects/demo/plans"
HOSTILE = '<img src=x onerror=alert(1)>" \u05d0\u05d1\u05d2'


def tell(server: Dev, **what: Any) -> None:
    """What a program reports."""
    batch = {"format": 1, "batch": str(uuid4()), "application": "shop", **what}
    request = urllib.request.Request(
        f"{server.url}/sdk/v1/events",
        json.dumps(batch).encode(),
        {"Authorization": f"Bearer {server.ready['server_key']}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert json.loads(answer.read())["rejected"] == []


def expose(server: Dev, flag: str) -> int:
    """Everybody is given a variant, a tenth of them buys, one in a hundred fails.

    Says how many got `on`.
    """
    with yardarm.Client(server.url, server.ready["server_key"], report=False) as client:
        client.wait_ready(10)
        given = {person["key"]: client.boolean(flag, person, fallback=False) for person in PEOPLE}
    now = datetime.now(UTC)
    at, later = now.isoformat(), (now + timedelta(milliseconds=1)).isoformat()
    exposures = [
        {
            "flag": flag,
            "version": 2,
            "variant": "on" if given[str(person["key"])] else "off",
            "unit": person["key"],
            "at": at,
            "attributes": {"country": person["country"], "shelf": HOSTILE},
        }
        for person in PEOPLE
    ]
    bought = [{"event": "bought", "unit": f"p{n}", "at": later} for n in range(0, 1000, 10)]
    failed = [{"event": "pay.failed", "unit": f"p{n}", "at": later} for n in range(7, 1000, 100)]
    tell(server, exposures=exposures, metrics=[*bought, *failed])
    return sum(given.values())


def choose(page: Page, field: Locator, option: str) -> None:
    """By mouse."""
    field.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_ramp_with_what_came_of_it(opened: Opened, server: Dev) -> None:
    made(server, "express")
    page = opened(PLANS)
    expect(page.get_by_text("No plan is open")).to_be_visible()
    clean(page, "plans-none")
    page.get_by_role("button", name="New ramp").click()
    flag = page.get_by_role("combobox", name="Flag", exact=True)
    flag.fill("expr")
    page.get_by_role("option", name="express").click()
    expect(page.get_by_role("combobox", name="Variant to give")).to_have_value("on")
    page.get_by_role("textbox", name="Share of step 1 in per cent").fill("10")
    expect(page.get_by_text("Each share is larger than the one before")).to_be_visible()
    page.get_by_role("button", name="Remove step 2").click()
    page.get_by_role("checkbox", name="Ask somebody else for approval").click()
    steps = page.get_by_role("list", name="Steps of the plan").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(steps.last).to_contain_text("1,000 of 1,000 by then")
    clean(page, "plan-ramp")
    page.get_by_role("textbox", name="Why, for the log").fill("the third quarter")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="express to on")).to_be_visible()
    expect(steps.first).to_contain_text("now")
    expect(page.get_by_text("Holds step 1. Step 2 of 3 asks for approval")).to_be_visible()
    on = served(server, "express")[True]
    expect(steps.first).to_contain_text(f"{on} of 1,000 by then")
    evidence = page.get_by_role("region", name="Conversions and errors")
    expect(evidence).to_contain_text("Nobody has been given a variant since the plan began")
    expect(evidence).to_contain_text("No event is tracked yet")
    clean(page, "plan-no-evidence")

    assert expose(server, "express") == on
    page.reload()
    table = evidence.get_by_role("table")
    # The conversion and the error are chosen by their names.
    expect(table.get_by_role("row").nth(1)).to_contain_text(f"on{on}")
    expect(table.get_by_role("columnheader", name="bought")).to_be_visible()
    expect(table.get_by_role("columnheader", name="pay.failed")).to_be_visible()
    expect(table.get_by_role("row").nth(2)).to_contain_text(f"off{1000 - on}")
    by = evidence.get_by_role("combobox", name="By attribute")
    by.fill("country")
    expect(page.get_by_role("option")).to_have_text(["country"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heads = table.get_by_role("rowheader")
    expect(heads).to_have_count(5)
    expect(heads.nth(0)).to_have_text("everybody")
    expect(heads.nth(1)).to_have_text("NL")  # the most of them
    rows = table.get_by_role("row").filter(has_text="too few to say")
    expect(rows.first).to_be_visible()  # a tenth of the Belgians are few
    choose(page, evidence.get_by_role("combobox", name="Error"), "none")
    expect(table.get_by_role("columnheader", name="pay.failed")).to_have_count(0)
    clean(page, "plan-evidence")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(table).to_be_visible()
    clean(page, "plan-evidence-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})

    page.get_by_role("button", name="Pause").press("Enter")
    dialog = page.get_by_role("dialog", name="Pause the plan?")
    dialog.get_by_role("textbox", name="Why").fill("wait for support")
    page.keyboard.press("Enter")
    expect(page.get_by_text("until somebody resumes it")).to_be_visible()
    clean(page, "plan-paused")
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    expect(steps.first).to_contain_text("now")
    page.get_by_role("button", name="Cancel the plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the plan").click()
    expect(page.get_by_text("Cancelled after 1 step of 3")).to_be_visible()
    assert served(server, "express")[True] == on, "what was changed stays"


def test_approved_by_somebody_else_and_paused_by_an_edit(opened: Opened, server: Dev) -> None:
    made(server, "careful")
    ramp = {
        "flag": "careful",
        "to": "on",
        "environments": ["production"],
        "percentages": [10, 50, 100],
        "hold_seconds": 0,
        "approve_between": True,
    }
    number = server.rest("POST", "/projects/demo/plans/ramp", ramp)["id"]
    page = opened(f"{PLANS}/{number}")
    expect(page.get_by_text("waits for approval by somebody other than developer")).to_be_visible()
    expect(page.get_by_role("button", name="Approve the step")).to_be_disabled()
    clean(page, "plan-approval")
    token = server.yardarm("tokens", "create", "ann", "--grant", "approve")["token"]
    other = opened(PLANS, token=token)
    other.get_by_role("link", name="careful to on").press("Enter")
    other.get_by_role("button", name="Approve the step").press("Enter")
    other.get_by_role("dialog").get_by_role("button", name="Approve the step").click()
    # The author's page hears of it: the second step is done, the third waits.
    expect(page.get_by_text("Step 3 of 3 waits for approval")).to_be_visible()
    assert 400 < served(server, "careful")[True] < 600
    server.yardarm("flags", "disable", "careful", "--reason", "not today")
    expect(page.get_by_text("Paused at step 3 of 3")).to_contain_text("developer changed")
    stopped = page.get_by_role("link", name="open the flag to kill it")
    expect(stopped).to_have_attribute("href", "/ui/projects/demo/flags/careful")


def test_scheduled_once_and_again_and_again(opened: Opened, server: Dev) -> None:
    made(server, "nightly")
    page = opened(f"{PLANS}/schedule")
    what = page.get_by_role("combobox", name="What", exact=True)
    choose(page, what, "Switch a flag off")
    flag = page.get_by_role("combobox", name="Flag", exact=True)
    flag.fill("nightly")
    page.get_by_role("option", name="nightly").click()
    make = page.get_by_role("button", name="Schedule it")
    expect(make).to_be_disabled()
    expect(page.get_by_text("Say what, where and when first")).to_be_visible()
    preview = page.get_by_role("region", name="Who would move, if it were done now")
    expect(preview).to_contain_text("nobody moves")
    page.get_by_text("Again and again", exact=True).click()
    page.get_by_role("checkbox", name="sat").click()
    page.get_by_role("textbox", name="Name").fill(HOSTILE)
    clean(page, "plan-schedule")
    make.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(HOSTILE)
    expect(page.get_by_text("scheduled", exact=True)).to_be_visible()
    expect(page.get_by_text("Comes again every mon, sat at 09:00")).to_be_visible()
    steps = page.get_by_role("list", name="Steps of the plan")
    expect(steps).to_contain_text("switch nightly off")
    waits = page.get_by_role("list").filter(has_text=re.compile("Its time"))
    expect(waits).to_contain_text("against the budgets and freezes of that moment")
    clean(page, "plan-scheduled")
    assert page.locator("img").count() == 0

    # One that is late runs at once, if it is told to; its page shows that by itself.
    page.goto(f"{PLANS}/schedule?flag=nightly&environment=production")
    choose(page, what, "Switch a flag off")
    page.locator("input[type=datetime-local]").fill("2026-01-02T03:04")
    choose(page, page.get_by_role("combobox", name="If the server could not"), "run it late")
    page.get_by_role("checkbox", name="Although another plan").click()
    make.click()
    # A step that a busy machine put off is tried again after a pause.
    expect(page.get_by_text("Finished: 1 step done.")).to_be_visible(timeout=90_000)
    flagged = server.rest("GET", "/projects/demo/flags/nightly")["environments"]["production"]
    assert flagged["enabled"] is False

    page.goto(PLANS)
    open_plan = page.get_by_role("row").filter(has_text=HOSTILE)
    # What the second plan changed, the first one waits for: plans pause nobody's plan.
    expect(open_plan).to_contain_text("scheduled")
    page.get_by_text("All", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="finished")).to_be_visible()
    clean(page, "plans")
    assert page.locator("img").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    clean(page, "plans-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
