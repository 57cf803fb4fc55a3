"""Section 3 of the specification: evaluation contexts, and our bound contexts beside them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagEvaluationOptions
from openfeature.transaction_context import ContextVarsTransactionContextPropagator
from tests.conformance.openfeature.world import USER, Diary

from yardarm import Client, bound_context

NL = EvaluationContext(None, {"country": "NL"})
BE = EvaluationContext(None, {"country": "BE"})


@pytest.fixture
def transactions() -> Iterator[None]:
    """Transaction contexts by contextvars, and none left over."""
    api.set_transaction_context_propagator(ContextVarsTransactionContextPropagator())
    api.set_transaction_context(EvaluationContext())
    yield
    api.set_transaction_context(EvaluationContext())


def test_the_targeting_key_is_the_context_s_key(feature: OpenFeatureClient) -> None:
    """Requirement 3.1.1."""
    assert feature.get_string_value("key", "x", USER) == "hit"
    assert feature.get_string_value("key", "x", EvaluationContext("u2")) == "miss"
    both = EvaluationContext("u1", {"key": "u2"})
    assert feature.get_string_value("key", "x", both) == "hit"
    assert feature.get_string_value("key", "x", EvaluationContext(None, {"key": "u1"})) == "hit"


@pytest.mark.parametrize(
    ("key", "attribute", "value"),
    [
        ("adult", "age", 18),
        ("adult", "age", 18.5),
        ("country", "country", "NL"),
        ("team", "teams", ("one", "two")),
        ("nested", "address", {"city": "Delft"}),
        ("nested", "address", MappingProxyType({"city": "Delft"})),
        ("since", "joined", datetime(2019, 12, 31, 23, 59, tzinfo=UTC)),
        ("since", "joined", datetime(2020, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_fields_of_every_type(
    feature: OpenFeatureClient, key: str, attribute: str, value: Any
) -> None:
    """Requirement 3.1.2."""
    context = EvaluationContext("u1", {attribute: value})
    assert feature.get_boolean_value(key, False, context) is True


@pytest.mark.parametrize(
    ("key", "attribute", "value"),
    [
        ("adult", "age", True), ("adult", "age", None), ("nested", "address", {"city": "Gent"}),
        ("since", "joined", datetime(2020, 1, 1, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_fields_that_do_not_match(
    feature: OpenFeatureClient, key: str, attribute: str, value: Any
) -> None:
    """Requirement 3.1.2."""
    context = EvaluationContext("u1", {attribute: value})
    found = feature.get_boolean_details(key, True, context)
    assert (found.value, found.error_code) == (False, None)


def test_several_kinds_in_one_context(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 3.1.2."""
    kinds = {"kind": "multi", "user": {"country": "NL"}, "team": {"key": "acme"}}
    assert feature.get_boolean_value("country", False, EvaluationContext("u1", kinds)) is True
    assert feature.get_string_value("key", "x", EvaluationContext("u1", kinds)) == "hit"
    api.set_evaluation_context(NL)  # a field beside the kinds is the user's
    teams = EvaluationContext(None, {"kind": "multi", "team": {"key": "acme"}})
    assert feature.get_boolean_value("country", False, teams) is True


def test_fields_are_read_by_unique_names() -> None:
    """Requirements 3.1.3, 3.1.4."""
    assert USER.attributes["country"] == "NL"
    assert dict(USER.attributes) == {"country": "NL"}
    assert USER.merge(BE).attributes == {"country": "BE"}


@pytest.mark.usefixtures("transactions")
def test_contexts_merge_in_their_order(feature: OpenFeatureClient) -> None:
    """Requirements 3.2.1.1, 3.2.3, 3.3.1.1, 3.3.1.2.1."""

    def served(given: EvaluationContext | None = None, *hooks: Diary) -> bool:
        options = FlagEvaluationOptions(list(hooks))
        return feature.get_boolean_value("country", False, given, options)

    assert served() is False
    api.set_evaluation_context(NL)
    assert served() is True
    api.set_transaction_context(BE)
    assert served() is False
    feature.context = NL
    assert served() is True
    assert served(BE) is False
    assert served(BE, Diary("h", [], answering=NL)) is True
    assert served(EvaluationContext("u1", {"plan": "pro"})) is True


def test_a_propagator_sets_and_gets() -> None:
    """Requirements 3.3.1.2.2, 3.3.1.2.3."""
    propagator = ContextVarsTransactionContextPropagator()
    propagator.set_transaction_context(NL)
    assert propagator.get_transaction_context() == NL
    propagator.set_transaction_context(EvaluationContext())


@pytest.mark.usefixtures("transactions")
def test_tasks_have_transactions_of_their_own(feature: OpenFeatureClient) -> None:
    """Requirements 3.3.1.2.1, 3.3.1.2.3."""

    async def request(context: EvaluationContext) -> bool:
        api.set_transaction_context(context)
        await asyncio.sleep(0)
        return await feature.get_boolean_value_async("country", False)

    async def both() -> list[bool]:
        return await asyncio.gather(request(NL), request(BE))

    assert asyncio.run(both()) == [True, False]


@pytest.mark.usefixtures("transactions")
def test_bound_contexts_lie_under_all_others(feature: OpenFeatureClient) -> None:
    """Requirement 3.2.3."""
    with bound_context({"key": "u1", "country": "NL"}):
        assert feature.get_boolean_value("country", False) is True
        assert feature.get_string_value("key", "x") == "hit"
        age = EvaluationContext(None, {"age": 20})
        assert feature.get_boolean_value("country", False, age) is True
        assert feature.get_boolean_value("adult", False, age) is True
        assert feature.get_boolean_value("country", False, BE) is False
        api.set_transaction_context(BE)
        assert feature.get_boolean_value("country", False) is False
        api.set_transaction_context(EvaluationContext())
        other = EvaluationContext("u2")  # somebody else has none of the attributes
        assert feature.get_boolean_value("country", False, other) is False
    assert feature.get_boolean_value("country", False) is False
