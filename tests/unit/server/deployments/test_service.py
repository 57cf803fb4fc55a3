"""What is kept of a deployment, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.errors import DocumentError
from yardarm.server.store.errors import NotFound

pytestmark = pytest.mark.anyio
GOOD = {"application": "shop", "version": "1.0", "url": "https://ci.example.com/1"}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


async def test_a_marker_is_kept_as_it_was_given(world: World) -> None:
    made = await world.deployments.mark(PROJECT, "staging", **GOOD, actor="ci")
    assert (made.environment, made.application, made.version) == ("staging", "shop", "1.0")
    assert (made.at, made.actor) == (world.clock.now, "ci")
    assert await world.deployments.list_deployments(PROJECT, "staging") == [made]


async def test_a_clock_that_is_a_little_ahead_is_let_pass(world: World) -> None:
    soon = world.clock.now + timedelta(minutes=59)
    made = await world.deployments.mark(PROJECT, "staging", **GOOD, actor="ci", at=soon)
    assert made.at == soon


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("application", ""),
        ("application", "x" * 201),
        ("application", "a\0"),
        ("application", "\ud800"),
        ("version", " 1"),
        ("version", "1\n2"),
        ("url", "javascript:alert(1)"),
        ("url", "ci.example.com/1"),
        ("url", "https://"),
        ("url", "https://[1"),
        ("url", "https://ci.example.com/" + "x" * 2_000),
    ],
)
async def test_what_cannot_be_kept(world: World, field: str, value: str) -> None:
    given: dict[str, Any] = {**GOOD, field: value}
    with pytest.raises(DocumentError) as caught:
        await world.deployments.mark(PROJECT, "staging", **given, actor="ci")
    assert [problem.pointer for problem in caught.value.problems] == [f"/{field}"]
    assert all(problem.hint for problem in caught.value.problems)
    assert await world.deployments.list_deployments(PROJECT, "staging") == []


async def test_a_deployment_to_come_is_none(world: World) -> None:
    at = world.clock.now + timedelta(hours=2)
    with pytest.raises(DocumentError) as caught:
        await world.deployments.mark(PROJECT, "staging", **GOOD, actor="ci", at=at)
    assert caught.value.problems[0].pointer == "/at"


async def test_nowhere(world: World) -> None:
    for place in ((PROJECT, "nowhere"), ("nothing", "staging")):
        with pytest.raises(NotFound):
            await world.deployments.mark(*place, **GOOD, actor="ci")
        with pytest.raises(NotFound):
            await world.deployments.list_deployments(*place)
