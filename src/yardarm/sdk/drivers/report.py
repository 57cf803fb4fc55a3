"""Sending reports: what the second thread of a client of a server does."""

from __future__ import annotations

import json
import random
import time
from math import inf
from typing import Any

from ..events import Batch, Identity, encode
from ..log import Log
from ..outbox import Outbox
from ..retry import Failure, asked_seconds
from ..serving import Serving
from .http import MAX_PROBLEM, Answer, Broken, Transport
from .thread import Worker

EVENTS = "/sdk/v1/events"

_chance = random.SystemRandom().random


class Reporter:
    """Sends what the outbox has. `run` is the work of a thread."""

    def __init__(
        self, serving: Serving, transport: Transport, outbox: Outbox, identity: Identity, log: Log
    ) -> None:
        self.worker = Worker("report", self.run, log)
        self.identity = identity
        self._serving = serving
        self.transport = transport
        self._outbox = outbox
        self._log = log

    def run(self) -> None:
        """Send reports, once the server was reached and until told to stop, then a last one."""
        while not self.worker.stopping and not self._serving.status.ready:
            self.worker.bell.wait(inf)
        while not self.worker.stopping:
            try:
                left = self._outbox.seconds_left(time.monotonic())
                rung = self.worker.bell.wait(left)
                if not self.worker.stopping:
                    self.turn(at_once=rung)
            except Exception as error:  # a mistake of ours must not end the thread
                self._log.error("report", f"unexpected {type(error).__name__}: {error}")
                self.worker.bell.wait(30.0)
        self.last()

    def turn(self, *, at_once: bool = False) -> None:
        """Send the batch whose time has come, if there is one."""
        batch = self._outbox.next(time.monotonic(), time.time(), at_once=at_once)
        if batch is not None:
            self._send(batch)

    def last(self) -> None:
        """Send what is left, one attempt each, while the connection is allowed to last."""
        try:
            while (batch := self._outbox.last(time.time())) is not None and self._send(batch):
                pass
        except Exception as error:
            self._log.warning("report", f"the last report failed: {type(error).__name__}")

    def join(self, seconds: float) -> None:
        """Wait for the last report. Without a thread it is sent now, in the caller's."""
        if self.worker.started:
            self.worker.join(seconds)
        elif self._serving.status.ready:  # its name could be looked up, which nothing can cut short
            self.transport.seconds = min(self.transport.seconds, seconds)
            self.last()

    def _send(self, batch: Batch) -> bool:
        body = encode(batch, self.identity, time.time())
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        try:
            answer = self.transport.request("POST", EVENTS, headers, body)
        except Broken as error:
            self.worker.end_if_left_over()
            if self.worker.stopping:  # and cut off, as like as not
                self._log.info("reports", "the last report could not be sent")
            else:
                self._log.warning("reports", f"a report waits: {type(error).__name__}: {error}")
            self._outbox.failed("network", time.monotonic(), _chance())
            return False
        try:
            return self._sent(answer)
        finally:
            answer.close()

    def _sent(self, answer: Answer) -> bool:
        now, status = time.monotonic(), answer.status
        if status == 202:  # and no other: a captive portal answers 200 to anything
            self._log.settled("reports")
            self._outbox.delivered(now)
            self._read_rejections(answer)
            return True
        if status in (400, 413, 415, 422):
            self._log.error("reports", f"the server refuses a report ({status}); it is lost")
            self._outbox.refused(now)
            return False
        self._log.warning("reports", f"a report waits: the server answers {status}")
        asked = asked_seconds(answer.header("retry-after") or None, time.time())
        failure: Failure = "refused" if status in (401, 403, 404) else "server"
        self._outbox.failed(failure, now, _chance(), asked)
        return False

    def _read_rejections(self, answer: Answer) -> None:
        try:
            told: Any = json.loads(answer.read(MAX_PROBLEM))
            rejected = told["rejected"]
            if rejected:
                first = f"{rejected[0]['pointer']}: {rejected[0]['message']}"
                text = f"the server refuses {len(rejected)} events of a report, the first: {first}"
                self._log.warning("rejected", text[:500])
        except (*Broken, KeyError, TypeError, IndexError, RecursionError):
            pass  # it has the report, which is what counts
