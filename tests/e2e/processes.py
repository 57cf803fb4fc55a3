"""Real processes for end-to-end tests: start, wait for a condition, stop."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


def wait_for(condition: Callable[[], T], what: str, seconds: float = 20) -> T:
    """Ask until the answer is true; fails by naming what was waited for and the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}; the last answer was {answer!r}")
        time.sleep(0.02)


@dataclass(frozen=True)
class Dev:
    """A running `yardarm dev`: what its ready file says, and its process."""

    ready: Mapping[str, Any]
    process: subprocess.Popen[str]
    folder: Path

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def environment(self) -> dict[str, str]:
        """The environment in which the command line speaks to this server."""
        return {
            **os.environ,
            "YARDARM_URL": self.url,
            "YARDARM_TOKEN": self.ready["admin_token"],
            "YARDARM_PROJECT": self.ready["project"],
            "YARDARM_ENVIRONMENT": self.ready["environment"],
            "YARDARM_SERVER_KEY": self.ready["server_key"],
        }

    def yardarm(self, *arguments: str, expect: int = 0) -> Any:
        """Run a command with --json and give what it prints."""
        done = run_yardarm(*arguments, "--json", environment=self.environment())
        assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def rest(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call the REST API as the admin and give the parsed answer."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {
                "Authorization": f"Bearer {self.ready['admin_token']}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())


def run_yardarm(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The `yardarm` command, to its end."""
    command = [sys.executable, "-m", "yardarm.cli.main", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@contextlib.contextmanager
def started(command: list[str], ready_file: Path, **options: Any) -> Iterator[Any]:
    """A process that writes its ready file; stopped by SIGTERM at the end."""
    process = subprocess.Popen(command, text=True, **options)
    try:

        def ready() -> bool:
            assert process.poll() is None, f"{command[:4]} ended with {process.returncode}"
            return ready_file.exists()

        wait_for(ready, f"the ready file of {command[:4]}", 40)
        yield process, json.loads(ready_file.read_text())
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def dev(folder: Path, *arguments: str) -> Iterator[Dev]:
    """`yardarm dev` on a free port with its data in the folder, the shop left out."""
    ready_file = folder / "ready.json"
    ready_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "yardarm.cli.main", "dev", "--port", "0"]
    command += ["--data", str(folder / "data"), "--ready-file", str(ready_file), *arguments]
    with (
        (folder / "dev.log").open("a") as log,
        started(command, ready_file, cwd=folder, stdout=log, stderr=log) as (process, ready),
    ):
        yield Dev(ready, process, folder)


@contextlib.contextmanager
def shop(server: Dev, folder: Path) -> Iterator[str]:
    """The example shop on a free port, following the server; gives its address."""
    ready_file = folder / "shop.json"
    command = [sys.executable, str(ROOT / "examples" / "shop" / "shop.py"), "--port", "0"]
    command += ["--ready-file", str(ready_file)]
    options = {"env": server.environment(), "cwd": folder, "stdout": subprocess.DEVNULL}
    with started(command, ready_file, **options) as (_, ready):
        yield ready["url"]
