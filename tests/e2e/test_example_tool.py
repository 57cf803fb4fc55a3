"""The example tool, beside a server that changes while it runs, and without one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
from tests.e2e.processes import ROOT, Dev, dev, wait_for

pytestmark = [pytest.mark.e2e]
TOOL = [sys.executable, str(ROOT / "examples" / "tool" / "greet.py")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


def alone(**more: str) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if "YARDARM" not in name}
    return environ | more


def greeted(words: list[str], environ: Mapping[str, str], names: str = "Ann\n") -> str:
    done = subprocess.run(
        [*TOOL, *words], env=environ, input=names, capture_output=True, text=True, timeout=30,
        check=True,
    )  # fmt: skip
    return done.stdout


def test_it_follows_a_flag_while_it_runs(server: Dev) -> None:
    server.yardarm("flags", "create", "excited")
    server.yardarm("flags", "set", "excited", "--default", "on")
    process = subprocess.Popen(
        TOOL, env=server.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def answer(name: str) -> str:
            stdin.write(f"{name}\n")
            stdin.flush()
            return stdout.readline()

        assert answer("Ann") == "Hello Ann.\n"
        server.yardarm("flags", "enable", "excited")
        wait_for(lambda: answer("Ann") == "HELLO ANN!\n", "an excited greeting")
        server.yardarm("kill", "excited", "--reason", "too loud")
        wait_for(lambda: answer("Ann") == "Hello Ann.\n", "a calm greeting")
        stdin.close()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def test_the_command_line_goes_before_the_server(server: Dev) -> None:
    words = ["--flag", "excited", "--flag", "language=nl"]
    assert greeted(words, server.environment()) == "HALLO ANN!\n"
    listed = greeted([*words, "--list-flags"], server.environment())
    rows = {row.split()[0]: row for row in listed.splitlines()}
    assert "command line" in rows["excited"]
    assert "server" in rows["new-checkout"]


def test_without_a_server_it_works_too() -> None:
    assert greeted([], alone(), "Ann\nBob\n") == "Hello Ann.\nHello Bob.\n"
    environ = alone(YARDARM_FLAG_LANGUAGE="nl", YARDARM_FLAG_EXCITED="yes")
    assert greeted([], environ) == "HALLO ANN!\n"
    assert greeted(["--no-flag", "excited"], environ) == "Hallo Ann.\n"
