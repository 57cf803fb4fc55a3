"""Entries: what changed, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.errors import DocumentError
from yardarm.server.changes import entries
from yardarm.server.changes.entries import overlap, restored, same, touched

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]


def document(*flags: dict[str, Any], segments: tuple[dict[str, Any], ...] = ()) -> m.Document:
    whole = [{"type": "boolean", "variants": ON_OFF, **flag} for flag in flags]
    return document_from_json({"flags": whole, "segments": list(segments)})


def inverse_entries(before: m.Document, after: m.Document) -> tuple[dict[str, Any], ...]:
    return entries.inverse_entries(before, after, touched(before, after))


def test_an_inverse_names_only_the_fields_that_changed() -> None:
    before = document({"key": "a", "off": "off", "tags": ["x"], "owner": "ann"})
    after = document({"key": "a", "enabled": True, "tags": ["x"], "owner": "ann"})
    assert inverse_entries(before, after) == (
        {"kind": "flag", "key": "a", "fields": {"enabled": False, "off": "off"}},
    )


def test_an_inverse_names_what_was_added_and_removed_whole() -> None:
    before = document({"key": "a"}, segments=({"key": "s", "name": "S"},))
    after = document({"key": "b"})
    assert inverse_entries(before, after) == (
        {"kind": "flag", "key": "a", "body": {
            "key": "a", "type": "boolean", "variants": ON_OFF, "enabled": False}},
        {"kind": "flag", "key": "b", "body": None},
        {"kind": "segment", "key": "s", "body": {"key": "s", "name": "S"}},
    )  # fmt: skip


def test_versions_are_no_difference() -> None:
    before = document({"key": "a", "version": 3})
    assert inverse_entries(before, document({"key": "a", "version": 9})) == ()


def test_restoring_the_inverse_leads_back() -> None:
    before = document({"key": "a", "off": "off"}, {"key": "b"}, segments=({"key": "s"},))
    after = document(
        {"key": "a", "enabled": True, "rules": [
            {"id": "r", "when": {"always": True}, "serve": "on"}]},
        {"key": "c"}, segments=({"key": "s", "name": "new"}, {"key": "t"}),
    )  # fmt: skip
    back = restored(after, inverse_entries(before, after))
    assert document_to_json(back) == document_to_json(before)


def test_fields_leave_alone_what_others_changed_beside_them() -> None:
    now = document({"key": "a", "enabled": True, "off": "off", "owner": "bob"})
    back = restored(now, ({"kind": "flag", "key": "a", "fields": {"enabled": False}},))
    assert (back.flags["a"].enabled, back.flags["a"].owner) == (False, "bob")


def test_touched_goes_by_identity() -> None:
    before = document({"key": "a"}, {"key": "b"})
    after = m.Document({**before.flags, "c": before.flags["a"]}, {})
    assert touched(before, after) == [("flag", "c")]
    assert touched(after, before) == [("flag", "c")]
    assert touched(before, document({"key": "a"}, {"key": "b"})) == [("flag", "a"), ("flag", "b")]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(True, 1, False), (1, 1.0, False), ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True), ([], (), True)],
)
def test_same_is_about_json(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal


def entry(fields: dict[str, Any] | None, key: str = "a", kind: str = "flag") -> dict[str, Any]:
    named = {"kind": kind, "key": key}
    return {**named, "body": None} if fields is None else {**named, "fields": fields}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (entry({"enabled": True}), entry({"enabled": False}), True),
        (entry({"enabled": True}), entry({"rules": None}), False),
        (entry({"enabled": True}), entry(None), True),
        (entry(None), entry({"enabled": True}), True),
        (entry({"enabled": True}), entry({"enabled": True}, key="b"), False),
        (entry(None), entry(None, kind="segment"), False),
    ],
)
def test_overlap(one: dict[str, Any], other: dict[str, Any], meet: bool) -> None:
    assert overlap([one], [other]) is meet
    assert overlap([entry({"x": 1}, key="z"), one], [other]) is meet


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "project", "key": "a", "body": None},
        {"kind": "flag", "body": None},
        {"kind": "flag", "key": 1, "body": None},
        {"kind": "flag", "key": "a"},
        {"kind": "flag", "key": "a", "body": None, "fields": {}},
        {"kind": "flag", "key": "a", "body": []},
        {"kind": "flag", "key": "a", "fields": None},
        {"kind": "flag", "key": "a", "body": None, "force": True},
        {"kind": "flag", "key": "gone", "fields": {"enabled": True}},
        {"kind": "flag", "key": "a", "body": {"type": "boolean"}},
    ],
)
def test_entries_of_a_wrong_form_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        restored(document({"key": "a"}), (bad,))
