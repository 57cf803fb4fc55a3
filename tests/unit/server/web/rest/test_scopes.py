"""A route that does not declare its scope keeps the server from starting."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar, get
from litestar.handlers import WebsocketListener

from yardarm.server.web.rest.scopes import (
    PUBLIC,
    TOKEN,
    UndeclaredScope,
    check_declared,
    declared,
    needs,
)


def app(path: str, opt: dict[str, Any]) -> Litestar:
    @get(path, opt=opt)
    async def route() -> None:
        """Does nothing."""

    return Litestar([route], openapi_config=None, logging_config=None)


@pytest.mark.parametrize("opt", [
    {},
    {"scope": ("read",)},
    {"on": "system"},
    {"scope": (), "on": "system"},
    {"scope": ("read",), "on": "anywhere"},
    {"scope": ("read",), "on": "public"},
    needs("read", on="project"),
    needs("read", on="environment"),
])  # fmt: skip
def test_what_is_no_declaration(opt: dict[str, Any]) -> None:
    with pytest.raises(UndeclaredScope, match="/x"):
        check_declared(app("/x", opt))


@pytest.mark.parametrize(("path", "opt", "words"), [
    ("/x", TOKEN, "any valid token"),
    ("/x", PUBLIC, "no token"),
    ("/x", needs("admin", on="system"), "scope admin on the system"),
    ("/{project:str}", needs("read", on="project"), "scope read on the project"),
    ("/{project:str}/{environment:str}", needs("edit", "kill", on="environment"),
     "scope edit or kill on the environment"),
])  # fmt: skip
def test_what_is_one(path: str, opt: dict[str, Any], words: str) -> None:
    found = list(declared(app(path, opt)))
    assert [(method, need.words()) for method, _, _, need in found] == [("GET", words)]


def test_only_http_routes_can_declare_one() -> None:
    class Chat(WebsocketListener):
        path = "/chat"
        opt = TOKEN

        async def on_receive(self, data: str) -> str:  # type: ignore[override]
            return data

    with pytest.raises(UndeclaredScope, match="/chat"):
        check_declared(Litestar([Chat], openapi_config=None, logging_config=None))
