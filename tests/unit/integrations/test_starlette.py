"""Flags for Starlette and FastAPI, with their own test client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from tests.native_server import flag

import yardarm
from yardarm import Client, SignedOverrides, Visitors, bind_context, sign_override
from yardarm.integrations.starlette import (
    FlagsMiddleware,
    client_lifespan,
    flag_value,
    flag_variant,
    require_flag,
)
from yardarm.sdk import current

SECRET = "s" * 32
ANN = {"attribute": "key", "op": "equals", "values": ["ann"]}
FLAGS: dict[str, Any] = {
    "new": flag(False, rules=[{"id": "ann", "when": ANN, "serve": "on"}]),
    "off": flag(False),
    "engine": {"type": "string", "enabled": True, "default": "a",
               "variants": [{"key": "a", "value": "A"}, {"key": "b", "value": "B"}]},
}  # fmt: skip
New = Annotated[bool, Depends(flag_value("new"))]


def make() -> Client:
    return Client.from_document({"flags": FLAGS})


def who(request: Any) -> dict[str, str] | None:
    key = request.headers.get("user")
    return None if key is None else {"key": key}


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI(lifespan=client_lifespan(make))
    made.add_middleware(
        FlagsMiddleware,
        context=who,
        overrides=SignedOverrides(SECRET, "shop"),
        visitors=Visitors(SECRET, secure=False),
    )
    made.state.later = []

    @made.get("/new")
    async def new(new: New, engine: Annotated[str, Depends(flag_variant("engine"))]) -> list[Any]:
        return [new, engine]

    @made.get("/sync")
    def sync() -> bool:  # in a thread
        return yardarm.get_client().boolean("new")

    @made.get("/behind", dependencies=[Depends(require_flag("new"))])
    async def behind() -> str:
        return "behind"

    @made.get("/away", dependencies=[Depends(require_flag("off", redirect_to="/new"))])
    async def away() -> str:
        return "away"

    @made.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for _ in range(2):
                await asyncio.sleep(0)
                yield f"{yardarm.get_client().boolean('new')} "

        return StreamingResponse(parts())

    @made.get("/later")
    async def later(tasks: BackgroundTasks) -> None:
        def note() -> None:
            made.state.later.append(yardarm.get_client().boolean("new"))

        tasks.add_task(note)

    @made.get("/outlives")
    async def outlives(request: Request) -> None:
        go = asyncio.Event()

        async def note() -> None:
            await go.wait()
            made.state.later.append(yardarm.get_client().boolean("new"))

        made.state.task, made.state.go = asyncio.create_task(note()), go

    @made.get("/finish")
    async def finish() -> bool:
        made.state.go.set()
        await made.state.task
        return bool(made.state.later[-1])

    async def login(request: Request) -> None:
        await asyncio.sleep(0)
        bind_context({"key": "ann"})

    @made.get("/login", dependencies=[Depends(login)])
    async def logged_in() -> bool:
        return yardarm.get_client().boolean("new")

    @made.websocket("/socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json(yardarm.get_client().boolean("new"))
        await socket.close()

    return made


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as made:
        yield made


ANNS = {"user": "ann"}
TOKEN = sign_override({"new": True}, SECRET, "shop", by="qa")
SIGNED = {"Yardarm-Override": TOKEN}


def test_dependencies(browser: TestClient) -> None:
    assert browser.get("/new", headers=ANNS).json() == [True, "a"]
    assert browser.get("/new").json() == [False, "a"]
    assert browser.get("/behind", headers=ANNS).json() == "behind"
    assert browser.get("/behind").status_code == 404
    answer = browser.get("/away", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/new")
    assert browser.get("/login").json() is True


@pytest.mark.parametrize("headers", [ANNS, SIGNED], ids=["context", "override"])
def test_it_holds_for_all_of_a_request(
    app: FastAPI, browser: TestClient, headers: dict[str, str]
) -> None:
    assert browser.get("/sync", headers=headers).json() is True
    assert browser.get("/stream", headers=headers).text == "True True "
    browser.get("/later", headers=headers)
    assert app.state.later == [True]
    with browser.websocket_connect("/socket", headers=headers) as socket:
        assert socket.receive_json() is True
    assert browser.get("/stream").text == "False False "


def test_a_task_that_outlives_its_request_keeps_the_context_alone(browser: TestClient) -> None:
    browser.get("/outlives", headers=SIGNED)
    assert browser.get("/finish").json() is False
    browser.get("/outlives", headers=ANNS)
    assert browser.get("/finish").json() is True


def test_the_lifespan_brings_and_takes_the_client(app: FastAPI) -> None:
    yardarm.set_client(None)  # whatever another test has left
    with TestClient(app):
        client = yardarm.get_client()
    assert client.status.connection == "closed"
    assert current.CURRENT.client is None


def test_a_server_that_is_away_keeps_nothing_from_starting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def inner(app: Any) -> AsyncIterator[dict[str, Any]]:
        seen.append("started")
        yield {"mine": 1}
        seen.append("ended")

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse([request.state.mine, yardarm.get_client().boolean("new")])

    lifespan = client_lifespan(
        lambda: Client("http://127.0.0.1:9", "ys_x"), inner=inner, ready_seconds=0.05
    )
    app = Starlette(
        routes=[Route("/", answer)], lifespan=lifespan, middleware=[Middleware(FlagsMiddleware)]
    )
    with TestClient(app) as browser:
        assert browser.get("/").json() == [1, False]
    assert seen == ["started", "ended"]
    assert "the application starts without flags" in caplog.text


def test_without_a_client_dependencies_answer_their_fallbacks() -> None:
    async def ask() -> list[Any]:
        return [await flag_value("new", True)(), await flag_variant("engine", "z")()]

    assert asyncio.run(ask()) == [True, "z"]


def test_a_context_that_raises_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI(lifespan=client_lifespan(make))
    app.add_middleware(FlagsMiddleware, context=lambda request: request.user)  # nobody sets it

    @app.get("/")
    async def new(new: New) -> bool:
        return new

    with TestClient(app) as browser:
        answer = browser.get("/")
    assert (answer.status_code, answer.json()) == (200, False)
    assert "the context of the request: AssertionError" in caplog.text


def test_requests_of_one_loop_are_apart(app: FastAPI) -> None:
    """Two requests that are open at the same moment, in one thread."""

    async def ask() -> list[Any]:
        both = asyncio.Barrier(2)

        @app.get("/both")
        async def at_once() -> bool:
            await both.wait()
            found = yardarm.get_client().boolean("new")
            await both.wait()
            return found

        transport = httpx.ASGITransport(app)
        async with (
            client_lifespan(make)(app),
            httpx.AsyncClient(transport=transport, base_url="http://test") as browser,
        ):
            signed, plain = browser.get("/both", headers=SIGNED), browser.get("/both")
            answers = await asyncio.wait_for(asyncio.gather(signed, plain), 20)
        return [answer.json() for answer in answers]

    assert asyncio.run(ask()) == [True, False]
