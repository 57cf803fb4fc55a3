"""What the middlewares cost each request.

    .venv/bin/python -m benchmarks.middleware [--rounds N] [--no-record]

Each case is an application that answers at once, asked without a server: once bare, once behind the
middleware with one option or with all. Both take turns, a slice of 500 requests each; figures are
what a request takes more, in microseconds of CPU: the median of the rounds, with lowest and
highest. `all` has a context, a visitor's cookie, the client's address through a proxy, and signed
overrides switched on; `signed` brings a token along; `asks a flag` makes the context and asks. Bar:
30 us.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import yardarm
from benchmarks import results
from yardarm import Client, SignedOverrides, Visitors, sign_override
from yardarm.integrations import asgi, wsgi

REQUESTS = 500
BAR_US = 30
SECRET = "benchmark" * 4

ON = {"type": "boolean", "enabled": True, "default": "on", "off": "off",
      "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}]}  # fmt: skip
CLIENT = Client.from_document({"flags": {"on": ON}})
VISITORS = Visitors(SECRET)
COOKIE = VISITORS.header("visitor-1").partition(";")[0]
TOKEN = sign_override({"on": False}, SECRET, "bench", by="bench", hours=24)
OPTIONS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "context": {"context": lambda _: {"key": "ann"}},
    "visitors": {"visitors": VISITORS},
    "overrides": {"overrides": SignedOverrides(SECRET, "bench")},
}
ALL = {**OPTIONS["context"], **OPTIONS["visitors"], **OPTIONS["overrides"],
       "address": "ip", "proxies": 1}  # fmt: skip
HEADERS = {
    "host": "shop.example", "user-agent": "Mozilla/5.0", "accept": "text/html",
    "accept-language": "nl", "cookie": f"theme=dark; {COOKIE}; session=abc",
    "x-forwarded-for": "198.51.100.7",
}  # fmt: skip

Ask = Callable[[], None]


def _wsgi(options: dict[str, Any] | None, asks: bool, more: dict[str, str]) -> Ask:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        if asks:
            CLIENT.boolean("on")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    served: Any = app if options is None else wsgi.FlagsMiddleware(app, **options)
    said = {f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in {**HEADERS, **more}.items()}  # fmt: skip
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "a=b",
               "REMOTE_ADDR": "10.0.0.1", **said}  # fmt: skip

    def ask() -> None:
        for _ in served(dict(environ), lambda *_: None):
            pass

    return ask


def _asgi(options: dict[str, Any] | None, asks: bool, more: dict[str, str]) -> Ask:
    start = {"type": "http.response.start", "status": 200, "headers": []}
    body = {"type": "http.response.body", "body": b"done"}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if asks:
            CLIENT.boolean("on")
        await send(start)
        await send(body)

    async def nothing(message: Any = None) -> None:
        return None

    served: Any = app if options is None else asgi.FlagsMiddleware(app, **options)
    raw = [(name.encode(), value.encode()) for name, value in {**HEADERS, **more}.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/",
             "query_string": b"a=b", "headers": raw, "client": ("10.0.0.1", 1)}  # fmt: skip

    def ask() -> None:
        try:
            served(dict(scope), nothing, nothing).send(None)
        except StopIteration:
            return

    return ask


def cases() -> dict[str, tuple[Ask, Ask]]:
    """What is compared: the bare application, and the one behind the middleware."""
    found = {}
    signed = {"yardarm-override": TOKEN}
    for side, make in (("WSGI", _wsgi), ("ASGI", _asgi)):
        for name, options in OPTIONS.items():
            found[f"{side}, {name}"] = (make(None, False, {}), make(options, False, {}))
        found[f"{side}, all"] = (make(None, False, {}), make(ALL, False, {}))
        found[f"{side}, all, asks a flag"] = (make(None, True, {}), make(ALL, True, {}))
        found[f"{side}, all, signed"] = (make(None, True, signed), make(ALL, True, signed))
    return found


def _slice_us(ask: Ask) -> float:
    started = time.thread_time_ns()
    for _ in range(REQUESTS):
        ask()
    return (time.thread_time_ns() - started) / REQUESTS / 1000


def measure(rounds: int) -> dict[str, Any]:
    """The record that is written and rendered."""
    yardarm.set_client(CLIENT)
    pairs = cases()
    more: dict[str, list[float]] = {name: [] for name in pairs}
    for number in range(rounds + 1):
        for name, pair in pairs.items():
            took = {which: _slice_us(pair[which]) for which in ((0, 1) if number % 2 else (1, 0))}
            if number:  # the first round warms
                more[name].append(took[1] - took[0])
    yardarm.set_client(None)
    spread = {name: [min(us), statistics.median(us), max(us)] for name, us in more.items()}
    return {"rounds": rounds, "more_us": spread}


def table(record: dict[str, Any]) -> str:
    """The record for people."""
    lines = [f"| case | more for each request, us (bar: {BAR_US}) |", "| --- | --- |"]
    for name, (low, middle, high) in record["more_us"].items():
        lines.append(f"| {name} | {middle:.1f} ({low:.1f}-{high:.1f}) |")
    return "\n".join(lines)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=51)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    options = parser.parse_args()
    record = measure(options.rounds)
    if not options.no_record:
        print(results.write("middleware", record), file=sys.stderr)
    print(table(record))


if __name__ == "__main__":
    main()
