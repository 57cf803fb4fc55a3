"""The native format's lines, roots and patches."""

import hashlib
import json

import pytest
from tests.oracle.build import boolean, document

from yardarm.core import snapshot as s
from yardarm.errors import DocumentError, SnapshotError

DOCUMENT = document({"b": boolean(), "a": boolean(enabled=False)}, {"s": {}})


def test_the_root_is_what_the_format_says() -> None:
    """Computed here once more from the words of the format's description."""
    made = s.from_document(DOCUMENT)
    header, *lines = made.encode().rstrip(b"\n").split(b"\n")
    assert lines == sorted(lines)
    total = b""
    for line in lines:
        kind, key, _ = line.split(b"\t")
        total += kind + b"\t" + key + b"\t" + hashlib.sha256(line).hexdigest().encode() + b"\n"
    assert json.loads(header) == {
        "epoch": "", "format": 1, "version": 0, "root": hashlib.sha256(total).hexdigest(),
    }  # fmt: skip


def test_an_empty_environment() -> None:
    made = s.from_document(document({}))
    assert s.decode(made.encode()) == made
    assert made.root == hashlib.sha256(b"").hexdigest()


def test_order_of_lines_does_not_matter_to_a_reader() -> None:
    made = s.from_document(DOCUMENT)
    header, *lines = made.encode().splitlines()
    assert s.decode(b"\n".join([header, *reversed(lines)]) + b"\n") == made


@pytest.mark.parametrize("data", [
    b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\n", b"x\n", b"{}", b'{"format":1}\n',
    b'{"epoch":"e","format":true,"root":"","version":1}\n', b"[" * 100_000 + b"\n",
    b'{"epoch":"e","format":1,"root":"00","version":1}\n',
    b'{"epoch":1,"format":1,"root":"","version":1}\n',
])  # fmt: skip
def test_headers_that_are_refused(data: bytes) -> None:
    for read in (s.decode, s.decode_patch):
        with pytest.raises(SnapshotError):
            read(data)


@pytest.mark.parametrize("line", [
    b"", b"flag", b'flag\t"a"', b'flag "a" {}', b'\t"a"\t{}', b'FLAG\t"a"\t{}', b"flag\ta\t{}",
])  # fmt: skip
def test_lines_that_are_none(line: bytes) -> None:
    with pytest.raises(SnapshotError):
        s.id_of(line)


@pytest.mark.parametrize("at", [b'flag\t"a', b"flag\t\xff", b"flag\t", b"flag"])
def test_line_ids_that_are_damaged(at: bytes) -> None:
    with pytest.raises(SnapshotError):
        s.reference(at)


@pytest.mark.parametrize("fields", [
    {"base": "0"}, {"base": None}, {"base": True}, {"removed": {}}, {"removed": [1]},
    {"removed": ["flag"]}, {"removed": ["\ud800"]},
])  # fmt: skip
def test_patch_headers_that_are_refused(fields: dict[str, object]) -> None:
    header = {"base": 0, "epoch": "e", "format": 1, "removed": [], "root": "", "version": 1}
    with pytest.raises(SnapshotError):
        s.decode_patch(json.dumps({**header, **fields}).encode() + b"\n")


def test_a_patch_says_what_it_changes() -> None:
    before = s.from_document(DOCUMENT)
    after = s.from_document(document({"b": boolean(), "c": boolean()}))
    patch = s.between(before, after)
    assert patch.changed() == {("flag", "a"), ("flag", "c"), ("segment", "s")}
    assert [s.id_of(line) for line in patch.lines] == [s.line_id("flag", "c")]
    assert s.between(before, before).lines == s.between(before, before).removed == ()


def test_a_patch_that_does_not_lead_to_its_root_changes_nothing() -> None:
    before = s.from_document(DOCUMENT)
    patch = s.between(before, s.from_document(document({"b": boolean(enabled=False)})))
    wrong = s.Patch(patch.epoch, patch.base, patch.version, "0" * 64, patch.lines, patch.removed)
    with pytest.raises(SnapshotError, match="does not lead to the root"):
        s.apply(before, wrong)
    assert before == s.from_document(DOCUMENT)


def test_keys_with_signs_of_the_format() -> None:
    for key in ("a\tb", "a\nb", 'a"b', "a\\b", "é", "\u2028"):
        at = s.line_id("flag", key)
        assert b"\n" not in at
        assert at.count(b"\t") == 1
        assert s.reference(at) == ("flag", key)


def test_a_source_reads_what_is_asked_and_says_what_is_wrong() -> None:
    lines = [
        s.line_id("flag", "good") + b"\t" + json.dumps(boolean()).encode(),
        s.line_id("flag", "bad") + b'\t{"type": 1}',
        s.line_id("segment", "bad") + b"\t{",
    ]
    source = s.SnapshotSource(s.from_lines(lines, "e", 1))
    assert source.flag("good").enabled
    for read, key in ((source.flag, "bad"), (source.segment, "bad")):
        with pytest.raises(DocumentError) as caught:
            read(key)
        assert caught.value.problems[0].pointer.startswith(("/flags/bad", "/segments/bad"))
    for read in (source.flag, source.segment):
        with pytest.raises(KeyError):
            read("nowhere")
    with pytest.raises(DocumentError):
        s.to_document(source.snapshot)
