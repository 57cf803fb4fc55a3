"""What is remembered of environments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from yardarm.core.snapshot import from_lines, root_of
from yardarm.server.changes.state import States, off_loop
from yardarm.server.store.errors import StoreDamaged
from yardarm.server.store.projects import EnvironmentRow

pytestmark = pytest.mark.anyio

LINE = b'flag\t"a"\t{"enabled":false,"key":"a","type":"json","variants":[{"key":"x","value":1}]}'
ROOT = from_lines([LINE], "e", 1).root


class Store:
    """A transaction that counts how often lines are loaded."""

    def __init__(self) -> None:
        self.loads = 0
        self.lines: Any = self

    async def load(self, environment_id: int) -> list[bytes]:
        self.loads += 1
        return [LINE]


def row(number: int = 1, **fields: Any) -> EnvironmentRow:
    plain = EnvironmentRow(
        id=number, project_id=1, project="shop", key="production", name="Production", epoch="e",
        version=1, root=ROOT, head="h", bytes=100, created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    return replace(plain, **fields)


async def test_a_state_is_read_once() -> None:
    states, store = States(), Store()
    first: Any = await states.current(store, row())  # type: ignore[arg-type]
    again = await states.current(store, row(name="Renamed"))  # type: ignore[arg-type]
    assert store.loads == 1
    assert again.document is first.document
    assert again.row.name == "Renamed"
    assert first.document.environment["name"] == "Production"


@pytest.mark.parametrize("other", [{"version": 2}, {"epoch": "f"}])
async def test_another_version_is_read_anew(other: dict[str, Any]) -> None:
    states, store = States(), Store()
    await states.current(store, row())  # type: ignore[arg-type]
    await states.current(store, row(**other))  # type: ignore[arg-type]
    assert store.loads == 2


async def test_lines_without_the_right_root_are_damage() -> None:
    with pytest.raises(StoreDamaged):
        await States().current(Store(), row(root=root_of({})))  # type: ignore[arg-type]


async def test_a_slow_reader_does_not_push_out_what_a_publish_left() -> None:
    states, store = States(), Store()
    late = await states.current(store, row(version=2))  # type: ignore[arg-type]
    states.keep(replace(late, row=row(version=1)))
    await states.current(store, row(version=2))  # type: ignore[arg-type]
    assert store.loads == 1


async def test_the_least_used_is_forgotten_first() -> None:
    states, store = States(), Store()
    for number in range(1, 66):
        await states.current(store, row(number))  # type: ignore[arg-type]
        await states.current(store, row(1))  # type: ignore[arg-type]
    assert store.loads == 65
    await states.current(store, row(2))  # type: ignore[arg-type]
    assert store.loads == 66


async def test_large_documents_push_others_out() -> None:
    states, store = States(), Store()
    for number in (1, 2, 1):
        await states.current(store, row(number, bytes=100 * 1024 * 1024))  # type: ignore[arg-type]
    assert store.loads == 3


async def test_work_on_large_documents_leaves_the_loop() -> None:
    import threading

    assert await off_loop(1, threading.get_ident) == threading.get_ident()
    assert await off_loop(10**9, threading.get_ident) != threading.get_ident()
