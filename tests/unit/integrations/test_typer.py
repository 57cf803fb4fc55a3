"""Flags for typer."""

from typing import Any

import pytest
import typer
from tests.native_server import flag
from typer.testing import CliRunner

from yardarm import Client, flag_table
from yardarm.integrations.typer import (
    FlagOption,
    FlagsFileOption,
    ListFlagsOption,
    NoFlagOption,
    flags_of,
)

DOCUMENT: dict[str, Any] = {"flags": {"new-ui": flag(False), "old-ui": flag()}}
app = typer.Typer()


@app.command()
def greet(
    name: str = "you",
    flag: FlagOption = [],  # noqa: B006  # as typer wants it
    no_flag: NoFlagOption = [],  # noqa: B006
    flags_file: FlagsFileOption = [],  # noqa: B006
    list_flags: ListFlagsOption = False,
) -> None:
    local = flags_of(flag, no_flag, flags_file, document=DOCUMENT, environ={})
    client = Client.from_document(DOCUMENT, local=local)
    if list_flags:
        typer.echo(flag_table(client))
        return
    typer.echo(f"{name} {client.boolean('new-ui')} {client.boolean('old-ui')}")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


def test_a_command_follows_its_options() -> None:
    assert run() == (0, "you False True\n")
    assert run("--flag", "new-ui", "--no-flag", "old-ui") == (0, "you True False\n")
    assert "new-ui  on      command line" in run("--list-flags", "--flag", "new-ui")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--flag", "new-iu"], "did you mean 'new-ui'"),
        (["--flag", "new-ui", "--no-flag", "new-ui"], "named by --flag"),
    ],
)
def test_mistakes_are_typers_own(words: list[str], message: str) -> None:
    code, text = run(*words)
    assert code == 2
    assert message in " ".join(text.replace("│", " ").split())
