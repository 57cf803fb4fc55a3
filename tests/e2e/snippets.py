"""The dashboard's snippets: written by its own code, saved and run as a person would."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e import javascript
from tests.e2e.processes import ROOT, wait_for

MODULE = (ROOT / "dashboard" / "src" / "snippets" / "snippets.ts").as_uri()
BOOLEAN = {
    "type": "boolean",
    "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
}
# Browsers have it, Node does not; everything else of the snippet is as it is.
EVENT_SOURCE = 'import { EventSource } from "eventsource"; globalThis.EventSource ??= EventSource;'
PRINT = """
const [module, asked] = process.argv.slice(1);
const { SNIPPETS, keyKindOf } = await import(module);
const found = Object.entries(SNIPPETS).map(
  ([name, made]) => [name, { ...made(JSON.parse(asked)), kind: keyKindOf(name) }],
);
console.log(JSON.stringify(Object.fromEntries(found)));
"""


def snippets(url: str, key: str | None, flag: str) -> dict[str, dict[str, Any]]:
    """Every snippet for a boolean flag, by framework."""
    asked = {"url": url, "key": key, "off": "off", "flag": {"key": flag, **BOOLEAN}}
    command = [javascript.NODE, "--input-type=module", "-e", PRINT, MODULE, json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


class Program:
    """A program that runs, and the lines that it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.strip().lower() for line in self.process.stdout)

    def says(self, words: str) -> None:
        """Wait until its last line is this, in any case of letters."""

        def said() -> bool:
            assert self.process.poll() is None or self.lines, "it has ended without a word"
            return self.lines[-1:] == [words]

        wait_for(said, f"{words!r} as the last line, not {self.lines[-20:]}")


def command(run: str, port: int = 0) -> list[str]:
    """What a person types, on a free port and with this Python."""
    first, *rest = shlex.split(run.replace("5000", str(port)))
    module = [] if first == "python" else ["-m", first]
    return [sys.executable, *module, *rest]


@contextmanager
def running(command: list[str], folder: Path, **environment: str) -> Iterator[Program]:
    """The program, until the end of the block."""
    process = subprocess.Popen(
        command, cwd=folder, text=True, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield Program(process)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def started(
    framework: str, snippet: dict[str, Any], folder: Path
) -> Iterator[Callable[[str], None]]:
    """A saved snippet as it runs; what is given waits until it shows an answer."""
    (folder / (snippet["file"] or "hello.sh")).write_text(snippet["code"], "utf-8")
    if framework == "curl":
        yield lambda words: _wait(lambda: _curl(folder), words)
    elif framework == "browser":
        javascript.node()
        (folder / "node_modules").symlink_to(javascript.PACKAGES)
        (folder / "package.json").write_text('{"type": "module"}', "utf-8")
        (folder / "browser.js").write_text(EVENT_SOURCE, "utf-8")
        typed = [javascript.NODE, "--import", "./browser.js", snippet["file"]]
        with running(typed, folder) as program:
            yield program.says
    elif snippet["open"]:
        port = _free_port()
        opened = snippet["open"].replace("5000", str(port))
        with running(command(snippet["run"], port), folder) as program:
            yield lambda words: _wait(lambda: _page(opened), words, program)
    else:
        with running(command(snippet["run"]), folder) as program:
            yield program.says


def _wait(ask: Callable[[], str], words: str, program: Program | None = None) -> None:
    lines = [] if program is None else program.lines
    wait_for(lambda: ask() == words, f"the answer {words!r}; it said {lines[-20:]}")


def _curl(folder: Path) -> str:
    done = subprocess.run(
        ["bash", "hello.sh"], cwd=folder, capture_output=True, text=True, timeout=20, check=True
    )
    return json.dumps(json.loads(done.stdout)["value"])


def _page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode()).lower()
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
