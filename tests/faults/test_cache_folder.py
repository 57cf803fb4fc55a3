"""A folder for the last snapshot that cannot be used. Fault 67: flags work, one warning says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.hosts import Flag, Host, program

pytestmark = pytest.mark.e2e

NOBODY = 65_534

FOLLOWS = """
import yardarm.sdk.drivers.remote  # before the user changes, who may not read it then
connect().close()
if "USER_ID" in os.environ:
    os.setuid(int(os.environ["USER_ID"]))
client = connect(cache_dir=os.environ["CACHE"])
until(lambda: variant(client) == "on")
pause("on")
until(lambda: variant(client) == "off")
client.close()
say("off")
"""


def follows(host: Host, flag: Flag) -> list[str]:
    """It follows, and ends well. Its warnings."""
    host.wait_for("on\n")
    flag.serve("off")
    host.go_on()
    assert host.process.wait(30) == 0, host.said()
    return [line for line in host.said().splitlines() if line not in ("on", "off")]


@pytest.fixture
def foreign() -> dict[str, str]:
    """The environment of a program that runs as nobody, which only root can start."""
    if os.geteuid() != 0:
        pytest.skip("only root can act as somebody else")
    return {"USER_ID": str(NOBODY)}


def test_a_folder_that_only_others_may_write(
    flag: Flag, tmp_path: Path, foreign: dict[str, str]
) -> None:
    tmp_path.chmod(0o755)
    with program(FOLLOWS, flag, tmp_path, CACHE=str(tmp_path / "cache"), **foreign) as host:
        lines = follows(host, flag)
        assert len(lines) <= 2, "one of reading, one of writing"
        assert "cannot be kept" in lines[-1]
        assert "Permission denied" in lines[-1]


def test_a_snapshot_of_somebody_else_s(flag: Flag, tmp_path: Path, foreign: dict[str, str]) -> None:
    """Written by root, and not for nobody to read or replace."""
    cache = tmp_path / "cache"
    with program(FOLLOWS, flag, tmp_path, CACHE=str(cache)) as host:
        assert follows(host, flag) == []
    (kept,) = cache.iterdir()
    assert (kept.stat().st_mode & 0o777, cache.stat().st_mode & 0o777) == (0o600, 0o700)
    before = kept.read_bytes()
    cache.chmod(0o755)
    flag.serve("on")
    with program(FOLLOWS, flag, tmp_path, CACHE=str(cache), **foreign) as host:
        lines = follows(host, flag)
        assert any("cannot be read: Permission denied" in line for line in lines)
    assert kept.read_bytes() == before


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 kB, where one may be made."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=4k", "yardarm", folder]
    if subprocess.run(made, capture_output=True, check=False).returncode != 0:
        pytest.skip("this process may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_full(flag: Flag, tmp_path: Path, mount: Path) -> None:
    (mount / "fill").write_bytes(bytes(4096))
    with program(FOLLOWS, flag, tmp_path, CACHE=str(mount)) as host:
        (line,) = follows(host, flag)
        assert "No space left on device" in line
    assert [path.name for path in mount.iterdir()] == ["fill"], "no litter"


def test_a_disk_that_is_read_only(flag: Flag, tmp_path: Path, mount: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
    with program(FOLLOWS, flag, tmp_path, CACHE=str(mount)) as host:
        (line,) = follows(host, flag)
        assert "Read-only file system" in line
