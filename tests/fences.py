"""The fenced blocks of the pages of docs, and what the words after a fence's language say.

On the page these words are not shown.

- ``sh``: commands, typed into the reader's shell one after the other. Each must succeed, unless
  ``exit=N`` says with which code one of them fails. ``skip="why"`` is for what a test cannot do.
- ``sh terminal=NAME``: commands in a terminal of their own; the last goes on running.
- ``paste=NAME`` with either: words with ``…`` are copied from what that terminal printed.
- ``text``: what the commands above it print, all of it. ``text terminal=NAME``: what that terminal
  shows next; waited for. What shows a form and no output is ``text`` with ``skip``.
- ``python``: run by itself, without a server; ``text`` after it is what it prints.
- ``python title=FILE`` and any other language with a title: a file in the reader's folder.

``…`` on a line of its own stands for any lines, and within a line for any text. White space
within a line counts as one space, so that tables may be of any width.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORDS = {"exit", "paste", "skip", "terminal", "title"}
_FENCE = re.compile(r"^( *)```(\S*) *(.*?)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. `words` are those after its language."""

    page: Path
    line: int
    language: str
    words: Mapping[str, str]
    text: str

    @property
    def is_example(self) -> bool:
        """Whether it is Python that is run by itself."""
        return self.language == "python" and "title" not in self.words

    def __str__(self) -> str:
        return f"{os.path.relpath(self.page, ROOT)}:{self.line}"


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


def differs(block: Block, printed: str) -> str:
    """In words, how what was printed differs from what the block shows; empty if it does not."""
    found = plain(printed) + "\n"
    if re.fullmatch(pattern(block.text), found):
        return ""
    return f"{block} shows\n{block.text}\nbut this was printed:\n{found}"
