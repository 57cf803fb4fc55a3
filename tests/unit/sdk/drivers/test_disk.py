"""The snapshot on disk. Faults 67, 71, 89 and 90: whole or not at all, and never in the way."""

import json
import multiprocessing
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import KEY, NativeServer, flag, hurried, snapshot_of, until

from yardarm import Client
from yardarm.sdk.drivers.disk import Disk
from yardarm.sdk.log import Log
from yardarm.sdk.options import Address

USER = {"key": "u1"}
ADDRESS = Address.of("http://127.0.0.1:9", KEY)
HELD = snapshot_of({"a": flag(), "b": flag(False)}, 7)


def disk(folder: Path, key: str = KEY) -> Disk:
    return Disk(folder, Address.of("http://127.0.0.1:9", key), Log("test"))


def the_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    assert disk(tmp_path).load() is None
    disk(tmp_path).keep(HELD)
    assert disk(tmp_path).load() == HELD
    assert stat.S_IMODE(the_file(tmp_path).stat().st_mode) == 0o600
    assert KEY not in the_file(tmp_path).read_text()


def test_a_folder_is_made_when_there_is_none(tmp_path: Path) -> None:
    disk(tmp_path / "x" / "y").keep(HELD)
    assert disk(tmp_path / "x" / "y").load() == HELD


def test_each_server_and_key_has_a_file_of_its_own(tmp_path: Path) -> None:
    disk(tmp_path).keep(HELD)
    assert disk(tmp_path, "ys_another-key-0123456").load() is None


def test_at_most_one_write_in_a_while(tmp_path: Path) -> None:
    kept = disk(tmp_path)
    kept.keep(snapshot_of({"a": flag()}, 1))
    kept.keep(HELD)
    assert disk(tmp_path).load() == snapshot_of({"a": flag()}, 1)
    kept.keep(HELD, at_once=True)
    assert disk(tmp_path).load() == HELD


def test_fault_90_a_file_cut_off_at_any_byte_is_not_used(tmp_path: Path) -> None:
    disk(tmp_path).keep(HELD)
    whole = the_file(tmp_path).read_bytes()
    for size in range(len(whole)):
        the_file(tmp_path).write_bytes(whole[:size])
        assert disk(tmp_path).load() is None, size
    the_file(tmp_path).write_bytes(whole)
    assert disk(tmp_path).load() == HELD


def test_fault_89_a_file_that_was_tampered_with_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever can write the file but does not know the key cannot change a flag by it."""
    disk(tmp_path).keep(HELD)
    whole = the_file(tmp_path).read_bytes()
    head, _, _ = whole.partition(b"\n")
    other = snapshot_of({"a": flag(False), "b": flag()}, 7)  # with a root that fits
    for forged in (
        head + b"\n" + other.encode(), other.encode(), b"", b"\n" * 50, os.urandom(500),
        whole.replace(b'"default":"on"', b'"default":"off"'), whole + b"x",
    ):  # fmt: skip
        the_file(tmp_path).write_bytes(forged)
        assert disk(tmp_path).load() is None
    assert "is not used" in caplog.text


def test_fault_90_two_processes_that_write_never_leave_half_a_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_for_ever, args=(str(tmp_path), i)) for i in range(2)]
    for writer in writers:
        writer.start()
    try:
        until(lambda: any(tmp_path.glob("*.snapshot")), 60)
        seen = set()
        until(lambda: seen.add(_version(tmp_path)) or len(seen) > 20, 60)
    finally:
        for writer in writers:
            writer.kill()
            writer.join()
    assert None not in seen


def _version(folder: Path) -> int | None:
    found = disk(folder).load()
    return found.version if found else None


def _write_for_ever(folder: str, offset: int) -> None:
    flags = {f"f{i}": flag() for i in range(50)}
    version = offset
    while True:
        version += 2
        disk(Path(folder)).keep(snapshot_of(flags, version), at_once=True)


def test_fault_67_a_folder_that_cannot_be_written_is_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    kept = disk(in_the_way)
    for _ in range(5):
        kept.keep(HELD, at_once=True)
    assert kept.load() is None
    lines = [r.getMessage() for r in caplog.records if "cannot be kept" in r.getMessage()]
    assert len(lines) == 1
    assert "flags work" in lines[0]


def test_fault_67_a_full_disk_leaves_the_old_file_and_no_litter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A limit on file size stands in for a full disk: the write fails half-way."""
    program = """
import resource, signal, sys
from pathlib import Path
from tests.unit.sdk.drivers.test_disk import HELD, disk, flag, snapshot_of
folder = Path(sys.argv[1])
disk(folder).keep(HELD)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
disk(folder).keep(snapshot_of({f"f{i}": flag() for i in range(1000)}, 8))
assert disk(folder).load() == HELD
assert len(list(folder.iterdir())) == 1
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.getcwd()])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cannot be kept" in done.stderr


# --- in a client ------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[NativeServer]:
    with NativeServer({"a": flag()}, version=5) as server:
        yield server


def test_fault_71_a_start_without_the_server_serves_what_was_kept(
    server: NativeServer, tmp_path: Path
) -> None:
    with hurried(server.url, cache_dir=tmp_path) as client:
        assert client.wait_ready(5)
    server.stop()
    with hurried(server.url, cache_dir=tmp_path) as client:
        until(lambda: client.boolean("a", USER))
        assert (client.status.origin, client.status.version) == ("disk", 5)
        assert client.wait_ready(0) is False
        with NativeServer({"a": flag(False)}, version=6, port=server.port):
            until(lambda: not client.boolean("a", USER))
            assert client.status.origin == "server"


def test_a_start_with_what_the_server_has_needs_no_download(
    server: NativeServer, tmp_path: Path
) -> None:
    with hurried(server.url, cache_dir=tmp_path) as client:
        assert client.wait_ready(5)
    answers: list[Any] = []
    server.intervene = lambda h: answers.append(h.headers.get("if-none-match"))  # type: ignore[func-returns-value]
    with hurried(server.url, cache_dir=tmp_path) as client:
        assert client.wait_ready(5)
        assert client.status.origin == "server"
        assert client.boolean("a", USER) is True
    assert '"e1:5"' in answers


def test_the_last_state_is_kept_at_the_end(server: NativeServer, tmp_path: Path) -> None:
    with hurried(server.url, cache_dir=tmp_path) as client:
        until(lambda: client.status.connection == "streaming")
        for _ in range(3):
            server.publish({"a": flag(), "b": flag()})
        until(lambda: client.status.version == 8)
    kept = Disk(tmp_path, Address.of(server.url, KEY), Log("test")).load()
    assert kept == server.snapshot


def test_fault_67_a_client_without_a_usable_folder_works(
    server: NativeServer, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with hurried(server.url, cache_dir=in_the_way) as client:
        assert client.wait_ready(5)
        server.publish({"a": flag(False)})
        until(lambda: not client.boolean("a", USER))


# --- bootstrap --------------------------------------------------------------------------------

DOCUMENT = {"flags": {"a": flag()}}


@pytest.mark.parametrize("form", ["dict", "bytes", "snapshot", "json file", "toml file"])
def test_fault_71_the_bootstrap_serves_from_the_first_moment(form: str, tmp_path: Path) -> None:
    json_file, toml_file = tmp_path / "flags.json", tmp_path / "flags.toml"
    json_file.write_text(json.dumps(DOCUMENT))
    toml_file.write_text(
        '[flags.a]\ntype = "boolean"\nenabled = true\ndefault = "on"\n'
        'variants = [{key = "on", value = true}, {key = "off", value = false}]\n'
    )
    given: Any = {
        "dict": DOCUMENT, "bytes": json.dumps(DOCUMENT).encode(),
        "snapshot": snapshot_of(DOCUMENT["flags"]).encode(), "json file": json_file,
        "toml file": str(toml_file),
    }[form]  # fmt: skip
    with Client("http://127.0.0.1:9", KEY, bootstrap=given) as client:
        assert client.boolean("a", USER) is True
        assert client.status.origin == "bootstrap"


def test_the_server_goes_before_disk_and_disk_before_bootstrap(
    server: NativeServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bootstrap = {"flags": {"a": flag(), "only": flag()}, "version": 99, "epoch": "other"}
    looked = threading.Event()
    server.intervene = lambda handler: not looked.wait(10)
    with hurried(server.url, cache_dir=tmp_path, bootstrap=bootstrap) as client:
        assert client.boolean("only", USER) is True
        looked.set()
        assert client.wait_ready(5)
        assert client.boolean("only", USER) is False
        assert client.status.version == 5
    server.stop()
    with hurried(server.url, cache_dir=tmp_path, bootstrap=bootstrap) as client:
        until(lambda: client.status.origin == "disk")
        assert client.boolean("only", USER) is False
    assert "history" not in caplog.text, "that a bootstrap is of another history is no news"


def test_a_bootstrap_newer_than_the_disk_is_served(server: NativeServer, tmp_path: Path) -> None:
    with hurried(server.url, cache_dir=tmp_path) as client:
        assert client.wait_ready(5)
    server.stop()
    newer = snapshot_of({"a": flag(), "new": flag()}, 6).encode()
    with hurried(server.url, cache_dir=tmp_path, bootstrap=newer) as client:
        until(lambda: client.status.error)
        assert (client.status.origin, client.status.version) == ("bootstrap", 6)
