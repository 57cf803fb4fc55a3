"""Do what a page of docs says, as a reader would: write its files, type its commands, compare.

`fences` tells what the words beside a page's blocks mean.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.processes import wait_for
from tests.fences import Block, blocks, differs, pattern, plain

_END = "\x1e"


class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("YARDARM_")
        }
        self.environment |= {"PYTHONUNBUFFERED": "1", "TERM": "dumb", **(environment or {})}
        installed = folder / ".venv" / "bin"
        self._install(installed)
        self.environment["PATH"] = f"{installed}{os.pathsep}{self.environment['PATH']}"
        self.terminals: dict[str, Terminal] = {}
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder, env=self.environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def _install(self, folder: Path) -> None:
        """The checkout, as if pip had installed it into `.venv`; making that anew does nothing."""
        folder.mkdir(parents=True)
        python = shlex.quote(sys.executable)
        wrappers = {
            "yardarm": f'exec {python} -m yardarm.cli.main "$@"',
            "python": f'exec {python} "$@"',
            "python3": f'[ "$1 $2" = "-m venv" ] || exec {python} "$@"',
            "pip": "",
            "activate": "",
        }
        for name, text in wrappers.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)

    def start_server(self) -> None:
        """What most guides begin with: a server without the demo, in the reader's folder."""
        self.terminals["server"] = Terminal("server", self, "yardarm dev --no-demo --port 0")
        self.terminals["server"].shows("Ctrl-C ends it.")

    def follow(self, page: Path) -> None:
        """Do all of it."""
        printed: str | None = None
        before: Block | None = None
        for block in blocks(page):
            words, example, before = block.words, before, block
            if "skip" in words:
                assert words["skip"], f"{block}: say why it is skipped"
            elif "title" in words:
                path = self.folder / words["title"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "sh" and "terminal" in words:
                name = words["terminal"]
                self.terminals[name] = Terminal(name, self, self._typed(block))
            elif block.language == "sh":
                printed = self._run(block, self._typed(block))
            elif block.language == "text" and "terminal" in words:
                self.terminals[words["terminal"]].shows(block.text, str(block))
            elif block.language == "text" and not (example and example.is_example):
                assert printed is not None, f"{block}: no command before it prints this"
                assert not (found := differs(block, printed)), found
                printed = None

    def _typed(self, block: Block) -> str:
        """The block's commands, with what is copied from a terminal filled in."""
        if "paste" not in block.words:
            return block.text
        printed = self.terminals[block.words["paste"]].printed()

        def copied(word: re.Match[str]) -> str:
            wanted = re.escape(word[0]).replace("…", r"""[^\s'"]+""")
            found = re.search(rf"""(?<![^\s'"?&]){wanted}""", printed)
            assert found, f"{block}: {word[0]} is not in\n{printed}"
            return found[0]

        return re.sub(r"""[^\s'"]*…[^\s'"]*""", copied, block.text)

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


def _hear_ctrl_c() -> None:
    """Tests that run in the background ignore Ctrl-C, and what they start would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A terminal in which something goes on running."""

    def __init__(self, name: str, reader: Reader, commands: str) -> None:
        self.name = name
        self._output = reader.folder / f".terminal-{self.name}"
        self._seen = 0
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-c", commands],
                cwd=reader.folder, env=reader.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                preexec_fn=_hear_ctrl_c,
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
