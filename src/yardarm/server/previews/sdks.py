"""Which programs follow an environment, and which of them could not evaluate what it has.

Three things tell of a program: what it reports, the stream that it follows, and that it asks for
the snapshot again and again. Whoever asks by OFREP is answered by this server and can evaluate all
that it can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

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
"""Flags that are looked at for one change, at most."""

Follows: TypeAlias = Literal["stream", "poll", "asks", "reports"]
"""By a stream; by asking for the snapshot; by asking for each answer (OFREP); it cannot be told."""

Verdict: TypeAlias = Literal["able", "older", "unknown"]

_Named: TypeAlias = tuple[str, str, str]
"""Application, SDK and its version."""

_OWN = (SDK_NAME, VERSION)  # can evaluate whatever this server can
_NATIVE = "native"
_MOST_FEATURES = 20
_MOST_LACKING = 50


class Stream(Protocol):
    """Open streams whose readers call themselves the same: `delivery.hub.Connected`."""

    @property
    def protocol(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def application(self) -> str: ...
    @property
    def streams(self) -> int: ...
    @property
    def current(self) -> int: ...
    @property
    def seconds(self) -> float: ...


class Poll(Protocol):
    """A program that asks again and again: `delivery.polls.Polling`."""

    @property
    def agent(self) -> str: ...
    @property
    def application(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def last_seconds(self) -> float: ...


class Polls(Protocol):
    """Knows who polls an environment: `delivery.polls.Polls`."""

    def lately(self, project: str, environment: str) -> Collection[Poll]:
        """Who polls it."""


class Streams(Protocol):
    """Knows who follows an environment: `delivery.hub.Hub`."""

    @property
    def polls(self) -> Polls: ...

    def connected(self, project: str, environment: str) -> Collection[Stream]:
        """Who follows it now."""


@dataclass(slots=True)
class Program:
    """An application with one version of an SDK: `api.programs` says what the fields mean."""

    application: str
    sdk: str
    version: str
    follows: Follows = "reports"
    streams: int = 0
    current: int = 0
    since: datetime | None = None
    last_at: datetime | None = None
    verdict: Verdict = "able"
    lacking: int = 0
    lacks: dict[str, list[str]] = field(default_factory=dict)


def connected(
    reporters: Iterable[ReporterRow],
    streams: Iterable[Stream],
    polls: Iterable[Poll],
    now: datetime,
) -> list[Program]:
    """Every program, by name: what it reports, its streams and its polling are told together."""
    found: dict[_Named, Program] = {}

    def program(application: str, sdk: str, version: str) -> Program:
        at = (application, sdk, version)
        return found.setdefault(at, Program(*at))

    for row in reporters:
        one = program(row.application, row.sdk, row.version)
        one.last_at = row.last_at
        if row.sdk == OFREP:
            one.follows = "asks"
    for poll in polls:
        one = program(poll.application, *named(poll.agent))
        one.follows, one.since = "poll", now - timedelta(seconds=poll.seconds)
        asked = now - timedelta(seconds=poll.last_seconds)
        one.last_at = asked if one.last_at is None else max(asked, one.last_at)
    for stream in streams:
        sdk = named(stream.agent) if stream.protocol == _NATIVE else (stream.protocol, "")
        one = program(stream.application, *sdk)
        opened = now - timedelta(seconds=stream.seconds)
        followed = one.since if one.streams else None
        one.follows = "stream"
        one.since = opened if followed is None else min(opened, followed)
        one.streams += stream.streams
        one.current += stream.current
    _give_names(found)
    return [found[at] for at in sorted(found)]


def _give_names(found: dict[_Named, Program]) -> None:
    """What does not say its name is the one program of the same SDK that does, if it is one."""
    for at in [at for at, one in found.items() if at[0] == "" and one.streams]:
        same = [each for each in found.values() if each.application and _sdk(each) == at[1:]]
        if len(same) == 1 and same[0].streams == 0:
            one = found.pop(at)
            same[0].follows, same[0].since = one.follows, one.since
            same[0].streams, same[0].current = one.streams, one.current


def _sdk(one: Program) -> tuple[str, str]:
    return one.sdk, one.version


def judge(document: m.Document, programs: Iterable[Program]) -> None:
    """Say of each program whether it can evaluate every flag of the document."""
    judged: dict[tuple[str, str], dict[str, list[str]] | None] = {_OWN: {}}
    used: dict[str, frozenset[str]] | None = None
    for one in programs:
        if one.sdk == OFREP:
            continue
        sdk = _sdk(one)
        if sdk not in judged and used is None:
            used = {key: features(document, key) for key in sorted(document.flags)}
        if sdk not in judged:
            judged[sdk] = _missing(sdk, used or {})
        missing = judged[sdk]
        one.verdict = "unknown" if missing is None else "older" if missing else "able"
        one.lacking = len(missing or {})
        one.lacks = dict(list((missing or {}).items())[:_MOST_LACKING])


def unable(
    document: m.Document,
    flags: Collection[str],
    reporters: Collection[ReporterRow],
    streams: Collection[Stream],
    now: datetime,
) -> list[m.Json]:
    """The SDKs that cannot evaluate these flags, or of which that cannot be told, as JSON.

    `lacks` names what an older one lacks, by flag; an unknown one has none.
    """
    programs = connected(reporters, streams, (), now)
    known = {_sdk(one) for one in programs if one.application}
    others = [
        one
        for one in programs
        if _sdk(one) != _OWN
        and one.sdk != OFREP
        and (one.application or _sdk(one) not in known)  # else they are named already
    ]
    if not others:
        return []
    used = {key: features(document, key) for key in sorted(flags)[:MAX_FLAGS]}
    found: list[m.Json] = []
    for one in others:
        missing = _missing(_sdk(one), used)
        if missing is None or missing:
            found.append(
                {
                    "application": one.application,
                    "sdk": one.sdk,
                    "version": one.version,
                    "streams": one.streams,
                    "last_at": None if one.last_at is None else to_rfc3339(one.last_at),
                    "verdict": "unknown" if missing is None else "older",
                    "lacks": missing or {},
                }
            )
    return found


def _missing(
    sdk: tuple[str, str], used: Mapping[str, Collection[str]]
) -> dict[str, list[str]] | None:
    """What an SDK lacks, by flag; None where nobody can tell of one that uses anything."""
    needing = {key: needed for key, needed in used.items() if needed}
    name, version = sdk
    found = {
        key: lacking(needed, version) if name == SDK_NAME else None
        for key, needed in needing.items()
    }
    if any(lacks is None for lacks in found.values()):
        return None
    return {key: lacks[:_MOST_FEATURES] for key, lacks in found.items() if lacks}


def named(agent: str) -> tuple[str, str]:
    """Name and version of `NAME/VERSION …`."""
    name, _, version = agent.partition(" ")[0].partition("/")
    return name, version
