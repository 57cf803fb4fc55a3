"""How fast the page of a flag with 100 rules answers: interaction to next paint, in Chromium.

    .venv/bin/python -m benchmarks.rules_page [--rules 100] [--contexts 2000] [--pause-ms 100]

A person edits: types in a value and a name, moves a slider, moves a rule, opens and closes rules.
Each interaction is what Event Timing (W3C) says of it: from the input until the next frame is
painted, in steps of 8 ms; below 16 ms the browser tells nothing, which counts as 16. Between two
keys there is a pause, as of somebody who types fast; without one they come 30 a second. The clicks
that began the editing count as well.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks import results
from benchmarks.server import Server, connect, yardarm

FLAG = "hundred"
OBSERVE = """() => {
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId)
        interactions.set(interactionId, Math.max(interactions.get(interactionId) ?? 0, duration));
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""
TOLD = "() => [...interactions.values()]"
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def ask(server: Server, method: str, path: str, body: Any) -> None:
    """Call the REST API as the admin."""
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "application/json",
        "If-Match": "*",
    }
    connection = connect(server.url)
    connection.request(
        method, f"/api/v1/projects/{server.project}{path}", json.dumps(body), headers
    )
    response = connection.getresponse()
    if response.status >= 300:
        raise SystemExit(f"{method} {path}: {response.read().decode()}")


def prepare(server: Server, rules: int, contexts: int) -> None:
    """The flag, and people whom its rules take."""
    half = [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]
    made = [
        {
            "id": f"r{n}",
            "name": f"Rule of {n}",
            "when": {"all": [
                {"attribute": "country", "op": "in", "values": [f"C{n}", "NL"]},
                {"attribute": "orders", "op": "gte", "values": [n]},
            ]},
            "serve": {"split": {"arms": half}} if n % 2 else "on",
        }
        for n in range(rules)
    ]  # fmt: skip
    ask(server, "POST", "/flags", {"key": FLAG, "enabled": True, "default": "off", "rules": made})
    people = [
        {"context": {"key": f"p{i}", "country": f"C{i % 120}", "orders": i % 100}}
        for i in range(contexts)
    ]
    ask(server, "POST", f"/environments/{server.environment}/population/contexts", people)


def work(page: Page, environment: str, pause_ms: int) -> int:
    """What a person does. Gives how many interactions that were."""
    column = page.get_by_role("region", name=environment)
    column.get_by_role("article", name="Default rule").get_by_text("%").first.wait_for()
    column.get_by_role("button", name="Edit", exact=True).click()
    column.get_by_role("button", name="Edit Rule of 51", exact=True).click()
    card = column.locator("[data-rule=r51]")
    page.evaluate(OBSERVE)
    done = 0

    def keys(field: Locator, *pressed: str) -> None:
        nonlocal done
        field.focus()
        for key in pressed:
            page.keyboard.press(key)
            page.evaluate(PAINTED)
            page.wait_for_timeout(pause_ms)
            done += 1

    keys(card.get_by_role("textbox", name="Name of the rule"), *"abcdefghij")
    keys(card.get_by_role("textbox", name="Value").last, "Backspace", "7", "Backspace", "9")
    keys(card.get_by_role("slider", name="Share of on"), *["ArrowRight"] * 10)
    keys(card, *["Alt+ArrowUp", "Alt+ArrowDown"] * 5)
    for name in ("Rule of 10", "Rule of 90"):
        for verb in ("Edit", "Close"):
            column.get_by_role("button", name=f"{verb} {name}", exact=True).click()
            page.evaluate(PAINTED)
            page.wait_for_timeout(pause_ms)
            done += 1
    return done


def measure(
    server: Server, rules: int, contexts: int, pause_ms: int, chromium: str
) -> dict[str, Any]:
    """Milliseconds from an input to the next paint."""
    prepare(server, rules, contexts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(60_000)
        context.request.post("/api/v1/session", data={"token": server.token})
        page = context.new_page()
        page.goto(f"/ui/projects/{server.project}/flags/{FLAG}")
        done = work(page, server.environment, pause_ms)
        told = page.evaluate(TOLD)
        browser.close()
    times = sorted([*told, *[16] * max(0, done - len(told))])
    return {
        "rules": rules,
        "contexts": contexts,
        "pause_ms": pause_ms,
        "interactions": done,
        "p50_ms": statistics.median(times),
        "p98_ms": times[min(len(times) - 1, int(len(times) * 0.98))],
        "worst_ms": times[-1],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--contexts", type=int, default=2000)
    parser.add_argument("--pause-ms", type=int, default=100)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, yardarm(options.python, Path(name)) as server:
        found = measure(server, options.rules, options.contexts, options.pause_ms, options.chromium)
    print(json.dumps(found, indent=2))
    results.write("rules_page", found)


if __name__ == "__main__":
    main()
