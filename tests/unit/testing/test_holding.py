"""What holds in a block holds for every client, thread, task and program, and ends with it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.unit.testing.documents import DOCUMENT, FLAGS

from yardarm import AsyncClient, Client, DocumentError, OptionError
from yardarm.sdk.trial import TRIALS, VARIABLE, Trial
from yardarm.testing import override, record, serving, without_flags

DUTCH = {"key": "ann", "country": "NL"}
BELGIAN = {"key": "bea", "country": "BE"}


@pytest.fixture
def client() -> Iterator[Client]:
    with Client.from_document(DOCUMENT) as made:
        yield made
    assert Trial() == TRIALS.now, "every block was left"


def test_a_value_goes_before_rules_and_ends_with_the_block(client: Client) -> None:
    assert (client.boolean("checkout", DUTCH), client.boolean("checkout", BELGIAN)) == (True, False)
    with override({"checkout": False, "engine": "v2"}):
        assert not client.boolean("checkout", DUTCH)
        decision = client.string_detail("engine", DUTCH)
        assert (decision.value, decision.variant, decision.cause) == ("meaning", "v2", "test")
        with override(checkout=True):
            assert client.boolean("checkout", BELGIAN)
            assert client.string("engine") == "meaning"
        assert not client.boolean("checkout", DUTCH)
    assert client.boolean("checkout", DUTCH)
    assert client.string("engine") == "words"


def test_a_flag_that_nobody_has_takes_any_value(client: Client) -> None:
    with override({"limit": 7, "layout": {"columns": 3}, "new": True}):
        assert client.integer("limit", DUTCH, fallback=1) == 7
        assert client.json("layout") == {"columns": 3}
        assert client.boolean("new")
    assert client.integer("limit", DUTCH, fallback=1) == 1


def test_what_a_flag_cannot_be_is_told_and_changes_nothing(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with override({"engine": "v3"}):
        assert client.string("engine") == "words"
    assert "flag 'engine' has no variant 'v3'; it has v1, v2" in caplog.text
    with pytest.raises(OptionError, match="a flag's key is text"):
        override({"": True})
    with pytest.raises(OptionError, match="cannot be overridden"):
        override({"x": object()})  # type: ignore[dict-item]


def test_clients_of_every_kind_and_age_follow(client: Client) -> None:
    async def asked() -> bool:
        async with AsyncClient.from_document(DOCUMENT) as other:
            return other.boolean("checkout", BELGIAN)

    nowhere = Client("http://127.0.0.1:9", "ys_0123456789abcdefghij", report=False)
    with nowhere, override(checkout=True), Client.from_document({"flags": {}}) as late:
        assert asyncio.run(asked())
        assert late.boolean("checkout")
        assert nowhere.boolean("checkout")
    assert not late.boolean("checkout")
    assert not asyncio.run(asked())


def test_threads_and_tasks_and_programs_hear_of_it(client: Client) -> None:
    program = (
        "from yardarm import Client\n"
        "client = Client.from_document({'flags': {}})\n"
        "print(client.boolean('checkout'), client.string('engine', fallback='none'))"
    )
    command = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with override({"checkout": True, "engine": "v2"}):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(client.boolean, "checkout").result()
        environment[VARIABLE] = os.environ[VARIABLE]
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert told.stdout == "True v2\n"
        with without_flags():
            environment[VARIABLE] = os.environ[VARIABLE]
    assert VARIABLE not in os.environ
    for nonsense in ("", "{", "[]", '{"values": 7, "bare": 1}'):
        environment[VARIABLE] = nonsense
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert (told.stdout, told.stderr) == ("False none\n", "")


def test_without_flags_every_flag_falls_back_but_what_is_overridden(client: Client) -> None:
    with without_flags(), override({"engine": "v2"}):
        assert client.boolean("checkout", DUTCH, fallback=False) is False
        assert client.string("engine", DUTCH, fallback="none") == "v2"
    assert client.boolean("checkout", DUTCH)


def test_another_document_is_served(client: Client) -> None:
    with serving({"flags": {"checkout": {**FLAGS["checkout"], "rules": [], "default": "on"}}}):
        assert client.boolean("checkout", BELGIAN)
        assert client.string("engine", fallback="none") == "none"
        with override(checkout=False):
            assert not client.boolean("checkout", BELGIAN)
        client.update({"flags": {}})  # what its source says meanwhile waits
        assert client.boolean("checkout", BELGIAN)
    assert client.boolean("checkout", DUTCH, fallback=False) is False
    with pytest.raises(DocumentError):
        serving({"flags": {"checkout": {"type": "nonsense"}}})


def test_the_override_file_does_not_go_before_a_test(tmp_path: object) -> None:
    file = os.path.join(str(tmp_path), "overrides.json")
    with open(file, "w", encoding="ascii") as written:
        written.write('{"kill": ["checkout"], "serve": {"engine": "v2"}}')
    with Client.from_document(DOCUMENT, overrides=file) as client:
        assert not client.boolean("checkout", DUTCH)
        with override({"checkout": True, "engine": "v1"}):
            assert client.boolean("checkout", DUTCH)
            assert client.string("engine") == "words"
        assert not client.boolean("checkout", DUTCH)


def test_as_a_decorator(client: Client) -> None:
    @override(checkout=True)
    def plain(context: dict[str, str]) -> bool:
        return client.boolean("checkout", context)

    @override(checkout=True)
    async def later() -> bool:
        await asyncio.sleep(0)
        return client.boolean("checkout")

    assert plain(BELGIAN)
    assert asyncio.run(later())
    assert plain.__name__ == "plain"
    assert not client.boolean("checkout")
    with pytest.raises(OptionError, match="functions and coroutines"):
        override(checkout=True)(type("Case", (), {}))


def test_an_error_in_the_block_ends_it_too(client: Client) -> None:
    with pytest.raises(ZeroDivisionError), override(checkout=True):
        raise ZeroDivisionError
    assert not client.boolean("checkout", BELGIAN)


def test_every_evaluation_is_recorded_in_every_thread(client: Client) -> None:
    with record() as seen:
        client.boolean("checkout", DUTCH)
        client.boolean("checkout", DUTCH)
        client.string("engine")
        client.boolean("chekout", {"key": 7, "country": []})
        client.boolean("checkout", object())
        thread = threading.Thread(target=client.boolean, args=("checkout", BELGIAN))
        thread.start()
        thread.join()
    client.boolean("engine", DUTCH)
    assert seen.flags == {"checkout", "engine", "chekout"}
    assert seen.variants("checkout") == {"on", "off"}
    assert seen.unknown == {"chekout"}
    told = [(each.flag, each.variant, each.unit) for each in seen.exposures]
    assert told == [("checkout", "on", "ann"), ("checkout", "off", "bea")]
    first = seen.evaluations[0]
    assert (first.value, first.reason, first.error) == (True, "TARGETING_MATCH", None)
    assert seen.evaluations[4].error == "INVALID_CONTEXT"
