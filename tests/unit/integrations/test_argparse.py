"""Flags for argparse."""

import argparse
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import flag

from yardarm import Client, LocalFlags
from yardarm.integrations.argparse import add_flag_arguments

DOCUMENT: dict[str, Any] = {
    "flags": {
        "new-ui": flag(False),
        "search": {"type": "string", "enabled": True, "default": "v1",
                   "variants": [{"key": "v1", "value": "a"}, {"key": "v2", "value": "b"}]},
    }
}  # fmt: skip


def made(parser: argparse.ArgumentParser | None = None, **given: Any) -> argparse.ArgumentParser:
    parser = parser or argparse.ArgumentParser("prog")
    add_flag_arguments(parser, **{"document": DOCUMENT, "environ": {}, **given})
    return parser


def test_a_program_follows_its_command_line() -> None:
    options = made().parse_args(["--flag", "search=v2", "--flag=new-ui"])
    client = Client.from_document(DOCUMENT, local=options.flags)
    assert (client.string("search"), client.boolean("new-ui")) == ("b", True)
    assert options.list_flags is False


def test_nothing_said_is_nothing() -> None:
    assert made().parse_args([]).flags.arguments == {}
    assert made().parse_args(["--list-flags"]).list_flags is True


def test_the_last_word_about_a_flag_counts() -> None:
    words = ["--flag", "new-ui", "--no-flag", "new-ui"]
    assert made().parse_args(words).flags.arguments == {"new-ui": False}
    assert made().parse_args(words[2:] + words[:2]).flags.arguments == {"new-ui": True}


def test_parsing_twice_begins_anew() -> None:
    parser = made()
    parser.parse_args(["--flag", "new-ui"])
    assert parser.parse_args([]).flags.arguments == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--flag", "new-iu"], "there is no flag 'new-iu'; did you mean 'new-ui'?"),
        (["--flag", "search"], "flag 'search' needs a variant: v1, v2"),
        (["--flag", "search=v3"], "flag 'search' has no variant 'v3'"),
        (["--no-flag", "search=v1"], "there is no flag 'search=v1'; did you mean 'search'?"),
        (["--flag"], "expected one argument"),
    ],
)
def test_mistakes_are_argparses_own(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        made().parse_args(words)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
    quiet = made(argparse.ArgumentParser("prog", exit_on_error=False))
    with pytest.raises(argparse.ArgumentError):
        quiet.parse_args(words)


def test_without_a_document_every_flag_passes() -> None:
    options = made(document=None).parse_args(["--flag", "anything=7"])
    client = Client.from_document({"flags": {}}, local=options.flags)
    assert client.integer("anything") == 7


def test_a_document_that_cannot_be_read_is_logged(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.WARNING, "yardarm"):
        options = made(document=tmp_path / "none.toml").parse_args(["--flag", "x"])
    assert options.flags.arguments == {"x": True}
    assert "flags are not checked" in caplog.text


def test_command_line_environment_file(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('search = "v2"\nnew-ui = true\n')
    (tmp_path / "mine.yaml").write_text("search: v1\n")
    parser = made(environ={"YARDARM_FLAG_NEW_UI": "off"}, files=[tmp_path / "site.toml"])
    for words, served in (
        ([], ("b", False)),
        (["--flags-file", str(tmp_path / "mine.yaml")], ("a", False)),
        (["--flag", "new-ui"], ("b", True)),
    ):
        with Client.from_document(DOCUMENT, local=parser.parse_args(words).flags) as client:
            assert (client.string("search"), client.boolean("new-ui")) == served


@pytest.mark.parametrize("word", ["--fla", "--no-f", "--list", "--flags-fi", "--no"])
def test_no_option_stands_for_the_beginning_of_its_name(word: str) -> None:
    _, rest = made().parse_known_args([word, "x"])
    assert rest == [word, "x"]


def test_the_programs_own_abbreviations_mean_what_they_meant() -> None:
    parser = argparse.ArgumentParser("prog")
    parser.add_argument("--flavour")
    parser.add_argument("--notes")
    made(parser)
    options = parser.parse_args(["--fl", "mint", "--no", "n", "--flag", "new-ui"])
    assert (options.flavour, options.notes) == ("mint", "n")
    assert options.flags.arguments == {"new-ui": True}


def test_options_of_others_are_left() -> None:
    options, rest = made().parse_known_args(["--their", "x", "--flag", "new-ui", "y"])
    assert (options.flags.arguments, rest) == ({"new-ui": True}, ["--their", "x", "y"])


def test_a_parent_hands_them_on() -> None:
    parent = made(argparse.ArgumentParser(add_help=False))
    child = argparse.ArgumentParser("child", parents=[parent])
    child.add_argument("input")
    options = child.parse_args(["--flag", "new-ui", "f.csv"])
    assert (options.flags.arguments, options.input) == ({"new-ui": True}, "f.csv")
    assert child.parse_args(["f.csv"]).flags.arguments == {}
    assert "feature flags:" in child.format_help()


def test_subcommands_may_have_their_own() -> None:
    parser = argparse.ArgumentParser("prog")
    commands = parser.add_subparsers()
    made(commands.add_parser("run"))
    assert parser.parse_args(["run", "--flag", "new-ui"]).flags.arguments == {"new-ui": True}


def test_another_place_in_the_namespace() -> None:
    assert isinstance(made(dest="toggles").parse_args([]).toggles, LocalFlags)


def test_completion_knows_flags_and_variants() -> None:
    (action,) = (one for one in made()._actions if "--flag" in one.option_strings)
    completer = action.completer  # type: ignore[attr-defined]  # what argcomplete looks for
    assert completer("se", parsed_args=None) == ["search"]
    assert completer("search=", action=action) == ["search=v1", "search=v2"]


def test_help_names_the_flags() -> None:
    odd = {"type": "boolean", "variants": [{"key": "100%", "value": True}]}
    flags = {"%(prog)s": odd, **{f"flag-{n:02}": flag() for n in range(25)}}
    text = " ".join(made(document={"flags": flags}).format_help().split())
    assert "flags: %(prog)s (100%), flag-00 (on, off)," in text
    assert "flag-18 (on, off) and 6 more" in text
    assert "flags:" not in made(document=None).format_help().partition("feature flags:")[2]


def test_help_says_what_they_are() -> None:
    text = made().format_help()
    for words in ("--flag NAME[=VARIANT]", "--no-flag NAME", "--flags-file FILE", "--list-flags"):
        assert words in text


def test_it_brings_no_package_along() -> None:
    program = (
        "import sys, yardarm.integrations.argparse\n"
        "print(sorted({'click', 'rich', 'ruamel', 'typer', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
