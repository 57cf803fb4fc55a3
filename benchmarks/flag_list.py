"""The list of 10,000 flags: how long requests take, and how soon a browser answers a person.

    python -m benchmarks.flag_list [--python P] [--flags 10000]

`--python` is an interpreter in whose environment Yardarm is installed with `[server,cli]`, and
whose dashboard is built; here Playwright and Chromium are needed. A browser's answer is measured
by its own Event Timing: from a key or a turn of the wheel until the next picture is painted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import results
from benchmarks.server import Server, connect, percentile, yardarm

QUERIES = (
    "limit=100",
    "limit=100&sort=changed",
    "limit=100&sort=evaluated",
    "limit=100&offset=9000",
    "limit=100&query=flag-77",
    "limit=100&state=production:on&expiry=none",
    "limit=100&stale=any",
)
TIMES = 20
TYPED = "flag-4321"
TURNS = 40

_WATCH = """
() => {
  window.answers = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.interactionId > 0) window.answers.push(entry.duration);
    }
  }).observe({type: "event", durationThreshold: 16, buffered: true});
}
"""
_FRAMES = """
(turns) => new Promise((done) => {
  const times = [];
  let last = performance.now();
  let left = turns;
  const frame = (now) => {
    times.push(now - last);
    last = now;
    window.scrollBy(0, 2000);
    if (left-- > 0) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
})
"""


def requests(server: Server) -> dict[str, dict[str, float]]:
    """Milliseconds of a request for a page of the list, by what it asks."""
    found: dict[str, dict[str, float]] = {}
    headers = {"Authorization": f"Bearer {server.token}"}
    connection = connect(server.url)
    for query in QUERIES:
        took = []
        path = f"/api/v1/projects/{server.project}/flags?{quote(query, safe='=&:')}"
        for _ in range(TIMES + 1):
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            took.append((time.perf_counter() - begun) * 1e3)
            if response.status != 200:
                raise SystemExit(f"{query}: {body!r}")
        found[query] = {
            "first_ms": round(took[0], 1),
            "p50_ms": round(percentile(took[1:], 50), 1),
            "p95_ms": round(percentile(took[1:], 95), 1),
        }
    return found


def browser(server: Server) -> dict[str, Any]:
    """Milliseconds until the browser answers keys, and between pictures while it scrolls."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("Chromium is not here (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        context = launched.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
        context.request.post("/api/v1/session", data={"token": server.token})
        page = context.new_page()
        page.goto(f"/ui/projects/{server.project}/flags")
        rows = page.get_by_role("row")
        rows.nth(5).wait_for()
        page.evaluate(_WATCH)
        page.keyboard.press("/")
        page.keyboard.type(TYPED, delay=80)
        page.get_by_text("1 flag", exact=True).wait_for()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        rows.nth(9).wait_for()
        rows.nth(1).focus()
        for key in "jjjjkxjjX":
            page.keyboard.press("Shift+X" if key == "X" else key)
        page.wait_for_function("window.answers.length > 0")
        keys = page.evaluate("window.answers")
        page.keyboard.press("Escape")
        frames = page.evaluate(_FRAMES, TURNS)
        launched.close()
    # An answer within one picture (16 ms) is not told by Event Timing.
    return {
        "slow_keys": len(keys),
        "key_p98_ms": percentile(keys, 98),
        "key_worst_ms": max(keys),
        "frame_p50_ms": round(percentile(frames, 50), 1),
        "frame_worst_ms": round(max(frames), 1),
    }


def main() -> None:
    """Measure, print, and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--flags", type=int, default=10_000)
    parser.add_argument("--no-record", action="store_true")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        yardarm(given.python, Path(folder), given.flags) as server,
    ):
        record = {
            "flags": given.flags,
            "requests": requests(server),
            "browser": browser(server),
        }
    print(json.dumps(record, indent=1))
    if not given.no_record:
        print(results.write("flag_list", record))


if __name__ == "__main__":
    main()
