"""The OpenFeature provider, through OpenFeature's own API."""

from collections.abc import Iterator
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.flag_evaluation import Reason
from openfeature.track import TrackingEventDetails
from tests.native_server import KEY, NativeServer, flag, hurried, split_flag, until

from yardarm import Client, OptionError
from yardarm.integrations.openfeature import YardarmProvider


def value_flag(kind: str, value: Any) -> dict[str, Any]:
    variants = [{"key": "v", "value": value}]
    return {"type": kind, "variants": variants, "enabled": True, "default": "v"}


RULE = {"id": "nl", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
        "serve": "on"}  # fmt: skip
FLAGS = {
    "yes": flag(),
    "text": value_flag("string", "blue"),
    "many": value_flag("integer", 7),
    "share": value_flag("number", 0.5),
    "layout": value_flag("json", {"a": [1]}),
    "country": flag(False, rules=[RULE]),
    "split": split_flag(100_000),
    "off": {**flag(), "enabled": False},
}


@pytest.fixture
def client() -> Client:
    return Client.from_document({"flags": FLAGS})


@pytest.fixture
def feature(client: Client) -> Iterator[OpenFeatureClient]:
    api.set_provider_and_wait(YardarmProvider(client=client))
    yield api.get_client()
    api.shutdown()
    api.clear_providers()


USER = EvaluationContext("u1", {"country": "NL"})


def test_every_type_resolves(feature: OpenFeatureClient) -> None:
    assert feature.get_boolean_value("yes", False, USER) is True
    assert feature.get_string_value("text", "x", USER) == "blue"
    assert feature.get_integer_value("many", 0, USER) == 7
    assert feature.get_float_value("share", 0.0, USER) == 0.5
    assert feature.get_float_value("many", 0.0, USER) == 7.0
    assert feature.get_object_value("layout", {}, USER) == {"a": [1]}
    assert feature.get_boolean_value("yes", False) is True


def test_details_are_openfeature_s(feature: OpenFeatureClient) -> None:
    details = feature.get_boolean_details("country", False, USER)
    assert (details.value, details.variant, details.reason) == (True, "on", Reason.TARGETING_MATCH)
    assert details.flag_metadata == {"version": 0, "rule": "nl"}
    assert feature.get_boolean_details("split", False, USER).reason == Reason.SPLIT
    assert feature.get_boolean_details("off", True, USER).reason == Reason.DISABLED


@pytest.mark.parametrize(
    ("key", "code"),
    [("missing", ErrorCode.FLAG_NOT_FOUND), ("text", ErrorCode.TYPE_MISMATCH)],
)
def test_errors_answer_the_default(feature: OpenFeatureClient, key: str, code: ErrorCode) -> None:
    details = feature.get_boolean_details(key, True, USER)
    assert (details.value, details.error_code, details.reason) == (True, code, Reason.ERROR)
    assert details.error_message


def test_a_split_without_a_targeting_key(feature: OpenFeatureClient) -> None:
    details = feature.get_boolean_details("split", False, EvaluationContext(None, {"a": 1}))
    assert details.error_code == ErrorCode.TARGETING_KEY_MISSING


def test_the_targeting_key_goes_before_an_attribute_named_key(
    feature: OpenFeatureClient, client: Client
) -> None:
    feature.get_boolean_value("yes", False, EvaluationContext("u1", {"key": "other"}))
    exposure = client._exposures.take_exposure()
    assert exposure is not None
    assert exposure.unit == "u1"


def test_several_kinds_in_one_context(feature: OpenFeatureClient, client: Client) -> None:
    context = EvaluationContext("", {"kind": "multi", "user": {"key": "u1", "country": "NL"}})
    assert feature.get_boolean_value("country", False, context) is True


def test_tracking(feature: OpenFeatureClient, client: Client) -> None:
    feature.track("bought", USER, TrackingEventDetails(9.5))
    feature.track("seen", USER)
    found = [(m.event, m.unit, m.value) for m in iter(client._exposures.take_metric, None)]
    assert found == [("bought", "u1", 9.5), ("seen", "u1", None)]


def test_changes_are_told(feature: OpenFeatureClient, client: Client) -> None:
    told: list[EventDetails] = []
    feature.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, told.append)
    client.update({"flags": {**FLAGS, "yes": flag(False)}})
    assert until(lambda: told)[0].flags_changed == ["yes"]
    assert feature.get_boolean_value("yes", True, USER) is False


def test_a_provider_of_its_own_follows_a_server_and_closes_with_the_api() -> None:
    with NativeServer(FLAGS) as server:
        provider = YardarmProvider(server.url, KEY)
        api.set_provider_and_wait(provider)
        feature = api.get_client()
        assert feature.get_boolean_value("yes", False, USER) is True
        until(lambda: provider.client.status.connection == "streaming")
        server.publish({"yes": flag(False)})
        until(lambda: not feature.get_boolean_value("yes", True, USER))
        api.shutdown()
        until(lambda: provider.client.status.connection == "closed")
        api.clear_providers()


def test_a_server_that_is_late() -> None:
    with NativeServer(FLAGS) as server:
        server.intervene = lambda h: h.answer(503) or True  # type: ignore[func-returns-value]
        with hurried(server.url) as client:
            with pytest.raises(ProviderNotReadyError):
                api.set_provider_and_wait(YardarmProvider(client=client, ready_seconds=0.05))
            feature = api.get_client()
            assert feature.get_boolean_value("yes", False, USER) is False
            ready: list[EventDetails] = []
            feature.add_handler(ProviderEvent.PROVIDER_READY, ready.append)
            server.intervene = None
            until(lambda: ready)
            assert feature.get_boolean_value("yes", False, USER) is True
            api.clear_providers()


def test_what_came_with_the_program_will_do() -> None:
    with Client("http://127.0.0.1:9", KEY, bootstrap={"flags": FLAGS}) as client:
        api.set_provider_and_wait(YardarmProvider(client=client, ready_seconds=0.05))
        assert api.get_client().get_boolean_value("yes", False, USER) is True
        api.clear_providers()


def test_a_client_or_an_address() -> None:
    with pytest.raises(OptionError):
        YardarmProvider("http://127.0.0.1:9", KEY, client=Client.from_document({"flags": {}}))
