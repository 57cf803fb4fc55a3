"""Section 6 of the specification: tracking."""

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider.no_op_provider import NoOpProvider
from openfeature.track import TrackingEventDetails
from openfeature.transaction_context import ContextVarsTransactionContextPropagator
from tests.conformance.openfeature.world import USER

from yardarm import Client, bound_context


def reported(client: Client) -> list[tuple[str, str, float | None]]:
    """Event, unit and value of everything tracked so far."""
    metrics = iter(client._exposures.take_metric, None)
    return [(metric.event, metric.unit, metric.value) for metric in metrics]


def test_tracking_with_and_without_a_number(feature: OpenFeatureClient, client: Client) -> None:
    """Requirements 6.1.1.1, 6.2.1."""
    feature.track("seen", USER)
    feature.track("bought", USER, TrackingEventDetails(9.5))
    assert reported(client) == [("seen", "u1", None), ("bought", "u1", 9.5)]


def test_contexts_merge_for_tracking(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 6.1.3."""
    api.set_evaluation_context(EvaluationContext("global"))
    feature.track("a")
    api.set_transaction_context_propagator(ContextVarsTransactionContextPropagator())
    api.set_transaction_context(EvaluationContext("transaction"))
    feature.track("b")
    feature.context = EvaluationContext("client")
    feature.track("c")
    feature.track("d", USER)
    api.set_transaction_context(EvaluationContext())
    assert [unit for _, unit, _ in reported(client)] == ["global", "transaction", "client", "u1"]


def test_tracking_for_who_is_bound(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 6.1.3."""
    with bound_context({"key": "u7"}):
        feature.track("seen")
    assert reported(client) == [("seen", "u7", None)]


def test_a_provider_that_does_not_track() -> None:
    """Requirement 6.1.4."""
    api.set_provider_and_wait(NoOpProvider())
    api.get_client().track("seen", USER, TrackingEventDetails(1))


def test_fields_of_details(feature: OpenFeatureClient, client: Client) -> None:
    """Requirement 6.2.2."""
    details = TrackingEventDetails(1, {"plan": "pro"}).add("yes", True).add("nested", {"a": [1]})
    assert details.attributes == {"plan": "pro", "yes": True, "nested": {"a": [1]}}
    feature.track("bought", USER, details)
    assert reported(client) == [("bought", "u1", 1)]


@pytest.mark.parametrize("value", [float("nan"), "many"])
def test_details_that_make_no_sense(
    feature: OpenFeatureClient, client: Client, value: float
) -> None:
    """Requirement 6.2.1."""
    feature.track("bought", USER, TrackingEventDetails(value))
    assert reported(client) == []
