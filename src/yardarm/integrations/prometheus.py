"""Prometheus: how often each flag served each variant, and why.

>>> from yardarm.integrations.prometheus import evaluations
>>> client = Client("http://127.0.0.1:8180", "ys_…", hooks=[evaluations()])

Needs `prometheus-client`. The counter is `yardarm_evaluations_total`, with the labels `flag`,
`variant` (empty for a fallback) and `reason`; none of them holds anything of a context.
"""

from __future__ import annotations

from prometheus_client import REGISTRY, CollectorRegistry, Counter

from ..core.decision import Decision
from ..sdk.hooks import Evaluation, Hook


def evaluations(registry: CollectorRegistry = REGISTRY) -> Hook:
    """A hook that counts evaluations. One for all clients that share a registry.

    Raises `ValueError` when the registry has a counter of this name already.
    """
    counter = Counter(
        "yardarm_evaluations", "Evaluations of feature flags.", ("flag", "variant", "reason"),
        registry=registry,
    )  # fmt: skip

    def count(_: Evaluation, decision: Decision) -> None:
        counter.labels(decision.flag, decision.variant or "", decision.reason).inc()

    return Hook(finally_=count)
