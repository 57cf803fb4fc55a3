"""Celery's prefork pool, with a real Redis between. Fault 56."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery, group
from tests.e2e.processes import wait_for
from tests.faults.hosts import Flag, nothing_is_lost, started_host
from tests.redis_server import redis_server

pytestmark = pytest.mark.e2e

PROCESSES = 4


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


def celery(*options: str) -> list[str]:
    command = [sys.executable, "-m", "celery", "-A", "tests.faults.tasks", "worker", *options]
    return [*command, "--pool", "prefork", "--concurrency", str(PROCESSES), "-O", "fair"]


@pytest.mark.parametrize("options", [
    pytest.param([], id="prefork"),
    pytest.param(["--max-tasks-per-child", "10"], id="recycled"),
])  # fmt: skip
def test_every_process_follows(flag: Flag, broker: str, tmp_path: Path, options: list[str]) -> None:
    app = Celery("asking", broker=broker, backend=broker)
    with started_host(celery(*options), flag, tmp_path, BROKER=broker) as host:

        def variants() -> set[Any]:
            asked = group(app.signature("tests.faults.tasks.ask") for _ in range(3 * PROCESSES))
            answers = asked.apply_async().get(timeout=30)
            host.answers += len(answers)
            found = dict(answers)
            return set(found.values()) if len(found) >= PROCESSES else set()

        wait_for(lambda: variants() == {"on"}, "the flag in every process")
        flag.serve("off")
        wait_for(lambda: variants() == {"off"}, "the change in every process")
        host.end(signal.SIGTERM, 20)
    nothing_is_lost(host, flag)
