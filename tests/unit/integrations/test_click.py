"""Flags for click."""

from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from tests.native_server import flag

from yardarm import Client, LocalFlags, flag_table
from yardarm.integrations.click import flag_options

DOCUMENT: dict[str, Any] = {
    "flags": {
        "new-ui": flag(False),
        "search": {"type": "string", "enabled": True, "default": "v1",
                   "variants": [{"key": "v1", "value": "a"}, {"key": "v2", "value": "b"}]},
    }
}  # fmt: skip


@click.command()
@click.argument("name", default="you")
@flag_options(document=DOCUMENT, environ={"YARDARM_FLAG_NEW_UI": "on"})
def greet(name: str, flags: LocalFlags, list_flags: bool) -> None:
    """Greet."""
    client = Client.from_document(DOCUMENT, local=flags)
    if list_flags:
        click.echo(flag_table(client))
        return
    click.echo(f"{name} {client.boolean('new-ui')} {client.string('search')}")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(greet, words)
    return done.exit_code, done.output


def test_a_command_follows_its_options() -> None:
    assert run() == (0, "you True a\n")
    assert run("--no-flag", "new-ui", "--flag", "search=v2", "me") == (0, "me False b\n")
    code, text = run("--list-flags", "--flag", "search=v2")
    assert code == 0
    assert "search  v2      command line" in text
    assert "new-ui  on      environment YARDARM_FLAG_NEW_UI" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--flag", "new-iu"], "there is no flag 'new-iu'; did you mean 'new-ui'?"),
        (["--flag", "new-ui", "--no-flag", "new-ui"], "named by --flag and by --no-flag"),
        (["--fl", "new-ui"], "No such option"),
    ],
)
def test_mistakes_are_clicks_own(words: list[str], message: str) -> None:
    code, text = run(*words)
    assert code == 2
    assert message in text


def test_it_stays_documented_and_completes() -> None:
    assert greet.help == "Greet."
    assert "--flag NAME[=VARIANT]" in run("--help")[1]
    complete = ShellComplete(greet, {}, "greet", "_GREET_COMPLETE")
    words = [one.value for one in complete.get_completions(["--flag"], "search=")]
    assert words == ["search=v1", "search=v2"]
