"""Two environments compared, and what was tried in the one taken over into the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.dashboard.acting import made, rule, served
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import clean
from tests.e2e.processes import Dev

COMPARE = "/ui/projects/demo/compare"


@pytest.fixture(scope="module")
def tried(server: Dev) -> None:
    """Two flags that staging serves to some, production to nobody."""
    for key, country in (("try-a", "NL"), ("try-b", "BE")):
        made(server, key)
        fields = {"rules": [rule("Those", country)], "reason": "a try"}
        path = f"/projects/demo/environments/staging/flags/{key}"
        server.rest("PATCH", path, fields, If_Match="*")


def test_what_staging_tried_is_promoted_by_keyboard(
    opened: Opened, server: Dev, tried: None
) -> None:
    page = opened(COMPARE)
    page.get_by_role("textbox", name="Flag or segment").fill("try-")
    flags = page.get_by_role("list", name="Flags")
    expect(flags.get_by_role("link", name="try-a")).to_be_visible()
    expect(flags).to_contain_text("Rule 1 Those is added: on to those whose country is NL")
    page.get_by_role("checkbox", name="Choose try-a").focus()
    page.keyboard.press("Space")
    foot = page.get_by_role("region", name="Who moves")
    expect(foot.get_by_role("status")).to_contain_text("400 of 1,000 contexts move")
    page.get_by_role("checkbox", name="Choose every flag").press("Space")
    expect(foot.get_by_role("status")).to_contain_text("600 of 1,000 contexts move")
    clean(page, "compare")
    foot.get_by_role("button", name="Save to production").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="production")).to_be_visible()
    expect(flags.get_by_role("link", name="try-a")).to_have_count(0)
    assert served(server, "try-a") == {True: 400, False: 600}
    assert served(server, "try-b") == {True: 200, False: 800}


def test_a_flag_is_set_back_to_a_moment(opened: Opened, server: Dev, tried: None) -> None:
    flag = made(server, "went-wrong").rsplit("/", 1)[1]
    path = f"/projects/demo/environments/production/flags/{flag}"
    version = server.rest("GET", "/projects/demo/environments/production")["version"]
    server.rest("PATCH", path, {"rules": [rule("Wrong", "DE")]}, If_Match="*")
    page = opened(f"{COMPARE}?into=production&from=production%40{version}", theme="dark", width=390)
    page.get_by_role("checkbox", name="Choose went-wrong").check()
    foot = page.get_by_role("region", name="Who moves")
    expect(foot.get_by_role("status")).to_contain_text("200 of 1,000 contexts move")
    clean(page, "compare-phone")
    foot.get_by_role("button", name="Save to production").click()
    expect(page.get_by_text("Nothing differs")).to_be_visible()
    assert served(server, "went-wrong") == {False: 1000}


def test_the_same_side_twice_and_the_past_of_another(opened: Opened, tried: None) -> None:
    page = opened(f"{COMPARE}?into=production&from=production")
    expect(page.get_by_text("Choose two environments, or two moments of one.")).to_be_visible()
    page.goto(f"{COMPARE}?into=production&from=staging%400")
    expect(page.get_by_role("status").filter(has_text="looked at, not taken over")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
