"""What is seen of a page: a picture of it, and what axe finds that somebody could not use."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.e2e.dashboard.assets import AXE
from tests.e2e.processes import ROOT

PICTURES = ROOT / "build" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Keep what the page shows as build/screenshots/NAME.png."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def barriers(page: Page) -> list[str]:
    """What axe finds wrong, in words: rule, element, and what would mend it."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def clean(page: Page, name: str) -> None:
    """Axe finds nothing in either theme, and a picture of each is kept."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        picture(page, f"{name}-{theme}")
        found = barriers(page)
        assert not found, f"{name}, {theme}:\n" + "\n".join(found)
    page.emulate_media(color_scheme="light")


def inert(page: Page) -> None:
    """Nothing was made of names: no element, no overflow. A dialog the page's watch would tell."""
    assert page.locator("img, script:not([src])").count() == 0
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than its window"
