"""The demo is a valid document that does what the shop's README says."""

from __future__ import annotations

import pytest

from yardarm.core.codec import document_from_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.validate import validate
from yardarm.server.operate import demo


@pytest.mark.parametrize("environment", demo.ENVIRONMENTS)
def test_it_is_valid(environment: str) -> None:
    assert validate(document_from_json(demo.document(environment))) == []


def test_project_fields_are_the_same_in_every_environment() -> None:
    first, *others = (demo.document(key)["flags"] for key in demo.ENVIRONMENTS)
    for other in others:
        assert {k: {**f, "enabled": None} for k, f in first.items()} == {
            k: {**f, "enabled": None} for k, f in other.items()
        }


def test_what_it_serves() -> None:
    program = Program.of(document_from_json(demo.document("staging")))

    def value(flag: str, key: str, **attributes: object) -> object:
        return evaluate(program, flag, {"key": key, **attributes}).value

    assert value("new-checkout", "vip-1") is True
    assert value("new-checkout", "anybody", orders=10) is True
    shares = [value("new-checkout", f"user-{n}") for n in range(1000)]
    assert 400 < shares.count(True) < 600
    assert value("search-engine", "u") == "classic"
    assert value("free-shipping-over", "u") == 100.0
    assert value("banner", "u", country="NL") != value("banner", "u", country="FR")


def test_every_flag_may_be_shown_to_browsers() -> None:
    assert all(f["client_visible"] for f in demo.document("production")["flags"].values())
