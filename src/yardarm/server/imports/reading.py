"""Reads a document and says what taking it over would do. Runs in a process of its own."""

from __future__ import annotations

import json
import tempfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from yardarm.analysis import findings
from yardarm.connect import foreign
from yardarm.connect.endpoints import load_endpoint, pinned
from yardarm.connect.gutter import plain
from yardarm.connect.sources import load, parse
from yardarm.core import model as m
from yardarm.core.codec import document_to_json
from yardarm.core.sentence import sentence
from yardarm.dialects.base import Dialect, Loss
from yardarm.dialects.report import FlagReport, report

from ..working.process import Control
from .model import ImportChoice, ImportedFlag, ImportFinding, ImportLoss, ImportSummary, SaidPart
from .sources import found as dialect_named

ANALYSE_SECONDS = 20.0
"""How long analysis may take; then the report goes without the rest of it."""

_Findings: TypeAlias = dict[str | None, list[ImportFinding]]

_SHOWN = 200
_ORDER = {"refused": 0, "losses": 1, "exact": 2}
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read: files by name, what an address answers, or what was read before.

    `to` is the IP address that the host of `address` was judged by; empty for a database.
    """

    dialect: str
    options: Mapping[str, Any] = field(repr=False)
    present: m.Document
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    address: str = field(default="", repr=False)
    key: str | None = field(default=None, repr=False)
    to: str = ""
    source: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, packed; what it is in ours; the report on each flag; and all in numbers."""

    source: bytes
    document: bytes
    flags: bytes
    summary: dict[str, Any]


def pack(value: Any) -> bytes:
    """A JSON value, compressed. What is no JSON (a tuple or set of a Python file) becomes it."""
    return zlib.compress(json.dumps(value, default=_as_json).encode(), 1)


def unpack(data: bytes) -> Any:
    """What was packed."""
    return json.loads(zlib.decompress(data))


def read(work: Reading, control: Control) -> Read:
    """Raises what `sources.load`, `load_endpoint` and `foreign.read` raise."""
    dialect = dialect_named(work.dialect)
    source = unpack(work.source) if work.source is not None else _loaded(work)
    packed = pack(source)
    control.check()
    reading = foreign.read(dialect, unpack(packed), work.options)
    control.check()
    reported = report(dialect.name, reading, work.present)
    found, analysed = _findings(reading.document, control)
    rows = _rows(reported.flags, reading.document, found)
    losses = [*reported.losses, *(loss for flag in reported.flags for loss in flag.losses)]
    steps = [flag.step for flag in reported.flags]
    flags, segments = _absent(work.present, reading.document)
    summary = ImportSummary(
        flags=len(rows),
        exact=reported.count("exact"),
        losses=reported.count("losses"),
        refused=reported.count("refused"),
        new=steps.count("new"),
        changed=steps.count("changed"),
        unchanged=steps.count("unchanged"),
        segments=reported.segments[:_SHOWN],
        general=tuple(_lost(loss) for loss in reported.losses[:_SHOWN]),
        findings=tuple(found.get(None, ())[:_SHOWN]),
        found=sum(map(len, found.values())),
        analysed=analysed,
        choices=_choices(dialect, work.options, losses),
        absent=len(flags) + len(segments),
        absent_flags=flags[:_SHOWN],
        absent_segments=segments[:_SHOWN],
    )
    return Read(
        packed,
        pack(document_to_json(reading.document)),
        pack([asdict(row) for row in rows]),
        asdict(summary),
    )


def _absent(present: m.Document, read: m.Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The flags in use and the segments that the document does not name; it also does not name
    what was refused."""
    in_use = {key for key, flag in present.flags.items() if flag.archived_at is None}
    return (
        tuple(sorted(in_use - read.flags.keys())),
        tuple(sorted(present.segments.keys() - read.segments.keys())),
    )


# --- where it comes from ----------------------------------------------------------------------


def _loaded(work: Reading) -> Any:
    if work.address and work.to:
        found = load_endpoint(work.dialect, work.address, work.key, pinned(work.to))
    elif work.address:
        return load(work.dialect, work.address, options=work.options)
    elif len(work.files) == 1:
        [(name, data)] = work.files.items()
        if data.startswith(_SQLITE):
            return _of_sqlite(work.dialect, data)
        found = parse(data, name)
    else:
        found = {"files": {name: parse(data, name) for name, data in work.files.items()}}
    return plain(found) if work.dialect == "gutter" else found


def _of_sqlite(dialect: str, data: bytes) -> Any:
    """The tables of the library in a database file; nothing else of it is kept."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "imported.db"
        file.write_bytes(data)
        return load(dialect, f"sqlite:///{file}")


def _as_json(value: object) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


# --- what is said of it -----------------------------------------------------------------------


def _findings(
    document: m.Document, control: Control
) -> tuple[dict[str | None, list[ImportFinding]], bool]:
    """What is worth a look, by flag; under None what concerns segments. False: not all."""
    found: dict[str | None, list[ImportFinding]] = {}
    end = time.monotonic() + ANALYSE_SECONDS
    for finding in findings(document):
        control.check()
        if finding.severity != "note":
            told = ImportFinding(finding.severity, finding.pointer, finding.words, finding.proof)
            found.setdefault(finding.flag, []).append(told)
        if time.monotonic() > end:
            return found, False
    return found, True


def _rows(
    flags: tuple[FlagReport, ...],
    document: m.Document,
    found: _Findings,
) -> list[ImportedFlag]:
    """A row for each flag, what needs a look first."""
    ordered = sorted(flags, key=lambda flag: _ORDER[flag.fate])
    return [_row(number, told, document, found) for number, told in enumerate(ordered)]


def _row(
    number: int,
    told: FlagReport,
    document: m.Document,
    found: _Findings,
) -> ImportedFlag:
    flag = document.flags.get(told.key)
    return ImportedFlag(
        number,
        told.key,
        told.fate,
        told.step,
        told.placed_by,
        tuple(_lost(loss) for loss in told.losses[:_SHOWN]),
        tuple(found.get(told.key, ())[:_SHOWN]),
        () if flag is None else tuple(SaidPart(kind, text) for kind, text in sentence(flag)),
        () if flag is None else tuple(variant.key for variant in flag.variants),
        None if flag is None else flag.off,
    )


def _lost(loss: Loss) -> ImportLoss:
    return ImportLoss(
        loss.kind,
        loss.pointer,
        loss.message,
        loss.effect,
        loss.flag or "",
        loss.says,
        loss.did,
        loss.option,
    )


def _choices(
    dialect: Dialect, options: Mapping[str, Any], losses: list[Loss]
) -> tuple[ImportChoice, ...]:
    """What a person may choose, of all that the losses ask."""
    asked: dict[str, list[Loss]] = {}
    for loss in losses:
        option = loss.option.partition("=")[0]
        if option in dialect.choices:
            asked.setdefault(option, []).append(loss)
    return tuple(
        ImportChoice(
            option,
            _chosen(dialect.choices[option], options.get(option)),
            dict(dialect.choices[option]),
            len({loss.flag for loss in about if loss.flag is not None}),
            _lost(about[0]),
        )
        for option, about in asked.items()
    )


def _chosen(values: Mapping[str, Any], given: Any) -> str:
    """Which of the values is given; the first where none of them is."""
    return next((name for name, value in values.items() if value == given), next(iter(values)))
