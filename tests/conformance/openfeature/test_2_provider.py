"""Section 2 of the specification: what a provider owes, asked of ours directly."""

import os
import signal
import typing

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.hook import Hook
from openfeature.provider import ProviderStatus
from tests.conformance.openfeature.world import FLAGS, USER, Diary
from tests.native_server import KEY, NativeServer, flag, hurried, until

from yardarm import AsyncClient, Client, OptionError
from yardarm.integrations.openfeature import YardarmProvider


def test_resolution_details(provider: YardarmProvider) -> None:
    """Requirements 2.2.1, 2.2.3, 2.2.4, 2.2.5, 2.2.6, 2.2.9, 2.3.2."""
    found = provider.resolve_string_details("key", "x", USER)
    assert found == FlagResolutionDetails(
        "hit", None, None, Reason.TARGETING_MATCH, "matched", {"version": 0, "rule": "r1"}
    )
    assert provider.resolve_string_details("key", "x").value == "miss"


def test_failures_are_told_by_codes(provider: YardarmProvider) -> None:
    """Requirements 2.2.7, 2.3.3."""
    found = provider.resolve_integer_details("string", 7, USER)
    assert (found.value, found.error_code) == (7, ErrorCode.TYPE_MISMATCH)
    assert found.error_message


def test_resolution_details_are_generic() -> None:
    """Requirement 2.2.8.1."""
    hints = typing.get_type_hints(YardarmProvider.resolve_boolean_details)
    assert hints["return"] == FlagResolutionDetails[bool]


def test_metadata_of_a_server_s_flags() -> None:
    """Requirements 2.2.9, 2.2.10."""
    with NativeServer(FLAGS) as server:
        api.set_provider_and_wait(YardarmProvider(server.url, KEY))
        found = api.get_client().get_boolean_details("noted", False, USER).flag_metadata
        assert found["flagSetId"] == "shop/production"
        assert all(isinstance(value, bool | int | float | str) for value in found.values())


def test_hooks_of_a_provider(client: Client) -> None:
    """Requirements 2.3.1, 4.4.1."""
    pages: list[str] = []

    class Noted(YardarmProvider):
        def get_provider_hooks(self) -> list[Hook]:
            return [Diary("provider", pages, answering=EvaluationContext(None, {"country": "NL"}))]

    api.set_provider_and_wait(Noted(client=client))
    assert api.get_client().get_boolean_value("country", False) is True
    assert pages == ["provider.before", "provider.after", "provider.finally"]
    assert YardarmProvider(client=client).get_provider_hooks() == []


def test_the_global_context_is_taken_and_not_needed(client: Client) -> None:
    """Requirement 2.4.1."""
    api.set_evaluation_context(USER)
    api.set_provider_and_wait(YardarmProvider(client=client))
    assert api.get_client().get_string_value("key", "x") == "hit"


def test_waiting_for_a_server_is_bounded_and_it_may_come_later() -> None:
    """Requirements 2.4.2.1, 5.1.1."""
    with NativeServer(FLAGS) as server:
        server.intervene = lambda h: h.answer(503) or True  # type: ignore[func-returns-value]
        with hurried(server.url) as client:
            with pytest.raises(ProviderNotReadyError, match="503"):
                api.set_provider_and_wait(YardarmProvider(client=client, ready_seconds=0.3))
            feature = api.get_client()
            assert feature.get_provider_status() == ProviderStatus.ERROR
            server.intervene = None
            until(lambda: feature.get_provider_status() == ProviderStatus.READY)
            assert feature.get_boolean_value("boolean", False) is True


def test_what_is_served_without_the_server_is_ready() -> None:
    """Requirement 2.4.2.1."""
    with Client("http://127.0.0.1:9", KEY, bootstrap={"flags": FLAGS}) as client:
        api.set_provider_and_wait(YardarmProvider(client=client, ready_seconds=0.05))
        assert api.get_client().get_boolean_value("boolean", False) is True


def test_a_refused_key_takes_nothing_away_that_is_served() -> None:
    """Requirement 2.4.2.1."""
    with (
        NativeServer(FLAGS) as server,
        Client(server.url, "ys_unknown0000000000", bootstrap={"flags": FLAGS}) as client,
    ):
        until(lambda: client.status.refused)
        api.set_provider_and_wait(YardarmProvider(client=client))
        assert api.get_client().get_boolean_value("boolean", False) is True


def test_shut_down_and_registered_again() -> None:
    """Requirements 2.5.1, 2.5.2."""
    with NativeServer(FLAGS) as server:
        provider = YardarmProvider(server.url, KEY)
        for _ in range(2):
            api.set_provider_and_wait(provider)
            feature = api.get_client()
            assert feature.get_boolean_value("boolean", False) is True
            feature.track("seen", USER)
            api.shutdown()
            assert provider.client.status.connection == "closed"
        provider.shutdown()  # twice is no mistake
        told = [metric["event"] for batch in server.batches for metric in batch["metrics"]]
        assert told == ["seen", "seen"]


def test_a_client_that_was_given_is_left_open(client: Client) -> None:
    """Requirement 2.5.1."""
    api.set_provider_and_wait(YardarmProvider(client=client))
    api.shutdown()
    assert client.status.connection != "closed"
    client.update({"flags": {"boolean": flag(False)}})
    assert client.boolean("boolean", {"key": "u1"}, True) is False


def test_shutting_down_ends_the_waiting() -> None:
    """Requirement 2.5.1."""
    with Client("http://127.0.0.1:9", KEY) as client:
        provider = YardarmProvider(client=client, ready_seconds=60)
        api.set_provider(provider)
        until(lambda: client._serving.watchers)
        provider.shutdown()
        until(lambda: not client._serving.watchers)
        assert not client._serving.listeners


def test_tracking_reaches_the_client(provider: YardarmProvider, client: Client) -> None:
    """Requirement 2.7.1."""
    provider.track("bought", USER)
    assert client._exposures.take_metric() is not None


def test_a_client_on_asyncio() -> None:
    """Requirement 2.2.1."""
    provider = YardarmProvider(client=AsyncClient.from_document({"flags": FLAGS}))
    api.set_provider_and_wait(provider)
    assert api.get_client().get_boolean_value("boolean", False) is True


def test_a_forked_child_follows_and_ends() -> None:
    """Requirements 2.2.1, 2.5.1."""
    with NativeServer(FLAGS) as server:
        provider = YardarmProvider(server.url, KEY)
        api.set_provider_and_wait(provider)
        feature = api.get_client()
        held = provider._lock  # as another thread of the parent may
        held.acquire()
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # a child that hangs must not outlive the test
            try:
                until(lambda: not feature.get_boolean_value("boolean", True, USER))
                api.shutdown()
                os._exit(provider.client.status.connection != "closed")
            except BaseException:
                os._exit(1)
        held.release()
        until(lambda: len(server.streams) == 2)
        server.publish({**FLAGS, "boolean": flag(False)})
        assert os.waitpid(child, 0)[1] == 0
        assert feature.get_provider_status() == ProviderStatus.READY


def test_a_client_or_an_address(client: Client) -> None:
    """Requirement 2.4.1."""
    with pytest.raises(OptionError, match="not both"):
        YardarmProvider("http://127.0.0.1:9", KEY, client=client)
