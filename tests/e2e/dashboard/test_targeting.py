"""Rules on the page of a flag: what each takes, what is odd, and every way to edit them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import barriers, picture
from tests.e2e.processes import Dev

PRODUCTION = "/projects/demo/environments/production"
HALF = {
    "split": {"arms": [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]}
}


def option(page: Page, name: str) -> None:
    """Take what a list that has opened offers."""
    page.get_by_role("option", name=name, exact=True).click()


def several(server: Dev, key: str) -> str:
    """A flag whose environments differ in a rule, with one that is never reached."""
    dutch, again = rule("Dutch", "NL"), rule("Dutch again", "NL", "off")
    environments = {"production": {"rules": [dutch, rule("Half", "BE", HALF), again]},
                    "staging": {"rules": [dutch]}}  # fmt: skip
    return made(server, key, environments=environments)


def counted(flag: FlagPage) -> None:
    """Wait for the first numbers: the processes that count and prove are made for them."""
    rest = flag.production.get_by_role("article", name="Default rule")
    expect(rest).to_contain_text("%", timeout=60_000)


def test_what_each_rule_takes_stands_beside_it_in_every_environment(
    opened: Opened, server: Dev
) -> None:
    flag = FlagPage(opened(several(server, "taking")))
    staging = flag.page.get_by_role("region", name="staging")
    counted(flag)
    expect(flag.card("Dutch")).to_contain_text("400 · 40.0 %")
    expect(flag.card("Half")).to_contain_text("200 · 20.0 %")
    expect(flag.card("Dutch again")).to_contain_text("0 · 0 %")
    rest = flag.production.get_by_role("article", name="Default rule")
    expect(rest).to_contain_text("400 · 40.0 %")
    expect(rest).to_contain_text("Everyone else gets")
    on = served(server, "taking")[True]
    expect(flag.production).to_contain_text(f"on {on} · {on / 10:.1f} %")
    tops = [
        card.bounding_box()
        for card in (flag.card("Dutch"), staging.get_by_role("group", name="Dutch"))
    ]
    assert len({box["y"] for box in tops if box is not None}) == 1
    # What is never reached names the rule to blame, and offers the way out.
    odd = flag.card("Dutch again").get_by_role("note")
    expect(odd).to_contain_text("Is never reached. Taken before by rule 1 “Dutch”.")
    odd.get_by_role("button", name="Show proof").click()
    expect(odd).to_contain_text("For example")
    odd.get_by_role("button", name="Move above rule 1").click()
    expect(flag.card("Dutch again")).to_contain_text("0 → 400 · 40.0 %")
    expect(flag.card("Dutch")).to_contain_text("400 → 0 · 0 %")
    expect(flag.card("Dutch").get_by_role("note")).to_contain_text("rule 1 “Dutch again”")
    assert flag.cards() == ["Dutch again", "Dutch", "Half"]
    expect(flag.production.locator("ins").first).to_be_visible()
    expect(flag.production).to_contain_text("Will serve off to those whose country is NL")
    flag.counts("400 of 1,000 contexts move: 400 on → off")
    flag.page.get_by_role("button", name="Discard draft").click()
    # A hole in staging's row is filled from production, as a draft.
    staging.get_by_role("button", name="Copy from production").first.click()
    expect(staging.get_by_role("group", name="Half", exact=True)).to_contain_text("edited")
    expect(staging.get_by_role("textbox", name="Name of the rule")).to_be_focused()
    flag.counts("off → on")
    assert served(server, "taking")[True] == on


def test_rules_are_walked_by_keyboard_alone(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(several(server, "walked")))
    counted(flag)
    press = flag.page.keyboard.press
    for key in ("2", "j", "j"):
        press(key)
    expect(flag.card("Half")).to_be_focused()
    press("Alt+ArrowUp")
    told = flag.page.get_by_role("status").filter(has_text="Rule 1 of 3")
    expect(told).to_have_text("Rule 1 of 3, now takes 200")
    assert flag.cards() == ["Half", "Dutch", "Dutch again"]
    press("Control+z")
    expect(flag.foot).to_have_count(0)
    press("2")
    press("j")
    press("Delete")
    expect(flag.card("Dutch")).to_have_count(0)
    flag.counts("400 of 1,000 contexts move")
    press("Control+z")
    expect(flag.card("Dutch")).to_have_count(1)
    press("Control+Shift+Z")
    expect(flag.card("Dutch")).to_have_count(0)
    press("Control+z")
    press("2")
    press("j")
    press("a")
    name = flag.production.get_by_role("textbox", name="Name of the rule")
    expect(name).to_be_focused()
    flag.page.keyboard.type("1 new")  # keys are for what is typed in
    new = flag.card("1 new")
    new.get_by_role("button", name="Condition").focus()
    press("Enter")
    attribute = new.get_by_role("combobox", name="Attribute")
    attribute.focus()
    flag.page.keyboard.type("country")
    press("Tab")
    press("Tab")
    flag.page.keyboard.type("DE")
    press("Enter")
    expect(new.get_by_role("combobox", name="Values")).to_be_focused()
    flag.counts("200 of 1,000 contexts move: 200 off → on")
    flag.page.get_by_role("button", name="Close 1 new").focus()
    press("Enter")
    assert flag.cards() == ["Dutch", "1 new", "Half", "Dutch again"]
    press("2")
    press("Space")
    expect(flag.production).to_contain_text("Switched off: will serve off to everyone")
    press("Space")
    flag.counts("200 of 1,000 contexts move")
    press("Control+s")
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "walked")[True] >= 600


def add(card: Locator, what: str) -> None:
    card.get_by_role("button", name=what, exact=True).last.click()


def test_conditions_of_every_kind_are_put_together(opened: Opened, server: Dev) -> None:
    many = {"when": {"attribute": "orders", "op": "gte", "values": [10]}}
    server.rest("PUT", f"{PRODUCTION}/segments/many", many, If_Match="*")
    flag = FlagPage(opened(made(server, "joined", rules=[rule("All of it", "NL")]))).edit()
    page, card = flag.page, flag.open("All of it")

    def clause(attribute: str, operator: str) -> None:
        add(card, "Condition")
        card.get_by_role("combobox", name="Attribute").last.fill(attribute)
        page.keyboard.press("Escape")
        card.get_by_role("combobox", name="Operator").last.click()
        option(page, operator)

    clause("orders", "is at least")
    card.get_by_role("textbox", name="Value").last.fill("10")
    flag.counts("of 1,000 contexts move")
    expect(card).to_contain_text("400 → 200 · 20.0 %")
    card.get_by_text("any of").first.click()
    expect(card).to_contain_text("400 → 700 · 70.0 %")
    add(card, "Segment")
    card.get_by_role("combobox", name="Segment").last.click()
    option(page, "many")
    expect(card).to_contain_text("400 → 700 · 70.0 %")
    clause("app_version", "is at least version")
    expect(card.get_by_text("0 seen")).to_be_visible()
    expect(card.get_by_text("Not in the draft yet")).to_have_count(0)
    card.get_by_role("textbox", name="Value").last.fill("5.2.0")
    clause("born", "is before")
    card.get_by_label("Value", exact=True).last.fill("2001-02-03T04:05")
    clause("email", "matches the pattern")
    card.get_by_role("textbox", name="Value").last.fill("@example[.]com$")
    add(card, "Group")
    inner = card.get_by_role("group", name="any of").last
    inner.get_by_role("combobox", name="Attribute").fill("country")
    inner.get_by_role("combobox", name="Values").click()
    page.get_by_role("option", name="FR seen in 20.0 %").click()
    page.keyboard.press("Escape")
    expect(card).to_contain_text("400 → 800 · 80.0 %")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "joined") == Counter({True: 800, False: 200})
    kept = server.rest("GET", f"{PRODUCTION}/flags/joined")
    assert kept["rules"][0]["when"]["any"][1:] == [
        {"attribute": "orders", "op": "gte", "values": [10]},
        {"segment": "many"},
        {"attribute": "app_version", "op": "semver_gte", "values": ["5.2.0"]},
        {"attribute": "born", "op": "before", "values": ["2001-02-03T04:05:00Z"]},
        {"attribute": "email", "op": "matches", "values": ["@example[.]com$"]},
        {"any": [{"attribute": "country", "op": "in", "values": ["FR"]}]},
    ]


def test_prerequisites_targets_and_splits_are_edited(opened: Opened, server: Dev) -> None:
    made(server, "needy")
    made(server, "ready", default="on")
    rules = [rule("One", "NL", HALF), rule("Two", "DE"), rule("Three", "FR")]
    flag = FlagPage(opened(made(server, "whole", rules=rules))).edit()
    page = flag.page
    needs = flag.production.get_by_role("group", name="Prerequisite")
    targets = flag.production.get_by_role("group", name="Targets")

    def need(key: str) -> None:
        needs.get_by_role("button", name="Prerequisite", exact=True).click()
        needs.get_by_role("combobox", name="Flag that has to serve").fill(key)
        option(page, key)

    page.watch.expect("422.*")  # type: ignore[attr-defined]
    whole = {"prerequisites": [{"flag": "whole", "variants": ["on"]}]}
    server.rest("PATCH", f"{PRODUCTION}/flags/needy", whole, If_Match="*")
    need("needy")
    expect(flag.production.get_by_role("alert")).to_contain_text("needy")
    needs.get_by_role("button", name="Remove the prerequisite needy").click()
    need("ready")
    expect(needs).to_contain_text("stopped")
    targets.get_by_role("button", name="Targets", exact=True).click()
    targets.get_by_role("combobox", name="Keys that get on").press_sequentially("p1,p3,")
    expect(targets).to_contain_text("2 · 0.2 %")
    card = flag.open("One")
    card.get_by_role("textbox", name="Share of on in per cent").fill("10")
    card.get_by_role("button", name="Equalise").click()
    expect(card.get_by_role("textbox", name="Share of on in per cent")).to_have_value("50 %")
    expect(card).to_contain_text("Sum 100 %")
    flag.production.get_by_role("button", name="More for One").click()
    page.get_by_role("menuitem", name="Move to position…").click()
    page.get_by_role("textbox", name="Position, 1 to 3").fill("3")
    page.get_by_role("button", name="Move", exact=True).click()
    flag.production.get_by_role("button", name="More for Two").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    flag.production.get_by_role("button", name="Close One").click()
    assert flag.cards() == ["Two", "Two (copy)", "Three", "One"]
    expect(flag.card("Two (copy)").get_by_role("note")).to_contain_text("rule 1 “Two”")
    flag.card("Two (copy)").get_by_role("button", name="Delete rule").click()
    flag.counts("move")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    kept: Any = server.rest("GET", f"{PRODUCTION}/flags/whole")
    assert kept["targets"] == [{"variant": "on", "keys": ["p1", "p3"]}]
    assert [need["flag"] for need in kept["prerequisites"]] == ["ready"]
    assert [each["name"] for each in kept["rules"]] == ["Two", "Three", "One"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_shut_out_of_the_rules(opened: Opened, server: Dev, theme: str) -> None:
    flag = FlagPage(opened(several(server, f"shown-{theme}"), theme=theme))
    counted(flag)
    expect(flag.card("Dutch again").get_by_role("note")).to_be_visible()
    picture(flag.page, f"targeting-{theme}")
    assert barriers(flag.page) == []
    flag.edit()
    card = flag.open("Half")
    add(card, "Condition")
    flag.page.keyboard.press("Escape")
    add(card, "Segment")
    flag.page.keyboard.press("Escape")
    flag.production.get_by_role("button", name="Prerequisite", exact=True).click()
    flag.production.get_by_role("button", name="Targets", exact=True).click()
    expect(flag.foot).to_be_visible()
    flag.page.keyboard.press("Escape")
    picture(flag.page, f"targeting-draft-{theme}")
    assert barriers(flag.page) == []
