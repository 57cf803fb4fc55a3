"""Hooks for OpenTelemetry, Prometheus, logging and structlog, with the real libraries."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from structlog.testing import LogCapture
from tests.native_server import flag

from yardarm import Client, Hook
from yardarm.integrations import logging as logging_hooks
from yardarm.integrations import opentelemetry, prometheus

USER = {"key": "somebody", "email": "somebody@example.com"}


def ask(hook: Hook) -> None:
    """One evaluation that serves, one of a flag that is not there."""
    with Client.from_document({"flags": {"menu": flag()}}, hooks=[hook]) as client:
        assert client.boolean("menu", USER) is True
        assert client.boolean("nowhere", USER, False) is False


def test_opentelemetry_has_an_event_for_each_evaluation() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("test").start_as_current_span("request"):
        ask(opentelemetry.evaluations())
    served, missed = exporter.get_finished_spans()[0].events
    assert {served.name, missed.name} == {"feature_flag.evaluation"}
    assert dict(served.attributes or {}) == {
        "feature_flag.key": "menu",
        "feature_flag.provider.name": "yardarm",
        "feature_flag.result.reason": "static",
        "feature_flag.result.variant": "on",
        "feature_flag.version": "0",
    }
    told = dict(missed.attributes or {})
    assert told["error.type"] == "flag_not_found"
    assert told["feature_flag.result.reason"] == "error"
    assert told["feature_flag.result.value"] is False
    assert "somebody" not in str([served.attributes, missed.attributes])


def test_opentelemetry_without_a_span_does_nothing() -> None:
    assert not trace.get_current_span().is_recording()
    ask(opentelemetry.evaluations())


def test_prometheus_counts() -> None:
    registry = CollectorRegistry()
    hook = prometheus.evaluations(registry)
    ask(hook)
    ask(hook)

    def counted(**labels: str) -> float | None:
        return registry.get_sample_value("yardarm_evaluations_total", labels)

    assert counted(flag="menu", variant="on", reason="STATIC") == 2
    assert counted(flag="nowhere", variant="", reason="ERROR") == 2


def test_logging_has_a_line_for_each_evaluation(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "flags")
    ask(logging_hooks.evaluations(logging.getLogger("flags")))
    served, missed = (record for record in caplog.records if record.name == "flags")
    assert (served.levelname, served.getMessage()) == ("DEBUG", "flag menu: on (STATIC)")
    assert vars(served)["flag_variant"] == "on"
    assert missed.levelname == "WARNING"
    assert "FLAG_NOT_FOUND" in missed.getMessage()
    assert "somebody" not in str([vars(served), vars(missed)])


def test_structlog_has_fields() -> None:
    captured = LogCapture()
    logger: Any = structlog.wrap_logger(None, processors=[captured])
    ask(logging_hooks.structured(logger.info))
    served, missed = captured.entries
    assert served == {
        "event": "flag_evaluated", "log_level": "info", "flag": "menu", "variant": "on",
        "reason": "STATIC", "rule": None, "error": None,
    }  # fmt: skip
    assert missed["error"] == "FLAG_NOT_FOUND"
