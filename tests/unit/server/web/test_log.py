"""Logs go to stderr, as JSON for machines and as text for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from yardarm.server.web.log import ACCESS, configure


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    yield
    root.handlers[:], root.level = before


def test_json_lines(capfd: pytest.CaptureFixture[str]) -> None:
    configure("json", "info")
    ACCESS.info("request", extra={"path": "/x\n{}" + "a" * 1000, "status": 200})
    logging.getLogger("yardarm.server.web").debug("not shown")
    try:
        raise ValueError("odd\nvalue")
    except ValueError:
        logging.getLogger("somebody.else").exception("it %s", "broke")
    out, err = capfd.readouterr()
    assert out == ""
    first, second = map(json.loads, err.splitlines())
    assert (first["event"], first["level"], first["status"]) == ("request", "info", 200)
    assert len(first["path"]) < 400
    assert "ValueError: odd" in second["exception"]
    assert second["event"] == "it broke"


@pytest.mark.parametrize("style", ["json", "text"])
def test_a_traceback_shows_no_variables(style: str, capfd: pytest.CaptureFixture[str]) -> None:
    configure(style, "info")
    secret = "ys_" + "secret".upper()
    try:
        raise ValueError(len(secret))
    except ValueError:
        ACCESS.exception("it broke")
    _, err = capfd.readouterr()
    assert "ValueError" in err
    assert secret not in err


def test_text_lines(capfd: pytest.CaptureFixture[str]) -> None:
    configure("text", "warning")
    ACCESS.info("request")
    ACCESS.warning("careful", extra={"path": "/x"})
    _, err = capfd.readouterr()
    assert len(err.splitlines()) == 1
    assert "careful" in err
    assert "path=/x" in err
