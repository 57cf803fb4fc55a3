"""Section 5 of the specification: events, in every way a client gets its flags."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.provider import ProviderStatus
from openfeature.provider.in_memory_provider import InMemoryProvider
from tests.conformance.openfeature.world import FLAGS
from tests.native_server import KEY, NativeServer, flag, hurried, until

from yardarm import Client
from yardarm.integrations.openfeature import YardarmProvider

READY = ProviderEvent.PROVIDER_READY
ERROR = ProviderEvent.PROVIDER_ERROR
STALE = ProviderEvent.PROVIDER_STALE
CHANGED = ProviderEvent.PROVIDER_CONFIGURATION_CHANGED
OTHER = {**FLAGS, "boolean": flag(False)}


class Heard:
    """Everything that a client's handlers were told, in order, by event."""

    def __init__(self, feature: OpenFeatureClient) -> None:
        self.told: dict[ProviderEvent, list[EventDetails]] = {event: [] for event in ProviderEvent}
        for event, told in self.told.items():
            feature.add_handler(event, told.append)

    def wait(self, event: ProviderEvent, times: int = 1) -> EventDetails:
        """The details of an event, once it was told so often."""
        until(lambda: len(self.told[event]) >= times)
        return self.told[event][times - 1]


@pytest.fixture
def served() -> Iterator[NativeServer]:
    with NativeServer(FLAGS) as server:
        yield server


def test_handlers_of_clients_and_of_the_api(feature: OpenFeatureClient, client: Client) -> None:
    """Requirements 5.1.1, 5.1.2, 5.2.1, 5.2.2, 5.2.3, 5.2.4."""
    told: list[EventDetails] = []
    feature.add_handler(CHANGED, told.append)
    api.add_handler(CHANGED, told.append)
    client.update({"flags": OTHER})
    until(lambda: len(told) == 2)
    assert [details.flags_changed for details in told] == [["boolean"]] * 2
    assert [details.provider_name for details in told] == ["yardarm"] * 2


def test_other_domains_hear_nothing(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 5.1.3."""
    with Client.from_document({"flags": FLAGS}) as other:
        api.set_provider_and_wait(YardarmProvider(client=other), "shop")
        shop, default = Heard(api.get_client("shop")), Heard(feature)
        client.update({"flags": OTHER})
        default.wait(CHANGED)
        other.update({"flags": OTHER})
        shop.wait(CHANGED)
        assert len(shop.told[CHANGED]) == len(default.told[CHANGED]) == 1


def test_handlers_that_raise(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 5.2.5."""
    told: list[EventDetails] = []

    def careless(_: EventDetails) -> None:
        raise ValueError("careless")

    feature.add_handler(CHANGED, careless)
    feature.add_handler(CHANGED, told.append)
    client.update({"flags": OTHER})
    until(lambda: told)


def test_handlers_outlive_a_provider(client: Client) -> None:
    """Requirement 5.2.6."""
    feature = api.get_client()
    heard = Heard(feature)
    api.set_provider_and_wait(InMemoryProvider({}))
    api.set_provider_and_wait(YardarmProvider(client=client))
    client.update({"flags": OTHER})
    heard.wait(CHANGED)


def test_handlers_are_removed(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 5.2.7."""
    removed: list[EventDetails] = []
    feature.add_handler(CHANGED, removed.append)
    api.add_handler(CHANGED, removed.append)
    feature.remove_handler(CHANGED, removed.append)
    api.remove_handler(CHANGED, removed.append)
    heard = Heard(feature)
    client.update({"flags": OTHER})
    heard.wait(CHANGED)
    assert not removed


def test_ready_runs_handlers_also_of_those_who_come_late(client: Client) -> None:
    """Requirements 5.3.1, 5.3.3."""
    early = Heard(api.get_client())
    seen = len(early.told[READY])  # of the provider that does nothing
    api.set_provider_and_wait(YardarmProvider(client=client))
    early.wait(READY, seen + 1)
    late = Heard(api.get_client())
    late.wait(READY)


def test_an_initialisation_that_fails() -> None:
    """Requirements 5.1.4, 5.3.2, 5.3.3."""
    heard = Heard(api.get_client())
    with pytest.raises(ProviderNotReadyError):
        api.set_provider_and_wait(YardarmProvider("http://127.0.0.1:9", KEY, ready_seconds=0.05))
    details = heard.wait(ERROR)
    assert details.error_code == ErrorCode.PROVIDER_NOT_READY
    assert details.message
    Heard(api.get_client()).wait(ERROR)


def test_a_refusal_that_comes_late_and_is_put_right(served: NativeServer) -> None:
    """Requirements 5.1.1, 5.1.4, 5.3.5."""
    served.intervene = lambda h: h.answer(503) or True  # type: ignore[func-returns-value]
    with hurried(served.url) as client:
        heard = Heard(api.get_client())
        with pytest.raises(ProviderNotReadyError):
            api.set_provider_and_wait(YardarmProvider(client=client, ready_seconds=0.1))
        heard.wait(ERROR)
        served.key, served.intervene = "ys_another", None
        details = heard.wait(ERROR, 2)
        assert details.error_code == ErrorCode.PROVIDER_FATAL
        assert details.message is not None
        assert "refused" in details.message
        assert api.get_client().get_provider_status() == ProviderStatus.FATAL
        served.key = KEY
        until(lambda: api.get_client().get_provider_status() == ProviderStatus.READY)


def test_a_refusal_is_told_at_once(served: NativeServer) -> None:
    """Requirements 5.1.4, 5.3.2."""
    heard = Heard(api.get_client())
    with pytest.raises(ProviderFatalError):
        api.set_provider_and_wait(YardarmProvider(served.url, "ys_unknown0000000000"))
    assert heard.wait(ERROR).error_code == ErrorCode.PROVIDER_FATAL


@pytest.mark.parametrize("streaming", [True, False])
def test_a_server_that_goes_and_comes_back(streaming: bool) -> None:
    """Requirements 5.1.1, 5.3.5."""
    server = NativeServer(FLAGS)
    try:
        with hurried(server.url, streaming=streaming) as client:
            api.set_provider_and_wait(YardarmProvider(client=client))
            feature = api.get_client()
            heard = Heard(feature)
            heard.wait(READY)
            connection = "streaming" if streaming else "polling"
            until(lambda: client.status.connection == connection)
            server.publish(OTHER)
            assert heard.wait(CHANGED).flags_changed == ["boolean"]
            server.stop()
            assert heard.wait(STALE).message
            assert feature.get_provider_status() == ProviderStatus.STALE
            assert feature.get_boolean_value("boolean", True) is False  # it goes on
            port, version = server.port, server.snapshot.version
            server = NativeServer(FLAGS, port=port, version=version + 1)
            heard.wait(READY, 2)
            heard.wait(CHANGED, 2)
            assert feature.get_provider_status() == ProviderStatus.READY
            assert feature.get_boolean_value("boolean", False) is True
    finally:
        server.stop()


def test_a_key_that_is_taken_away_while_it_serves(served: NativeServer) -> None:
    """Requirement 5.3.5."""
    with hurried(served.url) as client:
        api.set_provider_and_wait(YardarmProvider(client=client))
        heard = Heard(api.get_client())
        served.key = "ys_another"
        served.drop()
        heard.wait(STALE)
        until(lambda: client.status.refused)
        assert api.get_client().get_boolean_value("boolean", False) is True


def test_a_client_that_is_closed_elsewhere(served: NativeServer) -> None:
    """Requirement 5.3.5."""
    with hurried(served.url) as client:
        api.set_provider_and_wait(YardarmProvider(client=client))
        heard = Heard(api.get_client())
    assert heard.wait(STALE).message == "the client is closed"
    assert api.get_client().get_boolean_value("boolean", False) is True


def write(path: Path, text: str) -> None:
    """Replace a file in one step."""
    path.with_suffix(".new").write_text(text, "utf-8")
    path.with_suffix(".new").replace(path)


def test_a_file_that_breaks_and_is_mended(tmp_path: Path) -> None:
    """Requirements 5.1.1, 5.3.5."""
    path = tmp_path / "flags.json"
    write(path, json.dumps({"flags": FLAGS}))
    with Client.from_file(path, poll_seconds=1) as client:
        api.set_provider_and_wait(YardarmProvider(client=client))
        feature = api.get_client()
        heard = Heard(feature)
        steps: list[tuple[Callable[[], object], ProviderEvent]] = [
            (lambda: write(path, json.dumps({"flags": OTHER})), CHANGED),
            (lambda: write(path, "{"), STALE),
            (lambda: write(path, json.dumps({"flags": OTHER})), READY),
            (lambda: path.rename(tmp_path / "away"), STALE),
            (lambda: (tmp_path / "away").rename(path), READY),
        ]
        counts = {event: len(told) for event, told in heard.told.items()}
        counts[READY] = 1  # for those who come late
        for step, event in steps:
            step()
            client.poll()
            counts[event] += 1
            heard.wait(event, counts[event])
            assert feature.get_boolean_value("boolean", True) is False
        assert feature.get_provider_status() == ProviderStatus.READY


def test_events_change_the_status(provider: YardarmProvider, client: Client) -> None:
    """Requirement 5.3.5."""
    feature = api.get_client()
    assert feature.get_provider_status() == ProviderStatus.READY
    client.update({"flags": OTHER})
    assert feature.get_provider_status() == ProviderStatus.READY
    client.close()
    until(lambda: feature.get_provider_status() == ProviderStatus.STALE)
