"""What a client serves now.

**The one reference that is swapped** is `Serving.fast` (with `tables`, its full form): an
evaluation reads it once and sees one version from beginning to end. Everything that costs time is
done on the driver's thread before the swap: flags that are in use are compiled again, and flags
that hold long lists are compiled for the first time, so that no evaluation has to wait for it.
Only the driver writes here (`lock` keeps `poll` and a thread apart); evaluations only read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any

from ..core.program import Compiled, Program
from ..core.references import Reference
from ..core.snapshot import Snapshot, SnapshotSource, reference
from .counting import Counting
from .listeners import Listeners
from .local import NOTHING_LOCAL, LocalValues
from .log import Log
from .overrides import MARK, SOURCE, Override, mark, overlay, with_local
from .state import Continuity, Step
from .status import Origin, Status
from .tables import Closed, Tables
from .trial import Trial

Accelerate = Callable[[str], Callable[[str], bool] | None]

MAX_WARM_SECONDS = 0.25
"""How long the swap may be put off by compiling ahead; the rest is compiled on first use."""

LONG_LINE = 16_384
"""A flag of more bytes is compiled ahead even if nobody asked for it yet."""


class Serving:
    """The state of one client. See the rules at the top of this file."""

    __slots__ = (
        "__weakref__", "_accelerate", "_hooked", "_in_force", "_local", "_longer", "_override",
        "_scoped", "_trial", "_waiting", "_way", "continuity", "counting", "fast", "listeners",
        "lock", "log", "ready", "status", "tables", "watchers",
    )  # fmt: skip

    fast: Tables
    tables: Tables

    def __init__(
        self, counting: Counting, log: Log, *, accelerate: Accelerate | None = None,
        hooked: bool = False,
    ) -> None:  # fmt: skip
        self.counting = counting
        self.log = log
        self.listeners = Listeners(log)
        self.watchers = Listeners(log)
        self.continuity = Continuity()
        self.lock = threading.RLock()
        self.ready = threading.Event()
        self.status = Status()
        self._waiting: list[Callable[[], object]] = []
        self._accelerate = accelerate
        self._override = Override()
        self._local = NOTHING_LOCAL
        self._in_force = Override()
        self._trial = Trial()
        self._hooked = hooked
        self._scoped = False
        self._longer = _closed(counting)
        self._way = threading.Lock()
        self._swap(None)

    def follow(self, step: Step, origin: Origin) -> bool:
        """Do what the state machine says. True when the full snapshot is to be fetched."""
        if step.alarm:
            self.log.warning("history", step.why)
        if step.action == "take" and step.snapshot is not None:
            self._serve(step.snapshot, step.changed, origin)
        elif step.action == "stay" and origin == "server" and self.status.origin != "server":
            self.note(origin=origin)  # what was on disk is what the server has
        return step.action == "fetch"

    def override(self, override: Override) -> None:
        """Serve this over whatever the source has, from now on. The caller holds `lock`."""
        self._override = override
        self.note(overridden=tuple(sorted(override.keys)))
        if self.continuity.snapshot is not None:
            self._serve_again()

    def localise(self, local: LocalValues) -> None:
        """Have these local values go before the source, from now on. The caller holds `lock`."""
        self._local = local
        self._serve_again()

    def try_out(self, trial: Trial) -> None:
        """Serve as a test says, from now on."""
        with self.lock:
            before, self._trial = self._trial, trial
            same = before.snapshot is trial.snapshot and before.bare == trial.bare
            self._serve_again(frozenset() if same else None)

    def look_at_scopes(self, wanted: bool) -> None:
        """Have evaluations look at the request they are part of, or no longer.

        Waits for nobody who compiles: `_way` is held for assignments only.
        """
        with self._way:
            self._scoped = wanted
            self._choose_way()

    def is_killed(self, key: str) -> bool:
        """Whether the override file turns the flag off, whoever else says what."""
        return key in self._override.kill

    def _serve_again(self, changed: frozenset[Reference] | None = frozenset()) -> None:
        """Serve what there is, as it is to be served now."""
        held = self.continuity.snapshot or self._trial.snapshot
        if held is not None:
            self._serve(held, changed, self.status.origin)
        else:
            self._swap(None)

    def note(self, **changes: Any) -> None:
        """Change the status. A closed client stays closed, whatever its threads still notice."""
        if self.status.connection == "closed":
            changes.pop("connection", None)
        before = self.status
        self.status = replace(before, **changes)
        if self.watchers and self.status != before:
            self.watchers.tell(changes)

    def settled(self) -> None:
        """The source has been heard: what is served is what it has."""
        self.note(ready=True, error="", refused=False)
        self.ready.set()
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            try:
                callback()
            except Exception as error:  # its loop was closed meanwhile
                self.log.warning("ready", f"nobody waits any more: {type(error).__name__}")

    def when_ready(self, callback: Callable[[], object]) -> None:
        """Call back once the source has been heard; at once if it has been."""
        self._waiting.append(callback)
        if self.ready.is_set():
            callback()

    def after_fork(self) -> None:
        """In the child: another thread of the parent may have held the lock."""
        self.lock = threading.RLock()
        self._way = threading.Lock()
        ready, self.ready = self.ready, threading.Event()
        if ready.is_set():
            self.ready.set()
        self.listeners.restart()
        self.watchers.restart()

    def watch(self, callback: Callable[[Status], object]) -> Callable[[], None]:
        """Have a function called with the status after it changed. Returns how to stop it."""

        @wraps(callback)
        def told(_: frozenset[str]) -> None:
            callback(self.status)

        return self.watchers.add(told)

    @property
    def local(self) -> LocalValues:
        """The local values in force."""
        return self._local

    def keys(self) -> list[str]:
        """The keys of all flags served."""
        held = self.continuity.snapshot
        return [] if held is None else [key for kind, key in _references(held) if kind == "flag"]

    def metadata(self, key: str) -> dict[str, bool | int | float | str]:
        """What is written in a flag's metadata, without our own marks and without objects."""
        program = self.tables.program
        try:
            flag = None if program is None else program.compiled(key).flag
        except Exception:  # gone or unfit: an evaluation says so
            return {}
        written = {} if flag is None else flag.metadata
        return {
            name: value
            for name, value in written.items()
            if isinstance(value, bool | int | float | str) and name not in (MARK, SOURCE)
        }

    def _serve(
        self, snapshot: Snapshot, changed: frozenset[Reference] | None, origin: Origin
    ) -> None:
        before = self.tables.program
        version, epoch = snapshot.version, snapshot.epoch
        snapshot = self._trial.snapshot or snapshot
        local = replace(self._local, tests=self._trial.values)
        in_force, local_misses = with_local(snapshot, self._override, local)
        if self._local:
            self._name_strangers(snapshot)
        shown = overlay(snapshot, in_force)
        if misses := (*local_misses, *shown.misses):
            self.log.warning("override", f"overrides without effect: {'; '.join(misses)}")
        if changed is not None and in_force != self._in_force:
            changed |= {("flag", key) for key in self._in_force.keys | in_force.keys}
        self._in_force = in_force
        source = SnapshotSource(shown.snapshot)
        touched: Iterable[Reference]
        if before is None or changed is None:
            program = Program(source, prepare=self._prepare, accelerate=self._accelerate)
            touched = _references(snapshot) if self.listeners else ()
            _warm(program, ())
        else:
            program = before.successor(source, changed)
            touched = changed
            _warm(program, [compiled.key for compiled in before.compiled_so_far()])
        self._swap(program)
        self.note(origin=origin, version=version, epoch=epoch)
        if self.listeners:
            self.listeners.tell(_affected(before, touched))

    def _name_strangers(self, snapshot: Snapshot) -> None:
        """Say which local values are for no flag of a document that has any: typing errors."""
        keys = [key for kind, key in _references(snapshot) if kind == "flag"]
        if keys and (strangers := self._local.strangers(keys)):
            said = f"local values of flags that are not there: {'; '.join(strangers[:10])}"
            self.log.warning("local values", said)

    def _swap(self, program: Program | None) -> None:
        local = replace(self._local, tests=self._trial.values)
        tables = Tables(None if self._trial.bare else program, self.counting, local)
        with self._way:
            self.tables = tables
            self._choose_way()

    def _choose_way(self) -> None:
        """Hooks and requests are looked at on the longer way: where one goes that finds nothing."""
        longer = self._hooked or self._scoped or self._trial.hooks
        self.fast = self._longer if longer else self.tables

    def _prepare(self, compiled: Compiled) -> None:
        mark(compiled)
        self.counting.prepare(compiled)


def _closed(counting: Counting) -> Tables:
    """Tables that send every evaluation the longer way, where hooks are run."""
    tables = Tables(None, counting)
    for name in ("boolean", "string", "integer", "number", "json", "variant"):
        setattr(tables, name, Closed(None, "json", counting))
    return tables


def _references(snapshot: Snapshot) -> list[Reference]:
    return [reference(at) for at in snapshot.lines]


def _affected(before: Program | None, touched: Iterable[Reference]) -> set[str]:
    """Keys of the flags that changed, or that refer to a flag or segment that did."""
    references = frozenset(touched)
    keys = {key for kind, key in references if kind == "flag"}
    if before is not None:
        for compiled in before.compiled_so_far():
            if not references.isdisjoint(compiled.needs):
                keys.add(compiled.key)
    return keys


def _warm(program: Program, used: Iterable[str]) -> None:
    """Compile ahead what is in use, and flags and segments that are long."""
    until = time.monotonic() + MAX_WARM_SECONDS
    for key in (*used, *_long(program)):
        try:
            program.compiled(key)
        except Exception:  # gone, or unfit: an evaluation will say so
            continue
        if time.monotonic() > until:
            return


def _long(program: Program) -> list[str]:
    """Keys of the flags that are long or directly use a segment that is."""
    snapshot = program.source.snapshot if isinstance(program.source, SnapshotSource) else None
    if snapshot is None:
        return []
    long = [at for at, line in snapshot.lines.items() if len(line) > LONG_LINE]
    flags = {reference(at)[1] for at in long if at.startswith(b"flag\t")}
    uses = [b'"segment":' + at.partition(b"\t")[2] for at in long if at.startswith(b"segment\t")]
    if uses:
        flags.update(
            reference(at)[1]
            for at, line in snapshot.lines.items()
            if at.startswith(b"flag\t") and any(use in line for use in uses)
        )
    return sorted(flags)
