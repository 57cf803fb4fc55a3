"""A flag is flipped and running programs follow: the whole product, with real processes.

The shop follows through our SDK, a Python program through the stock OFREP provider, a Node program
through the stock OFREP web provider. Nobody restarts.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from tests.e2e.javascript import PROGRAMS, node
from tests.e2e.processes import Dev, dev, shop, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("first-light")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


@pytest.fixture(scope="module")
def shop_url(server: Dev, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with shop(server, tmp_path_factory.mktemp("shop")) as url:
        yield url


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as response:
        return str(response.read().decode())


def switch(server: Dev, flag: str, on: bool) -> dict[str, Any]:
    """Switch by the command line."""
    found: dict[str, Any] = server.yardarm("flags", "enable" if on else "disable", flag)
    return found


def test_the_shop_follows_a_flag_switched_by_the_command_line(server: Dev, shop_url: str) -> None:
    switch(server, "new-checkout", False)
    visitor = f"{shop_url}/checkout?visitor=vip-1"
    wait_for(lambda: "<h1>Checkout</h1>" in page(visitor), "the old checkout")
    server.yardarm("flags", "set", "new-checkout", "--default", "on")
    done = switch(server, "new-checkout", True)
    wait_for(lambda: "<h1>Express checkout</h1>" in page(visitor), "the new checkout")
    assert set(done) == {"change", "environment", "version", "epoch"}
    server.yardarm("undo", str(done["change"]))
    wait_for(lambda: "<h1>Checkout</h1>" in page(visitor), "the old checkout after undo")


def test_the_shop_follows_a_flag_changed_by_rest(server: Dev, shop_url: str) -> None:
    project, environment = server.ready["project"], server.ready["environment"]
    path = f"/projects/{project}/environments/{environment}/flags/search-engine"
    for engine in ("classic", "fast"):
        server.rest("PATCH", path, {"enabled": True, "rules": [], "default": engine}, If_Match="*")
        wait_for(lambda e=engine: f"({e} search)" in page(shop_url), f"{engine} search")


def test_the_stock_python_provider_follows(server: Dev) -> None:
    switch(server, "new-checkout", True)
    key = server.ready["server_key"]
    provider = OFREPProvider(server.url, headers_factory=lambda: {"Authorization": f"Bearer {key}"})
    api.set_provider(provider, "first-light")
    client = api.get_client("first-light")
    context = EvaluationContext("vip-1", {"country": "NL"})
    assert client.get_boolean_value("new-checkout", False, context) is True
    assert client.get_string_value("search-engine", "none", context) in ("classic", "fast")
    assert "text" in client.get_object_value("banner", {}, context)
    assert client.get_float_value("free-shipping-over", -1.0, context) > 0
    missing = client.get_boolean_details("no-such-flag", True, context)
    assert missing.value is True
    assert missing.error_code is not None
    assert missing.error_code.value == "FLAG_NOT_FOUND"
    switch(server, "new-checkout", False)
    assert client.get_boolean_value("new-checkout", True, context) is False


@pytest.fixture(scope="module")
def node_program(server: Dev) -> Iterator[subprocess.Popen[str]]:
    """`follow.mjs` in Node, its packages installed from the lock file."""
    command = [node(), "follow.mjs", server.url, server.ready["client_key"], "vip-1"]
    process = subprocess.Popen(
        command, cwd=PROGRAMS, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def test_the_stock_web_provider_follows(server: Dev, node_program: subprocess.Popen[str]) -> None:
    def line() -> Any:
        assert node_program.stdout is not None
        text = node_program.stdout.readline()
        assert text, "the Node program ended"
        return json.loads(text)

    first = line()
    assert first["event"] == "ready"
    assert first["banner"]["value"]["text"]
    assert first["missing"]["errorCode"] == "FLAG_NOT_FOUND"
    before = first["checkout"]["value"]
    switch(server, "new-checkout", not before)
    found = line()
    while found["checkout"]["value"] == before:
        found = line()
    assert found["event"] == "changed"
    assert found["checkout"]["value"] is not before


def test_what_was_evaluated_is_counted(server: Dev, shop_url: str) -> None:
    page(f"{shop_url}/checkout?visitor=counted-1")
    project, environment = server.ready["project"], server.ready["environment"]
    path = f"/projects/{project}/environments/{environment}/counts?flag=new-checkout"

    def counted() -> bool:
        return "new-checkout" in json.dumps(server.rest("GET", path))

    wait_for(counted, "the shop's evaluation counts", 30)
