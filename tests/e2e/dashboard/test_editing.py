"""The page of a flag: rules edited, who moves counted exactly, saved, and taken back."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.processes import Dev


def test_a_rule_with_a_condition_is_added_saved_and_taken_back(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(made(server, "added"))).edit()
    flag.production.get_by_role("button", name="Rule", exact=True).click()
    card = flag.card("Rule 1")
    card.get_by_role("textbox", name="Name of the rule").fill("Germans")
    card = flag.card("Germans")
    # What says nothing yet is not in the draft: nothing is refused while it is typed.
    card.get_by_role("button", name="Condition").click()
    card.get_by_role("combobox", name="Attribute").fill("country")
    card.get_by_role("combobox", name="Values").fill("DE")
    flag.page.keyboard.press("Enter")
    flag.counts("200 of 1,000 contexts move: 200 off → on")
    expect(flag.foot).to_contain_text("Mostly country = DE (100 %)")
    assert served(server, "added") == {False: 1000}
    flag.save()
    told = flag.told("Saved as change")
    expect(told).to_be_visible()
    assert served(server, "added") == {True: 200, False: 800}
    expect(flag.production).to_contain_text("Serves on to those whose country is DE")
    told.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("Taken back")
    expect(flag.card("Germans")).to_have_count(0)
    assert served(server, "added") == {False: 1000}


def test_a_rule_is_edited_by_keyboard_alone(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(made(server, "typed", rules=[rule("Few", "DE")])))
    press = flag.page.keyboard.press
    flag.production.get_by_role("button", name="Edit", exact=True).focus()
    press("Enter")
    flag.production.get_by_role("button", name="Edit Few").focus()
    press("Enter")
    values = flag.card("Few").get_by_role("combobox", name="Values")
    values.focus()
    flag.page.keyboard.type("FR")
    press("Enter")
    flag.counts("200 of 1,000 contexts move")
    press("Control+s")
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "typed") == {True: 400, False: 600}


def test_a_split_by_number_and_by_slider(opened: Opened, server: Dev) -> None:
    flag = FlagPage(opened(made(server, "split", rules=[rule("Dutch", "NL")]))).edit()
    card = flag.open("Dutch")
    card.get_by_text("a split").click()
    share = card.get_by_role("textbox", name="Share of on in per cent")
    share.fill("25")
    other = card.get_by_role("textbox", name="Share of off in per cent")
    expect(other).to_have_value("75 %")
    slider = card.get_by_role("slider", name="Share of on")
    slider.focus()
    flag.page.keyboard.press("ArrowRight")
    expect(share).to_have_value("26 %")
    flag.page.keyboard.press("Home")
    flag.counts("400 of 1,000 contexts move: 400 on → off")
    flag.page.keyboard.press("End")
    flag.counts("Nobody moves: all 1,000 contexts stay")
    share.fill("10")
    flag.counts("on → off")
    moved = int(flag.foot.get_by_role("status").inner_text().split()[0])
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    assert served(server, "split") == {True: 400 - moved, False: 600 + moved}


def test_rules_are_moved_by_alt_and_arrows_and_by_mouse(opened: Opened, server: Dev) -> None:
    rules = [rule("One", "NL"), rule("Two", "NL", "off"), rule("Three", "DE")]
    flag = FlagPage(opened(made(server, "ordered", rules=rules))).edit()
    flag.production.get_by_role("button", name="Move Two").focus()
    flag.page.keyboard.press("Alt+ArrowUp")
    expect(flag.production.get_by_role("heading", level=3).first).to_have_text("Two")
    flag.counts("400 of 1,000 contexts move: 400 on → off")
    flag.page.keyboard.press("Alt+ArrowDown")
    expect(flag.foot).to_have_count(0)
    grip = flag.production.get_by_role("button", name="Move Three")
    above = flag.card("One").bounding_box()
    assert above is not None
    grip.hover()
    flag.page.mouse.down()
    flag.page.mouse.move(above["x"] + 20, above["y"] + 40, steps=5)
    flag.page.mouse.move(above["x"] + 20, above["y"] + 5, steps=5)
    flag.page.mouse.up()
    expect(flag.production.get_by_role("heading", level=3).first).to_have_text("Three")
    assert flag.cards() == ["Three", "One", "Two"]
    flag.counts("Nobody moves")


def test_a_draft_survives_a_reload_and_every_step_can_be_undone(
    opened: Opened, server: Dev
) -> None:
    rules = [rule("Dutch", "NL"), rule("Germans", "DE")]
    flag = FlagPage(opened(made(server, "kept", rules=rules))).edit()

    def pause(name: str) -> None:
        flag.production.get_by_role("button", name=f"More for {name}").click()
        flag.page.get_by_role("menuitem", name="Pause").click()
        expect(flag.card(name)).to_contain_text("paused")

    pause("Dutch")
    pause("Germans")
    flag.counts("600 of 1,000 contexts move: 600 on → off")
    flag.page.reload()
    flag.edit()
    flag.counts("600 of 1,000 contexts move: 600 on → off")
    flag.page.keyboard.press("Control+z")
    flag.counts("400 of 1,000 contexts move")
    flag.page.keyboard.press("Control+Shift+Z")
    flag.counts("600 of 1,000 contexts move")
    flag.page.keyboard.press("m")
    expect(flag.foot.get_by_role("table")).to_contain_text("60.0 %")
    flag.page.get_by_role("button", name="Discard draft").click()
    expect(flag.foot).to_have_count(0)
    expect(flag.card("Dutch")).not_to_contain_text("paused")
    assert served(server, "kept") == {True: 600, False: 400}


def test_a_flag_is_switched_off_in_two_steps_with_the_movement_in_sight(
    opened: Opened, server: Dev
) -> None:
    flag = FlagPage(opened(made(server, "switched", default="on")))
    switch = flag.production.get_by_role("switch", name="Switched on in production")
    expect(switch).to_be_checked()
    switch.press("Space")
    expect(switch).not_to_be_checked()
    flag.counts("1,000 of 1,000 contexts move: 1,000 on → off")
    flag.save()
    expect(flag.told("Saved as change")).to_be_visible()
    expect(switch).not_to_be_checked()
    assert served(server, "switched") == {False: 1000}
