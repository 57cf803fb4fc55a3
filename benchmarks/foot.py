"""How long after a pause the dashboard's foot shows its number: 100,000 contexts, a real browser.

    .venv/bin/python -m benchmarks.foot                  # a minute; needs Chromium and Playwright

A server of its own holds the population and a flag of ten rules (`benchmarks.previews`). In the
browser one types another share into a split, again and again. *Number* is from the last key until
the foot shows a number counted for it, the pause of 250 ms that it waits for included. *Longest
task* is the longest that the page's thread was busy meanwhile: what one would feel while typing.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright
from tests.e2e.processes import Dev, dev

from benchmarks.previews import COUNTRIES, contexts

AT_ONCE = 5_000
ROUNDS = 20
SECONDS = 60_000

# Notes when the foot has shown a new number, and how long the page's thread was busy at a time.
WATCH = """() => {
  window.busy = [];
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.busy.push(task.duration);
  }).observe({ type: "longtask" });
}"""
SETTLED = """(before) => {
  const foot = document.querySelector('[aria-label="Who moves"]');
  const words = foot?.querySelector('[role=status]')?.textContent ?? "";
  const counting = foot?.querySelector('[role=progressbar]') !== null;
  return !counting && words !== before && words.includes("contexts") ? words : false;
}"""


def split(weight: int) -> dict[str, Any]:
    """A share of `on`, the rest `off`."""
    arms = [{"variant": "on", "weight": weight}, {"variant": "off", "weight": 100_000 - weight}]
    return {"split": {"arms": arms}}


def fill(server: Dev, count: int) -> None:
    """The population, and a flag of ten rules."""
    path = "/projects/demo/environments/production/population/contexts"
    waiting = []
    for context in contexts(count):
        waiting.append({"context": context})
        if len(waiting) == AT_ONCE:
            server.rest("POST", path, waiting)
            waiting = []
    if waiting:
        server.rest("POST", path, waiting)
    rules = [
        {
            "name": country,
            "when": {
                "all": [
                    {"attribute": "country", "op": "equals", "values": [country]},
                    {"attribute": "age", "op": "gte", "values": [20]},
                ]
            },
            "serve": split(30_000),
        }
        for country in COUNTRIES
    ]
    flag = {"key": "measured", "enabled": True, "default": "off", "rules": rules}
    server.rest("POST", "/projects/demo/flags", flag, If_Match="*")


def measure(page: Page, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the last key to the number, and of the longest task, round by round."""
    page.goto("/ui/projects/demo/flags/measured")
    production = page.get_by_role("region", name="production")
    production.get_by_role("button", name="Edit", exact=True).click()
    production.get_by_role("button", name="Edit NL").click()
    field = production.get_by_role("textbox", name="Share of on in per cent")
    page.evaluate(WATCH)
    numbers, busy = [], []
    before = ""
    for number in range(rounds + 1):
        page.evaluate("() => { window.busy = []; }")
        field.fill(str(31 + number))
        since = page.evaluate("() => performance.now()")
        shown = page.wait_for_function(SETTLED, arg=before, polling=10)
        took = page.evaluate("() => performance.now()") - since
        before = str(shown.json_value())
        if number:  # the first makes the worker and reads the population
            numbers.append(took)
            busy.append(page.evaluate("() => Math.max(0, ...window.busy)"))
    return numbers, busy


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contexts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    with TemporaryDirectory() as folder, dev(Path(folder), "--no-shop") as server:
        fill(server, options.contexts)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(base_url=server.url)
            context.set_default_timeout(SECONDS)
            context.request.post("/api/v1/session", data={"token": server.ready["admin_token"]})
            numbers, busy = measure(context.new_page(), options.rounds)
            browser.close()
    print(f"{options.contexts:,} contexts, {options.rounds} edits")
    print(f"number        median {statistics.median(numbers):.0f} ms, most {max(numbers):.0f} ms")
    print(f"longest task  median {statistics.median(busy):.0f} ms, most {max(busy):.0f} ms")


if __name__ == "__main__":
    main()
