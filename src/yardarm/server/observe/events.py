"""The event format, version 1: reads a batch, entry by entry, into rows to be stored.

The frame must be right or the batch is refused whole (`BadBatch`); an entry that is out of bounds
is rejected alone. Instants far from the server's clock are taken as "now": a client whose clock is
wrong must not write into the far past or future.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from yardarm.core.model import DEFAULT_KIND
from yardarm.errors import Problem

from .contexts import sighted
from .errors import BadBatch
from .model import Rejected, Sighted

FORMAT = 1
MAX_ENTRIES = 10_000
MAX_ATTRIBUTES = 50
MAX_INDEXED_BYTES = 2_400
"""What flag, variant, kind and unit may have together: a row of PostgreSQL's index holds 2,704."""

_TEXT = 256
_AHEAD = timedelta(minutes=5)
_BEHIND = timedelta(days=7)

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=_TEXT)]
MaybeText: TypeAlias = Annotated[str, Meta(max_length=_TEXT)] | None
Name: TypeAlias = Annotated[str, Meta(max_length=100)]
Whole: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]
At: TypeAlias = Annotated[datetime, Meta(tz=True)]
Entries: TypeAlias = Annotated[list[Raw], Meta(max_length=MAX_ENTRIES)]


class _Sdk(Struct):
    name: Name = ""
    version: Name = ""


class _Lost(Struct):
    counts: Whole = 0
    exposures: Whole = 0
    metrics: Whole = 0
    contexts: Whole = 0


class _Frame(Struct):
    format: int
    batch: Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
    sdk: _Sdk = msgspec.field(default_factory=_Sdk)
    application: Name = ""
    instance: Name = ""
    sent_at: str = ""
    counts: Entries = msgspec.field(default_factory=list)
    exposures: Entries = msgspec.field(default_factory=list)
    metrics: Entries = msgspec.field(default_factory=list)
    contexts: Entries = msgspec.field(default_factory=list)
    context_halvings: Annotated[int, Meta(ge=0, le=61)] = 0
    lost: _Lost = msgspec.field(default_factory=_Lost)


class _Count(Struct, rename={"start": "from", "end": "to"}):
    flag: Text
    reason: Annotated[str, Meta(min_length=1, max_length=40)]
    count: Annotated[int, Meta(ge=1, le=10**12)]
    start: At
    end: At
    variant: MaybeText = None
    version: Whole = 0


class _Exposure(Struct):
    flag: Text
    unit: Text
    at: At
    variant: MaybeText = None
    version: Whole = 0
    rule: MaybeText = None
    kind: Annotated[str, Meta(min_length=1, max_length=64)] = DEFAULT_KIND
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


class _Metric(Struct):
    event: Text
    unit: Text
    at: At
    kind: Annotated[str, Meta(min_length=1, max_length=64)] = DEFAULT_KIND
    value: float | None = None
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


class _Context(Struct):
    context: Raw
    at: At


Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """A batch as rows, without the environment."""

    batch: str
    application: str
    received_at: datetime
    sdk: str = ""
    version: str = ""
    contexts: list[Sighted] = field(default_factory=list)
    context_halvings: int = 0
    counts: list[Row] = field(default_factory=list)
    exposures: list[Row] = field(default_factory=list)
    metrics: list[Row] = field(default_factory=list)
    usage: dict[str, datetime] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


_frames = msgspec.json.Decoder(_Frame)


def read_batch(body: bytes, received_at: datetime) -> Batch:
    """A batch from its JSON. Raises `BadBatch` when the frame is wrong."""
    try:
        frame = _frames.decode(body)
    except msgspec.ValidationError as error:
        message, pointer = _where(str(error))
        raise BadBatch([Problem(pointer, message, "see the event format")]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBatch([Problem("", f"not JSON: {error}")]) from None
    if frame.format != FORMAT:
        raise BadBatch([Problem("/format", f"this server knows event format {FORMAT}")])
    sdk = frame.sdk
    batch = Batch(
        frame.batch,
        _storable(frame.application),
        received_at,
        _storable(sdk.name),
        _storable(sdk.version),
        context_halvings=frame.context_halvings,
    )
    batch.lost = msgspec.structs.asdict(frame.lost)
    _each(batch, "counts", frame.counts, _counts, _take_count)
    _each(batch, "exposures", frame.exposures, _exposures, _take_exposure)
    _each(batch, "metrics", frame.metrics, _metrics, _take_metric)
    _each(batch, "contexts", frame.contexts, _contexts, _take_context)
    return batch


T = TypeVar("T")

_counts = msgspec.json.Decoder(_Count)
_exposures = msgspec.json.Decoder(_Exposure)
_metrics = msgspec.json.Decoder(_Metric)
_contexts = msgspec.json.Decoder(_Context)


def _each(
    batch: Batch,
    name: str,
    entries: list[Raw],
    decoder: msgspec.json.Decoder[T],
    take: Callable[[Batch, T], str],
) -> None:
    for index, raw in enumerate(entries):
        at = f"/{name}/{index}"
        try:
            fault, pointer = take(batch, decoder.decode(raw)), ""
        except msgspec.ValidationError as error:
            fault, pointer = _where(str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            fault, pointer = f"not JSON: {error}", ""
        if fault:
            batch.rejected.append(Rejected(at + pointer, fault))


def _take_count(batch: Batch, entry: _Count) -> str:
    if fault := _unstorable(entry.flag, entry.variant, entry.reason, batch.application):
        return fault
    end = _near(entry.end, batch.received_at)
    batch.counts.append(
        {
            "minute": int(end.timestamp() // 60),
            "flag": entry.flag,
            "variant": entry.variant or "",
            "reason": entry.reason,
            "version": entry.version,
            "application": batch.application,
            "count": entry.count,
        }
    )
    batch.usage[entry.flag] = max(end, batch.usage.get(entry.flag, end))
    return ""


def _take_exposure(batch: Batch, entry: _Exposure) -> str:
    if fault := _unstorable(entry.flag, entry.variant, entry.kind, entry.unit, entry.rule):
        return fault
    batch.exposures.append(
        {
            "flag": entry.flag,
            "version": entry.version,
            "kind": entry.kind,
            "unit": entry.unit,
            "variant": entry.variant or "",
            "rule": entry.rule,
            "at": _near(entry.at, batch.received_at),
            "attributes": _attributes(entry.attributes),
            "application": batch.application,
        }
    )
    return ""


def _take_metric(batch: Batch, entry: _Metric) -> str:
    if fault := _unstorable(entry.event, entry.kind, entry.unit):
        return fault
    batch.metrics.append(
        {
            "event": entry.event,
            "kind": entry.kind,
            "unit": entry.unit,
            "value": entry.value,
            "at": _near(entry.at, batch.received_at),
            "attributes": _attributes(entry.attributes),
            "application": batch.application,
        }
    )
    return ""


def _take_context(batch: Batch, entry: _Context) -> str:
    found = sighted(memoryview(entry.context), _near(entry.at, batch.received_at))
    if isinstance(found, str):
        return found
    batch.contexts.append(found)
    return ""


def _near(at: datetime, received_at: datetime) -> datetime:
    return at if received_at - _BEHIND <= at <= received_at + _AHEAD else received_at


def _unstorable(*texts: str | None) -> str:
    if any(text is not None and "\0" in text for text in texts):
        return "holds the character U+0000"
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text is not None)
    return f"names of {size} bytes, at most {MAX_INDEXED_BYTES}" if size > MAX_INDEXED_BYTES else ""


def _storable(text: str) -> str:
    return text.replace("\0", "")


def _attributes(given: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as text by which they can be grouped; lists, objects and null are left out."""
    kept: dict[str, str] = {}
    for name, value in given.items():
        if len(kept) == MAX_ATTRIBUTES:
            break
        if not 0 < len(name) <= 100 or any(c in '"\\\0' for c in name):
            continue
        if isinstance(value, str):
            kept[name] = _storable(value)[:_TEXT]
        elif isinstance(value, bool | int | float):
            kept[name] = msgspec.json.encode(value).decode()[:_TEXT]
    return kept


_STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]")


def _where(message: str) -> tuple[str, str]:
    """Message and JSON pointer of msgspec's "Expected … - at `$.a[0]`"."""
    text, _, path = message.partition(" - at `$")
    steps = _STEP.findall(path)
    return text.replace("`", "'"), "".join(f"/{name or index}" for name, index in steps)
