"""The tabs of a flag besides its targeting: text, time, people, numbers, settings."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, rule
from tests.e2e.dashboard.conftest import PEOPLE, POPULATION, Opened
from tests.e2e.dashboard.seeing import barriers, picture
from tests.e2e.processes import Dev

import yardarm

THEMES = ("light", "dark")


def seen(page: Page, name: str) -> None:
    """A picture in both themes and at the width of a phone, and nothing that shuts anybody out."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        picture(page, f"{name}-{theme}")
        found = barriers(page)
        assert not found, "\n".join(found)
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, f"{name}-phone")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{name} is {width} px wide on a phone"
    assert size is not None
    page.set_viewport_size(size)


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="As you write it")


def typed(page: Page, text: str) -> None:
    """Written in place of everything, as one would paste it."""
    editor(page).press("Control+a")
    page.keyboard.insert_text(text)


def test_a_text_makes_the_same_draft_as_the_rule_editor(opened: Opened, server: Dev) -> None:
    address = made(server, "written", rules=[rule("Dutch", "NL")])
    page = opened(f"{address}?tab=json")
    flag = FlagPage(page)
    expect(editor(page)).to_contain_text('"Dutch"')
    text = server.rest("GET", "/projects/demo/environments/production/flags/written")
    fields: dict[str, Any] = {name: text[name] for name in ("enabled", "off", "default", "rules")}

    # What does not fit is told by its line, and is no draft yet.
    typed(page, json.dumps({**fields, "of": 3}, indent=2))
    faults = page.get_by_role("region", name="As production evaluates it").get_by_role("status")
    expect(faults).to_contain_text('"of" is not known here')
    expect(flag.foot).to_have_count(0)
    faults.get_by_role("button", name="Line").click()
    expect(editor(page)).to_be_focused()
    seen(page, "flag-json-fault")
    # It waits on this device, through another tab and a reload.
    page.get_by_role("link", name="Targeting").click()
    page.reload()
    page.get_by_role("link", name="JSON unfinished").click()
    expect(editor(page)).to_contain_text('"of": 3')
    faults.get_by_role("button", name="Back to what could be read").click()
    expect(editor(page)).not_to_contain_text('"of": 3')
    expect(editor(page)).to_contain_text('"Dutch"')

    page.watch.expect("422")  # type: ignore[attr-defined]
    # What the schema lets pass and the server does not is told by its line too.
    typed(page, json.dumps({**fields, "default": "nothing"}, indent=2))
    expect(faults).to_contain_text("nothing")
    expect(faults.get_by_role("button", name="Line")).to_be_visible()

    fields["rules"][0]["when"]["values"] = ["NL", "BE"]
    typed(page, json.dumps(fields, indent=2))
    # The first preview of a server waits for its worker.
    count = flag.foot.get_by_role("status")
    expect(count).to_contain_text("200 of 1,000 contexts move", timeout=60_000)
    expect(faults).to_contain_text("Your draft fits the schema")
    seen(page, "flag-json")
    page.get_by_role("link", name="Targeting").click()
    expect(flag.card("Dutch")).to_contain_text("BE")

    # By keyboard, in YAML: what can stand at the cursor is offered, and chosen.
    page.get_by_role("link", name="JSON").click()
    page.get_by_text("YAML", exact=True).click()
    expect(editor(page)).to_contain_text("enabled: true")
    editor(page).press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Control+Backspace")
    page.keyboard.press("Control+ ")
    expect(page.get_by_role("option", name="on", exact=True)).to_be_visible()
    page.keyboard.type("on")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(flag.told("Saved as")).to_be_visible()
    saved = server.rest("GET", "/projects/demo/environments/production/flags/written")
    assert saved["rules"][0]["when"]["values"] == ["NL", "BE"]


def test_time_is_gone_through_by_mouse_and_keyboard(opened: Opened, server: Dev) -> None:
    address = made(server, "moving", rules=[rule("Dutch", "NL")])
    state = "/projects/demo/environments/production/flags/moving"
    marker = {"application": "shop", "version": "2.14", "url": "https://ci.example.com/1"}
    server.rest("POST", "/projects/demo/environments/production/deployments", marker)
    server.rest("PATCH", state, {"default": "on", "reason": "for all"}, If_Match="*")
    server.rest("PATCH", state, {"enabled": False}, If_Match="*")
    page = opened(f"{address}?tab=activity")
    now = page.get_by_role("region", name="Served now")
    expect(now).to_contain_text("Switched off: serves off to everyone.")
    changes = page.get_by_role("table", name="Changes of this flag")
    expect(changes.get_by_role("row")).to_have_count(5)
    expect(changes).to_contain_text("shop 2.14 in production")
    expect(changes).to_contain_text("for all")
    person = page.get_by_role("combobox", name="Key of a context")
    person.fill("p3")
    asked = page.get_by_role("region", name="What does one context get?")
    expect(asked.get_by_role("status")).to_contain_text("off")

    page.get_by_role("button", name="Earlier change").click()
    then = page.get_by_role("region", name="Served then")
    expect(then).to_contain_text("everyone else gets on")
    asked = page.get_by_role("region", name="What did one context get then?")
    expect(asked.get_by_role("status")).to_contain_text("on")
    against = page.get_by_role("region", name="Then against now, production")
    expect(against).to_contain_text("Switched off")
    expect(against).to_contain_text("1,000 of 1,000 contexts move")
    then.get_by_role("button", name="Show the rules of then").click()
    expect(then.get_by_role("region", name="production")).to_contain_text("Rule 1 Dutch")
    seen(page, "flag-activity")

    page.get_by_role("slider", name="Instant that is looked at").press("ArrowLeft")
    expect(then).to_contain_text("everyone else gets off")
    person.fill('{"key": "somebody", "country": "NL"}')
    expect(asked.get_by_role("status")).to_contain_text("on")
    page.reload()
    expect(then).to_contain_text("everyone else gets off")
    page.get_by_role("button", name="Now", exact=True).click()
    expect(now).to_contain_text("Switched off")

    # Filtered by place and person; a row taken back; another restored.
    page.get_by_role("radiogroup", name="Environment of the changes").get_by_text("staging").click()
    expect(changes.get_by_role("row")).to_have_count(2)
    page.get_by_role("radiogroup", name="Environment of the changes").get_by_text("All").click()
    page.get_by_role("combobox", name="Who changed it").click()
    page.get_by_role("option", name="developer").click()
    rows = changes.get_by_role("row")
    rows.nth(1).get_by_role("button", name="Undo").click()
    expect(now).to_contain_text("everyone else gets on")
    rows.filter(has_text="for all").get_by_role("button", name="Show the flag as of").press("Enter")
    expect(then).to_contain_text("everyone else gets on")
    rows.filter(has_text="is new").get_by_role("button", name="Show the flag as of").press("Enter")
    against.get_by_role("button", name="Restore this version").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Now", exact=True).click()
    expect(now).to_contain_text("everyone else gets off")


@pytest.fixture(scope="module")
def used(server: Dev) -> Iterator[str]:
    """A flag that a program has asked, for people some of whose attributes were not reported."""
    address = made(server, "used", rules=[rule("Dutch", "NL")])
    hidden = {"key": "=cmd", "plan": "pro", "_private": ["country"]}
    server.rest("POST", POPULATION.format("production"), [{"context": hidden}])
    with yardarm.Client(server.url, server.ready["server_key"], application="shop") as client:
        client.wait_ready(10)
        for person in PEOPLE[:100]:
            client.boolean("used", person, fallback=False)
            if int(person["orders"]) < 5:
                client.track("paid", person)
    yield address
    server.rest("DELETE", f"{POPULATION.format('production')}?key=%3Dcmd", If_Match="*")


def test_who_gets_what_and_why(opened: Opened, server: Dev, used: str) -> None:
    page = opened(f"{used}?tab=audience")
    counted = page.get_by_role("region", name="Evaluations in production, last 24 hours")
    expect(counted).to_contain_text("100 evaluations")
    people = page.get_by_role("region", name="Who gets what in production")
    table = people.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(51)
    seen(page, "flag-audience")
    people.get_by_role("button", name="Look on").click()
    expect(table.get_by_role("row")).to_have_count(101)

    people.get_by_label("Key begins with").fill("=cmd")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("country withheld")
    expect(table).to_contain_text("depends on what was withheld")
    with page.expect_download() as downloading:
        people.get_by_role("button", name="Export the 1 shown").click()
    rows = list(csv.reader(downloading.value.path().open(encoding="utf-8", newline="")))
    assert rows[1][0] == "'=cmd"
    assert rows[1][1:3] == ["", "depends on what was withheld"]

    # By keyboard: those of one country whom the default rule takes are none.
    people.get_by_label("Key begins with").fill("")
    people.get_by_role("combobox", name="Attribute").press("ArrowDown")
    page.keyboard.type("country")
    expect(page.get_by_role("option", name="country", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    people.get_by_role("combobox", name="Value of country").fill("NL")
    page.keyboard.press("Escape")
    expect(people.get_by_role("status")).to_contain_text("there are more")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Rule 1 Dutch")
    people.get_by_role("combobox", name="Taken by").click()
    page.get_by_role("option", name="Default rule").click()
    expect(people).to_contain_text("Nobody like that has been seen")
    people.get_by_role("button", name="Clear the filters").press("Enter")
    expect(table.get_by_role("row")).to_have_count(101)


def test_exposures_as_they_happen(opened: Opened, server: Dev, used: str) -> None:
    page = opened(f"{used}?tab=exposures")
    over_time = page.get_by_role("region", name="Evaluations in production")
    expect(over_time.get_by_role("img")).to_be_visible()
    units = page.get_by_role("region", name="Exposed units")
    expect(units.get_by_role("row").filter(has_text="on")).to_contain_text("40")
    afterwards = page.get_by_role("region", name="What they did afterwards")
    expect(afterwards).to_contain_text("% to")
    page.get_by_text("Last hour").click()
    over_time.get_by_text("Numbers of the plot").click()
    expect(over_time.get_by_role("row")).to_have_count(61)
    seen(page, "flag-exposures")
    with yardarm.Client(server.url, server.ready["server_key"], application="shop") as client:
        client.wait_ready(10)
        for _ in range(7_000):
            client.boolean("used", PEOPLE[0], fallback=False)
    expect(over_time.get_by_role("table")).to_contain_text("7,0")
    page.goto("/ui/projects/demo/flags/used?tab=exposures&in=staging")
    expect(page.get_by_role("main")).to_contain_text("No program has asked for this flag here")
    expect(page.get_by_role("main")).to_contain_text("No program has tracked an event here")
    seen(page, "flag-exposures-empty")


def test_settings_move_people_are_undone_and_a_flag_retires(opened: Opened, server: Dev) -> None:
    address = made(server, "kept", rules=[rule("Dutch", "NL")])
    needs = {"prerequisites": [{"flag": "kept", "variants": ["on"]}]}
    made(server, "needing", **needs)
    page = opened(f"{address}?tab=settings")
    page.get_by_label("Owner").fill("search")
    page.get_by_label("Key of variant 1").fill("yes")
    page.get_by_label("Value of variant 2").fill("nought")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_label("Value of variant 2").fill("false")
    page.get_by_label("Schema of the values").fill('{"type": "boolean"}')
    moves = page.get_by_role("list", name="Who moves")
    expect(moves).to_contain_text("400 of 1,000 contexts move")
    seen(page, "flag-settings")
    page.get_by_role("button", name="Save").press("Enter")
    saved = page.get_by_role("alert").filter(has_text="Saved as").filter(has_text="production")
    expect(saved).to_be_visible()
    flag = server.rest("GET", "/projects/demo/flags/kept")
    assert (flag["owner"], flag["schema"]) == ("search", {"type": "boolean"})
    assert flag["environments"]["production"]["rules"][0]["serve"] == "yes"
    other = server.rest("GET", "/projects/demo/environments/staging/flags/needing")
    assert other["prerequisites"][0]["variants"] == ["yes"]
    saved.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_label("Key of variant 1")).to_have_value("on")

    end = page.get_by_role("region", name="Who needs it, and its end")
    expect(end.get_by_role("link", name="needing")).to_be_visible()
    expect(end.get_by_role("button", name="Archive…")).to_be_disabled()
    server.rest("POST", "/projects/demo/flags/needing/archive", {}, If_Match="*")
    expect(end).to_contain_text("No other flag and no segment asks for it.")
    end.get_by_role("button", name="Archive…").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive", exact=True).click()
    expect(end.get_by_role("button", name="Bring back…")).to_be_visible()
    end.get_by_role("button", name="Bring back…").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Bring back", exact=True).press("Enter")
    expect(end.get_by_role("button", name="Archive…")).to_be_enabled()
