r"""The native format: a snapshot's bytes, its root, and patches between versions.

A snapshot is UTF-8 text of lines, each ended by ``\n``::

    {"epoch":"…","format":1,"root":"<64 hex digits>","version":7}
    flag\t"new-checkout"\t{"default":"on", …}
    segment\t"beta"\t{"included": …}

The header is one JSON object. Each further line holds a kind, the key as JSON text and the JSON of
the flag or segment, separated by tabs, in the order of their first two fields as bytes. The JSON
is canonical (sorted names, no white space). `root` is the SHA-256 over, for every line in that
order, ``kind TAB key TAB <hex SHA-256 of the whole line without its \n> \n``.

So a reader indexes lines without parsing them, parses a flag on first use, knows by the root that
it has exactly what the server has, and applies a patch by replacing lines::

    {"base":6,"epoch":"…","format":1,"removed":["flag\t\"old\""],"root":"…","version":7}
    flag\t"new-checkout"\t{ … }

A patch applies to the version `base` of the same epoch and must give `root`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ..errors import DocumentError, Problem, SnapshotError
from . import model as m
from .codec import (
    flag_to_json,
    read_flag,
    read_segment,
    segment_to_json,
)
from .jsontext import canonical
from .reading import Reader
from .references import Reference

LineId = bytes
"""Kind TAB key-as-JSON: what names a line."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of an environment as lines. `lines` and `hashes` are by line id."""

    epoch: str
    version: int
    root: str
    lines: Mapping[LineId, bytes]
    hashes: Mapping[LineId, str]

    def encode(self) -> bytes:
        """The snapshot's bytes."""
        header = canonical(
            {"format": m.FORMAT, "epoch": self.epoch, "version": self.version, "root": self.root}
        )
        return b"\n".join([header, *(self.lines[at] for at in sorted(self.lines))]) + b"\n"


@dataclass(frozen=True, slots=True)
class Patch:
    """What leads from version `base` to `version`: changed lines, removed line ids, new root."""

    epoch: str
    base: int
    version: int
    root: str
    lines: tuple[bytes, ...]
    removed: tuple[LineId, ...]

    def encode(self) -> bytes:
        """The patch's bytes."""
        header = canonical(
            {
                "format": m.FORMAT,
                "epoch": self.epoch,
                "base": self.base,
                "version": self.version,
                "root": self.root,
                "removed": [at.decode() for at in self.removed],
            }
        )
        return b"\n".join([header, *self.lines]) + b"\n"

    def changed(self) -> set[Reference]:
        """The flags and segments that it changes or removes."""
        return {reference(id_of(line)) for line in self.lines} | {
            reference(at) for at in self.removed
        }


def line_id(kind: str, key: str) -> LineId:
    """The id of the line of a flag or segment."""
    return f"{kind}\t{json.dumps(key, ensure_ascii=False)}".encode()


def id_of(line: bytes) -> LineId:
    """The id that a line begins with. Raises `SnapshotError` when it is no such line.

    Any kind is taken: a newer server may send lines of kinds that this version does not know.
    They count for the root, are passed on, and nobody asks for them.
    """
    kind, tab, rest = line.partition(b"\t")
    key, second, _ = rest.partition(b"\t")
    if not (tab and second and kind.isalpha() and kind.islower() and key.startswith(b'"')):
        raise SnapshotError(f"not a line of a snapshot: {line[:60]!r}")
    return kind + tab + key


def reference(at: LineId) -> Reference:
    """Kind and key of a line id. Raises `SnapshotError` when it is damaged."""
    kind, _, key = at.partition(b"\t")
    try:
        return kind.decode(), str(json.loads(key))
    except ValueError:
        raise SnapshotError(f"not the id of a line: {at[:60]!r}") from None


def flag_line(flag: m.Flag) -> bytes:
    """A flag's line."""
    return line_id("flag", flag.key) + b"\t" + canonical(flag_to_json(flag))


def segment_line(segment: m.Segment) -> bytes:
    """A segment's line."""
    return line_id("segment", segment.key) + b"\t" + canonical(segment_to_json(segment))


def root_of(hashes: Mapping[LineId, str]) -> str:
    """The root over line hashes."""
    total = sha256()
    total.update(b"".join(b"%b\t%b\n" % (at, hashes[at].encode()) for at in sorted(hashes)))
    return total.hexdigest()


def from_lines(lines: Iterable[bytes], epoch: str, version: int) -> Snapshot:
    """A snapshot of these lines. Raises `SnapshotError` when one comes twice."""
    by_id: dict[LineId, bytes] = {}
    for line in lines:
        at = id_of(line)
        if at in by_id:
            raise SnapshotError(f"the line {at!r} comes twice")
        by_id[at] = line
    hashes = {at: sha256(line).hexdigest() for at, line in by_id.items()}
    return Snapshot(epoch, version, root_of(hashes), by_id, hashes)


def from_document(document: m.Document) -> Snapshot:
    """The snapshot of a document."""
    lines = [flag_line(flag) for flag in document.flags.values()]
    lines += [segment_line(segment) for segment in document.segments.values()]
    return from_lines(lines, document.epoch, document.version)


def decode(data: bytes) -> Snapshot:
    """Read a snapshot's bytes, checking the root. Raises `SnapshotError`."""
    header, *lines = _split(data)
    meta = _header(header)
    snapshot = from_lines(lines, meta["epoch"], meta["version"])
    if snapshot.root != meta["root"]:
        raise SnapshotError("the snapshot does not have the root it names")
    return snapshot


def decode_patch(data: bytes) -> Patch:
    """Read a patch's bytes. Raises `SnapshotError`."""
    header, *lines = _split(data)
    meta = _header(header)
    base, removed = meta.get("base"), meta.get("removed")
    if type(base) is not int or not isinstance(removed, list):
        raise SnapshotError("a patch needs 'base' and 'removed'")
    gone = tuple(_line_id(at) for at in removed)
    return Patch(meta["epoch"], base, meta["version"], meta["root"], tuple(lines), gone)


def _line_id(text: m.Json) -> LineId:
    if not isinstance(text, str):
        raise SnapshotError("'removed' holds something else than ids of lines")
    return id_of(_utf8(text) + b"\t")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise SnapshotError("the header holds a lone surrogate") from None


def apply(snapshot: Snapshot, patch: Patch) -> Snapshot:
    """The snapshot after the patch. Raises `SnapshotError` when they do not fit together."""
    if patch.epoch != snapshot.epoch or patch.base != snapshot.version:
        raise SnapshotError(
            f"the patch continues version {patch.base} of epoch {patch.epoch!r}, "
            f"but this is version {snapshot.version} of epoch {snapshot.epoch!r}"
        )
    lines, hashes = dict(snapshot.lines), dict(snapshot.hashes)
    for at in patch.removed:
        lines.pop(at, None)
        hashes.pop(at, None)
    for line in patch.lines:
        at = id_of(line)
        lines[at] = line
        hashes[at] = sha256(line).hexdigest()
    if root_of(hashes) != patch.root:
        raise SnapshotError("the patch does not lead to the root it names")
    return Snapshot(patch.epoch, patch.version, patch.root, lines, hashes)


def between(before: Snapshot, after: Snapshot) -> Patch:
    """The patch that leads from one snapshot to another of the same epoch."""
    lines = tuple(
        after.lines[at] for at in sorted(after.lines) if before.hashes.get(at) != after.hashes[at]
    )
    removed = tuple(at for at in sorted(before.lines) if at not in after.lines)
    return Patch(after.epoch, before.version, after.version, after.root, lines, removed)


def to_document(snapshot: Snapshot, environment: Mapping[str, m.Json] | None = None) -> m.Document:
    """The whole document. Raises `DocumentError` when a line is malformed."""
    source = SnapshotSource(snapshot)
    flags, segments = {}, {}
    for at in sorted(snapshot.lines):
        kind, key = reference(at)
        if kind == "flag":
            flags[key] = source.flag(key)
        elif kind == "segment":
            segments[key] = source.segment(key)
    return m.Document(flags, segments, environment or {}, snapshot.version, snapshot.epoch)


class SnapshotSource:
    """Flags and segments of a snapshot, each decoded when asked for. See `references.Source`.

    Fields that this version does not know are let pass: a newer server may send them.
    """

    __slots__ = ("snapshot",)

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def flag(self, key: str) -> m.Flag:
        problems: list[Problem] = []
        found = read_flag(self._reader("flag", key, problems), key)
        if problems or found is None:
            raise DocumentError(problems)
        return found

    def segment(self, key: str) -> m.Segment:
        problems: list[Problem] = []
        found = read_segment(self._reader("segment", key, problems), key)
        if problems or found is None:
            raise DocumentError(problems)
        return found

    def _reader(self, kind: str, key: str, problems: list[Problem]) -> Reader:
        line = self.snapshot.lines[line_id(kind, key)]
        pointer = f"/{kind}s/{key}"
        try:
            value = json.loads(line.split(b"\t", 2)[2])
        except (ValueError, RecursionError):
            raise DocumentError([Problem(pointer, "not JSON")]) from None
        return Reader(value, pointer, problems, strict=False)


def _split(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    if lines.pop() or not lines:  # each line has an end: nothing stands after the last one
        raise SnapshotError("the snapshot is cut off: its last line has no end")
    return lines


def _header(line: bytes) -> dict[str, m.Json]:
    try:
        meta = json.loads(line)
    except (ValueError, RecursionError):
        raise SnapshotError("the header is not JSON") from None
    kinds = {"format": int, "epoch": str, "version": int, "root": str}
    if not isinstance(meta, dict) or any(
        type(meta.get(name)) is not kind for name, kind in kinds.items()
    ):
        raise SnapshotError(f"the header needs {', '.join(kinds)}")
    _utf8(meta["epoch"])
    if meta["format"] > m.FORMAT:
        raise SnapshotError(
            f"format {meta['format']} is newer than {m.FORMAT}", "upgrade Yardarm to read it"
        )
    return meta


__all__ = [
    "Patch",
    "Snapshot",
    "SnapshotSource",
    "apply",
    "between",
    "decode",
    "decode_patch",
    "flag_line",
    "from_document",
    "from_lines",
    "id_of",
    "line_id",
    "reference",
    "root_of",
    "segment_line",
    "to_document",
]
