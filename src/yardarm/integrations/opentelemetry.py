"""OpenTelemetry: each evaluation as an event of the current span.

>>> from yardarm.integrations.opentelemetry import evaluations
>>> client = Client("http://127.0.0.1:8180", "ys_…", hooks=[evaluations()])

Needs `yardarm[opentelemetry]`. Event and attributes are those of OpenTelemetry's semantic
conventions for feature flags (https://opentelemetry.io/docs/specs/semconv/feature-flags/).
"""

from __future__ import annotations

from opentelemetry import trace

from ..core.decision import Decision
from ..sdk.hooks import Evaluation, Hook

EVENT = "feature_flag.evaluation"


def evaluations() -> Hook:
    """A hook that adds an event to the span that is recorded at the time, if there is one.

    The context is not told: its key may name a person.
    """
    return Hook(finally_=_add_event)


def attributes(decision: Decision) -> dict[str, str | bool | int | float]:
    """A decision in OpenTelemetry's words. A value is told where there is no variant to name it."""
    told: dict[str, str | bool | int | float] = {
        "feature_flag.key": decision.flag,
        "feature_flag.provider.name": "yardarm",
        "feature_flag.result.reason": decision.reason.lower(),
        "feature_flag.version": str(decision.version),
    }
    if decision.variant is not None:
        told["feature_flag.result.variant"] = decision.variant
    elif isinstance(decision.value, str | bool | int | float):
        told["feature_flag.result.value"] = decision.value
    if decision.error is not None:
        told["error.type"] = decision.error.lower()
        told["feature_flag.error.message"] = decision.cause or ""
    return told


def _add_event(_: Evaluation, decision: Decision) -> None:
    span = trace.get_current_span()
    if span.is_recording():
        span.add_event(EVENT, attributes(decision))
