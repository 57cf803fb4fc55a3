"""What the server costs: OFREP against a bare endpoint, a change to 1,000 streams, idle streams.

    python -m benchmarks.server [--python P] [--idle 10000] [--streams 1000]

`--python` is an interpreter in whose environment Yardarm is installed with `[server,cli]`. The
server is a real `yardarm dev` process; its CPU and memory are read from /proc, so Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import results
from yardarm import Client

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
_HEADERS = {"Content-Type": "application/json"}


class Server:
    """A running `yardarm dev` with 500 flags."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict[str, Any]) -> None:
        self.process = process
        self.pid = process.pid
        self.url: str = ready["url"]
        self.server_key: str = ready["server_key"]
        self.token: str = ready["admin_token"]
        self.project: str = ready["project"]
        self.environment: str = ready["environment"]

    def enable(self, flag: str, on: bool) -> tuple[float, float, int]:
        """Switch a flag. Returns when it was asked, when it was answered, and the version."""
        path = f"/api/v1/projects/{self.project}/environments/{self.environment}/flags/{flag}"
        headers = {**_HEADERS, "Authorization": f"Bearer {self.token}", "If-Match": "*"}
        connection = connect(self.url)
        asked = time.monotonic()
        connection.request("POST", f"{path}/{'enable' if on else 'disable'}", "{}", headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        answered = time.monotonic()
        if response.status >= 300:
            raise SystemExit(f"could not switch {flag}: {body}")
        return asked, answered, body["changes"][0]["version"]


def connect(url: str) -> http.client.HTTPConnection:
    """A connection to the server of a URL, without waiting to fill packets."""
    where = urlsplit(url)
    made = http.client.HTTPConnection(where.hostname or "", where.port)
    made.connect()
    made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_mb(pid: int) -> float:
    """Resident memory of a process, in MB (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError("VmRSS")


def document(count: int = 500) -> dict[str, Any]:
    """Flags with a few rules each, as one environment of a middling team has."""
    flags = {}
    for i in range(count):
        flags[f"flag-{i}"] = {
            "type": "boolean",
            "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
            "enabled": True,
            "off": "off",
            "rules": [
                {
                    "id": f"rule-{n}",
                    "when": {
                        "all": [
                            {"attribute": "country", "op": "in", "values": ["NL", "BE", f"X{n}"]},
                            {"attribute": "age", "op": "gte", "values": [18 + n + i % 7]},
                        ]
                    },
                    "serve": "on",
                }
                for n in range(2)
            ],
            "default": "off",
        }
    return {"flags": flags, "segments": {}}


@contextlib.contextmanager
def yardarm(python: str, folder: Path, flags: int = 500) -> Iterator[Server]:
    """Start the server with so many flags, stop it at the end."""
    seed, ready = folder / "seed.json", folder / "ready.json"
    seed.write_text(json.dumps(document(flags)))
    command = [python, "-m", "yardarm.cli.main", "dev", "--port", "0", "--no-demo"]
    command += ["--data", str(folder / "data"), "--seed", str(seed), "--ready-file", str(ready)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        deadline = time.monotonic() + 60 + flags / 50
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the server did not start")
            time.sleep(0.05)
        yield Server(process, json.loads(ready.read_text()))
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def bare() -> Iterator[tuple[int, str]]:
    """The bare endpoint under the same uvicorn; its process id and URL."""
    command = [sys.executable, "-m", "benchmarks.bare"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process.pid, f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(10)


def cpu_per_request(pid: int, url: str, path: str, body: bytes, key: str, count: int) -> float:
    """Microseconds of the server's CPU per request over one kept connection.

    A raw socket that writes each request whole: `http.client` writes head and body apart, and
    then the kernel's delayed acknowledgements are what is measured.
    """
    where = urlsplit(url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    with socket.create_connection((where.hostname or "", where.port or 80)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")

        def ask(times: int) -> None:
            for _ in range(times):
                connection.sendall(request)
                status = stream.readline()
                length = 0
                while (line := stream.readline()) != b"\r\n":
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                answer = stream.read(length)
                if b" 200 " not in status:
                    raise SystemExit(f"{path}: {status!r} {answer[:300]!r}")

        ask(200)
        before = cpu_seconds(pid)
        ask(count)
        return (cpu_seconds(pid) - before) / count * 1e6


def measure_ofrep(server: Server, rounds: int = 5, count: int = 3000) -> dict[str, float]:
    """CPU of single and bulk OFREP evaluation against the bare endpoint, in turns."""
    context = {"targetingKey": "user-1", "country": "NL", "age": 40, "plan": "pro"}
    body = json.dumps({"context": context}).encode()
    single, floor, bulk = [], [], []
    with bare() as (pid, url):
        time.sleep(1)
        for _ in range(rounds):
            path = "/ofrep/v1/evaluate/flags/flag-7"
            floor.append(cpu_per_request(pid, url, path, body, "x", count))
            key = server.server_key
            single.append(cpu_per_request(server.pid, server.url, path, body, key, count))
            path = "/ofrep/v1/evaluate/flags"
            bulk.append(cpu_per_request(server.pid, server.url, path, body, key, count // 20))
    ours, theirs = statistics.median(single), statistics.median(floor)
    return {
        "single_us": ours,
        "bare_us": theirs,
        "ratio": ours / theirs,
        "bulk_500_flags_us": statistics.median(bulk),
        "bulk_100_flags_us": statistics.median(bulk) / 5,
    }


@contextlib.contextmanager
def readers(server: Server, count: int) -> Iterator[subprocess.Popen[str]]:
    """COUNT raw streams in another process, all open."""
    command = [sys.executable, "-m", "benchmarks.streams", server.url, server.server_key]
    process = subprocess.Popen(
        [*command, str(count)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        if not first:
            raise SystemExit("the streams did not open")
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


class Fleet:
    """Real SDKs in this process, which note when they serve a change."""

    def __init__(self, server: Server, count: int) -> None:
        self.times: list[float] = []
        self.told = threading.Condition()
        self.clients = [
            Client(server.url, server.server_key, on_change=self._changed, report=False)
            for _ in range(count)
        ]
        for client in self.clients:
            if not client.wait_ready(20):
                raise SystemExit("an SDK did not become ready")

    def _changed(self, keys: object) -> None:
        with self.told:
            self.times.append(time.monotonic())
            self.told.notify()

    def take(self) -> list[float]:
        """When each SDK served the latest change; waits until all of them do."""
        with self.told:
            if not self.told.wait_for(lambda: len(self.times) >= len(self.clients), 30):
                raise SystemExit(f"only {len(self.times)} of {len(self.clients)} SDKs followed")
            times, self.times = self.times, []
        return times

    def close(self) -> None:
        for client in self.clients:
            client.close()


def measure_push(server: Server, count: int, sdks: int = 20, changes: int = 30) -> dict[str, float]:
    """Milliseconds from asking for a change until each stream has it, real SDKs among them."""
    asked_to: dict[str, list[float]] = {"streams": [], "sdks": []}
    after_answer: list[float] = []
    per_stream: list[float] = []
    with readers(server, count - sdks) as process:
        assert process.stdout is not None
        fleet = Fleet(server, sdks)
        fleet.times.clear()  # what they were told at their start
        for turn in range(changes):
            asked, answered, version = server.enable("flag-3", on=bool(turn % 2))
            line = json.loads(process.stdout.readline())
            if line["version"] != version:
                raise SystemExit(f"expected version {version}, the streams saw {line['version']}")
            arrived = {"streams": line["times"], "sdks": fleet.take()}
            for kind, times in arrived.items():
                asked_to[kind] += [(at - asked) * 1e3 for at in times]
                after_answer += [(at - answered) * 1e3 for at in times]
            per_stream.append(line["bytes"] / len(line["times"]))
            time.sleep(0.1)
        fleet.close()
    everybody = asked_to["streams"] + asked_to["sdks"]
    return {
        "streams": count,
        "sdks": sdks,
        "changes": changes,
        "p50_ms": percentile(everybody, 50),
        "p99_ms": percentile(everybody, 99),
        "sdks_p99_ms": percentile(asked_to["sdks"], 99),
        "p99_after_answer_ms": percentile(after_answer, 99),
        "bytes_per_stream": statistics.median(per_stream),
    }


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` % of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def measure_idle(server: Server, count: int) -> dict[str, float]:
    """Memory of the server with idle streams open."""
    before = rss_mb(server.pid)
    with readers(server, count):
        time.sleep(2)
        return {"streams": count, "rss_mb": rss_mb(server.pid), "rss_before_mb": before}


def measure_end(server: Server, count: int) -> dict[str, float]:
    """Seconds from SIGTERM to the end of the process, with streams open."""
    with readers(server, count):
        asked = time.monotonic()
        os.kill(server.pid, signal.SIGTERM)
        server.process.wait(30)
        return {"streams": count, "seconds": time.monotonic() - asked}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--idle", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, yardarm(options.python, Path(folder)) as server:
        found = {"ofrep": measure_ofrep(server), "push": measure_push(server, options.streams)}
        found["idle"] = measure_idle(server, options.idle)
        found["end"] = measure_end(server, options.streams)
    print(json.dumps(found, indent=2))
    results.write("server", found)


if __name__ == "__main__":
    main()
