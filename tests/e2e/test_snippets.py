"""Every snippet that the dashboard offers is run: it answers, and is told when the flag changes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.e2e import snippets
from tests.e2e.processes import Dev, dev

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("first-light")]
FRAMEWORKS = ["python", "flask", "django", "fastapi", "openfeature", "browser", "curl"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-demo") as running:
        yield running


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_snippet_follows_its_flag(server: Dev, framework: str, tmp_path: Path) -> None:
    if framework == "fastapi" and find_spec("fastapi") is None:
        pytest.skip("FastAPI is not here")
    flag = f"with-{framework}"
    body = {"key": flag, "client_visible": True}
    server.rest("POST", "/projects/demo/flags", body, If_Match="*")
    found = snippets.snippets(server.url, None, flag)
    assert sorted(found) == sorted(FRAMEWORKS)
    key = server.ready[f"{found[framework]['kind']}_key"]
    snippet = snippets.snippets(server.url, key, flag)[framework]
    with snippets.started(framework, snippet, tmp_path) as shows:
        shows("false")
        server.yardarm("flags", "enable", flag)
        shows("true")


def test_without_a_key_the_environment_is_asked_for_one(server: Dev, tmp_path: Path) -> None:
    server.rest("POST", "/projects/demo/flags", {"key": "by-variable"}, If_Match="*")
    snippet = snippets.snippets(server.url, None, "by-variable")["python"]
    (tmp_path / snippet["file"]).write_text(snippet["code"], "utf-8")
    key = server.ready["server_key"]
    command = snippets.command(snippet["run"])
    with snippets.running(command, tmp_path, YARDARM_SERVER_KEY=key) as program:
        program.says("false")
