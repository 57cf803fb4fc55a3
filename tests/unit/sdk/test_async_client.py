"""The client on asyncio: the same answers, and a loop that stays free."""

import asyncio
import subprocess
import sys
import time

import pytest
from tests.native_server import KEY, NativeServer, flag, until

import yardarm
from yardarm import AsyncClient, Client, OptionError, Status

FLAGS = {"a": flag()}
USER = {"key": "u1"}


def test_it_follows_a_server() -> None:
    async def program(server: NativeServer) -> None:
        async with AsyncClient(server.url, KEY) as client:
            assert await client.wait_ready(5)
            assert client.boolean("a", USER) is True
            assert client.boolean_detail("a", USER).reason == "STATIC"
            changed: asyncio.Queue[tuple[str, frozenset[str]]] = asyncio.Queue()

            async def later(keys: frozenset[str]) -> None:
                await asyncio.sleep(0)
                changed.put_nowait(("coroutine", keys))

            client.on_change(later)
            client.on_change(lambda keys: changed.put_nowait(("function", keys)))
            await asyncio.to_thread(until, lambda: client.status.connection == "streaming")
            server.publish({"a": flag(False)})
            told = {await asyncio.wait_for(changed.get(), 10) for _ in range(2)}
            assert told == {("coroutine", frozenset("a")), ("function", frozenset("a"))}
            assert client.boolean("a", USER) is False
            client.track("bought", USER, 1)
            seen: asyncio.Queue[str] = asyncio.Queue()

            async def watch(status: Status) -> None:
                await asyncio.sleep(0)
                seen.put_nowait(status.error)

            stop = client.on_status(watch)
            server.intervene = lambda h: h.answer(503) or True  # type: ignore[func-returns-value]
            server.drop()
            assert await asyncio.wait_for(seen.get(), 10) is not None
            stop()
            server.intervene = None
            await asyncio.to_thread(until, lambda: client.status.connection == "streaming")
        assert client.status.connection == "closed"

    with NativeServer(FLAGS) as server:
        asyncio.run(program(server))
        assert sum(server.counted().values()) == 3
        assert any(batch["metrics"] for batch in server.batches)


def test_waiting_leaves_the_loop_free_and_ends_in_time() -> None:
    async def program() -> None:
        client = AsyncClient("http://127.0.0.1:9", KEY)
        longest, last = 0.0, time.perf_counter()

        async def beat() -> None:
            nonlocal longest, last
            while True:
                await asyncio.sleep(0.001)
                longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

        beating = asyncio.create_task(beat())
        assert await client.wait_ready(0.2) is False
        assert client.boolean("a", USER, True) is True
        waiting = asyncio.create_task(client.wait_ready(60))
        await asyncio.sleep(0)
        waiting.cancel()
        await client.close()
        beating.cancel()
        assert longest < 0.2

    began = time.monotonic()
    asyncio.run(program())
    assert time.monotonic() - began < 5


def test_listeners_that_raise(caplog: pytest.LogCaptureFixture) -> None:
    async def program() -> None:
        client = AsyncClient.from_document({"flags": FLAGS})

        async def bad(keys: frozenset[str]) -> None:
            raise ValueError("later")

        def worse(keys: frozenset[str]) -> None:
            raise ValueError("now")

        client.on_change(bad)
        stop = client.on_change(worse)
        client.update({"flags": {}})
        await asyncio.to_thread(until, lambda: "later" in caplog.text and "now" in caplog.text)
        stop()
        with pytest.raises(OptionError):
            client.on_change(5)  # type: ignore[arg-type]
        await client.close()

    asyncio.run(asyncio.wait_for(program(), 20))


def test_a_loop_that_is_gone_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def program() -> AsyncClient:
        client = AsyncClient.from_document({"flags": FLAGS})
        client.on_change(lambda keys: None)
        return client

    client = asyncio.run(program())
    client.update({"flags": {}})
    until(lambda: "Event loop is closed" in caplog.text)
    assert client.boolean("a", USER, True) is True


def test_ready_at_once_with_a_document() -> None:
    async def program() -> bool:
        async with AsyncClient.from_document({"flags": FLAGS}) as client:
            return await client.wait_ready(0.5)

    assert asyncio.run(program()) is True


def test_both_clients_evaluate_by_the_same_code() -> None:
    for name in ("boolean", "string_detail", "track"):
        assert getattr(AsyncClient, name) is getattr(Client, name)


def test_asyncio_comes_only_when_it_is_asked_for() -> None:
    program = (
        "import sys, yardarm; assert 'asyncio' not in sys.modules; yardarm.AsyncClient; "
        "assert 'asyncio' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="nonsense"):
        _ = yardarm.nonsense
