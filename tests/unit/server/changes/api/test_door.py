"""Faults come back with pointers into the body that was sent."""

from __future__ import annotations

import pytest

from yardarm.errors import Problem
from yardarm.server.changes.api.door import flag_at, moved, segment_at


@pytest.mark.parametrize(("pointer", "within", "body", "found"), [
    ("/flags/a~1b/rules/0/id", flag_at("a/b"), "", "/rules/0/id"),
    ("/flags/a", flag_at("a"), "", ""),
    ("/segments/s/when", segment_at("s"), "", "/when"),
    ("/flags/a/off", "", "/document", "/document/flags/a/off"),
    ("", "", "/document", "/document"),
    ("/environments/staging", flag_at("a"), "", "/environments/staging"),
])  # fmt: skip
def test_what_the_body_describes(pointer: str, within: str, body: str, found: str) -> None:
    there = moved(Problem(pointer, "wrong", "mend it", "warning"), within, body)
    assert there == Problem(found, "wrong", "mend it", "warning")


@pytest.mark.parametrize("pointer", ["/flags/ab", "/flags/b/rules/0", "/segments/a"])
def test_what_lies_elsewhere_is_told_in_words(pointer: str) -> None:
    there = moved(Problem(pointer, "wrong"), flag_at("a"), "")
    assert (there.pointer, there.message) == ("", f"{pointer}: wrong")
