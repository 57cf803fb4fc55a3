"""Following a server: by its stream, by polling where a stream does not get through.

The rules:

1. The snapshot is fetched first: at the start, and after a stream that failed before its first
   event. So a stream that does not get through never keeps flags from coming.
2. A stream is healthy while events arrive; the server sends one every `heartbeat_seconds`. Without
   any event for two and a half of those (at most 28 s) the connection is dead, whatever else it
   may send.
3. After a failure: back-off with jitter, for ever. After three streams in a row that failed
   before their first event, though the snapshot can be fetched, it is polled for a while.
4. Nothing that goes wrong changes what is served.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...core.snapshot import Snapshot, decode
from ...errors import SnapshotError
from ..log import Log
from ..options import Address
from ..retry import Backoff, Failure, Pace, asked_seconds
from ..serving import Serving
from ..sse import Event, Parser
from ..state import ProtocolError
from .disk import Disk
from .http import MAX_PROBLEM, Answer, Broken, Transport
from .thread import Worker

STREAM = "/sdk/v1/stream"
SNAPSHOT = "/sdk/v1/snapshot"

MAX_SNAPSHOT = 64 * 1024 * 1024
MAX_SILENCE_SECONDS = 28.0
FAILURES_BEFORE_POLLING = 3
STREAM_AGAIN_SECONDS = 120.0
STEADY_SECONDS = 10.0
"""A stream that lasted this long was a success, however it ended."""


_chance = random.SystemRandom().random  # needs no seed, so forked children do not agree


class Unusable(Exception):
    """An answer that is of no use. `failure` says how patient to be."""

    def __init__(self, failure: Failure, message: str, asked: float | None = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Tempo:
    """How a client of a server paces itself. All in seconds; tests are in more of a hurry."""

    pace: Pace
    poll_seconds: float
    snapshot_seconds: float = 60.0
    silence_seconds: float = MAX_SILENCE_SECONDS
    stream_again_seconds: float = STREAM_AGAIN_SECONDS


class Follower:
    """Keeps a `Serving` at the state of a server. `run` is the work of a thread."""

    def __init__(
        self, serving: Serving, transport: Transport, address: Address, log: Log, tempo: Tempo,
        *, streaming: bool, disk: Disk | None = None, bootstrap: Snapshot | None = None,
    ) -> None:  # fmt: skip
        self.serving = serving
        self.transport = transport
        self.worker = Worker("follow", self.run, log)
        self.after_event: Callable[[], None] = lambda: None
        self._address = address
        self._log = log
        self._tempo = tempo
        self._disk = disk
        self._bootstrap = bootstrap
        self._backoff = Backoff(tempo.pace)
        self._streaming = streaming
        self._stream_failures = 0
        self._stream_again = 0.0
        self._behind = True
        self._spread_seconds = 0.0

    # --- the thread ---------------------------------------------------------------------------

    def run(self) -> None:
        """Follow until told to stop."""
        self.prepare()
        self._sleep(self._spread_seconds * _chance())
        while not self.worker.stopping:
            try:
                self._sleep(self._attempt(self._turn) or 0.0)
            except Exception as error:  # a mistake of ours must not end the thread
                self._log.error("follow", f"unexpected {type(error).__name__}: {error}")
                self._sleep(self._tempo.pace.most_seconds)
        self._keep(at_once=True)

    def prepare(self) -> None:
        """Serve what is at hand before the server answers: the disk, else the bootstrap."""
        with self.serving.lock:
            if self.serving.continuity.snapshot is not None:
                return
            kept = self._disk.load() if self._disk is not None else None
            given = self._bootstrap
            if kept is not None and given is not None and kept.epoch == given.epoch:
                kept = kept if kept.version >= given.version else None
            if kept is not None:
                self.serving.follow(self.serving.continuity.replace(kept), "disk")
            elif given is not None:
                self.serving.follow(self.serving.continuity.replace(given), "bootstrap")
                self.serving.continuity.provisional = True

    def after_fork(self) -> None:
        """In the child: another connection, and not all children at one moment."""
        self.worker.after_fork()
        self._spread_seconds = 0.1
        self._behind = False
        self._backoff.succeeded()

    def _sleep(self, seconds: float) -> None:
        if seconds > 0 and not self.worker.stopping:
            self.worker.bell.wait(seconds)

    def poll(self) -> bool:
        """Fetch once, in the caller's thread. True when the server was reached."""
        return self._attempt(self.fetch) is None

    def _turn(self) -> float:
        """One connection, or one poll, from beginning to end. Seconds to wait after it."""
        polling = not self._streaming or time.monotonic() < self._stream_again
        if polling or self._behind:
            self.fetch()
            self._behind = False
            self.after_event()
            if not polling and self._stream_failures >= FAILURES_BEFORE_POLLING:
                polling = True
                self._stream_failures = 0
                self._stream_again = time.monotonic() + self._tempo.stream_again_seconds
                self._log.warning("polling", "streams do not get through: polling instead")
        if polling:
            self.serving.note(connection="polling")
            self._backoff.succeeded()
            return self._tempo.poll_seconds * (0.9 + _chance() / 5)
        return self._stream()

    def _attempt(self, work: Callable[[], Any]) -> float | None:
        """Do it; when it fails, say so and answer how long to wait."""
        try:
            wait: float | None = work()
            return wait
        except Unusable as problem:
            return self._failed(problem.failure, str(problem), problem.asked)
        except (SnapshotError, ProtocolError) as problem:
            return self._failed("server", f"it answers nonsense: {problem}", None)
        except Broken as problem:
            return self._failed("network", f"{type(problem).__name__}: {problem}", None)

    def _failed(self, failure: Failure, message: str, asked: float | None) -> float:
        wait = self._backoff.failed(failure, _chance(), asked)
        if self.worker.stopping:
            return 0.0
        self.serving.note(connection="connecting", error=message)
        if failure == "refused":
            self._log.error("refused", message)
        else:
            held = self.serving.continuity.snapshot
            kept = "fallbacks are used" if held is None else f"version {held.version} stays in use"
            self._log.warning("server", f"{message}; {kept}, trying again")
        return wait

    # --- fetching -----------------------------------------------------------------------------

    def fetch(self) -> None:
        """Get the snapshot, unless it is the one held, and serve it."""
        continuity = self.serving.continuity
        headers = {"Accept": "application/octet-stream, */*;q=0.1"}
        held = continuity.snapshot
        if held is not None and held.epoch and not continuity.provisional:
            headers["If-None-Match"] = f'"{held.epoch}:{held.version}"'
        answer = self.transport.request("GET", SNAPSHOT, headers)
        try:
            if answer.status == 304:
                self.serving.note(origin="server")
            else:
                self._check(answer)
                answer.limit(self._tempo.snapshot_seconds)
                snapshot = self._read_snapshot(answer)
                with self.serving.lock:
                    self.serving.follow(continuity.offer(snapshot), "server")
            self._name(answer)
        except TimeoutError:
            raise Unusable("network", "fetching the snapshot takes too long") from None
        finally:
            answer.close()
        self._reached()

    def _read_snapshot(self, answer: Answer) -> Snapshot:
        data = answer.read(MAX_SNAPSHOT)
        try:
            return decode(data)
        except SnapshotError:
            if data.lstrip()[:1] == b"<" or answer.media_type == "text/html":
                raise Unusable("server", self._portal(answer)) from None
            raise

    def _name(self, answer: Answer) -> None:
        project = answer.header("yardarm-project")
        environment = answer.header("yardarm-environment")
        if project or environment:
            self.serving.note(project=project, environment=environment)

    def _reached(self) -> None:
        self.serving.settled()
        for matter in ("server", "refused"):
            self._log.settled(matter)
        self._keep()

    def _keep(self, *, at_once: bool = False) -> None:
        held = self.serving.continuity.snapshot
        if self._disk is not None and held is not None and self.serving.status.origin == "server":
            self._disk.keep(held, at_once=at_once)

    # --- the stream ---------------------------------------------------------------------------

    def _stream(self) -> float:
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        position = self.serving.continuity.position
        if position is not None:
            headers["Last-Event-ID"] = position
        answer = self.transport.request("GET", STREAM, headers)
        began = time.monotonic()
        parser = Parser(MAX_SNAPSHOT)
        heard = False
        try:
            self._check(answer)
            if answer.media_type != "text/event-stream":
                raise Unusable("server", self._portal(answer))
            silence = self._tempo.silence_seconds
            answer.limit(silence)
            for chunk in answer.chunks():
                events = parser.feed(chunk)
                if events:
                    heard = True
                    silence = self._hear(events, silence)
                    answer.limit(silence)
                if self.worker.stopping:
                    return 0.0
            self._log.info("stream", "the server ended the stream")
        except TimeoutError:
            raise Unusable(
                "network", f"no event for {silence:.0f} s, the connection is dead"
            ) from None
        finally:
            answer.close()
            self._stream_failures = 0 if heard else self._stream_failures + 1
            self._behind = not heard
            self.serving.note(connection="connecting")
            if heard and time.monotonic() - began > STEADY_SECONDS:
                self._backoff.succeeded()
        if not heard:
            raise Unusable("server", "the stream ended before it began")
        asked = None if parser.retry_ms is None else parser.retry_ms / 1000
        return self._backoff.failed("server", _chance(), asked)

    def _hear(self, events: list[Event], silence: float) -> float:
        """Act on events that arrived together. Returns how long the next silence may be."""
        serving = self.serving
        patches: list[bytes] = []
        fetch = False
        with serving.lock:
            for event in events:
                if event.type == "patch":
                    patches.append(event.data + b"\n")
                    continue
                fetch = self._apply(patches) or fetch
                if event.type == "hello":
                    fetch = serving.follow(serving.continuity.hello(event.data), "server") or fetch
                    silence = self._greet(event.data, silence)
                elif event.type == "heartbeat":
                    step = serving.continuity.heartbeat(event.data)
                    fetch = serving.follow(step, "server") or fetch
                elif event.type == "reset":
                    fetch = serving.follow(serving.continuity.reset(), "server") or fetch
            fetch = self._apply(patches) or fetch
        if fetch:
            self.fetch()
        if serving.continuity.snapshot is not None:
            self._reached()
        serving.note(connection="streaming")
        self.after_event()
        return silence

    def _apply(self, patches: list[bytes]) -> bool:
        if not patches:
            return False
        step = self.serving.continuity.patches(patches)
        patches.clear()
        if step.action == "fetch":
            self._log.info("resync", f"{step.why}: the whole snapshot is fetched")
        return self.serving.follow(step, "server")

    def _greet(self, hello: bytes, silence: float) -> float:
        told: Any = json.loads(hello)
        project, environment = told.get("project"), told.get("environment")
        self.serving.note(project=str(project or ""), environment=str(environment or ""))
        every = told.get("heartbeat_seconds")
        if isinstance(every, int | float) and not isinstance(every, bool) and every > 0:
            return float(min(every * 2.5, silence))
        return silence

    # --- answers that are none ----------------------------------------------------------------

    def _check(self, answer: Answer) -> None:
        """Raise `Unusable` when the answer is not what was asked for."""
        if answer.status == 200:
            return
        detail = _problem(answer)
        if answer.status in (401, 403, 404, 407):
            raise Unusable("refused", self._refusal(answer.status, detail))
        asked = asked_seconds(answer.header("retry-after") or None, time.time())
        text = f"the server answers {answer.status}" + (f": {detail}" if detail else "")
        raise Unusable("server", text, asked)

    def _refusal(self, status: int, detail: str) -> str:
        address = self._address
        if status in (404, 407):
            what = "has no Yardarm at this path" if status == 404 else "is behind a proxy"
            return f"{address.url} {what} ({status}): {detail or 'check the URL'}"
        environment = self.serving.status.environment
        known = f" of environment {environment}" if environment else ""
        advice = detail or "it takes a server key (ys_…) of the environment to follow"
        return (
            f"the SDK key {address.key_hint} ({address.key_type}{known}) is refused by "
            f"{address.url} ({status}): {advice}"
        )

    @staticmethod
    def _portal(answer: Answer) -> str:
        kind = answer.media_type or "an unknown type"
        return (
            f"{answer.url} answers with {kind} instead of flags: something stands between here "
            "and the server (a captive portal or a proxy)"
        )


def _problem(answer: Answer) -> str:
    """What an error's body says, in one line."""
    try:
        body: Any = json.loads(answer.read(MAX_PROBLEM))
        text = body.get("detail") or body.get("title") or ""
    except (*Broken, AttributeError, RecursionError):
        return ""
    return " ".join(str(text).split())[:300]
