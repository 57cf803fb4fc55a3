"""Every block of Python in the docs and the README is run, or at least compiled.

A block without a title is run, page by page in a folder with the files that the page writes, and
without a server: `https://flags.example.com` becomes an address where nothing listens. One with a
title is a program that `tests/e2e` runs beside a server. One with `skip` says why it is only
compiled.
"""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.fences import ROOT, Block, blocks, differs

from yardarm import Client, set_client

NOWHERE = "http://127.0.0.1:1"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/**/*.md")])
WITH_PYTHON = [page for page in PAGES if any(b.language == "python" for b in blocks(page))]


def test_there_are_examples() -> None:
    assert {"README.md", "first-flag.md", "run-without-a-server.md"} <= {
        p.name for p in WITH_PYTHON
    }


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    printed: str | None = None
    try:
        for block in blocks(page):
            if "title" in block.words:
                (tmp_path / block.words["title"]).write_text(block.text, "utf-8")
            if block.language == "python":
                text = block.text.replace("https://flags.example.com", NOWHERE)
                code = compile(text, str(block), "exec")
                printed = _run(code, names) if _runs(block) else None
            elif block.language == "sh":
                printed = None  # what follows is what the commands print
            elif block.language == "text" and printed is not None:
                assert not (found := differs(block, printed)), found
                printed = None
    finally:
        set_client(None)  # what a page makes the process's client is of that page
        for value in names.values():
            if isinstance(value, Client):
                value.close()


def _runs(block: Block) -> bool:
    return block.is_example and "skip" not in block.words


def _run(code: Any, names: dict[str, Any]) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(code, names)
    return output.getvalue()


def test_blocks_of_json_are_json() -> None:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "json":
                json.loads(block.text)
