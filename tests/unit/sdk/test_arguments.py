"""Flags on a command line, for programs without a parser."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm import Client, LocalFlags, OptionError, take_flags
from yardarm.sdk.arguments import read_argument

NOTHING = LocalFlags()


@pytest.mark.parametrize(
    ("words", "said", "files", "rest"),
    [
        ([], {}, [], []),
        (["--flag", "new-ui"], {"new-ui": True}, [], []),
        (["--flag=new-ui", "x"], {"new-ui": True}, [], ["x"]),
        (["--flag", "search=v2"], {"search": "v2"}, [], []),
        (["--flag=search=a=b"], {"search": "a=b"}, [], []),
        (["-v", "--no-flag", "a", "run"], {"a": False}, [], ["-v", "run"]),
        (["--flag", "a", "--no-flag=a"], {"a": False}, [], []),
        (["--no-flag", "a", "--flag", "a"], {"a": True}, [], []),
        (["--flags-file", "f", "--flags-file=g"], {}, ["f", "g"], []),
        (["--flags", "x", "--fla", "y"], {}, [], ["--flags", "x", "--fla", "y"]),
        (["--", "--flag", "a"], {}, [], ["--", "--flag", "a"]),
        (["--flag", "--strange"], {"--strange": True}, [], []),
    ],
)
def test_what_is_taken(words: list[str], said: Any, files: list[str], rest: list[str]) -> None:
    local, left = take_flags(words, NOTHING)
    assert (local.arguments, local.files, left) == (said, files or (), rest)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--flag"], r"--flag needs a word behind it: NAME\[=VARIANT\]"),
        (["--no-flag", "--", "a"], "--no-flag needs a word"),
        (["--flag="], "write --flag new-ui or --flag search=v2, not ''"),
        (["--flag", "a="], "not 'a='"), (["--flag", "=v"], "not '=v'"),
        (["--no-flag", "a=b"], "write --no-flag new-ui, not 'a=b'"), (["--no-flag= "], "not ' '"),
    ],
)  # fmt: skip
def test_mistakes(words: list[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        take_flags(words, NOTHING)


@given(st.lists(st.text(st.sampled_from("-=fx "), max_size=4)))
def test_what_names_no_option_is_left_as_it_was(words: list[str]) -> None:
    assert take_flags(words, NOTHING) == (NOTHING, words)


def test_a_program_without_server_or_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YARDARM_FLAG_DRY_RUN", "yes")
    local, rest = take_flags(["--flag", "new-ui", "input.csv"])
    client = Client.from_document({"flags": {}}, local=local)
    assert (client.boolean("new-ui"), client.boolean("dry-run"), rest) == (
        True,
        True,
        ["input.csv"],
    )
    assert client.boolean("other", fallback=False) is False


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_word_is_a_name_and_perhaps_a_value(name: str, value: str) -> None:
    if "=" in name or not name.strip():
        return
    assert read_argument(name) == (name.strip(), True)
    assert read_argument(f"{name}={value}") == (name.strip(), value)
