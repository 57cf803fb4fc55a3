"""The log: each matter once a minute, and at once when it has changed."""

import logging

import pytest

from yardarm.sdk.log import Log


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_matter_is_not_repeated_within_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    log = Log("http://x", clock)
    for now in (0, 1, 59, 60, 61, 130):
        clock.now = now
        log.warning("server", "no answer")
    assert [record.getMessage() for record in caplog.records] == ["http://x: no answer"] * 3


def test_another_text_and_a_settled_matter_are_told_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = Log("x", Clock())
    log.warning("server", "no answer")
    log.error("server", "no such key")
    log.settled("server")
    log.error("server", "no such key")
    log.warning("disk", "no answer")
    assert [record.levelname for record in caplog.records] == [
        "WARNING", "ERROR", "ERROR", "WARNING"
    ]  # fmt: skip
    assert {record.name for record in caplog.records} == {"yardarm"}


def test_a_handler_that_raises_is_not_our_concern(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bad(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise OSError

    handler = Bad()
    logging.getLogger("yardarm").addHandler(handler)
    try:
        Log("x").error("a", "b")
    finally:
        logging.getLogger("yardarm").removeHandler(handler)
