"""Tests of the server that are coroutines run under asyncio (anyio's plugin runs them)."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
