"""From a fresh `yardarm dev`: a flag, a program, its answers, the switch; and the documentation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.e2e import snippets
from tests.e2e.dashboard import assets
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import barriers, picture
from tests.e2e.processes import Dev, dev

START = "/ui/projects/demo/start"
SWITCHED = re.compile(r"hello answered on (\d+ ms|\d\.\d s|under 1 ms) after the switch was saved")


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """As a person starts it, without anybody who was seen yet."""
    assets.build()
    with dev(tmp_path_factory.mktemp("dev"), "--no-demo") as running:
        yield running


def step(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name=re.compile(f"^{title}"), level=2)
    )


def in_both_themes(page: Page, name: str) -> None:
    """Nobody is shut out, in light and in dark."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        expect(page.locator(f"html[data-mantine-color-scheme={theme}]")).to_be_visible()
        picture(page, f"{name}-{theme}")
        found = barriers(page)
        assert not found, "\n".join(found)
    page.emulate_media(color_scheme="light")


def test_a_person_switches_a_flag_in_their_own_program(
    server: Dev, opened: Opened, tmp_path: Path
) -> None:
    page = opened()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Connect one, step by step").first.click()
    expect(page).to_have_url(f"{server.url}{START}")
    page.get_by_role("button", name="Create it, and a key to ask with").click()

    # The program is copied whole, though its key is shown shortened, and run as it is.
    ask = step(page, "Ask for it")
    expect(ask).to_contain_text("…")
    expect(page.get_by_text("Waiting for the first evaluation…")).to_be_visible()
    expect(page.get_by_role("switch")).to_be_disabled()
    in_both_themes(page, "start-waiting")
    ask.get_by_role("button", name="Copy: The program").click()
    code = page.evaluate("navigator.clipboard.readText()")
    assert code not in ask.inner_text()
    (tmp_path / "hello.py").write_text(code, "utf-8")
    with snippets.running([sys.executable, "hello.py"], tmp_path) as program:
        program.says("false")
        arrived = step(page, "See it arrive")
        expect(arrived).to_contain_text("connected")
        expect(arrived).to_contain_text("hello")
        expect(arrived).to_contain_text("yardarm-python")
        expect(arrived.get_by_role("row").filter(has_text="user-1")).to_contain_text("off")

        # A reload loses nothing; the step that is done has folded to a line.
        page.reload()
        expect(ask.get_by_role("button", name="Show the program")).to_be_visible()
        switch = page.get_by_role("switch", name="welcome-banner is off in staging")
        switch.focus()
        page.keyboard.press("Space")
        program.says("true")
        expect(step(page, "Flip it")).to_contain_text(SWITCHED)
        expect(arrived.get_by_role("row").filter(has_text="user-1").first).to_contain_text("on")
        in_both_themes(page, "start-switched")
    page.get_by_role("link", name="Open welcome-banner").click()
    expect(page.get_by_role("heading", name="welcome-banner")).to_be_visible()


def test_by_keyboard_with_a_flag_that_exists_and_another_framework(
    server: Dev, opened: Opened
) -> None:
    server.rest("POST", "/projects/demo/flags", {"key": "old-one"}, If_Match="*")
    page = opened(START, width=390)
    key = page.get_by_role("textbox", name="Key")
    key.fill("old-one")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a flag with this key already.")).to_be_visible()
    page.watch.expect("409")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Take old-one").focus()
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Python").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Browser")).to_be_focused()
    page.get_by_role("button", name="Let browsers see this flag, and make a key").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="The program")).to_contain_text("yc_")
    assert server.rest("GET", "/projects/demo/flags/old-one")["client_visible"]
    overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not overflow
    in_both_themes(page, "start-phone")

    # What curl asks is answered and counted by the server itself.
    page.get_by_role("tab", name="curl").click()
    context = {"context": {"targetingKey": "user-1"}}
    secret = page.evaluate("Object.entries(sessionStorage).find(([k]) => k.endsWith('server'))[1]")
    headers = {"Authorization": f"Bearer {secret}"}
    address = f"{server.url}/ofrep/v1/evaluate/flags/old-one"
    asked = page.request.post(address, data=context, headers=headers)
    assert asked.json()["value"] is False
    arrived = step(page, "See it arrive")
    expect(arrived).to_contain_text("answered by this server")
    expect(arrived).to_contain_text("DISABLED")
    page.get_by_role("switch").click(force=True)
    expect(page.get_by_text("Saved. Ask once more.")).to_be_visible()
    page.request.post(address, data=context, headers=headers)
    expect(step(page, "Flip it")).to_contain_text("Your program answered on within")


def test_somebody_who_may_make_no_keys_is_told_what_to_do(server: Dev, opened: Opened) -> None:
    issued = server.rest(
        "POST", "/tokens", {"actor": "ed", "grants": [{"scope": "edit", "project": "demo"}]}
    )
    page = opened(START, token=issued["token"])
    page.get_by_role("textbox", name="Key").fill("eds-flag")
    page.get_by_role("button", name="Create it", exact=True).click()
    expect(page.get_by_text("Making keys takes admin in staging")).to_be_visible()
    expect(page.get_by_role("group", name="The program")).to_contain_text("YARDARM_SERVER_KEY")


def test_the_documentation_is_there_without_a_network(server: Dev, opened: Opened) -> None:
    page = opened("/docs/", token="")
    page.get_by_role("navigation", name="Documentation").get_by_role(
        "link", name="Kill a flag"
    ).click()
    expect(page.get_by_role("heading", name="Kill a flag", level=1)).to_be_visible()
    in_both_themes(page, "docs-page")
    page.get_by_role("searchbox").fill("strategy constraint")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Found in")
    in_both_themes(page, "docs-search")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Terms")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Terms")
    in_both_themes(page, "docs-terms")
    # Examples name this server; pictures come from it.
    page.goto("/docs/how-to/")
    example = page.locator("pre", has_text="export YARDARM_URL=")
    expect(example).to_contain_text(server.url)
    page.goto("/docs/how-to/use-the-dashboard")
    shown = page.get_by_role("img").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") > 100
    page.watch.expect("404")  # type: ignore[attr-defined]
    page.goto("/docs/none")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/docs/reference/operators")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
