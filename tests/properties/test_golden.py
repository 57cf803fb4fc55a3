"""The native format, version 1, byte by byte. See tests/golden/README.md."""

from collections.abc import Callable
from pathlib import Path

from yardarm.core import snapshot
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.jsontext import canonical, parse_json
from yardarm.core.model import FLAG_TYPES, Document
from yardarm.core.validate import errors, validate

FILES = Path(__file__).parents[1] / "golden"
Golden = Callable[[str, bytes], None]


def load(name: str) -> Document:
    return document_from_json(parse_json((FILES / name).read_bytes()))


def test_the_examples_are_valid_and_use_everything() -> None:
    document = load("document.json")
    assert errors(validate(document)) == []
    assert {flag.type for flag in document.flags.values()} == set(FLAG_TYPES)
    canonical_text = canonical(document_to_json(document)).decode()
    for field in (
        "archived_at", "client_visible", "default", "description", "enabled", "excluded",
        "expires_at", "included", "kind", "layer", "metadata", "off", "origin", "outside", "owner",
        "paused", "prerequisites", "purpose", "ranges", "schema", "seed", "tags", "targets",
    ):  # fmt: skip
        assert f'"{field}":' in canonical_text, f"the example does not use {field!r}"


def test_document(golden: Golden) -> None:
    golden("document.canonical.json", canonical(document_to_json(load("document.json"))) + b"\n")


def test_snapshot(golden: Golden) -> None:
    golden("snapshot.yardarm", snapshot.from_document(load("document.json")).encode())


def test_patch(golden: Golden) -> None:
    before = snapshot.from_document(load("document.json"))
    after = snapshot.from_document(load("document_after.json"))
    golden("patch.yardarm", snapshot.between(before, after).encode())


def test_the_files_are_still_read() -> None:
    before, after = load("document.json"), load("document_after.json")
    read = snapshot.decode((FILES / "snapshot.yardarm").read_bytes())
    assert snapshot.to_document(read, before.environment) == before
    patch = snapshot.decode_patch((FILES / "patch.yardarm").read_bytes())
    assert snapshot.to_document(snapshot.apply(read, patch)) == after
    assert load("document.canonical.json") == before
