"""Moving in by the dashboard: from a vendor's file to a change, and back again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean
from tests.e2e.processes import ROOT, Dev
from tests.fences import blocks

import yardarm
from yardarm.connect.verify import is_installed

IMPORT = "/ui/projects/demo/import"
GUIDES = ROOT / "docs" / "how-to"
FLAGON = {
    "beta_menu": {"active": True, "strategy": "username", "params": {"users": "ann, bob"}},
    "<b>bold</b>": {"active": False, "strategy": None, "params": {}},
}


@pytest.fixture(autouse=True, scope="module")
def sdk() -> None:
    """Unleash's own SDK has to be here, to be asked."""
    if not is_installed("unleash"):
        if os.environ.get("CI") == "true":
            pytest.fail("UnleashClient is not installed")
        pytest.skip("UnleashClient is not installed")


def unleash() -> dict[str, Any]:
    """The document of the guide, where each of the people falls as in Unleash."""
    guide = blocks(GUIDES / "move-from-unleash.md")
    text = next(block.text for block in guide if block.language == "json")
    # The demo has flags of these names, of other types.
    text = text.replace("new-checkout", "moved-checkout").replace("search-engine", "moved-search")
    document: dict[str, Any] = json.loads(text)
    document["features"].append(
        {"name": "own", "enabled": True, "strategies": [{"name": "moonPhase", "parameters": {}}]}
    )
    return document


def written(folder: Path, name: str, value: Any) -> Path:
    file = folder / name
    file.write_text(json.dumps(value), "utf-8")
    return file


def bring(page: Page, source: str, file: Path) -> None:
    """Choose where from, and the file, by the mouse."""
    page.get_by_role("radio", name=source).check()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose files").click()
    chooser.value.set_files(file)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("table", name="Flags")).to_be_visible()


def served(server: Dev, flag: str) -> bool:
    """What a program serves whom the vendor's document names."""
    key = server.ready["server_key"]
    with yardarm.Client(server.url, key, report=False, observe=False) as client:
        client.wait_ready(10)
        return client.boolean(flag, {"key": "user-1"}, fallback=False)


def test_a_vendor_is_left_by_the_mouse(opened: Opened, server: Dev, tmp_path: Path) -> None:
    page = opened("/ui/projects/demo/flags")
    page.get_by_role("link", name="Import").click()
    expect(page.get_by_role("heading", name="Import flags")).to_be_visible()
    page.get_by_role("radio", name="Unleash").check()
    clean(page, "import-choose")
    bring(page, "Unleash", written(tmp_path, "unleash.json", unleash()))

    report = page.get_by_role("region", name="Report")
    expect(report).to_contain_text("2 with losses")
    rows = page.get_by_role("table", name="Flags").get_by_role("row")
    expect(rows.nth(2)).to_contain_text("own")
    page.get_by_role("button", name="What is known of own").click()
    expect(rows.nth(2)).to_contain_text("moonPhase")
    clean(page, "import-report")
    page.get_by_label("Find a flag").fill("nothing like this")
    expect(page.get_by_text("No flag matches")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    page.get_by_label("Find a flag").fill("checkout")
    expect(rows).to_have_count(2)
    address = page.url
    page.reload()  # the import has an address of its own
    expect(page.get_by_role("region", name="Report")).to_contain_text("2 with losses")
    assert page.url == address

    report.get_by_role("link", name="Verify it").click()
    verify = page.get_by_role("region", name="Ask the vendor's own SDK")
    verify.get_by_label("How many").fill("200")
    verify.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("answers are equal, for 200 contexts")).to_be_visible()
    expect(verify.get_by_label("How many")).to_have_value("200")
    verify.get_by_label("Those really seen here").check()
    verify.get_by_label("How many").fill("100")
    verify.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("answers are equal, for 100 contexts")).to_be_visible()
    clean(page, "import-verify")

    verify.get_by_role("link", name="See who moves").click()
    foot = page.get_by_role("region", name="Who moves")
    expect(page.get_by_text("Verified: all answers are equal.")).to_be_visible()
    expect(foot.get_by_role("status")).to_contain_text("contexts")
    foot.get_by_label("Reason").fill("we move")
    clean(page, "import-apply")
    foot.get_by_role("button", name="Save to production").click()
    done = page.get_by_role("region", name="taken over")
    expect(done).to_contain_text("Unleash was taken over: change")
    assert served(server, "moved-checkout")
    done.get_by_role("button", name="Undo").click()
    expect(done).to_contain_text("Taken back")
    assert not served(server, "moved-checkout")


def test_an_older_library_is_left_by_the_keyboard(
    opened: Opened, server: Dev, tmp_path: Path
) -> None:
    page = opened(IMPORT)
    page.get_by_role("radio", name="LaunchDarkly").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")  # within the group of vendors and libraries, which is one
    expect(page.get_by_role("radio", name="Unleash")).to_be_checked()
    page.get_by_role("radio", name="Flagon").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Flagon")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose files").press("Enter")
    chooser.value.set_files(written(tmp_path, "features.json", FLAGON))
    page.get_by_role("button", name="Read it").focus()
    page.keyboard.press("Enter")

    choices = page.get_by_role("region", name="What it said, and what it did")
    table = page.get_by_role("table", name="Flags")
    expect(table).to_contain_text("<b>bold</b>")  # text is text
    did = choices.get_by_role("radio", name="As it did: on for everybody")
    expect(did).to_be_checked()
    did.focus()
    page.keyboard.press("ArrowDown")
    said = choices.get_by_role("radio", name="As it said: on for ann, bob")
    expect(said).to_be_checked()
    expect(table).to_contain_text("key is ann or bob")
    clean(page, "import-choices")

    page.get_by_role("link", name="Verify it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Flagon never had an SDK for Python")).to_be_visible()
    page.get_by_role("link", name="See who moves").focus()
    page.keyboard.press("Enter")
    foot = page.get_by_role("region", name="Who moves")
    expect(foot).to_contain_text("All 1,000 contexts evaluated")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("region", name="taken over")).to_contain_text("Flagon was taken over")

    # The same once more changes nothing, and says so; what is no document says why.
    page.get_by_role("link", name="Choose").click()
    bring(page, "Flagon", written(tmp_path, "again.json", {"beta_menu": FLAGON["beta_menu"]}))
    expect(page.get_by_role("region", name="Report")).to_contain_text("1 changed")
    page.get_by_role("radio", name="As it said").click()
    expect(page.get_by_role("region", name="Report")).to_contain_text("has all of it already")
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("table", name="Begun in the last week")).not_to_contain_text("again")
    page.get_by_role("radio", name="Unleash").check()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose files").click()
    chooser.value.set_files(written(tmp_path, "wrong.json", {"features": 7}))
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("features")
    clean(page, "import-failed")


def test_what_the_document_does_not_name_goes_if_one_says_so(
    opened: Opened, server: Dev, tmp_path: Path
) -> None:
    named = [flag["key"] for flag in server.rest("GET", "/projects/demo/flags")["items"]]
    page = opened(IMPORT)
    bring(page, "Flask-FeatureFlags", written(tmp_path, "flags.json", {"lonely": True}))
    page.get_by_role("link", name="See who moves").click()
    foot = page.get_by_role("region", name="Who moves")
    save = foot.get_by_role("button", name="Save to production")
    expect(save).to_be_enabled()
    modes = page.get_by_role("group", name="that the document does not name")
    modes.get_by_role("radio", name="Leave them as they are").focus()
    page.keyboard.press("ArrowDown")
    warning = page.get_by_role("alert").filter(has_text="Flags are archived in every environment")
    for key in named[:3]:
        expect(warning).to_contain_text(key)
    expect(save).to_be_disabled()
    expect(foot.get_by_role("status")).to_contain_text("contexts")
    clean(page, "import-replace")
    warning.get_by_label("I know what goes").check()
    save.click()
    done = page.get_by_role("region", name="taken over")
    expect(done).to_contain_text("was taken over: change")
    left = [flag["key"] for flag in server.rest("GET", "/projects/demo/flags")["items"]]
    assert left == ["lonely"]
    done.get_by_role("button", name="Undo").click()
    expect(done).to_contain_text("Taken back")
    back = [flag["key"] for flag in server.rest("GET", "/projects/demo/flags")["items"]]
    assert set(named) <= set(back)


def test_an_address_is_judged_before_it_is_asked(opened: Opened) -> None:
    page = opened(IMPORT, width=390)
    page.get_by_role("radio", name="Unleash").check()
    page.get_by_text("An address", exact=True).click()
    page.get_by_role("textbox", name="Address").fill("http://127.0.0.1:4242")
    page.get_by_label("Key", exact=True).fill("secret")
    page.watch.expect("422")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("not on the public internet").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    clean(page, "import-phone")
