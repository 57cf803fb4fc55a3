"""The flags of a document, for command lines; and local flags with YAML."""

import logging
from pathlib import Path
from typing import Any

import pytest
from tests.native_server import flag

from yardarm import Client, LocalFlags, OptionError, local_flags
from yardarm.connect.known_flags import KnownFlags
from yardarm.core.codec import document_from_json

DOCUMENT: dict[str, Any] = {
    "flags": {
        "new-ui": flag(),
        "search": {"type": "string", "variants": [{"key": "v1", "value": "a"},
                                                  {"key": "v2", "value": "b"}]},
        "gone": {**flag(), "archived_at": "2026-01-01T00:00:00Z"},
    }
}  # fmt: skip


@pytest.mark.parametrize("form", ["mapping", "document", "file"])
def test_documents_of_every_form(form: str, tmp_path: Path) -> None:
    document: Any = DOCUMENT
    if form == "document":
        document = document_from_json(DOCUMENT)
    if form == "file":
        document = tmp_path / "flags.yaml"
        document.write_text("flags: {new-ui: {type: boolean, variants: [{key: on, value: true}]}}")
    known = KnownFlags.of(document)
    known.check("--flag", "new-ui")
    with pytest.raises(OptionError, match=r"there is no flag 'new-iu'; did you mean 'new-ui'\?"):
        known.check("--flag", "new-iu")


@pytest.mark.parametrize(
    ("option", "word", "message"),
    [
        ("--flag", "search", "flag 'search' needs a variant: v1, v2"),
        ("--flag", "search=v3", "flag 'search' has no variant 'v3'"),
        ("--flag", "gone", "there is no flag 'gone'"),
        ("--no-flag", "serch", "did you mean 'search'"),
    ],
)
def test_mistakes_are_found(option: str, word: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        KnownFlags.of(DOCUMENT).check(option, word)


def test_what_is_right_passes() -> None:
    known = KnownFlags.of(DOCUMENT)
    for option, word in [("--flag", "search=v2"), ("--flag", "search=b"), ("--no-flag", "search"),
                         ("--no-flag", "new-ui"), ("--flags-file", "anything")]:  # fmt: skip
        known.check(option, word)


def test_without_a_document_all_passes(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    with caplog.at_level(logging.WARNING, "yardarm"):
        for document in (None, tmp_path / "missing.json", tmp_path / "bad.json"):
            KnownFlags.of(document).check("--flag", "whatever=x")
    assert caplog.text.count("flags are not checked") == 2


def test_completion() -> None:
    known = KnownFlags.of(DOCUMENT)
    assert known.complete("--flag", "") == ["new-ui", "search"]
    assert known.complete("--flag", "se") == ["search"]
    assert known.complete("--flag", "search=") == ["search=v1", "search=v2"]
    assert known.complete("--no-flag", "search=") == []
    assert known.complete("--flag", "nowhere=") == []
    assert known.complete("--flags-file", "") == []


def test_a_flag_both_on_and_off_is_a_mistake() -> None:
    known = KnownFlags.of(DOCUMENT)
    assert known.gather(LocalFlags(), ["search=v2"], ["new-ui"], ["f"]) == LocalFlags(
        {"search": "v2", "new-ui": False}, files=["f"]
    )
    with pytest.raises(OptionError, match="flag 'new-ui' is named by --flag and by --no-flag"):
        known.gather(LocalFlags(), ["new-ui"], ["new-ui"], [])


def test_local_flags_read_yaml_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flags.yaml").write_text("search: v2\nnew-ui: false\n")
    monkeypatch.setenv("YARDARM_FLAG_NEW_UI", "on")
    served = DOCUMENT["flags"]["search"] | {"enabled": True, "default": "v1"}
    document = {"flags": {"new-ui": flag(False), "search": served}}
    with Client.from_document(
        document, local=local_flags(files=[tmp_path / "flags.yaml"])
    ) as client:
        assert (client.boolean("new-ui"), client.string("search")) == (True, "b")
    with Client.from_document(document, local=local_flags(environ={})) as client:
        assert client.boolean("new-ui") is False
