"""The dashboard's assets for the tests: built once, whoever of several processes asks first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.e2e.processes import ROOT

AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"


def build() -> None:
    """`tools/dashboard`, which does nothing when all is up to date."""
    with _alone(ROOT / "build" / "dashboard.lock"):
        command = [sys.executable, str(ROOT / "tools" / "dashboard")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert AXE.is_file(), "npm has not installed what the dashboard's package.json names"


def chromium() -> str:
    """Where Chromium is. Skips without one, and fails where CI=true."""
    found = shutil.which("chromium")
    if found is None:
        words = "Chromium is not here (on Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return found


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process after the other. Where nothing can be locked, all at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
