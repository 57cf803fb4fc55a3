"""The JSON form of commands."""

from __future__ import annotations

from dataclasses import fields

import pytest

from yardarm.errors import DocumentError
from yardarm.server.changes import commands as c

EXAMPLES: list[c.Command] = [
    c.CreateFlag({"key": "a"}, {"production": {"enabled": True}}, force=True),
    c.UpdateFlag("a", {"owner": "ann"}),
    c.EditFlag("a", {"rules": []}),
    c.SetEnabled("a", True),
    c.Kill("a"),
    c.ArchiveFlag("a", force=True),
    c.RestoreFlag("a"),
    c.PutSegment({"key": "beta"}),
    c.RemoveSegment("beta"),
    c.ImportDocument({"flags": {}}, "replace"),
    c.CopyEnvironment("production"),
    c.PromoteFlag("a", "staging", segments=False),
    c.CreateEnvironment("staging", "Staging", "production"),
    c.Undo(7, through=9),
    c.RestoreVersion("a", 3),
    c.Together(({"type": "set_enabled", "flag": "a", "enabled": True},), force=True),
    c.RestoreEntries(({"kind": "flag", "key": "a", "body": None},)),
]


def test_there_is_an_example_of_every_command() -> None:
    assert {type(command) for command in EXAMPLES} == set(c.COMMANDS.values())


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: command.type)
def test_a_command_comes_back_from_its_json(command: c.Command) -> None:
    value = c.command_to_json(command)
    assert value["type"] == command.type
    assert c.command_from_json(value) == command


def test_defaults_are_left_out() -> None:
    assert c.command_to_json(c.ArchiveFlag("a")) == {"type": "archive_flag", "flag": "a"}
    assert c.command_to_json(c.CreateFlag({"key": "a"})) == {
        "type": "create_flag", "flag": {"key": "a"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([], ""),
        ({}, "/type"),
        ({"type": "drop_table"}, "/type"),
        ({"type": "undo"}, ""),
        ({"type": "undo", "version": True}, "/version"),
        ({"type": "undo", "version": "7"}, "/version"),
        ({"type": "undo", "version": 7, "through": "9"}, "/through"),
        ({"type": "undo", "version": 7, "frce": True}, "/frce"),
        ({"type": "undo", "version": 7, "a/b~c": 1}, "/a~1b~0c"),
        ({"type": "set_enabled", "flag": "a", "enabled": 1}, "/enabled"),
        ({"type": "set_enabled", "flag": 1, "enabled": True}, "/flag"),
        ({"type": "update_flag", "flag": "a", "fields": []}, "/fields"),
        ({"type": "import_document", "document": {}, "mode": "both"}, "/mode"),
        ({"type": "create_environment", "key": "a", "copy_from": 1}, "/copy_from"),
        ({"type": "restore_entries", "entries": [1]}, "/entries"),
    ],
)
def test_what_is_no_command_is_refused_where_it_is_wrong(value: object, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        c.command_from_json(value)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_every_unknown_and_wrong_field_is_named_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        c.command_from_json({"type": "set_enabled", "flag": 1, "enabled": "x", "extra": 0})
    pointers = sorted(problem.pointer for problem in caught.value.problems)
    assert pointers == ["/enabled", "/extra", "/flag"]


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: command.type)
def test_commands_are_frozen_and_bare(command: c.Command) -> None:
    assert not hasattr(command, "__dict__")
    with pytest.raises((AttributeError, TypeError)):
        setattr(command, fields(command)[0].name, None)
