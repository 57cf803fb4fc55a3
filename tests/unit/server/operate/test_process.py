"""Ports, addresses, and one server per folder."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yardarm.errors import OptionError
from yardarm.server.operate import process


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_free_port() -> None:
    with process.bind("127.0.0.1", 0) as found:
        port = found.getsockname()[1]
        assert process.address_of(found) == f"http://127.0.0.1:{port}"
        with pytest.raises(process.PortTaken, match=str(port)):
            process.bind("127.0.0.1", port)


def test_a_taken_port(taken: int) -> None:
    with pytest.raises(OptionError, match=f"port {taken} of 127.0.0.1 is taken"):
        process.bind("127.0.0.1", taken)
    with process.bind_near("127.0.0.1", taken) as found:
        assert taken < found.getsockname()[1] <= taken + 100


@pytest.mark.parametrize("host", ["no such host", "203.0.113.1", ""])
def test_a_host_that_is_not_ours(host: str) -> None:
    if host:
        with pytest.raises(OptionError, match="cannot listen"):
            process.bind(host, 0)


def test_the_address_of_a_server_for_everybody() -> None:
    with process.bind("0.0.0.0", 0) as found:
        assert process.address_of(found).startswith("http://127.0.0.1:")
    if socket.has_ipv6:
        try:
            six = process.bind("::1", 0)
        except OptionError:
            pytest.skip("no IPv6 on this machine")
        with six:
            assert process.address_of(six).startswith("http://[::1]:")


def test_one_server_per_folder(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from yardarm.server.operate.process import alone_in\n"
        "with alone_in(Path(sys.argv[1])):\n    print('in', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline() == "in\n"
    with pytest.raises(OptionError, match="another server"), process.alone_in(tmp_path):
        pass
    other.kill()
    other.wait()
    with process.alone_in(tmp_path):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(OptionError, match="cannot be written"),
        process.alone_in(tmp_path / "file" / "x"),
    ):
        pass


def test_as_many_streams_as_files_may_be_open() -> None:
    assert process.most_streams() > 100
