"""Harness's SDK as an oracle."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tests.conformance.harness import parts
from tests.conformance.harness.vendor import needs_sdk

from yardarm.connect.vendors.harness import oracle
from yardarm.errors import OptionError


def test_an_answer_and_what_the_sdk_refuses() -> None:
    needs_sdk()
    bad: Any = {"feature": "bad"}
    found = oracle(parts.document([parts.flag("f"), bad], [{"identifier": "g"}]))
    assert found.answer("f", parts.target("u")) == {"value": "false", "variation": "off"}
    assert sorted(found.rejected) == ["/flags/1", "/segments/0"]


def test_what_the_sdk_raises_is_nothing_served() -> None:
    needs_sdk()
    nothing = {"value": None, "variation": ""}
    found = oracle(parts.document([parts.flag("f", default=parts.shares(50, "age"))]))
    assert found.answer("f", parts.target("u", {"age": 7})) == nothing
    assert found.answer("gone", parts.target("u")) == nothing
    assert found.answer("f", None) == nothing


def test_more_flags_than_the_sdks_cache_holds_are_kept() -> None:
    needs_sdk()
    found = oracle(parts.document([parts.flag(f"f{n}") for n in range(3_000)]))
    assert found.answer("f0", parts.target("u"))["variation"] == "off"


def test_a_flag_has_to_be_named() -> None:
    needs_sdk()
    with pytest.raises(OptionError, match="name the flag"):
        oracle(parts.document([])).answer(None, parts.target("u"))


def test_without_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "featureflags"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "featureflags", None)
    with pytest.raises(OptionError, match="install harness-featureflags"):
        oracle(parts.document([]))
