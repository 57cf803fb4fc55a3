"""Segments: found, made, edited with the movement of all flags that ask, taken over, removed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.dashboard.test_hostile import LONG, REVERSED, SCRIPT
from tests.e2e.processes import Dev

LIST = "/ui/projects/demo/segments"


def put(server: Dev, key: str, environment: str = "production", **fields: Any) -> None:
    path = f"/projects/demo/environments/{environment}/segments/{key}"
    server.rest("PUT", path, {"key": key, **fields}, If_Match="*")


def those(segment: str) -> dict[str, Any]:
    """A rule for those of a segment."""
    return {"name": "Those in it", "when": {"segment": segment}, "serve": "on"}


def dutch(*more: str) -> dict[str, Any]:
    return {"attribute": "country", "op": "in", "values": ["NL", *more]}


@pytest.fixture(scope="module")
def asked(server: Dev) -> None:
    """A segment that one flag asks, and another by way of a second segment."""
    put(server, "dutch", name="Dutch people", description="Those in the Netherlands", when=dutch())
    put(server, "regulars", when={"segment": "dutch"})
    made(server, "offers", environments={"production": {"rules": [those("dutch")]}})
    made(server, "tips", environments={"production": {"rules": [those("regulars")]}})


def foot(page: Page) -> Locator:
    return page.get_by_role("region", name="Who moves")


def told(page: Page, words: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=words)


def test_an_edit_moves_people_in_every_flag_that_asks(
    opened: Opened, server: Dev, asked: None
) -> None:
    page = opened(LIST)
    grid = page.get_by_role("grid", name="Segments")
    expect(grid.get_by_role("gridcell", name="in segment dutch")).to_be_visible()
    clean(page, "segments")
    page.keyboard.press("/")
    page.keyboard.type("netherl")
    expect(grid.get_by_role("link")).to_have_count(1)
    grid.get_by_role("link", name="Dutch people").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Dutch people")).to_be_visible()
    needing = page.get_by_role("region", name="Who needs it")
    expect(needing).to_contain_text("Rule 1, Those in it, by way of regulars")
    clean(page, "segment")

    # By keyboard: another country, in the editor that rules have too.
    page.keyboard.press("e")
    when = page.get_by_role("region", name="Whoever matches")
    when.get_by_role("combobox", name="Values").focus()
    page.keyboard.type("BE")
    page.keyboard.press("Enter")
    status = foot(page).get_by_role("status")
    expect(status).to_contain_text("200 of 1,000 contexts move", timeout=60_000)
    expect(status).to_contain_text("200 offers, 200 tips")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show who moves and why").press("Enter")
    expect(foot(page).get_by_role("table")).to_have_count(2)
    clean(page, "segment-draft")
    # The draft is kept on this device; keys one by one are part of it.
    page.reload()
    never = page.get_by_role("region", name="Never in")
    never.get_by_role("textbox", name="Keys to add or take out").fill("p0, p5, p10")
    never.get_by_role("button", name="Add 3").click()
    expect(status).to_contain_text("203 of 1,000 contexts move")
    never.get_by_role("button", name="Take p10 out").click()
    expect(status).to_contain_text("202 of 1,000 contexts move")
    assert served(server, "tips") == {True: 400, False: 600}
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+s")
    expect(told(page, "Saved as change")).to_be_visible()
    assert served(server, "offers") == served(server, "tips") == {True: 598, False: 402}
    expect(never).to_contain_text("2 keys")
    told(page, "Saved as change").get_by_role("button", name="Undo").click()
    expect(never).to_contain_text("No key")
    assert served(server, "tips") == {True: 400, False: 600}

    # What is needed is not removed.
    page.get_by_role("button", name="Remove", exact=True).press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("take it out of their rules first")
    expect(dialog.get_by_role("button", name="Remove")).to_be_disabled()


def test_made_by_keyboard_taken_over_and_removed(opened: Opened, server: Dev) -> None:
    page = opened(LIST)
    expect(page.get_by_role("row").filter(has_text="vip")).to_be_visible()
    page.get_by_role("button", name="New segment").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Key")).to_be_focused()
    page.keyboard.type("vip")
    expect(dialog).to_contain_text("There is a segment with this key")
    dialog.get_by_label("Key").fill("crew")
    dialog.get_by_label("Name").fill("The crew")
    dialog.get_by_role("checkbox", name="staging").uncheck()
    clean(page, "segment-new")
    dialog.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", level=1, name="The crew")).to_be_visible()
    expect(page.get_by_text("No flag and no other segment asks it.")).to_be_visible()
    page.get_by_role("button", name="Edit", exact=True).click()
    always = page.get_by_role("region", name="Always in")
    always.get_by_role("textbox", name="Keys to add or take out").fill("ann, bob")
    always.get_by_role("button", name="Add 2").click()
    expect(foot(page).get_by_role("status")).to_contain_text("Nobody moves")
    foot(page).get_by_role("button", name="Save to production").click()
    expect(told(page, "Saved as change")).to_be_visible()
    # Where it is not there it is copied, as a draft.
    page.get_by_text("staging", exact=True).click()
    expect(page.get_by_text("crew is not in staging")).to_be_visible()
    clean(page, "segment-absent")
    page.get_by_role("button", name="Copy from production").click()
    expect(always).to_contain_text("ann")
    foot(page).get_by_role("button", name="Save to staging").click()
    expect(told(page, "staging")).to_be_visible()
    expect(page.get_by_text("The same in production.")).to_be_visible()
    kept = server.rest("GET", "/projects/demo/environments/staging/segments/crew")
    assert kept["included"] == [{"keys": ["ann", "bob"]}]
    page.get_by_role("button", name="Remove", exact=True).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("row").filter(has_text="crew")).to_contain_text("not here")


def test_hostile_names_errors_and_emptiness(opened: Opened, server: Dev) -> None:
    when = {"attribute": SCRIPT, "op": "in", "values": [LONG, REVERSED]}
    put(server, "worst", name=LONG, when=when, included=[{"keys": [LONG, SCRIPT, REVERSED]}])
    put(server, "worse", name=SCRIPT, description=REVERSED, excluded=[{"keys": [LONG]}])
    page = opened(LIST, width=390)
    row = page.get_by_role("row").filter(has_text="worst")
    assert row.get_by_role("link").text_content() == LONG
    inert(page)
    clean(page, "segments-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    inert(page)
    row.get_by_role("link").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(LONG)
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("combobox", name="Attribute")).to_have_value(SCRIPT)
    inert(page)
    page.set_viewport_size({"width": 390, "height": 844})
    inert(page)
    page.goto(f"{LIST}?query=nothing")
    expect(page.get_by_text("No segment matches")).to_be_visible()
    page.get_by_role("button", name="Clear the search").click()
    expect(row).to_be_visible()
    # What cannot be asked for says so, and can be tried again.
    page.watch.expect("503")  # type: ignore[attr-defined]
    page.route("**/production/segments*", lambda route: route.fulfill(status=503))
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    # When the stream of events begins, everything is asked for again: not after this.
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.unroute("**/production/segments*")
    page.get_by_role("button", name="Try again").click()
    expect(row).to_be_visible()
