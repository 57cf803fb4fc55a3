"""Deliberate mistakes: one piece of a function's text replaced by another, in place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from textwrap import dedent
from typing import Any

import pytest


def spoil(monkeypatch: pytest.MonkeyPatch, function: Any, right: str, wrong: str) -> None:
    """Make the mistake, whoever holds the function. `right` stands in its text exactly once."""
    text = dedent(inspect.getsource(function))
    assert text.count(right) == 1, f"{right!r} stands {text.count(right)} times in {text}"
    made: dict[str, Any] = {}
    spoilt = f"from __future__ import annotations\n{text.replace(right, wrong)}"
    exec(compile(spoilt, "<mistake>", "exec"), made)
    monkeypatch.setattr(function, "__code__", made[function.__name__].__code__)


def noticed(checks: Iterable[Callable[[], Any]]) -> bool:
    """Whether one of the checks, which are tests, fails."""
    for check in checks:
        try:
            check()
        except (Exception, pytest.fail.Exception):
            return True
    return False
