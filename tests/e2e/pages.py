"""Do what a page of docs says, as a reader would: write its files, type its commands, compare.

The words after a fence's language say what its block is. On the page they are not shown.

- ``sh``: commands, typed into the reader's shell one after the other. Each must succeed, unless
  ``exit=N`` says with which code one of them fails. ``skip="why"`` is for what a test cannot do.
- ``sh terminal=NAME``: commands in a terminal of their own; the last goes on running.
- ``paste=NAME`` with either: lines with ``…`` are copied from what that terminal printed.
- ``text``: what the commands above it print, all of it. ``text terminal=NAME``: what that terminal
  shows next; waited for. Anything else under ``text`` has ``skip``.
- ``python title=FILE`` and any other language with a title: a file in the reader's folder.

``…`` on a line of its own stands for any lines, and within a line for any text. White space
within a line counts as one space, so that tables may be of any width.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import ROOT, wait_for

_FENCE = re.compile(r"^( *)```(\S*) *(.*?)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_END = "\x1e"
WORDS = {"exit", "paste", "skip", "terminal", "title"}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. `words` are those after its language."""

    page: Path
    line: int
    language: str
    words: Mapping[str, str]
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        pairs = (word.partition("=") for word in shlex.split(fence[3]))
        words = {name: value for name, _, value in pairs}
        body = re.sub(rf"^{fence[1]}", "", fence[4], flags=re.MULTILINE)
        found.append(Block(page, line, fence[2], words, body))
        assert set(words) <= WORDS, f"{found[-1]}: unknown {set(words) - WORDS}"
    return found


def pattern(shown: str) -> str:
    """What a block under `text` stands for, as a regular expression over `plain` text."""
    lines = plain(shown).split("\n")
    made = [
        r"(?:[^\n]*\n)*?" if line == "…" else re.escape(line).replace("…", r"[^\n]*") + r"\n"
        for line in lines
    ]
    return "".join(made)


def plain(text: str) -> str:
    """Text without the differences that do not count."""
    lines = (re.sub(r"[ \t]+", " ", line).rstrip() for line in text.strip("\n").split("\n"))
    return "\n".join(lines)


class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("YARDARM_")
        }
        self._install(folder / ".venv" / "bin")
        self.environment |= {
            "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "TERM": "dumb",
            **(environment or {}),
        }
        self.terminals: dict[str, Terminal] = {}
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder, env=self.environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def _install(self, folder: Path) -> None:
        """The checkout, as if installed by pip into `.venv`."""
        folder.mkdir(parents=True)
        wrappers = {"yardarm": "-m yardarm.cli.main", "python": "", "python3": ""}
        for name, arguments in wrappers.items():
            wrapper = folder / name
            wrapper.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
            wrapper.chmod(0o755)
        (folder / "activate").write_text("")

    def follow(self, page: Path) -> None:
        """Do all of it."""
        printed: str | None = None
        for block in blocks(page):
            words = block.words
            if "skip" in words:
                assert words["skip"], f"{block}: say why it is skipped"
            elif "title" in words:
                path = self.folder / words["title"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "sh" and "terminal" in words:
                self.terminals[words["terminal"]] = Terminal(self, block, self._typed(block))
            elif block.language == "sh":
                printed = self._run(block, self._typed(block))
            elif block.language == "text" and "terminal" in words:
                self.terminals[words["terminal"]].shows(block.text, str(block))
            elif block.language == "text":
                assert printed is not None, f"{block}: no command before it prints this"
                _compare(block, printed)
                printed = None

    def _typed(self, block: Block) -> str:
        """The block's commands, with what is copied from a terminal filled in."""
        if "paste" not in block.words:
            return block.text
        printed = plain(self.terminals[block.words["paste"]].printed()) + "\n"
        lines = []
        for line in block.text.splitlines(keepends=True):
            found = re.search(f"^ ?{pattern(line)}", printed, re.MULTILINE)
            assert found or "…" not in line, f"{block}: {line!r} is not in\n{printed}"
            lines.append(found[0] if found else line)
        return "".join(lines)

    def _run(self, block: Block, commands: str) -> str:
        """Type the commands and give what they print."""
        typed = self.folder / ".typed"
        typed.write_text(commands, "utf-8")
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        # Sourced, so that exports stay; every command that fails is noted, not only the last.
        self._shell.stdin.write(
            "set -E; failed=0; trap 'failed=$?' ERR; . ./.typed </dev/null; "
            f"trap - ERR; printf '{_END}%s\\n' $failed\n"
        )
        self._shell.stdin.flush()
        lines = []
        for line in self._shell.stdout:
            before, end, code = line.partition(_END)
            lines.append(before)
            if end:
                break
        else:
            raise AssertionError(f"{block}: the shell ended after\n{''.join(lines)}")
        printed, expected = "".join(lines), block.words.get("exit", "0")
        assert code.strip() == expected, f"{block}: exit code {code.strip()} after\n{printed}"
        return printed

    def close(self) -> None:
        """End everything that was started."""
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        for terminal in reversed(self.terminals.values()):
            terminal.end()
        self._shell.wait(20)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Terminal:
    """A terminal in which something goes on running."""

    def __init__(self, reader: Reader, block: Block, commands: str) -> None:
        self.name = block.words["terminal"]
        self._output = reader.folder / f".terminal-{self.name}"
        self._seen = 0
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-c", commands],
                cwd=reader.folder, env=reader.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def printed(self) -> str:
        """All that it shows so far."""
        return self._output.read_text("utf-8", "replace")

    def shows(self, shown: str, where: str = "") -> None:
        """Wait until it shows this, after what was waited for before."""
        wanted = re.compile(pattern(shown), re.MULTILINE)

        def found() -> re.Match[str] | None:
            ended = self._process.poll() is not None
            text = plain(self.printed()) + "\n"
            match = wanted.search(text, self._seen)
            assert match or not ended, f"{where}: terminal {self.name} ended:\n{text}"
            return match

        what = f"{where}: terminal {self.name} to show\n{shown}"
        self._seen = wait_for(found, what, 40).end()

    def end(self) -> None:
        """End it as Ctrl-C does."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            raise AssertionError(f"the terminal {self.name} did not end by Ctrl-C") from None


def _compare(block: Block, printed: str) -> None:
    wanted, found = pattern(block.text), plain(printed) + "\n"
    assert re.fullmatch(wanted, found), (
        f"{block} shows\n{block.text}\nbut this was printed\n{found}"
    )
