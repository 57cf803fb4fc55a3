"""Ten things that a team does every week, done as a person does them and counted.

Each task begins on the list of flags and ends when the page says that it is done. What stands here
is one way of doing it, the shortest one that needs no knowledge of the page. `tools/tasks` writes
what each takes into the documentation; `test_tasks.py` asserts that clicks and keys are still so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import FlagPage, made, rule, served
from tests.e2e.processes import Dev, run_yardarm

UNLEASH = """{"version": 2, "features": [{"name": "from-unleash", "enabled": true, "strategies":
 [{"name": "flexibleRollout", "parameters": {"rollout": "25", "stickiness": "default",
  "groupId": "from-unleash"}}]}]}"""


class Hand:
    """One person's hand on one page: it counts what it presses."""

    def __init__(self, page: Page, server: Dev, folder: Path) -> None:
        self.page = page
        self.server = server
        self.folder = folder
        self.clicks = 0
        self.keys = 0

    def click(self, at: Locator) -> None:
        """With the mouse, or with a finger."""
        at.click()
        self.clicks += 1

    def link(self, name: str) -> None:
        """A link of the page."""
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str, within: Locator | None = None) -> None:
        """A button of the page, or of a part of it."""
        self.click((within or self.page.locator("body")).get_by_role("button", name=name))

    def choose(self, field: Locator, option: str) -> None:
        """One of what a field offers: two clicks."""
        self.click(field)
        self.click(self.page.get_by_role("option", name=option, exact=True))

    def press(self, key: str) -> None:
        """A key, or several held together, which is one."""
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, words: str) -> None:
        """Into what has the focus: a key for each letter."""
        self.page.keyboard.type(words)
        self.keys += len(words)


@dataclass(frozen=True)
class Task:
    """What is done, what has to be there before, and how it is done."""

    name: str
    prepare: Callable[[Dev], object]
    do: Callable[[Hand], None]
    width: int = 1440

    @property
    def way(self) -> str:
        """How, in one sentence: the docstring of what does it."""
        return (self.do.__doc__ or "").strip()


@dataclass(frozen=True)
class Took:
    """What a task took: clicks (or touches), keys, and seconds of a hand that does not think."""

    clicks: int
    keys: int
    seconds: float


def carry_out(task: Task, page: Page, server: Dev, folder: Path) -> Took:
    """Do it, from a list of flags that is there already."""
    expect(page.get_by_role("grid", name="Flags").get_by_role("row").nth(1)).to_be_visible()
    hand = Hand(page, server, folder)
    began = monotonic()
    task.do(hand)
    return Took(hand.clicks, hand.keys, monotonic() - began)


def saved(hand: Hand) -> Locator:
    """Wait for the word that a change is saved."""
    told = hand.page.get_by_role("alert").filter(has_text="Saved as change")
    expect(told).to_be_visible()
    return told


def switch(hand: Hand) -> None:
    """Ctrl-K, "toggle" and the flag's name, Enter; the dialog says who moves; its button."""
    hand.press("Control+k")
    field = hand.page.get_by_role("combobox", name="Search or run a command")
    expect(field).to_be_focused()
    hand.type("toggle weekly-switch")
    option = hand.page.get_by_role("option", name="Switch weekly-switch off in production")
    expect(option).to_have_attribute("aria-selected", "true")
    hand.press("Enter")
    dialog = hand.page.get_by_role("dialog", name="Switch weekly-switch off in production?")
    expect(dialog.get_by_role("status")).to_contain_text("1,000 of 1,000 contexts move")
    hand.button("Switch off in production", dialog)
    saved(hand)
    assert served(hand.server, "weekly-switch") == {False: 1000}


def add_rule(hand: Hand) -> None:
    """Open the flag, Edit, Rule, Condition, the country, a split, 10, Save."""
    hand.link("weekly-rule")
    flag = FlagPage(hand.page)
    hand.button(
        "Edit", flag.production.get_by_role("group", name="production").or_(flag.production).first
    )
    hand.click(flag.production.get_by_role("button", name="Rule", exact=True))
    card = flag.card("Rule 1")
    hand.click(card.get_by_role("button", name="Condition"))
    hand.click(card.get_by_role("combobox", name="Attribute"))
    hand.type("country")
    hand.click(card.get_by_role("combobox", name="Values"))
    hand.type("NL")
    hand.press("Enter")
    hand.click(card.get_by_text("a split"))
    hand.click(card.get_by_role("textbox", name="Share of on in per cent"))
    hand.press("Control+a")
    hand.type("10")
    hand.press("Tab")
    expect(flag.foot.get_by_role("status")).to_contain_text("of 1,000 contexts move")
    hand.click(flag.foot.get_by_role("button", name="Save to production"))
    saved(hand)
    assert 20 <= served(hand.server, "weekly-rule")[True] <= 60


def find_why(hand: Hand) -> None:
    """Contexts, the person's key, Enter; the reason stands beside each flag."""
    hand.link("Contexts")
    hand.click(hand.page.get_by_role("textbox", name="Key, or how it begins"))
    hand.type("p7")
    hand.press("Enter")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("p7")
    expect(hand.page.get_by_role("main")).to_contain_text("Belgians")


def approve(hand: Hand) -> None:
    """Change requests, the request (what changes and who moves), Approve."""
    hand.click(hand.page.get_by_role("link", name=re.compile("^Change requests")))
    waiting = hand.page.get_by_role("table", name="Change requests")
    hand.click(waiting.get_by_role("link", name="weekly-request"))
    moves = hand.page.get_by_role("region", name="Who moves in production")
    expect(moves).to_contain_text("the same people move")
    hand.button("Approve", hand.page.get_by_role("region", name="Your decision"))
    expect(hand.page.get_by_role("main")).to_contain_text("Made as production")
    assert served(hand.server, "weekly-request") == {True: 1000}


def undo(hand: Hand) -> None:
    """History, Undo in the first row."""
    hand.link("History")
    first = hand.page.get_by_role("listitem").filter(has_text="weekly-undo").first
    hand.click(first.get_by_role("button", name="Undo").first)
    expect(first).to_contain_text("took back")
    assert served(hand.server, "weekly-undo") == {True: 1000}


def kill(hand: Hand) -> None:
    """On a phone: the flag, Kill…, Kill everywhere."""
    hand.link("weekly-kill")
    hand.button("Kill…")
    dialog = hand.page.get_by_role("dialog", name="Kill weekly-kill?")
    hand.button("Kill everywhere", dialog)
    expect(hand.page.get_by_role("region", name="Killed everywhere")).to_contain_text(
        "Everyone gets off"
    )
    assert served(hand.server, "weekly-kill") == {False: 1000}


def find_stale(hand: Hand) -> None:
    """The view "Stale"."""
    views = hand.page.get_by_role("navigation", name="Views")
    stale = views.get_by_role("link", name=re.compile("^Stale"))
    hand.click(stale)
    expect(stale).to_have_attribute("aria-current", "page")
    # What was made a moment ago is not stale, and nothing else is there.
    expect(hand.page.get_by_text("No flag matches")).to_be_visible()


def promote(hand: Hand) -> None:
    """History, Compare and promote, choose the flag, Save."""
    hand.link("History")
    hand.link("Compare and promote")
    hand.click(hand.page.get_by_role("checkbox", name="Choose weekly-promote"))
    foot = hand.page.get_by_role("region", name="Who moves")
    expect(foot.get_by_role("status")).to_contain_text("400 of 1,000 contexts move")
    hand.button("Save to production", foot)
    expect(hand.page.get_by_role("alert").filter(has_text="production")).to_be_visible()
    assert served(hand.server, "weekly-promote") == {True: 400, False: 600}


def bring(hand: Hand) -> None:
    """Import, Unleash, the file, Read it, Verify it, Ask, See who moves, Save."""
    file = hand.folder / "unleash.json"
    file.write_text(UNLEASH, "utf-8")
    page = hand.page
    hand.link("Import")
    hand.click(page.get_by_role("radio", name="Unleash"))
    with page.expect_file_chooser() as chooser:
        hand.button("choose files")
    chooser.value.set_files(file)
    hand.clicks += 1  # the file in the chooser of the system
    hand.button("Read it")
    expect(page.get_by_role("table", name="Flags")).to_contain_text("from-unleash")
    hand.link("Verify it")
    verify = page.get_by_role("region", name="Ask the vendor's own SDK")
    hand.click(verify.get_by_role("button", name="Ask", exact=True))
    expect(page.get_by_text("answers are equal")).to_be_visible()
    hand.link("See who moves")
    foot = page.get_by_role("region", name="Who moves")
    hand.button("Save to production", foot)
    expect(page.get_by_role("region", name="taken over")).to_contain_text("Unleash was taken over")


def ramp(hand: Hand) -> None:
    """Plans, New ramp, the flag, Start the ramp: 1, 5, 25 and 100 % are there already."""
    page = hand.page
    hand.link("Plans")
    hand.button("New ramp")
    hand.click(page.get_by_role("combobox", name="Flag"))
    hand.type("weekly-ramp")
    hand.click(page.get_by_role("option", name="weekly-ramp"))
    expect(page.get_by_role("region", name="Who moves, step by step")).to_contain_text("more move")
    hand.button("Start the ramp")
    expect(page.get_by_role("heading", level=1)).to_have_text("weekly-ramp to on")
    expect(page.get_by_role("main")).to_contain_text("Step 1 done")


def _asked(server: Dev) -> None:
    made(server, "weekly-request")
    token = server.yardarm("tokens", "create", "ann", "--grant", "edit")["token"]
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.1}')
    asked = run_yardarm(
        "flags", "set", "weekly-request", "--default", "on", "--token", token,
        environment=server.environment(),
    )  # fmt: skip
    assert asked.returncode == 6, asked.stderr
    server.yardarm("policies", "remove", "budgets")


def _regretted(server: Dev) -> None:
    made(server, "weekly-undo", default="on")
    server.yardarm("flags", "disable", "weekly-undo", "--reason", "by mistake")


def _tried(server: Dev) -> None:
    made(server, "weekly-promote")
    path = "/projects/demo/environments/staging/flags/weekly-promote"
    server.rest("PATCH", path, {"rules": [rule("Those", "NL")]}, If_Match="*")


TASKS = (
    Task("Switch a flag in production",
         lambda server: made(server, "weekly-switch", default="on"), switch),
    Task("Add a rule for a country at 10 %", lambda server: made(server, "weekly-rule"), add_rule),
    Task("Find why a person gets a variant",
         lambda server: made(server, "weekly-why", rules=[rule("Belgians", "BE")]), find_why),
    Task("Approve a change", _asked, approve),
    Task("Undo the last change", _regretted, undo),
    Task("Kill from a phone",
         lambda server: made(server, "weekly-kill", default="on"), kill, width=390),
    Task("Find stale flags", lambda server: None, find_stale),
    Task("Compare staging with production and promote", _tried, promote),
    Task("Import from Unleash", lambda server: None, bring),
    Task("Start a stepped rollout", lambda server: made(server, "weekly-ramp"), ramp),
)  # fmt: skip
"""In the order of the table."""
