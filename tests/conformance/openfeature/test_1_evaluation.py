"""Section 1 of the specification: the flag evaluation API, over our provider."""

import asyncio
import logging
import typing
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagEvaluationOptions, Reason
from openfeature.provider import ProviderStatus
from openfeature.provider._registry import provider_registry
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider
from tests.conformance.openfeature.world import FLAGS, USER, Diary
from tests.native_server import KEY, NativeServer, hurried, until

from yardarm import Client
from yardarm.integrations.openfeature import YardarmProvider

VALUES = [
    ("boolean", "boolean", False, True),
    ("string", "string", "bye", "hi"),
    ("integer", "integer", 1, 10),
    ("integer", "large", 1, 2**53 - 1),
    ("float", "float", 0.1, 0.5),
    ("float", "integer", 0.1, 10.0),
    ("object", "object", {}, FLAGS["object"]["variants"][0]["value"]),
    ("object", "list", [], [1, "two"]),
    ("boolean", "boolean-zero", True, False),
    ("string", "string-zero", "hi", ""),
    ("integer", "integer-zero", 1, 0),
    ("float", "float-zero", 0.1, 0.0),
    ("object", "object-zero", {"a": 1}, {}),
]
DEFAULTS = [
    ("boolean", False), ("string", "bye"), ("integer", 1), ("float", 0.1), ("object", {"a": 1}),
]  # fmt: skip
ANSWERING = {"integer": {"integer", "float"}}
"""The types that a flag may be asked for as, beside its own."""
MISMATCHES = [
    *(
        (kind, key, default)
        for kind, default in DEFAULTS
        for key, _ in DEFAULTS
        if kind not in ANSWERING.get(key, {key})
    ),
    ("object", "scalar", {"a": 1}),
]  # fmt: skip


def details(feature: OpenFeatureClient, kind: str, *given: Any) -> FlagEvaluationDetails[Any]:
    """Ask twice, waiting and not, which has to be the same."""
    found: FlagEvaluationDetails[Any] = getattr(feature, f"get_{kind}_details")(*given)
    assert found == asyncio.run(getattr(feature, f"get_{kind}_details_async")(*given))
    return found


@pytest.mark.parametrize(("kind", "key", "default", "value"), VALUES)
def test_values(feature: OpenFeatureClient, kind: str, key: str, default: Any, value: Any) -> None:
    """Requirements 1.3.1.1, 1.3.3.1, 1.4.1.1, 1.4.3, 1.4.5, 1.4.12, 2.2.1, 2.2.2.1, 2.2.3."""
    found = details(feature, kind, key, default, USER)
    assert (found.flag_key, found.value, found.error_code) == (key, value, None)
    assert type(found.value) is type(value)
    options = FlagEvaluationOptions()
    assert getattr(feature, f"get_{kind}_value")(key, default, USER, options) == value
    assert asyncio.run(getattr(feature, f"get_{kind}_value_async")(key, default)) == value


@pytest.mark.parametrize(("kind", "key", "default"), MISMATCHES)
def test_other_types(feature: OpenFeatureClient, kind: str, key: str, default: Any) -> None:
    """Requirements 1.3.4, 1.4.8, 1.4.9, 1.4.10, 1.4.13, 2.2.7, 2.3.3."""
    found = details(feature, kind, key, default, USER)
    assert (found.value, found.error_code) == (default, ErrorCode.TYPE_MISMATCH)
    assert found.reason == Reason.ERROR
    assert found.error_message
    assert getattr(feature, f"get_{kind}_value")(key, default) == default


@pytest.mark.parametrize(("kind", "default"), DEFAULTS)
def test_flags_that_are_not_there(feature: OpenFeatureClient, kind: str, default: Any) -> None:
    """Requirements 1.4.8, 1.4.9, 1.4.10, 1.4.13."""
    found = details(feature, kind, "nobody-made-it", default)
    assert (found.value, found.error_code) == (default, ErrorCode.FLAG_NOT_FOUND)
    assert (found.reason, found.variant) == (Reason.ERROR, None)
    assert found.error_message


def test_variants_and_reasons(feature: OpenFeatureClient) -> None:
    """Requirements 1.4.6, 1.4.7, 2.2.4, 2.2.5, 2.2.6, 2.3.2."""
    elsewhere = EvaluationContext("u2", {"country": "BE"})
    asked = [
        ("boolean", USER, "on", Reason.STATIC),
        ("country", USER, "matched", Reason.TARGETING_MATCH),
        ("country", elsewhere, "other", Reason.DEFAULT),
        ("country", EvaluationContext(), "other", Reason.DEFAULT),
        ("split", USER, "on", Reason.SPLIT),
        ("off", USER, "off", Reason.DISABLED),
        ("off-for-all", USER, None, Reason.DISABLED),
    ]
    for key, context, variant, reason in asked:
        found = details(feature, "boolean", key, True, context)
        assert (found.variant, found.reason) == (variant, reason)
        assert (found.error_code, found.error_message) == (None, None)
    assert feature.get_boolean_value("off-for-all", True, USER) is True


def test_flag_metadata(feature: OpenFeatureClient) -> None:
    """Requirements 1.4.14, 1.4.14.1, 2.2.9, 2.2.10."""
    found = details(feature, "boolean", "noted", False, USER).flag_metadata
    assert found == {"text": "1.0.2", "integer": 2, "float": 0.1, "boolean": True, "version": 0}
    with pytest.raises(TypeError):
        found["text"] = "2"  # type: ignore[index]
    assert details(feature, "boolean", "country", False, USER).flag_metadata["rule"] == "r1"


def test_details_are_generic() -> None:
    """Requirement 1.4.4.1."""
    assert typing.get_args(FlagEvaluationDetails[bool]) == (bool,)


def test_nothing_raises(feature: OpenFeatureClient) -> None:
    """Requirement 1.4.10."""
    hostile: list[Any] = [
        EvaluationContext("u1", {"kind": ""}),
        EvaluationContext("u1", {"kind": 3}),  # type: ignore[dict-item]
    ]
    around: dict[str, Any] = {}
    around["again"] = around
    hostile.append(EvaluationContext("u1", around))
    for context in hostile:
        found = details(feature, "boolean", "boolean", False, context)
        assert (found.value, found.error_code) == (False, ErrorCode.INVALID_CONTEXT)
        assert found.error_message


def test_splits_need_a_targeting_key(feature: OpenFeatureClient) -> None:
    """Requirements 1.4.8, 2.2.7."""
    found = details(feature, "boolean", "split", False, EvaluationContext(None, {"a": 1}))
    assert (found.value, found.error_code) == (False, ErrorCode.TARGETING_KEY_MISSING)


@pytest.mark.xfail(
    raises=AssertionError, reason="openfeature-sdk 0.10 logs what is raised, but no error codes"
)
def test_failures_are_logged(feature: OpenFeatureClient, caplog: pytest.LogCaptureFixture) -> None:
    """Requirement 1.4.11."""
    with caplog.at_level(logging.DEBUG):
        feature.get_boolean_value("nobody-made-it", False)
    assert "nobody-made-it" in caplog.text


def test_hooks_of_one_evaluation(feature: OpenFeatureClient) -> None:
    """Requirement 1.5.1."""
    pages: list[str] = []
    feature.add_hooks([Diary("client", pages)])
    options = FlagEvaluationOptions([Diary("first", pages), Diary("second", pages)])
    feature.get_boolean_value("boolean", False, USER, options)
    assert pages[:3] == ["client.before", "first.before", "second.before"]
    pages.clear()
    feature.get_boolean_value("boolean", False, USER)
    assert pages == ["client.before", "client.after", "client.finally"]


def test_one_api() -> None:
    """Requirement 1.1.1."""
    import openfeature.api

    assert openfeature.api is api
    api.set_provider_and_wait(YardarmProvider(client=Client.from_document({"flags": FLAGS})))
    assert openfeature.api.get_client().get_boolean_value("boolean", False) is True


def test_setting_a_provider_initialises_it() -> None:
    """Requirements 1.1.2.1, 1.1.2.2, 1.7.3."""
    with NativeServer(FLAGS) as server:
        api.set_provider(YardarmProvider(server.url, KEY))
        feature = api.get_client()
        until(lambda: feature.get_provider_status() == ProviderStatus.READY)
        assert feature.get_boolean_value("boolean", False) is True


def test_setting_and_waiting() -> None:
    """Requirement 1.1.2.4."""
    with NativeServer(FLAGS) as server:
        api.set_provider_and_wait(YardarmProvider(server.url, KEY))
        assert api.get_client().get_boolean_value("boolean", False) is True
        api.set_provider_and_wait(YardarmProvider(server.url, KEY), "shop")
        assert api.get_client("shop").get_boolean_value("boolean", False) is True


def test_a_provider_that_is_replaced_is_shut_down() -> None:
    """Requirements 1.1.2.3, 2.5.1."""
    with NativeServer(FLAGS) as server:
        old = YardarmProvider(server.url, KEY)
        api.set_provider_and_wait(old)
        api.set_provider_and_wait(old, "shop")
        api.set_provider_and_wait(InMemoryProvider({}))
        assert api.get_client("shop").get_boolean_value("boolean", False) is True
        assert old.client.status.connection != "closed"
        api.set_provider_and_wait(InMemoryProvider({}), "shop")
        until(lambda: old.client.status.connection == "closed")


def test_domains_have_clients_of_their_own(provider: YardarmProvider) -> None:
    """Requirements 1.1.3, 1.1.6."""
    with Client.from_document({"flags": {"boolean": FLAGS["boolean-zero"]}}) as other:
        api.set_provider_and_wait(YardarmProvider(client=other), "shop")
        assert api.get_client("shop").get_boolean_value("boolean", True) is False
        assert api.get_client("elsewhere").get_boolean_value("boolean", False) is True
        assert api.get_client().get_boolean_value("boolean", False) is True
        api.set_provider_and_wait(
            InMemoryProvider({"boolean": InMemoryFlag("a", {"a": 1})}), "shop"
        )
        assert api.get_client("shop").get_integer_value("boolean", 0) == 1
        assert other.boolean("boolean", {}, True) is False


def test_hooks_of_the_api_and_of_clients(feature: OpenFeatureClient) -> None:
    """Requirements 1.1.4, 1.2.1."""
    pages: list[str] = []
    api.add_hooks([Diary("a", pages)])
    api.add_hooks([Diary("b", pages)])
    feature.add_hooks([Diary("c", pages)])
    feature.add_hooks([Diary("d", pages)])
    feature.get_boolean_value("boolean", False)
    assert [page for page in pages if page.endswith("before")] == [
        "a.before", "b.before", "c.before", "d.before",
    ]  # fmt: skip


def test_metadata_of_provider_and_client(provider: YardarmProvider) -> None:
    """Requirements 1.1.5, 1.2.2, 2.1.1."""
    assert api.get_provider_metadata().name == "yardarm"
    assert api.get_provider_metadata("shop").name == "yardarm"
    assert api.get_client("shop").get_metadata().domain == "shop"


def test_clients_are_made_whatever_the_provider_is() -> None:
    """Requirement 1.1.7."""
    with pytest.raises(ProviderNotReadyError):
        api.set_provider_and_wait(YardarmProvider("http://127.0.0.1:9", KEY, ready_seconds=0.01))
    assert api.get_client().get_boolean_value("boolean", True) is True
    assert api.get_client("shop").get_boolean_value("boolean", True) is True


def test_the_api_shuts_down() -> None:
    """Requirements 1.6.1, 1.6.2, 1.7.9, 2.5.2."""
    with NativeServer(FLAGS) as server:
        providers = [YardarmProvider(server.url, KEY) for _ in range(2)]
        api.set_provider_and_wait(providers[0])
        api.set_provider_and_wait(providers[1], "shop")
        pages: list[str] = []
        api.add_hooks([Diary("api", pages)])
        api.set_evaluation_context(USER)
        api.shutdown()
        for provider in providers:
            assert provider.client.status.connection == "closed"
            status = provider_registry.get_provider_status(provider)
            assert status == ProviderStatus.NOT_READY
        assert api.get_client("shop").get_boolean_value("boolean", False) is False
        assert api.get_evaluation_context() == EvaluationContext()
        assert not pages
        api.set_provider_and_wait(providers[0])  # as new, so it can be registered again
        assert api.get_client().get_boolean_value("boolean", False) is True


def test_the_status_of_a_provider_that_works(feature: OpenFeatureClient) -> None:
    """Requirements 1.7.1, 1.7.3."""
    assert feature.get_provider_status() == ProviderStatus.READY


def test_a_server_that_does_not_answer() -> None:
    """Requirements 1.7.4, 1.7.8, 2.4.2.1."""
    with pytest.raises(ProviderNotReadyError) as caught:
        api.set_provider_and_wait(YardarmProvider("http://127.0.0.1:9", KEY, ready_seconds=0.05))
    assert caught.value.error_code == ErrorCode.PROVIDER_NOT_READY
    feature = api.get_client()
    assert feature.get_provider_status() == ProviderStatus.ERROR
    found = details(feature, "boolean", "boolean", False)
    assert (found.value, found.error_code) == (False, ErrorCode.PROVIDER_NOT_READY)


def test_a_key_that_is_refused() -> None:
    """Requirements 1.7.5, 1.7.7, 1.7.8, 1.4.10, 2.4.2.1."""
    with NativeServer(FLAGS) as server, hurried(server.url, key="ys_unknown0000000000") as client:
        with pytest.raises(ProviderFatalError) as caught:
            api.set_provider_and_wait(YardarmProvider(client=client))
        assert caught.value.error_code == ErrorCode.PROVIDER_FATAL
        feature = api.get_client()
        assert feature.get_provider_status() == ProviderStatus.FATAL
        pages: list[str] = []
        feature.add_hooks([Diary("h", pages)])
        for kind, default in DEFAULTS:
            found = details(feature, kind, kind, default)
            assert (found.value, found.error_code) == (default, ErrorCode.PROVIDER_FATAL)
            assert found.reason == Reason.ERROR
        assert pages == ["h.error", "h.finally"] * 2 * len(DEFAULTS)
        server.key = "ys_unknown0000000000"  # it is put right at the server
        until(lambda: feature.get_provider_status() == ProviderStatus.READY)
        assert feature.get_boolean_value("boolean", False) is True


def test_before_the_initialisation_has_ended() -> None:
    """Requirement 1.7.6."""
    with NativeServer(FLAGS) as server:
        server.intervene = lambda h: h.answer(503) or True  # type: ignore[func-returns-value]
        with hurried(server.url) as client:
            api.set_provider(YardarmProvider(client=client, ready_seconds=60))
            feature = api.get_client()
            pages: list[str] = []
            feature.add_hooks([Diary("h", pages)])
            for kind, default in DEFAULTS:
                found = details(feature, kind, kind, default)
                assert (found.value, found.error_code) == (default, ErrorCode.PROVIDER_NOT_READY)
            assert pages == ["h.error", "h.finally"] * 2 * len(DEFAULTS)
            server.intervene = None
            until(lambda: feature.get_provider_status() == ProviderStatus.READY)
            assert feature.get_boolean_value("boolean", False) is True
