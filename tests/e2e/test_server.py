"""The server as a process of its own: how it starts, what it says when it cannot, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm, wait_for
from tests.live_server import Stream, flag

from yardarm.core import snapshot as native

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("server")]
YARDARM = [sys.executable, "-m", "yardarm.cli.main"]
SECRET = "a secret key for these tests only"


def clean(**more: str) -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("YARDARM_")}
    return {**kept, **more}


def get(url: str, token: str = "", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    request = urllib.request.Request(url, headers=headers)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def open_streams(server: Dev, count: int, stack: ExitStack) -> list[Stream]:
    """Streams that have had their greeting."""
    port = server.ready["ports"]["http"]
    headers = {"Authorization": f"Bearer {server.ready['server_key']}", "Accept-Encoding": "gzip"}
    streams = [stack.enter_context(Stream(port, "/sdk/v1/stream", headers)) for _ in range(count)]
    for stream in streams:
        stream.next("hello")
    return streams


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


# --- dev --------------------------------------------------------------------------------------


def test_dev_has_everything_one_needs(server: Dev) -> None:
    ready = server.ready
    assert set(ready) == {
        "url", "project", "environment", "server_key", "client_key", "admin_token", "ports",
    }  # fmt: skip
    assert ready["url"] == f"http://127.0.0.1:{ready['ports']['http']}"
    assert get(f"{ready['url']}/healthz")[0] == 200
    assert get(f"{ready['url']}/readyz")[0] == 200
    assert b"yardarm_streams_open" in get(f"{ready['url']}/metrics")[2]
    assert b"/ofrep/v1" in get(f"{ready['url']}/")[2]
    found = get(f"{ready['url']}/sdk/v1/snapshot", ready["server_key"])[2]
    document = native.to_document(native.decode(found))
    assert set(document.flags) == {
        "new-checkout", "search-engine", "banner", "free-shipping-over"
    }  # fmt: skip
    assert {made.type for made in document.flags.values()} == {
        "boolean", "string", "json", "number"
    }  # fmt: skip
    assert document.segments
    listed = server.rest("GET", "/projects/demo/environments")
    assert [e["key"] for e in listed["items"]] == ["production", "staging"]


def test_dev_prints_addresses_keys_and_what_to_try(server: Dev) -> None:
    printed = (server.folder / "dev.log").read_text()
    for name in ("url", "server_key", "client_key", "admin_token"):
        assert server.ready[name] in printed
    exports = dict(re.findall(r"^ *export (\w+)=(\S+)$", printed, re.MULTILINE))
    assert exports == {
        "YARDARM_URL": server.url,
        "YARDARM_TOKEN": server.ready["admin_token"],
        "YARDARM_PROJECT": "demo",
        "YARDARM_ENVIRONMENT": "production",
        "YARDARM_SERVER_KEY": server.ready["server_key"],
    }
    assert "yardarm flags list" in printed


def test_keys_are_kept_for_their_owner_only_and_survive(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as first:
        kept = tmp_path / "data" / "dev.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "ready.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        before = dict(first.ready)
        version = first.rest("GET", "/projects/demo/environments/production")["version"]
    with dev(tmp_path, "--no-shop") as again:
        for name in ("server_key", "client_key", "admin_token"):
            assert again.ready[name] == before[name]
        found = again.rest("GET", "/projects/demo/environments/production")
        assert found["version"] == version, "the demo is made once"


def test_given_keys_are_used(tmp_path: Path) -> None:
    given = ["--server-key", "ys_mine", "--client-key", "mine", "--admin-token", "yt_mine_1234"]
    for _ in range(2):
        with dev(tmp_path, "--no-demo", *given) as server:
            assert server.ready["server_key"] == "ys_mine"
            assert server.ready["client_key"] == "mine"
            assert server.ready["admin_token"] == "yt_mine_1234"
            assert get(f"{server.url}/sdk/v1/snapshot", "ys_mine")[0] == 200
            assert get(f"{server.url}/sdk/v1/snapshot", "mine")[0] == 403
            assert get(f"{server.url}/api/v1/me", "yt_mine_1234")[0] == 200


def test_seeds_are_taken_over_once(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"flags": {"seeded": flag()}}))
    arguments = ("--no-demo", "--seed", str(seed))
    with dev(tmp_path, *arguments) as server:
        environment = "/projects/demo/environments/production"
        assert [f["key"] for f in server.rest("GET", environment)["flags"]] == ["seeded"]
        server.rest("POST", f"{environment}/flags/seeded/disable", {}, If_Match="*")
        version = server.rest("GET", environment)["version"]
    with dev(tmp_path, *arguments) as server:
        found = server.rest("GET", environment)
        assert (found["version"], found["flags"][0]["enabled"]) == (version, False)


def test_nothing_is_left_of_a_server_in_memory(tmp_path: Path) -> None:
    with dev(tmp_path, "--data", ":memory:", "--no-shop") as server:
        assert get(f"{server.url}/readyz")[0] == 200
        assert {path.name for path in tmp_path.iterdir()} == {"dev.log", "ready.json"}


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_taken_port_moves_dev_to_the_next(tmp_path: Path) -> None:
    with taken_port() as port, dev(tmp_path, "--no-shop", "--port", str(port)) as server:
        assert server.ready["ports"]["http"] > port
        said = f"Port {port} is taken; using {server.ready['ports']['http']}."
        assert said in (tmp_path / "dev.log").read_text()


def test_the_shop_runs_beside_it(tmp_path: Path) -> None:
    pytest.importorskip("flask")
    with dev(tmp_path) as server:
        shop = f"http://127.0.0.1:{server.ready['ports']['shop']}"
        assert shop in (tmp_path / "dev.log").read_text()

        def engine() -> Any:
            return json.loads(get(f"{shop}/flags")[2])["search-engine"]

        wait_for(lambda: engine()["error"] is None, "the shop to follow the server")
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(shop, timeout=2)


# --- what stands in the way -------------------------------------------------------------------


def failing(*arguments: str, **environment: str) -> str:
    """The one line on stderr of a command that must not start."""
    done = subprocess.run(
        [*YARDARM, *arguments], env=clean(**environment), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode not in (0, 1), done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def serving(folder: Path, **more: str) -> dict[str, str]:
    return {"YARDARM_DATA": str(folder), "YARDARM_SECRET_KEY": SECRET, "YARDARM_PORT": "0", **more}


def test_a_taken_port_stops_serve_in_one_line(tmp_path: Path) -> None:
    with taken_port() as port:
        said = failing("serve", **serving(tmp_path, YARDARM_PORT=str(port)))
        assert f"port {port}" in said
        assert "taken" in said


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for command in (
        ["serve"],
        ["dev", "--no-shop", "--port", "0", "--data", str(tmp_path / "file" / "x")],
    ):
        said = failing(*command, **serving(tmp_path / "file" / "x"))
        assert str(tmp_path / "file") in said


def test_a_newer_schema_is_one_line(tmp_path: Path) -> None:
    run_yardarm("migrate", environment=clean(**serving(tmp_path)))
    with sqlite3.connect(tmp_path / "yardarm.db") as connection:
        connection.execute("UPDATE schema_version SET version_num = '9999_later'")
    connection.close()
    assert "newer Yardarm" in failing("serve", **serving(tmp_path))


def test_a_missing_secret_is_one_line(tmp_path: Path) -> None:
    said = failing("serve", YARDARM_DATA=str(tmp_path), YARDARM_PORT="0")
    assert "YARDARM_SECRET_KEY" in said


def test_a_second_server_in_the_same_folder_is_one_line(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop"):
        data = tmp_path / "data"
        again = ["dev", "--no-shop", "--port", "0", "--data", str(data)]
        for command in (["serve"], again):
            said = failing(*command, **serving(data))
            assert "another server" in said


def test_a_seed_that_is_wrong_changes_nothing(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    command = [
        "dev",
        "--no-shop",
        "--port",
        "0",
        "--data",
        str(tmp_path / "d"),
        "--seed",
        str(seed),
    ]
    for text in ("{", '{"flags": {"a": {"type": "boolean", "variants": []}}}'):
        seed.write_text(text)
        assert "seed" in failing(*command) or "/flags/a" in failing(*command)


# --- serve: the first administrator -----------------------------------------------------------


@contextmanager
def serve(folder: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """A running `yardarm serve`, its address, and what it says on stderr."""
    log = folder / "serve.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [*YARDARM, "serve"], env=clean(**serving(folder, **more)), stderr=stderr, text=True
        )
        try:

            def address() -> str:
                assert process.poll() is None, log.read_text()
                found = re.search(r"serves at (\S+)", log.read_text())
                return found[1] if found else ""

            yield process, wait_for(address, "the address of the server"), log
        finally:
            process.terminate()
            process.wait(10)


def test_the_first_administrator_comes_by_a_link(tmp_path: Path) -> None:
    with serve(tmp_path) as (_, url, log):
        link = wait_for(lambda: re.search(r"\S+/setup\?code=\S+", log.read_text()), "the link")[0]
        assert link.startswith(url)
        status, headers, page = get(link)
        assert status == 200
        assert "default-src 'none'" in headers["content-security-policy"]
        assert b"<script" not in page
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["code"][0]
        body = json.dumps({"code": code, "name": "ada"}).encode()
        request = urllib.request.Request(
            f"{url}/api/v1/setup", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            token = json.loads(answer.read())["token"]
        assert get(f"{url}/api/v1/me", token)[0] == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10)
    with serve(tmp_path) as (_, url, log):
        assert get(f"{url}/api/v1/me", token)[0] == 200
        assert "setup?code" not in log.read_text()
        assert token not in log.read_text()


# --- the end ----------------------------------------------------------------------------------


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_time_with_a_thousand_streams(tmp_path: Path, signal_: int) -> None:
    with ExitStack() as stack, dev(tmp_path, "--no-shop") as server:
        streams = open_streams(server, 1000, stack)
        started = time.monotonic()
        server.process.send_signal(signal_)
        code = server.process.wait(10)
        took = time.monotonic() - started
        assert code == 0
        assert took < 3, f"it took {took:.2f} s"
        last = [stream.rest() for stream in streams]
        assert all(b"retry: " in text for text in last), "each is told when to come back"
        assert len(set(last)) > 10, "not all at once"


def test_a_request_that_is_being_answered_is_answered(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server, ExitStack() as stack:
        sock = stack.enter_context(
            socket.create_connection(("127.0.0.1", server.ready["ports"]["http"]), timeout=10)
        )
        body = b'{"context": {"targetingKey": "vip-1"}}'
        head = (
            "POST /ofrep/v1/evaluate/flags/banner HTTP/1.1\r\nHost: x\r\n"
            f"X-API-Key: {server.ready['client_key']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        sock.sendall(head.encode() + body[:10])
        streams = open_streams(server, 1, stack)
        server.process.terminate()
        streams[0].rest()  # by now it has been told to end
        sock.sendall(body[10:])
        assert sock.recv(10_000).startswith(b"HTTP/1.1 200 ")


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    with dev(tmp_path, "--no-shop") as server:
        path = "/projects/demo/environments/production"
        done = server.rest("POST", f"{path}/flags/new-checkout/enable", {}, If_Match="*")
        server.process.kill()
        server.process.wait()
    with dev(tmp_path, "--no-shop") as server:
        assert server.rest("GET", path)["version"] == done["changes"][0]["version"]


# --- in a hurry -------------------------------------------------------------------------------


@pytest.mark.xdist_group("timing")
def test_a_thousand_streams_hear_of_a_change_at_once(tmp_path: Path) -> None:
    with ExitStack() as stack, dev(tmp_path, "--no-shop") as server:
        streams = open_streams(server, 1000, stack)
        path = "/projects/demo/environments/production/flags/search-engine"
        slowest = []
        for turn in range(5):
            server.rest("POST", f"{path}/{'enable' if turn % 2 else 'disable'}", {}, If_Match="*")
            answered = time.monotonic()
            for stream in streams:
                stream.next("patch")
            slowest.append(time.monotonic() - answered)
        assert min(slowest) < 0.1, f"seconds from the answer to the last stream: {slowest}"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_idle_streams_are_small(tmp_path: Path) -> None:
    def resident(pid: int) -> int:
        text = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        assert found
        return int(found[1]) * 1024

    with ExitStack() as stack, dev(tmp_path, "--no-shop") as server:
        open_streams(server, 50, stack)
        before = resident(server.process.pid)
        open_streams(server, 850, stack)
        each = (resident(server.process.pid) - before) / 850
        assert each < 18_000, f"{each:.0f} bytes per stream"
        assert before + 10_000 * each < 300e6
