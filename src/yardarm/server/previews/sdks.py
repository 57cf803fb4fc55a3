"""Which programs could not evaluate what a change would have them evaluate.

Two things tell of a program's SDK: what it reports, and what it calls itself on the stream that it
follows. Whoever asks by OFREP is answered by this server and can evaluate all that it can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from yardarm.core import model as m
from yardarm.core.since import features, lacking
from yardarm.sdk.events import SDK_NAME
from yardarm.sdk.version import VERSION

from ..observe.sightings import SDK as OFREP
from ..store.instants import to_rfc3339
from ..store.reporters import ReporterRow

LATELY = timedelta(days=1)
"""How long a program that reported counts as connected."""

MAX_FLAGS = 200
"""Flags that are looked at, at most."""

_OWN = (SDK_NAME, VERSION)  # can evaluate whatever this server can
_NATIVE = "native"
_MOST_FEATURES = 20


class Stream(Protocol):
    """Open streams whose readers call themselves the same: `delivery.hub.Connected`."""

    @property
    def protocol(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def streams(self) -> int: ...


class Streams(Protocol):
    """Knows who follows an environment: `delivery.hub.Hub`."""

    def connected(self, project: str, environment: str) -> Collection[Stream]:
        """Who follows it now."""


@dataclass(frozen=True, slots=True)
class _Sdk:
    """An SDK of one version: in an application that reported, or in open streams."""

    application: str
    name: str
    version: str
    streams: int = 0
    last_at: str | None = None


def unable(
    document: m.Document,
    flags: Collection[str],
    reporters: Collection[ReporterRow],
    streams: Collection[Stream],
) -> list[m.Json]:
    """The SDKs that cannot evaluate these flags, or of which that cannot be told, as JSON.

    `lacks` names what an older one lacks, by flag; an unknown one has none.
    """
    others = [sdk for sdk in _connected(reporters, streams) if (sdk.name, sdk.version) != _OWN]
    if not others:
        return []
    used = {key: features(document, key) for key in sorted(flags)[:MAX_FLAGS]}
    found: list[m.Json] = []
    for sdk in others:
        missing = {key: _lacks(sdk, needed) for key, needed in used.items() if needed}
        unknown = any(lacks is None for lacks in missing.values())
        lacks = {key: names[:_MOST_FEATURES] for key, names in missing.items() if names}
        if unknown or lacks:
            found.append(
                {
                    "application": sdk.application,
                    "sdk": sdk.name,
                    "version": sdk.version,
                    "streams": sdk.streams,
                    "last_at": sdk.last_at,
                    "verdict": "unknown" if unknown else "older",
                    "lacks": lacks,
                }
            )
    return found


def _lacks(sdk: _Sdk, needed: Collection[str]) -> list[str] | None:
    return lacking(needed, sdk.version) if sdk.name == SDK_NAME else None


def _connected(reporters: Collection[ReporterRow], streams: Collection[Stream]) -> Iterator[_Sdk]:
    reported = set()
    for row in reporters:
        if row.sdk != OFREP:
            reported.add((row.sdk, row.version))
            at = to_rfc3339(row.last_at)
            yield _Sdk(row.application, row.sdk, row.version, last_at=at)
    for (name, version), count in _followers(streams).items():
        if (name, version) not in reported:  # else its applications are named already
            yield _Sdk("", name, version, streams=count)


def _followers(streams: Collection[Stream]) -> Mapping[tuple[str, str], int]:
    """How many native streams there are of each SDK."""
    counts: dict[tuple[str, str], int] = {}
    for stream in streams:
        if stream.protocol == _NATIVE:
            name, _, version = stream.agent.partition(" ")[0].partition("/")
            counts[name, version] = counts.get((name, version), 0) + stream.streams
    return counts
