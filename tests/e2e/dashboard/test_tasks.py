"""Ten things that a team does every week take as many clicks and keys as the documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.dashboard.conftest import Opened
from tests.e2e.dashboard.tasks import TASKS, Task, carry_out
from tests.e2e.processes import ROOT, Dev

PAGE = ROOT / "docs" / "reference" / "ten-tasks.md"


def told() -> dict[str, tuple[int, int]]:
    """What the page says, by task: clicks and keys."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    return {row[0]: (int(row[2]), int(row[3])) for row in rows if row[2].isdecimal()}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task(task: Task, opened: Opened, server: Dev, tmp_path: Path) -> None:
    task.prepare(server)
    took = carry_out(task, opened(width=task.width), server, tmp_path)
    assert (took.clicks, took.keys) == told()[task.name], "tools/tasks writes the table anew"


def test_the_page_tells_of_each() -> None:
    assert list(told()) == [task.name for task in TASKS]
