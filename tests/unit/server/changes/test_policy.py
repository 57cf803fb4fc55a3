"""Scopes and guards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.codec import document_from_json
from yardarm.server.changes import commands as c
from yardarm.server.changes.entries import touched
from yardarm.server.changes.errors import Refused
from yardarm.server.changes.policy import (
    GROWTH_FLOOR_BYTES,
    Step,
    forced,
    guard,
    may_retire,
    retired,
    scopes,
)
from yardarm.server.observe.model import Usage

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def document(*flags: dict[str, Any], **rest: Any) -> m.Document:
    whole = [{"type": "boolean", "variants": ON_OFF, **flag} for flag in flags]
    return document_from_json({"flags": whole, **rest})


def without(before: m.Document, *keys: str) -> m.Document:
    return replace(before, flags={k: f for k, f in before.flags.items() if k not in keys})


def archived(before: m.Document, *keys: str) -> m.Document:
    gone = {key: replace(before.flags[key], archived_at="2026-01-01T00:00:00Z") for key in keys}
    return replace(before, flags={**before.flags, **gone})


def step(before: m.Document, after: m.Document, *sizes: int) -> Step:
    changed = tuple(touched(before, after))
    return Step("production", before, after, changed, *(sizes or (100, 100)))


def refusal(command: c.Command, *steps: Step, usages: tuple[Usage, ...] = ()) -> Refused | None:
    try:
        guard(command, steps, usages)
    except Refused as error:
        return error
    return None


SIX = document(*({"key": key} for key in "abcdef"))


# --- scopes -----------------------------------------------------------------------------------


def test_a_kill_needs_only_kill() -> None:
    assert scopes(c.SetEnabled("a", False)) == ("kill", "edit")
    assert scopes(c.SetEnabled("a", True)) == ("edit",)
    assert scopes(c.Undo(1)) == ("edit",)
    assert scopes(c.CreateEnvironment("a")) == ("admin",)


def test_force_is_said() -> None:
    assert forced(c.ArchiveFlag("a", force=True))
    assert not forced(c.ArchiveFlag("a"))
    assert not forced(c.SetEnabled("a", False))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (c.ArchiveFlag("a"), True),
        (c.ArchiveFlag("a", force=True), False),
        (c.Undo(1), True),
        (c.RestoreEntries(()), True),
        (c.ImportDocument({}, "replace"), True),
        (c.ImportDocument({}), False),
        (c.ImportDocument({"flags": {"a": {"archived_at": "x"}}}), True),
        (c.ImportDocument({"flags": [{"archived_at": None}]}), False),
        (c.SetEnabled("a", False), False),
    ],
)
def test_usage_matters_where_flags_may_go_out_of_use(command: c.Command, expected: bool) -> None:
    assert may_retire(command) is expected


# --- what goes out of use ---------------------------------------------------------------------


def test_retired_are_the_archived_and_the_removed() -> None:
    resting = archived(SIX, "f")
    assert retired([step(SIX, archived(SIX, "a"))]) == {"a": {"production"}}
    assert retired([step(SIX, without(SIX, "a", "b"))]) == {
        "a": {"production"},
        "b": {"production"},
    }
    assert retired([step(resting, without(resting, "f"))]) == {}
    assert retired([step(resting, SIX)]) == {}


@pytest.mark.parametrize(
    "user",
    [
        {"key": "x", "prerequisites": [{"flag": "a", "variants": ["on"]}]},
        {"key": "x", "rules": [
            {"id": "r", "when": {"not": {"flag": "a", "variants": ["on"]}}, "serve": "on"}]},
    ],
)  # fmt: skip
def test_a_flag_that_is_needed_stays(user: dict[str, Any]) -> None:
    before = document({"key": "a"}, {"key": "b"}, user)
    refused = refusal(c.ArchiveFlag("a"), step(before, archived(before, "a")))
    assert refused is not None
    assert refused.reason == "flag-needed"
    assert "'x'" in refused.details[0]
    assert refusal(c.ArchiveFlag("a", force=True), step(before, archived(before, "a"))) is None
    assert refusal(c.ArchiveFlag("b"), step(before, archived(before, "b"))) is None
    resting = archived(before, "x")
    assert refusal(c.ArchiveFlag("a"), step(resting, archived(resting, "a"))) is None


def test_a_segment_needs_flags_too() -> None:
    before = document(
        {"key": "a"}, {"key": "b"},
        segments={"s": {"key": "s", "when": {"flag": "a", "variants": ["on"]}}},
    )  # fmt: skip
    refused = refusal(c.ArchiveFlag("a"), step(before, archived(before, "a")))
    assert refused is not None
    assert "segment 's' needs 'a'" in refused.details[0]


def test_a_segment_that_is_needed_stays() -> None:
    rule = {"id": "r", "when": {"segment": "s"}, "serve": "on"}
    before = document(
        {"key": "a", "rules": [rule]},
        segments={
            "s": {"key": "s"},
            "t": {"key": "t", "when": {"segment": "u"}},
            "u": {"key": "u"},
        },
    )
    for key, user in (("s", "'a'"), ("u", "'t'")):
        after = replace(before, segments={k: v for k, v in before.segments.items() if k != key})
        refused = refusal(c.RemoveSegment(key), step(before, after))
        assert refused is not None
        assert refused.reason == "segment-needed"
        assert user in refused.details[0]
        assert refusal(c.RemoveSegment(key, force=True), step(before, after)) is None


# --- recent evaluations -----------------------------------------------------------------------


def test_a_flag_in_use_stays_and_the_applications_are_named() -> None:
    usages = (
        Usage("production", "a", "checkout", NOW),
        Usage("production", "a", "", NOW),
        Usage("staging", "a", "other environment", NOW),
        Usage("production", "b", "other flag", NOW),
    )
    steps = step(SIX, archived(SIX, "a"))
    refused = refusal(c.ArchiveFlag("a"), steps, usages=usages)
    assert refused is not None
    assert refused.reason == "flag-in-use"
    assert len(refused.details) == 2
    assert "checkout" in refused.details[0]
    assert "unnamed" in refused.details[1]
    assert refusal(c.ArchiveFlag("a", force=True), steps, usages=usages) is None
    assert refusal(c.ArchiveFlag("c"), step(SIX, archived(SIX, "c")), usages=usages) is None


# --- accidents --------------------------------------------------------------------------------


def test_most_flags_do_not_go_at_once() -> None:
    replaced = c.ImportDocument({}, "replace")
    assert refusal(replaced, step(SIX, archived(SIX, *"abc"))) is None
    refused = refusal(replaced, step(SIX, archived(SIX, *"abcd")))
    assert refused is not None
    assert (refused.reason, "4 of the 6" in str(refused)) == ("deletion", True)
    forced_ = c.ImportDocument({}, "replace", force=True)
    assert refusal(forced_, step(SIX, archived(SIX, *"abcd"))) is None


def test_resting_flags_do_not_count_as_loss() -> None:
    resting = archived(SIX, *"cdef")
    refused = refusal(c.ImportDocument({}, "replace"), step(resting, archived(resting, *"ab")))
    assert refused is not None
    assert "2 of the 2" in str(refused)


def test_an_environment_is_not_emptied_but_one_named_flag_may_be_the_last() -> None:
    one = document({"key": "a"})
    refused = refusal(c.ImportDocument({}, "replace"), step(one, archived(one, "a")))
    assert refused is not None
    assert refused.reason == "deletion"
    assert refusal(c.ArchiveFlag("a"), step(one, archived(one, "a"))) is None
    assert refusal(c.Undo(1), step(one, without(one, "a"))) is None
    assert refusal(c.Undo(1), step(SIX, without(SIX, *"abcd"))) is not None


def test_a_document_does_not_double_unless_it_is_small() -> None:
    size = GROWTH_FLOOR_BYTES
    put = c.PutSegment({"key": "s"})
    assert refusal(put, step(SIX, SIX, size, 2 * size)) is None
    refused = refusal(put, step(SIX, SIX, size, 2 * size + 1))
    assert refused is not None
    assert refused.reason == "growth"
    assert refusal(replace(put, force=True), step(SIX, SIX, size, 3 * size)) is None
    assert refusal(put, step(SIX, SIX, 10, size)) is None
    assert refusal(put, step(SIX, SIX, 10, size + 1)) is not None
    assert refusal(put, step(document(), SIX, 10, 5 * size)) is None
