"""One server for all faults, and a flag for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.e2e.processes import Dev, dev
from tests.faults.hosts import Flag


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


@pytest.fixture
def flag(server: Dev, request: pytest.FixtureRequest) -> Flag:
    """A flag of this test's own, on for everybody."""
    name = f"{request.node.path.stem}-{request.node.name}".replace("test_", "")
    made = Flag(server, re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))
    made.create()
    return made
