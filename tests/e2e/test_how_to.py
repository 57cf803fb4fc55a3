"""Every how-to guide does what it says, beside a fresh server; `tests/fences` tells how."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.e2e import javascript
from tests.e2e.pages import Reader
from tests.fences import ROOT, blocks

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
GUIDES = sorted(path for path in (ROOT / "docs" / "how-to").glob("*.md") if path.stem != "README")
LARGE = {"try-a-change-on-real-data"}
"""Guides that work on hundreds of thousands of contexts."""


def typed(guide: Path) -> str:
    """All commands of a guide."""
    return "".join(block.text for block in blocks(guide) if block.language == "sh")


def needs_node(guide: Path) -> bool:
    return "\nnode " in f"\n{typed(guide)}"


def marks_of(guide: Path) -> list[pytest.MarkDecorator]:
    marks = [pytest.mark.xdist_group("first-light")] if needs_node(guide) else []
    return [*marks, pytest.mark.timeout(600)] if guide.stem in LARGE else marks


@pytest.mark.parametrize(
    "guide",
    [
        pytest.param(
            guide,
            id=guide.stem,
            marks=marks_of(guide),
        )
        for guide in GUIDES
    ],
)
def test_a_guide_does_what_it_says(guide: Path, tmp_path: Path) -> None:
    for tool in ("curl", "git"):
        if f"{tool} " in typed(guide) and shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here")
    environment = {"YARDARM_PORT": "0"}  # guides leave the port open
    if needs_node(guide):
        folder = Path(javascript.node()).parent
        environment["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        (tmp_path / "node_modules").symlink_to(javascript.PACKAGES)
    with Reader(tmp_path, environment) as reader:
        if "yardarm serve" not in typed(guide):
            reader.start_server()
        reader.follow(guide)
