"""Names that would like to be more than text are text, wherever they are shown."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.seeing import inert
from tests.e2e.processes import Dev

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
REVERSED = "\u202egnp.exe\u202c\u2066abc"
LONG = "ünbroken" * 125
NAMES = {"script": SCRIPT, "reversed": REVERSED, "long": LONG}


@pytest.fixture(scope="module", autouse=True)
def hostile(server: Dev) -> None:
    """A flag by each of the names, with every text of it as hostile."""
    for key, name in NAMES.items():
        when = {"attribute": name, "op": "in", "values": [name]}
        body: dict[str, Any] = {
            "key": f"hostile-{key}", "name": name, "owner": name, "description": name,
            "enabled": True, "default": "off", "reason": name[:500],
            "rules": [{"name": name[:200], "when": when, "serve": "on"}],
        }  # fmt: skip
        server.rest("POST", "/projects/demo/flags", body, If_Match="*")


@pytest.mark.parametrize("key", NAMES)
def test_in_the_list(opened: Opened, key: str) -> None:
    page = opened("/ui/projects/demo/flags?query=hostile")
    link = page.get_by_role("row").filter(has_text=f"hostile-{key}").get_by_role("link")
    expect(link).to_be_visible()
    assert link.text_content() == NAMES[key]
    inert(page)


@pytest.mark.parametrize("key", NAMES)
def test_on_the_page_and_while_editing(opened: Opened, key: str) -> None:
    name = NAMES[key]
    page = opened(f"/ui/projects/demo/flags/hostile-{key}")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    assert heading.text_content() == name
    production = page.get_by_role("region", name="production")
    assert production.get_by_role("heading", level=3).text_content() == name[:200]
    inert(page)
    production.get_by_role("button", name="Edit", exact=True).click()
    production.locator("button[aria-expanded=false][aria-label^=Edit]").click()
    expect(production.get_by_role("combobox", name="Attribute")).to_have_value(name)
    inert(page)
