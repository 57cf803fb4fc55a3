"""Snapshots follow what is published, never go back, and ask the log when something is missing."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core import snapshot as native
from yardarm.core.evaluate import evaluate
from yardarm.server.delivery.snapshots import Snapshots

pytestmark = pytest.mark.anyio
AT = ("shop", "production")


@dataclass(frozen=True)
class News:
    project: str
    environment: str
    epoch: str
    version: int
    patch: bytes


class Log:
    """A history of one flag that is switched on and off, and how often it was asked."""

    def __init__(self, versions: int = 1, epoch: str = "e") -> None:
        self.epoch = epoch
        self.snapshots = [self._at(0)]
        self.asked: list[str] = []
        self.go_on(versions)

    def _at(self, version: int) -> native.Snapshot:
        on, off = m.Variant("on", True), m.Variant("off", False)
        made = m.Flag(
            "a", "boolean", (on, off), enabled=version % 2 == 1, off="off", default="on",
            version=version,
        )  # fmt: skip
        other = m.Flag('b"/é', "boolean", (on, off), version=1)
        document = m.Document({"a": made, other.key: other}, {}, {}, version, self.epoch)
        return native.from_document(document)

    def go_on(self, count: int = 1) -> News:
        for _ in range(count):
            self.snapshots.append(self._at(len(self.snapshots)))
        return self.news(len(self.snapshots) - 1)

    def news(self, version: int) -> News:
        patch = native.between(self.snapshots[version - 1], self.snapshots[version])
        return News(*AT, self.epoch, version, patch.encode())

    async def environments(self) -> list[tuple[str, str]]:
        return [AT]

    async def snapshot(self, project: str, environment: str) -> native.Snapshot:
        self.asked.append("snapshot")
        if (project, environment) != AT:
            raise LookupError(environment)
        read = self.snapshots[-1]
        await asyncio.sleep(0)
        return read

    async def patches(self, project: str, environment: str, after: int) -> list[bytes]:
        self.asked.append(f"patches after {after}")
        await asyncio.sleep(0)
        return [self.news(version).patch for version in range(after + 1, len(self.snapshots))]


class Told:
    """What the listeners heard."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.versions: list[int] = []
        self.placed: list[int] = []
        snapshots.on_version.append(lambda p, e, patch, data: self.versions.append(patch.version))
        snapshots.on_placed.append(lambda p, e, epoch, version: self.placed.append(version))


async def loaded(log: Log) -> tuple[Snapshots, Told]:
    snapshots = Snapshots(log)
    told = Told(snapshots)
    await snapshots.load()
    return snapshots, told


def version_of(snapshots: Snapshots) -> int:
    current = snapshots.find(*AT)
    assert current is not None
    return current.snapshot.version


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0)


async def test_what_is_loaded() -> None:
    log = Log(3)
    snapshots, told = await loaded(log)
    current = await snapshots.get(*AT)
    assert snapshots.ready
    assert current.etag == b'"e:3"'
    assert current.encoded() == log.snapshots[3].encode()
    assert current.encoded() is current.encoded()
    first, second = await asyncio.gather(current.packed(), current.packed())
    assert first is second
    assert gzip.decompress(first) == current.encoded()
    assert current.flag_keys() == ["a", 'b"/é']
    assert (told.placed, told.versions) == ([3], [])


async def test_what_is_published_is_applied_in_order() -> None:
    log = Log(1)
    snapshots, told = await loaded(log)
    before = snapshots.find(*AT)
    for _ in range(3):
        snapshots.published(log.go_on())
    assert (version_of(snapshots), told.versions) == (4, [2, 3, 4])
    current = snapshots.find(*AT)
    assert current is not None
    assert before is not None
    assert current.snapshot == log.snapshots[4]
    assert before.snapshot == log.snapshots[1], "nothing changes under a reader"
    assert evaluate(before.program, "a").value is True
    assert evaluate(current.program, "a").value is False
    assert log.asked == ["snapshot"]


async def test_old_news_are_no_news() -> None:
    log = Log(3)
    snapshots, told = await loaded(log)
    snapshots.published(log.news(2))
    snapshots.published(log.news(3))
    assert (version_of(snapshots), told.versions) == (3, [])


async def test_a_gap_is_filled_from_the_log() -> None:
    log = Log(1)
    snapshots, told = await loaded(log)
    log.go_on(3)
    snapshots.published(log.news(4))
    snapshots.published(log.news(3))
    await until(lambda: version_of(snapshots) == 4)
    assert told.versions == [2, 3, 4]
    assert log.asked == ["snapshot", "patches after 1"]


async def test_a_patch_that_does_not_fit_is_not_applied(caplog: Any) -> None:
    log = Log(2)
    snapshots, told = await loaded(log)
    log.go_on()
    for wrong in (b"", b"{}\n", log.news(3).patch.replace(b'"root":"', b'"root":"0')):
        snapshots.published(News(*AT, "e", 3, wrong))
        await until(lambda: version_of(snapshots) == 3)
    current = snapshots.find(*AT)
    assert current is not None
    assert current.snapshot == log.snapshots[3]
    assert told.versions == [3]


async def test_a_log_that_has_lost_a_patch_is_read_whole() -> None:
    log = Log(1)
    snapshots, told = await loaded(log)
    log.go_on(3)

    async def few(project: str, environment: str, after: int) -> list[bytes]:
        return [log.news(4).patch]

    log.patches = few  # type: ignore[method-assign]
    snapshots.published(log.news(4))
    await until(lambda: version_of(snapshots) == 4)
    assert (told.versions, told.placed) == ([], [1, 4])


async def test_a_new_environment_is_loaded_when_it_is_heard_of() -> None:
    log = Log(2)
    snapshots = Snapshots(log)
    snapshots.published(log.news(1))
    snapshots.published(log.news(2))
    await until(lambda: snapshots.find(*AT) is not None)
    assert version_of(snapshots) == 2
    assert log.asked == ["snapshot"]


async def test_what_is_announced_while_the_log_is_read_is_not_forgotten() -> None:
    log = Log(1)
    snapshots = Snapshots(log)
    loading = asyncio.create_task(snapshots.load())
    await until(lambda: log.asked == ["snapshot"])
    snapshots.published(log.go_on())
    await loading
    assert version_of(snapshots) == 2


async def test_a_version_that_the_log_never_has_is_given_up(caplog: Any) -> None:
    log = Log(1)
    snapshots, _ = await loaded(log)
    log.go_on(5)
    news = log.news(6)
    del log.snapshots[4:]
    snapshots.published(news)
    await until(lambda: "lacks version 6" in caplog.text)
    assert version_of(snapshots) == 3


async def test_another_history_takes_the_place_of_the_old_one() -> None:
    log = Log(5)
    snapshots, told = await loaded(log)
    restored = Log(2, epoch="other")
    snapshots._log = restored
    snapshots.published(restored.news(2))
    await until(lambda: version_of(snapshots) == 2)
    assert told.placed == [5, 2]


async def test_a_client_that_knows_more_than_this_node() -> None:
    log = Log(1)
    snapshots, _ = await loaded(log)
    log.go_on(2)
    assert (await snapshots.at_least(*AT, "other", 3)).snapshot.version == 1
    assert (await snapshots.at_least(*AT, "e", 3)).snapshot.version == 3
    assert (await snapshots.at_least(*AT, "e", 99)).snapshot.version == 3


async def test_asking_at_once_asks_the_log_once() -> None:
    log = Log(1)
    snapshots = Snapshots(log)
    found = await asyncio.gather(*(snapshots.get(*AT) for _ in range(10)))
    assert len(set(map(id, found))) == 1
    assert log.asked == ["snapshot"]


async def test_an_environment_that_is_not_there() -> None:
    snapshots = Snapshots(Log())
    for _ in range(2):
        with pytest.raises(LookupError):
            await snapshots.get("shop", "nowhere")
    assert snapshots.find("shop", "nowhere") is None
    await snapshots.close()
