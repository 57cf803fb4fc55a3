"""Everything that happened: filtered, exported, taken back, and seen as it was then."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.dashboard.acting import made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean, inert
from tests.e2e.processes import Dev

HISTORY = "/ui/projects/demo/history"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
REVERSED = "\u202egnp.exe\u202c\u2066abc"
LONG = "ünbroken" * 125
FORMULA = '=HYPERLINK("http://192.0.2.1","x")'


def entries(page: Page) -> Locator:
    """What is listed, without the lists within."""
    return page.get_by_role("list", name="What happened").locator("> li")


def choose(page: Page, filter_: str, option: str) -> None:
    page.get_by_role("combobox", name=filter_).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_taken_back_and_looked_at_as_it_was(opened: Opened, server: Dev) -> None:
    made(server, "regretted", default="on", rules=[rule("Dutch", "NL")])
    page = opened(HISTORY)
    server.yardarm("flags", "disable", "regretted", "--reason", "by mistake")
    entry = entries(page).filter(has_text="by mistake")
    expect(entry).to_contain_text("switched regretted off")
    expect(entry).to_contain_text("regretted Switched off")
    entry.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(entry).to_contain_text("Taken back")
    expect(entries(page).first).to_contain_text("took back")
    expect(entries(page).first).to_contain_text("regretted Switched on")
    assert served(server, "regretted") == {True: 1000}
    entry.get_by_role("link", name="regretted").press("Enter")
    expect(page.get_by_role("region", name="Served then")).to_contain_text("Switched off")


def test_filtered_and_exported(opened: Opened, server: Dev, tmp_path: Path) -> None:
    made(server, "sought")
    server.yardarm("deployments", "add", "shop", "2.14.0", "--link", "https://ci.example.com/512")
    server.yardarm("flags", "disable", "sought", "--reason", FORMULA)
    ann = server.yardarm("tokens", "create", "ann", "--grant", "edit")["token"]
    server.yardarm("flags", "enable", "sought", "--reason", "again", "--token", ann)
    server.yardarm("flags", "disable", "sought", "--environment", "staging")

    page = opened(HISTORY)
    mark = entries(page).filter(has_text="shop 2.14.0")
    expect(mark).to_contain_text("deploy")
    expect(mark.get_by_role("link")).to_have_attribute("href", "https://ci.example.com/512")
    clean(page, "history")
    choose(page, "Kind", "Deployments")
    expect(entries(page)).to_have_count(1)
    choose(page, "Kind", "Switched on or off")
    field = page.get_by_role("combobox", name="Flag")
    field.press_sequentially("sough")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 entries", exact=True)).to_be_visible()
    choose(page, "Environment", "production")
    page.get_by_role("textbox", name="Who").fill("ann")
    expect(entries(page)).to_have_count(1)
    expect(entries(page)).to_contain_text("again")
    page.reload()  # all of it stands in the address
    expect(entries(page)).to_have_count(1)
    page.get_by_role("textbox", name="Who").fill("")
    expect(entries(page)).to_have_count(2)

    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "history.csv"
    download.value.save_as(file)
    assert download.value.suggested_filename == "history.csv"
    names, *lines = csv.reader(io.StringIO(file.read_text("utf-8")))
    told = [dict(zip(names, line, strict=True)) for line in lines]
    assert [line["actor"] for line in told] == ["ann", "developer"]
    assert [line["what"] for line in told] == ["sought: Switched on", "sought: Switched off"]
    assert told[1]["reason"] == f"'{FORMULA}"  # no spreadsheet runs it

    page.get_by_role("textbox", name="Until", exact=True).fill("2020-01-01T00:00")
    expect(page.get_by_text("Nothing like that has happened")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(entries(page).first).to_contain_text("sought")
    assert "?" not in unquote(page.url)


@pytest.mark.parametrize("text", [SCRIPT, REVERSED, LONG], ids=["script", "reversed", "long"])
def test_hostile_words_are_words(opened: Opened, server: Dev, text: str) -> None:
    key = f"hostile-{len(text)}"
    made(server, key, name=text, owner=text, rules=[rule(text[:200], "NL")], reason=text[:500])
    server.rest("PATCH", f"/projects/demo/flags/{key}", {"description": text}, If_Match="*")
    # Names of deployments have no control characters: the server refuses them.
    body = {"application": "shop", "version": SCRIPT, "url": ""}
    server.rest("POST", "/projects/demo/environments/production/deployments", body)
    page = opened(HISTORY, width=390)
    made_then = entries(page).filter(has_text=f"made {key}")
    expect(made_then).to_be_visible()
    assert text[:500] in (made_then.text_content() or "")
    edited = entries(page).filter(has_text=f"set description of {key}")
    assert text[:60] in (edited.text_content() or "")
    assert SCRIPT in (entries(page).first.text_content() or "")
    inert(page)
    clean(page, f"history-{len(text)}")
