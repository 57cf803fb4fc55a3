"""Unleash's engine as an oracle: its answers' shape, and what it refuses."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.conformance.unleash import parts
from tests.conformance.unleash.vendor import needs_sdk

from yardarm.connect.vendors.unleash import Oracle, oracle
from yardarm.errors import DocumentError

DISABLED = {"name": "disabled", "enabled": False}


def made(*toggles: Any) -> Oracle:
    needs_sdk()
    return oracle(parts.document(toggles))


def test_answers() -> None:
    payload = {"type": "string", "value": "x"}
    variants = [parts.variant("a", 1, payload=payload, stickiness="userId")]
    engine = made(
        parts.toggle("on", [parts.strategy()], variants=variants),
        parts.toggle("plain", []),
        parts.toggle("off", [], enabled=False),
    )
    assert engine.answer("on", {"userId": "u"}) == {
        "enabled": True,
        "variant": {"name": "a", "payload": payload, "enabled": True, "feature_enabled": True},
    }
    plain = {"enabled": True, "variant": {**DISABLED, "feature_enabled": True}}
    off = {"enabled": False, "variant": {**DISABLED, "feature_enabled": False}}
    assert engine.answer("plain", {}) == plain
    assert engine.answer("off", None) == engine.answer("nowhere", {}) == off
    assert engine.answer(None, {})["plain"] == plain


def test_a_context_that_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    engine = made(parts.toggle("plain", []))
    for context in (["x"], {"userId": float("nan")}, {"userId": "\ud800"}, 5):
        with caplog.at_level(logging.WARNING):
            assert engine.answer("plain", context)["enabled"] is False
    assert not caplog.records


@pytest.mark.parametrize(
    "document", [{}, {"features": []}, {"version": 2, "features": [{"name": "x"}]}, [], None]
)
def test_documents_that_are_refused(document: Any) -> None:
    needs_sdk()
    with pytest.raises(DocumentError, match="refuses"):
        oracle(document)


def test_toggles_that_do_not_compile_are_warned_of() -> None:
    engine = made(parts.toggle("f", [parts.strategy(parts.constraint("p", "FOO", {}))]))
    assert "always be off" in engine.warnings
    assert made(parts.toggle("f", [])).warnings == ""
