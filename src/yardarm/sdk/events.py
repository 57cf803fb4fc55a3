"""Event format 1: what is reported, as JSON. Pure.

::

    {"format": 1, "batch": "<uuid>", "sdk": {"name", "version"}, "application", "instance",
     "sent_at", "counts": [{"flag", "variant", "reason", "version", "count", "from", "to"}],
     "exposures": [{"flag", "version", "variant", "rule", "kind", "unit", "at", "attributes"}],
     "metrics": [{"event", "kind", "unit", "value", "at", "attributes"}],
     "contexts": [{"context", "at"}], "context_halvings",
     "lost": {"counts", "exposures", "metrics", "contexts"}}

Times are RFC 3339 in UTC. `counts` cover `from` to `to` and add up without gaps or overlaps.
A batch that is sent twice carries the same `batch` and counts once.

An entry of `contexts` is one sighting: the process evaluated for this context within this hour.
`_private` of the context names the attributes that it had and that are not told. With
`context_halvings` of k the process reports only contexts placed in the lowest 2^-k of all places,
which is a uniform sample.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .counting import Count
from .exposures import Exposure, Metric
from .observing import Sighting
from .version import VERSION

EVENT_FORMAT = 1
SDK_NAME = "yardarm-python"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reports: the application as people know it, and this one process of it."""

    application: str
    instance: str


@dataclass(frozen=True, slots=True)
class Losses:
    """What could not be reported: evaluations, exposures, metric events, contexts."""

    counts: int = 0
    exposures: int = 0
    metrics: int = 0
    contexts: int = 0

    def __add__(self, other: Losses) -> Losses:
        return Losses(
            self.counts + other.counts, self.exposures + other.exposures,
            self.metrics + other.metrics, self.contexts + other.contexts,
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.counts or self.exposures or self.metrics or self.contexts)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one report holds. Times are seconds since 1970."""

    id: str
    counts: Sequence[Count]
    exposures: Sequence[Exposure]
    metrics: Sequence[Metric]
    lost: Losses
    counted_from: float
    counted_to: float
    contexts: Sequence[Sighting] = ()
    context_halvings: int = 0

    def __bool__(self) -> bool:
        return bool(self.counts or self.exposures or self.metrics or self.contexts or self.lost)

    def as_losses(self) -> Losses:
        """What is lost when this batch is."""
        counted = sum(count.count for count in self.counts)
        entries = (len(self.exposures), len(self.metrics), len(self.contexts))
        return Losses(counted, *entries) + self.lost


def to_json(batch: Batch, identity: Identity, sent_at: float) -> dict[str, Any]:
    """The batch as JSON."""
    period = {"from": utc(batch.counted_from), "to": utc(batch.counted_to)}
    return {
        "format": EVENT_FORMAT,
        "batch": batch.id,
        "sdk": {"name": SDK_NAME, "version": VERSION},
        "application": identity.application,
        "instance": identity.instance,
        "sent_at": utc(sent_at),
        "counts": [
            {
                "flag": c.flag, "variant": c.variant, "reason": c.reason, "version": c.version,
                "count": c.count, **period,
            }
            for c in batch.counts
        ],
        "exposures": [
            {
                "flag": e.flag, "version": e.version, "variant": e.variant, "rule": e.rule,
                "kind": e.kind, "unit": e.unit, "at": utc(e.at), "attributes": e.attributes,
            }
            for e in batch.exposures
        ],
        "metrics": [
            {
                "event": m.event, "kind": m.kind, "unit": m.unit, "value": m.value,
                "at": utc(m.at), "attributes": m.attributes,
            }
            for m in batch.metrics
        ],
        "contexts": [{"context": seen.context, "at": utc(seen.at)} for seen in batch.contexts],
        "context_halvings": batch.context_halvings,
        "lost": {
            "counts": batch.lost.counts, "exposures": batch.lost.exposures,
            "metrics": batch.lost.metrics, "contexts": batch.lost.contexts,
        },
    }  # fmt: skip


def encode(batch: Batch, identity: Identity, sent_at: float) -> bytes:
    """The batch as the gzip-compressed body of a POST."""
    told = to_json(batch, identity, sent_at)
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    # A lone surrogate, which a caller's text may hold, becomes a question mark.
    return packer.compress(text.encode("utf-8", "replace")) + packer.flush()


def size_of(entry: Count | Exposure | Metric | Sighting) -> int:
    """At most how many bytes an entry becomes, unless it is full of control characters."""
    match entry:
        case Count():
            return 260 + 4 * (len(entry.flag) + len(entry.variant or ""))
        case Sighting():
            return 60 + entry.size
        case Exposure():
            names = len(entry.flag) + len(entry.variant) + len(entry.rule or "")
        case Metric():
            names = len(entry.event)
    written = sum(8 + len(name) + len(str(value)) for name, value in entry.attributes.items())
    return 260 + 4 * (names + len(entry.kind) + len(entry.unit) + written)


def utc(seconds: float) -> str:
    """RFC 3339 text in UTC, to the millisecond, of seconds since 1970."""
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a clock that was set to nonsense
        at = datetime.fromtimestamp(0, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
