"""Other Pythons, free-threaded ones, and interpreters within one. Fault 70."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.hosts import Flag, nothing_is_lost, started_host

pytestmark = pytest.mark.e2e

VERSIONS = ("3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t")

FOLLOWS = """
import os, sys
from tests.faults.following import *
client = connect()
until(lambda: variant(client) == "on")
pid = os.fork()
until(lambda: variant(client) == "on")
if pid:
    pause("following")
until(lambda: variant(client) == "off")
if pid:
    assert os.waitpid(pid, 0)[1] == 0
    say("followed")
"""

WITHIN = """
import os
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
work = getattr(interpreters, "exec", None) or interpreters.run_string
failed = work(interpreters.create(), '''
import os
from yardarm import Client
client = Client(os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"], report_seconds=3600)
assert client.poll()
assert client.boolean_detail(os.environ["FLAG"], {"key": "user-1"}).variant == "on"
client.close()
''')
assert failed is None, failed
os._exit(0)  # taking one down again crashes in hashlib of Python 3.12.1, whoever imported it
"""


def pythons() -> Iterator[Path]:
    """Where Pythons of other versions may be: on the path, and where pyenv keeps them."""
    for version in VERSIONS:
        if found := shutil.which(f"python{version}"):
            yield Path(found)
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        yield from kept.glob(f"*/bin/python{version}")


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """One program for each version that is here and runs."""
    working = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    for program in pythons():
        done = subprocess.run([program, "-c", ""], capture_output=True, check=False)
        if done.returncode == 0:
            working.setdefault(program.name.removeprefix("python"), str(program))
    return working


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest, found: dict[str, str]) -> str:
    if request.param not in found:
        pytest.skip(f"no Python {request.param} is here")
    return found[request.param]


def test_fault_70_a_program_and_its_child_follow(flag: Flag, tmp_path: Path, python: str) -> None:
    with started_host([python, "-W", "ignore", "-c", FOLLOWS], flag, tmp_path) as host:
        host.wait_for("following")
        flag.serve("off")
        host.go_on()
        host.wait_for("followed")
        assert host.process.wait(20) == 0
        assert host.said() == "following\nfollowed\n"


def test_fault_70_an_interpreter_within(flag: Flag, tmp_path: Path, python: str) -> None:
    with started_host([python, "-c", WITHIN], flag, tmp_path) as host:
        assert host.process.wait(30) == 0, host.said()
    host.answers = 1
    nothing_is_lost(host, flag)
