"""Prometheus metrics, kept as plain numbers and put into its types only when somebody scrapes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets of answer times, in seconds."""


class RouteStats:
    """How often one route was asked with one method, what it answered and how long it took."""

    __slots__ = ("buckets", "method", "route", "seconds", "statuses")

    def __init__(self, route: str, method: str) -> None:
        self.route = route
        self.method = method
        self.statuses: dict[int, int] = {}
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, status: int, seconds: float | None) -> None:
        """Count an answer; seconds None for streams, which take as long as the reader likes."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if seconds is not None:
            self.buckets[bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds


class Metrics:
    """All there is to scrape. `sources` give further metrics when asked."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], RouteStats] = {}
        self.sources: list[Callable[[], Iterable[Metric]]] = []
        self._registry = CollectorRegistry(auto_describe=False)
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR, self):
            self._registry.register(collector)

    def route(self, route: str, method: str) -> RouteStats:
        """The numbers of a route. Routes are the patterns of paths, so there are few."""
        found = self._routes.get((route, method))
        if found is None:
            found = self._routes[route, method] = RouteStats(route, method)
        return found

    def collect(self) -> Iterable[Metric]:
        """What Prometheus asks a collector for."""
        requests = CounterMetricFamily(
            "yardarm_http_requests",
            "Answers, by route, method and status.",
            labels=("route", "method", "status"),
        )
        seconds = HistogramMetricFamily(
            "yardarm_http_request_seconds",
            "Time to the answer (streams left out).",
            labels=("route", "method"),
        )
        for stats in self._routes.values():
            labels = (stats.route, stats.method)
            for status, count in stats.statuses.items():
                requests.add_metric((*labels, str(status)), count)
            total, buckets = 0, []
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), stats.buckets, strict=True):
                total += count
                buckets.append((bound, float(total)))
            seconds.add_metric(labels, buckets, stats.seconds)
        yield requests
        yield seconds
        for source in self.sources:
            yield from source()

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
