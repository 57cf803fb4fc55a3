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
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from math import inf
from typing import Any

from ...core.snapshot import Snapshot, decode
from ...errors import SnapshotError
from ..log import Log
from ..options import Address
from ..retry import Backoff, Failure, Pace
from ..serving import Serving
from ..sse import Event, Parser
from ..state import ProtocolError
from .answers import Unusable, check, portal
from .disk import Disk
from .http import Answer, Broken, Transport
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


@dataclass(frozen=True, slots=True)
class Tempo:
    """How a client of a server paces itself. All in seconds; tests are in more of a hurry."""

    poll_seconds: float = 30.0
    pace: Pace = field(default_factory=Pace)
    snapshot_seconds: float = 60.0
    silence_seconds: float = MAX_SILENCE_SECONDS
    stream_again_seconds: float = STREAM_AGAIN_SECONDS


class Follower:
    """Keeps a `Serving` at the state of a server. `run` is the work of a thread."""

    def __init__(
        self, serving: Serving, transport: Transport, address: Address, log: Log, tempo: Tempo,
        *, streaming: bool, disk: Disk | None = None,
    ) -> None:  # fmt: skip
        self.serving = serving
        self.transport = transport
        self.worker = Worker("follow", self.run, log)
        self._address = address
        self._log = log
        self._tempo = tempo
        self._disk = disk
        self._backoff = Backoff(tempo.pace)
        self._streaming = streaming
        self._stream_failures = 0
        self._stream_again = 0.0
        self._behind = True
        self._trouble = False
        self._spread_seconds = 0.0

    # --- the thread ---------------------------------------------------------------------------

    def run(self) -> None:
        """Follow until told to stop."""
        self.serving.note(connection="connecting")
        self._contained(self.prepare)
        self._sleep(self._spread_seconds * _chance())
        while not self.worker.stopping:
            self._contained(lambda: self._sleep(self._attempt(self._turn) or 0.0))
        self._contained(lambda: self._keep(at_once=True))

    def _contained(self, work: Callable[[], None]) -> None:
        """Do it; a mistake of ours must not end the thread."""
        try:
            work()
        except Exception as error:
            self._log.error("follow", f"unexpected {type(error).__name__}: {error}")
            self._sleep(self._tempo.pace.most_seconds)

    def bootstrap(self, snapshot: Snapshot) -> None:
        """Serve what came with the program until something better is there."""
        with self.serving.lock:
            self.serving.follow(self.serving.continuity.replace(snapshot), "bootstrap")
            self.serving.continuity.provisional = True

    def prepare(self) -> None:
        """Before the server answers: what is on disk, unless the bootstrap is newer."""
        if self._disk is None or self.serving.status.origin not in ("nothing", "bootstrap"):
            return
        kept = self._disk.load()
        with self.serving.lock:
            held = self.serving.continuity.snapshot
            if kept is None or (held and held.epoch == kept.epoch and held.version > kept.version):
                return
            self.serving.follow(self.serving.continuity.replace(kept), "disk")
            self.serving.continuity.provisional = False

    def after_fork(self) -> None:
        """In the child: another connection, and not all children at one moment."""
        self.worker.after_fork()
        self._spread_seconds = 0.1
        self._behind = True
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
            return self._failed("server", f"its answer cannot be read: {problem}", None)
        except Broken as problem:
            return self._failed("network", f"{type(problem).__name__}: {problem}", None)

    def _failed(self, failure: Failure, message: str, asked: float | None) -> float:
        self.worker.end_if_left_over()
        wait = self._backoff.failed(failure, _chance(), asked)
        if self.worker.stopping:
            return 0.0
        self._trouble = True
        if failure == "refused":
            self._log.error("refused", message)
        else:
            held = self.serving.continuity.snapshot
            kept = "fallbacks are used" if held is None else f"version {held.version} stays in use"
            self._log.warning("server", f"{message}; {kept}, trying again")
        self.serving.note(connection="connecting", error=message, refused=failure == "refused")
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
                check(answer, self._address, self.serving.status.environment)
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
                raise portal(answer) from None
            raise

    def _name(self, answer: Answer) -> None:
        project = answer.header("yardarm-project")
        environment = answer.header("yardarm-environment")
        if project or environment:
            self.serving.note(project=project, environment=environment)

    def _reached(self) -> None:
        if self._trouble or not self.serving.status.ready:
            now = self.serving.status
            where = f"environment {now.environment}" if now.environment else "the server"
            self._log.info("follow", f"following {where}, version {now.version}")
            self._log.settled("server")
            self._log.settled("refused")
        self._trouble = False
        self.serving.settled()
        self._keep()

    def _keep(self, *, at_once: bool = False) -> None:
        held = self.serving.continuity.snapshot
        if self._disk is not None and held is not None and self.serving.status.origin == "server":
            self._disk.keep(held, at_once=at_once)

    # --- the stream ---------------------------------------------------------------------------

    def _stream(self) -> float:
        """Follow one stream to its end. Seconds to wait before the next one."""
        began = time.monotonic()
        parser = Parser(MAX_SNAPSHOT)
        heard = False
        try:
            with closing(self._listen(parser)) as stream:
                for events in stream:
                    heard = True
                    self._hear(events)
                    if self.worker.stopping:
                        return 0.0
        finally:
            self._behind = not heard
            self._stream_failures = 0 if heard else self._stream_failures + 1
            self.serving.note(connection="connecting")
            if heard and time.monotonic() - began > STEADY_SECONDS:
                self._backoff.succeeded()
        if not heard:
            raise Unusable("server", "the stream ended before it began")
        self._log.info("stream", "the server ended the stream")
        asked = None if parser.retry_ms is None else parser.retry_ms / 1000
        return self._backoff.failed("server", _chance(), asked)

    def _listen(self, parser: Parser) -> Generator[list[Event], None, None]:
        """The stream's events, those that arrive together in one list."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        position = self.serving.continuity.position
        if position is not None:
            headers["Last-Event-ID"] = position
        answer = self.transport.request("GET", STREAM, headers)
        silence = self._tempo.silence_seconds
        try:
            check(answer, self._address, self.serving.status.environment)
            if answer.media_type != "text/event-stream":
                raise portal(answer)
            answer.limit(silence)
            for chunk in answer.chunks():
                events = parser.feed(chunk)
                for event in events:
                    if event.type == "hello":
                        silence = min(silence, _heartbeat(event.data) * 2.5)
                if events:
                    yield events
                    answer.limit(silence)
        except TimeoutError:
            why = f"no event for {silence:.0f} s, the connection is dead"
            raise Unusable("network", why) from None
        finally:
            answer.close()

    def _hear(self, events: list[Event]) -> None:
        """Act on events that arrived together."""
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
                    self._greet(event.data)
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

    def _apply(self, patches: list[bytes]) -> bool:
        if not patches:
            return False
        step = self.serving.continuity.patches(patches)
        patches.clear()
        if step.action == "fetch":
            self._log.info("resync", f"{step.why}: the whole snapshot is fetched")
        return self.serving.follow(step, "server")

    def _greet(self, hello: bytes) -> None:
        told: Any = json.loads(hello)
        project, environment = told.get("project"), told.get("environment")
        self.serving.note(project=str(project or ""), environment=str(environment or ""))


def _heartbeat(hello: bytes) -> float:
    """How often the server promises to be heard; without a promise, for ever."""
    try:
        every = json.loads(hello)["heartbeat_seconds"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return inf
    return float(every) if type(every) in (int, float) and every > 0 else inf
