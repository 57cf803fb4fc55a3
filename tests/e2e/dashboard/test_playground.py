"""The playground: any context, any configuration, several side by side, and why each answers so."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, rule
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.dashboard.test_hostile import LONG, REVERSED, SCRIPT
from tests.e2e.processes import Dev

PLAYGROUND = "/ui/projects/demo/playground"
PATH = "/projects/demo/environments/{}/flags/{}"
SPLIT = {
    "split": {"arms": [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]}
}


@pytest.fixture(scope="module")
def tried(server: Dev) -> int:
    """A flag that was made in both environments and then edited in production alone.

    Gives production's version before that.
    """
    made(server, "tried", rules=[rule("Dutch", "NL"), rule("Others", "BE", SPLIT)])
    version = server.rest("GET", "/projects/demo/environments/production")["version"]
    made(server, "alike", rules=[rule("Belgians", "BE")])
    rules = server.rest("GET", PATH.format("production", "tried"))["rules"]
    rules[0]["when"]["values"] = ["FR"]
    server.rest("PATCH", PATH.format("production", "tried"), {"rules": rules}, If_Match="*")
    return int(version)


def column(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Column {number}")


def pick(page: Page, name: str, offered: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=name).click()
    page.get_by_role("option", name=offered).click()


def asking(context: object, **more: object) -> str:
    """The address of a question."""
    found = {"context": json.dumps(context), **more}
    return PLAYGROUND + "?" + "&".join(f"{k}={quote(json.dumps(v))}" for k, v in found.items())


def test_one_flag_by_several_configurations(opened: Opened, server: Dev, tried: int) -> None:
    page = opened(PLAYGROUND)
    expect(page.get_by_text("Choose a flag to see what it answers and why")).to_be_visible()
    clean(page, "playground-empty")
    flag = page.get_by_role("combobox", name="Flag")
    flag.fill("alik")
    page.get_by_role("option", name="alike").click()
    # Somebody who was really seen, found by key.
    page.get_by_role("textbox", name="Observed contexts").fill("p10")
    page.get_by_role("option", name=re.compile("^p10 ?seen")).click()
    written = page.get_by_role("textbox", name="Context as JSON")
    expect(written).to_have_value(re.compile('"country": "NL"'))
    verdict = page.get_by_role("status").filter(has_text="answer")
    # The environments have the rule under ids of their own: it is the same one all the same.
    expect(verdict).to_have_text("All columns answer alike, for the same reasons")
    expect(page.get_by_text("differs", exact=True)).to_have_count(0)
    flag.fill("trie")
    page.get_by_role("option", name="tried").click()
    expect(verdict).to_have_text("Different answers")
    expect(column(page, 1)).to_contain_text("default rule")
    expect(column(page, 2)).to_contain_text("rule 1 Dutch")
    dutch = column(page, 1).get_by_role("listitem").filter(has_text="Rule 1 Dutch")
    expect(dutch.first).to_contain_text("differs")
    clean(page, "playground")

    # A third, as production was; D shows only what differs.
    page.get_by_role("button", name="Add column").press("Enter")
    pick(page, "Column 3: environment", "production")
    pick(page, "Column 3: which configuration", re.compile(f"version {tried},"))
    expect(column(page, 3)).to_contain_text("rule 1 Dutch")
    assert len(page.get_by_role("region", name=re.compile("^Column")).all()) == 3
    clean(page, "playground-three")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("d")
    expect(page.get_by_role("switch", name="Only differences")).to_be_checked()
    expect(column(page, 1)).not_to_contain_text("Switched on in")
    page.reload()
    expect(column(page, 3)).to_contain_text("rule 1 Dutch")
    page.get_by_role("button", name="Take column 2 away").click()
    expect(page.get_by_role("region", name=re.compile("^Column"))).to_have_count(2)
    # Each version answers in the ribbon, and sets the first column.
    ribbon = page.get_by_role("region", name=re.compile("^What p10 gets in production"))
    ribbon.get_by_role("button").first.press("Enter")
    expect(verdict).to_have_text("All columns answer alike, for the same reasons")
    assert "production@" in unquote(page.url)

    # A split is drawn with the mark where this unit fell.
    belgian = {"key": "p7", "country": "BE"}
    written.fill(json.dumps(belgian))
    expect(column(page, 1)).to_contain_text("split of rule 2 Others")
    expect(column(page, 1).get_by_role("img", name=re.compile("^Bucket"))).to_be_visible()
    written.fill('{"key": ')
    expect(page.get_by_text("Not JSON:")).to_be_visible()
    clean(page, "playground-wrong")


def test_every_flag_at_once_also_on_a_phone(opened: Opened, tried: int) -> None:
    page = opened(asking({"key": "p1", "country": "NL"}, all=True, columns=["production"]))
    table = page.get_by_role("table", name="All flags for this context")
    expect(page.get_by_role("status").filter(has_text="flags differ")).to_contain_text("2 of 6")
    row = table.get_by_role("row").filter(has_text="tried")
    expect(row.get_by_role("cell").nth(1)).to_contain_text("rule 1 Dutch")
    clean(page, "playground-all")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("d")
    expect(table.get_by_role("rowheader")).to_have_count(2)
    page.set_viewport_size({"width": 390, "height": 844})
    inert(page)
    clean(page, "playground-all-phone")
    row.get_by_role("button", name="tried").press("Enter")
    expect(column(page, 2)).to_contain_text("rule 1 Dutch")
    inert(page)
    clean(page, "playground-phone")


def test_hostile_names_and_errors(opened: Opened, server: Dev, tried: int) -> None:
    when = {"attribute": SCRIPT, "op": "in", "values": [LONG, REVERSED]}
    rules = [{"name": SCRIPT[:200], "when": when, "serve": "on"}]
    made(server, "hostile", name=LONG, rules=rules)
    address = asking({"key": LONG, SCRIPT: LONG}, flag="hostile", columns=["production"])
    for width in (1440, 390):
        page = opened(address, width=width)
        expect(column(page, 1)).to_contain_text(SCRIPT[:200])
        inert(page)
    page.get_by_role("checkbox", name="All flags for this context").check()
    expect(page.get_by_role("row").filter(has_text="hostile")).to_be_visible()
    inert(page)
    # What does not exist, and what cannot be asked for, is said in its column alone.
    page.watch.expect("404|503")  # type: ignore[attr-defined]
    page.goto(asking({"key": "p1"}, flag="gone", columns=["production", "staging"]))
    expect(column(page, 1)).to_contain_text("FLAG_NOT_FOUND")
    page.goto(asking({"key": "p1"}, flag="alike", columns=["production", "nowhere"]))
    expect(column(page, 2).get_by_role("alert")).to_be_visible()
    expect(column(page, 1)).to_contain_text("default rule")
    page.route("**/production/evaluate*", lambda route: route.fulfill(status=503))
    page.reload()
    expect(column(page, 1).get_by_role("alert")).to_be_visible()
    # When the stream of events begins, everything is asked for again: not after this.
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    page.unroute("**/production/evaluate*")
    column(page, 1).get_by_role("button", name="Try again").click()
    expect(column(page, 1)).to_contain_text("default rule")
