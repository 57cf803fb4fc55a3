"""What the dialects of the older libraries share."""

from dataclasses import replace
from typing import Any

import pytest
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm.dialects import onoff
from yardarm.dialects.base import Loss
from yardarm.errors import OptionError


def made(**fields: Any) -> Any:
    return document({"f": boolean(**fields)}).flags["f"]


def test_a_flag_keeps_what_was_read() -> None:
    raw = {"a": [1, 2]}
    flag = onoff.flag("f", "lib", raw, more={"place": "x"})
    assert flag.origin == {"dialect": "lib", "place": "x", "raw": raw}
    assert (flag.enabled, flag.off, flag.default) == (True, "off", "on")
    assert onoff.flag("f", "lib", None).origin == {"dialect": "lib", "raw": None}


@pytest.mark.parametrize(("raw", "kept"), [
    ({"a": (1, (2,))}, {"a": [1, [2]]}), (float("nan"), None), ({1: 2}, None), (2**60, None),
    ("\0", None), ([None, True], [None, True]),
])  # fmt: skip
def test_only_json_is_kept(raw: Any, kept: Any) -> None:
    assert onoff.storable(raw) == kept
    origin = onoff.flag("f", "lib", raw).origin
    assert origin is not None
    assert origin.get("raw") == kept


@pytest.mark.parametrize("key", ["", " f", "a\u200b", "x" * 300, "__proto__"])
def test_keys_that_no_flag_can_have(key: str) -> None:
    with pytest.raises(onoff.Refused):
        onoff.flag(key, "lib", None)


def test_options_are_kept_with_the_flag() -> None:
    flags = {"f": onoff.flag("f", "lib", 1)}
    kept = onoff.with_options(flags, {"by": "id"})["f"]
    assert onoff.options_of(kept.origin or {}) == {"by": "id"}
    assert onoff.with_options(flags, {}) == flags
    assert onoff.options_of({}) == {}
    assert onoff.unedited(kept, flags["f"])
    assert not onoff.unedited(kept, replace(flags["f"], enabled=False))
    assert not onoff.unedited(kept, None)


@pytest.mark.parametrize(("fields", "plain", "on"), [
    ({}, True, True), ({"enabled": False}, True, False), ({"default": "off"}, True, False),
    ({"enabled": False, "off": "on"}, True, True), ({"enabled": False, "off": None}, True, False),
    ({"default": split(("on", 100_000))}, False, False),
    ({"rules": [rule(clause("a", "present"))]}, False, True),
    ({"rules": [rule(clause("a", "present"), paused=True)]}, True, True),
    ({"targets": [{"variant": "off", "keys": ["a"]}]}, False, True),
])  # fmt: skip
def test_what_answers_everybody_the_same(fields: Any, plain: bool, on: bool) -> None:
    flag = made(**fields)
    assert (onoff.is_plain(flag), onoff.is_on(flag)) == (plain, on)
    losses: list[Loss] = []
    fixed = onoff.write_fixed(flag, losses, "why")
    assert fixed is (on and flag.enabled)
    assert losses[0].flag == "f"


def test_what_is_written() -> None:
    losses: list[Loss] = []
    assert onoff.is_boolean(made(), losses)
    assert not onoff.is_boolean(made(archived_at="2026-01-01T00:00:00Z"), losses)
    assert losses == []
    text = made(type="string", variants=[{"key": "on", "value": "x"}], off=None)
    assert not onoff.is_boolean(text, losses)
    assert losses[0].effect == "not written"


def test_attempts() -> None:
    notes = onoff.Notes()
    notes.flag = "f"

    def too_deep() -> None:
        raise RecursionError

    def refused() -> None:
        raise onoff.Refused("", "no")

    assert notes.attempt("/x", lambda: 5) == 5
    assert notes.attempt("/x", too_deep) is None
    assert notes.attempt("/x", refused) is None
    assert [(loss.pointer, loss.kind, loss.flag) for loss in notes.losses] == [
        ("/x", "malformed", "f"), ("/x", "malformed", "f"),
    ]  # fmt: skip


def test_options() -> None:
    assert onoff.choice({}, "a", ("x", "y"), "x") == "x"
    assert onoff.texts({"a": {"b": "c"}}, "a") == {"b": "c"}
    calls = (
        lambda: onoff.choice({"a": "z"}, "a", ("x",), "x"),
        lambda: onoff.texts({"a": 5}, "a"),
        lambda: onoff.texts({"a": {"b": 5}}, "a"),
    )
    for call in calls:
        with pytest.raises(OptionError, match="option a"):
            call()
