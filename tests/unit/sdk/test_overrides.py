"""The override file: what it says, and a snapshot with it over it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.native_server import flag, snapshot_of

from yardarm.core.decision import DISABLED, STATIC
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.snapshot import SnapshotSource, decode, from_lines
from yardarm.errors import DocumentError
from yardarm.sdk.overrides import (
    MARK,
    NOTHING,
    Override,
    Overrides,
    overlay,
    overrides_from_json,
    read_overrides,
    same_history,
)

WHOLE = {
    "kill": ["a"],
    "serve": {"b": "on", "a": "on"},
    "environments": {
        "production": {"kill": ["c"], "serve": {"b": "off"}},
        "shop/production": {"serve": {"c": "on", "d": "x"}},
    },
}


def test_what_holds_in_an_environment() -> None:
    found = overrides_from_json(WHOLE)
    assert found.of("other", "staging") == Override(frozenset("a"), {"b": "on"})
    assert found.of("other", "production") == Override(frozenset("ac"), {"b": "off"})
    assert found.of("shop", "production") == Override(frozenset("ac"), {"b": "off", "d": "x"})
    assert found.of("", "") == found.of("other", "staging")


def test_a_kill_goes_before_a_serve_wherever_they_stand() -> None:
    killed_below = {"serve": {"a": "on"}, "environments": {"p": {"kill": ["a"]}}}
    served_below = {"kill": ["a"], "environments": {"p": {"serve": {"a": "on"}}}}
    for value in (killed_below, served_below):
        assert overrides_from_json(value).of("", "p") == Override(frozenset("a"))


def test_json_and_toml_say_the_same() -> None:
    toml = """
    kill = ["a"]
    serve = {b = "on", a = "on"}
    [environments.production]
    kill = ["c"]
    serve = {b = "off"}
    [environments."shop/production".serve]
    c = "on"
    d = "x"
    """
    read = read_overrides(toml.encode(), toml=True)
    assert read == read_overrides(json.dumps(WHOLE).encode())
    assert overrides_from_json(read.to_json()) == read
    for nothing in (b"{}", b'{"kill": [], "environments": {"p": {"serve": {}}}}'):
        assert read_overrides(nothing) == NOTHING


@pytest.mark.parametrize(
    ("data", "pointer", "words"),
    [
        ("", "", "is empty"),
        ("  \n", "", "write {} to override nothing"),
        ("{", "", "not JSON at line 1"),
        ("[]", "", "expected an object"),
        ('{"kills": ["a"]}', "/kills", "known here: kill, serve, environments"),
        ('{"kill": "a"}', "/kill", "expected a list of flag keys, found text"),
        ('{"kill": [1]}', "/kill", "expected a list of flag keys"),
        ('{"serve": {"a": true}}', "/serve", "from flag keys to variants"),
        ('{"serve": ["a"]}', "/serve", "found a list"),
        ('{"environments": []}', "/environments", "an object of environments"),
        ('{"environments": {"p/q": {"kill": 1}}}', "/environments/p~1q/kill", "an integer"),
        ('{"environments": {"p": {"environments": {}}}}', "/environments/p/environments", "kill"),
        ('{"kill": [], "kill": []}', "", "twice"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_place(data: str, pointer: str, words: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read_overrides(data.encode())
    assert any(p.pointer == pointer and words in str(p) for p in raised.value.problems)


@pytest.mark.parametrize("data", [b"kill = [", b"\xff = 1", b'kill = "a"'])
def test_toml_that_makes_no_sense(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_overrides(data, toml=True)


def asked(snapshot: Any, key: str) -> tuple[Any, ...]:
    found = evaluate(Program(SnapshotSource(snapshot)), key, {"key": "u"}, "fallback")
    return found.value, found.variant, found.reason


RULES = {"rules": [{"id": "r", "when": {"always": True}, "serve": "off"}]}


def test_a_snapshot_with_an_override_over_it() -> None:
    before = snapshot_of({"a": flag(), "b": flag(**RULES), "c": flag()}, 7)
    shown = overlay(before, Override(frozenset("a"), {"b": "on"}))
    assert shown.misses == ()
    after = shown.snapshot
    assert (after.epoch, after.version) == (before.epoch, 7)
    assert decode(after.encode()) == after, "it has the root of its lines"
    assert asked(after, "a") == (False, "off", DISABLED)
    assert asked(after, "b") == (True, "on", STATIC)
    assert asked(after, "c") == asked(before, "c")
    assert SnapshotSource(after).flag("a").metadata[MARK] == "kill"


def test_at_one_epoch_and_version_there_is_one_content() -> None:
    before = snapshot_of({"a": flag(), "b": flag()}, 7)

    def shown(override: Override) -> Any:
        return overlay(before, override, own_epoch=True).snapshot

    one, other = shown(Override(frozenset("a"))), shown(Override(frozenset("b")))
    assert len({before.epoch, one.epoch, other.epoch}) == 3
    assert shown(Override(frozenset(("a", "not-here")))) == one
    assert all(same_history(before.epoch, each.epoch) for each in (one, other, before))
    assert not same_history(one.epoch, "another~history")


def test_what_cannot_be_overridden_stays_as_it_is_and_is_said() -> None:
    archived = flag(archived_at="2026-01-01T00:00:00Z")
    before = snapshot_of({"a": flag(), "old": archived}, 7)
    shown = overlay(before, Override(frozenset(("old", "none")), {"a": "blue"}), own_epoch=True)
    assert shown.snapshot is before
    assert shown.misses == (
        "flag 'a' has no variant 'blue'", "there is no flag 'none'", "flag 'old' is archived",
    )  # fmt: skip
    assert overlay(before, Override()).snapshot is before


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"n": NaN}', b'"' + b"[" * 10])
def test_a_damaged_line_is_let_be(body: bytes) -> None:
    before = from_lines([b'flag\t"a"\t' + body], "e", 1)
    shown = overlay(before, Override(frozenset("a")))
    assert (shown.snapshot, shown.misses) == (before, ("flag 'a' cannot be read",))


def test_what_a_newer_server_wrote_is_kept() -> None:
    line = b'flag\t"a"\t{"enabled":true,"later":[1],"type":"boolean"}'
    shown = overlay(from_lines([line], "e", 1), Override(frozenset("a"))).snapshot
    assert b'"later":[1]' in shown.encode()


def test_words() -> None:
    assert Override(frozenset("ba"), {"c": "x"}).words() == (
        "flag 'a' is off, flag 'b' is off, flag 'c' serves 'x'"
    )
    many = Override(frozenset(map(str, range(14))))
    assert many.words().endswith("and 4 more")
    assert Overrides().of("p", "e").words() == ""
