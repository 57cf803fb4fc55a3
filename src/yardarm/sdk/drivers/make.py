"""Where the objects of a client meet."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...core.codec import document_from_json
from ...core.model import Document
from ...core.snapshot import Snapshot, from_document
from ...errors import OptionError
from ..attributes import Policy
from ..counting import Counting
from ..exposures import Exposures
from ..fast import accelerate
from ..hooks import Hook
from ..log import Log
from ..options import Address, Bootstrap, Options
from ..scope import SCOPES
from ..serving import Serving
from ..trial import TRIALS
from . import Driver
from .memory import Memory
from .processes import watch

if TYPE_CHECKING:
    from ..observing import Observing
    from ..sources import Source
    from .follow import Tempo

LOOK_SECONDS = 1.0
"""A file is looked at so often, unless `poll_seconds` is shorter."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every client has, whatever its driver."""

    log: Log
    counting: Counting
    exposures: Exposures
    serving: Serving
    hooks: tuple[Hook, ...]

    @classmethod
    def of(cls, options: Options, name: str) -> Parts:
        log = Log(name)
        counting = Counting()
        policy = Policy(options.report_attributes, options.private_attributes)
        exposures = Exposures(policy, time.time, counting.forget_units)
        hooks = tuple(options.hooks)
        serving = Serving(counting, log, accelerate=accelerate(), hooked=bool(hooks))
        TRIALS.join(serving)
        SCOPES.join(serving)
        if options.on_change is not None:
            serving.listeners.add(options.on_change)
        return cls(log, counting, exposures, serving, hooks)


def memory_driver(parts: Parts, options: Options, document: Document | Mapping[str, Any]) -> Driver:
    """A driver for a document given by the program."""
    return _watched(parts, options, Memory(parts.serving, document))


def file_driver(parts: Parts, options: Options, path: str | os.PathLike[str]) -> Driver:
    """A driver that follows a file."""
    from ..sources import FileSource
    from .sourced import Sourced

    if os.fspath(path).endswith(".toml"):
        import tomllib  # noqa: F401  # here, not in a thread that a fork may catch importing
    every = min(options.poll_seconds, LOOK_SECONDS)
    source = FileSource(path)
    driver = Sourced(parts.serving, source, parts.log, every, origin="file", at_once=True)
    return _watched(parts, options, driver)


def source_driver(parts: Parts, options: Options, source: Source) -> Driver:
    """A driver that follows a source."""
    from .sourced import Sourced

    every = options.poll_seconds
    driver = Sourced(parts.serving, source, parts.log, every, origin="source", at_once=False)
    return _watched(parts, options, driver)


def _watched(parts: Parts, options: Options, driver: Driver) -> Driver:
    """The driver, with one for files beside it around it if there are any, told of forks."""
    if options.local is not None:
        parts.serving.localise(options.local.values())
    if options.overrides is not None or (options.local is not None and options.local.files):
        from .overriding import Overriding

        driver = Overriding(
            driver, parts.serving, options.overrides, parts.log, local=options.local
        )
    watch(driver)
    return driver


def remote_driver(
    parts: Parts, options: Options, url: str, key: str, tempo: Tempo | None = None
) -> Driver:
    """A driver that follows a server."""
    address = Address.of(url, key)
    # Not needed by clients without a server, and not before there is one.
    from ..events import Identity
    from ..outbox import Outbox
    from .disk import Disk
    from .follow import Follower, Tempo
    from .http import Transport
    from .remote import Remote
    from .report import Reporter

    # Who reports nothing does not say either who it is.
    application = options.application_name()[:100] if options.report else ""

    def transport() -> Transport:
        try:
            return Transport(address, options.ca_file, options.timeout_seconds, application)
        except (OSError, ValueError) as error:
            raise OptionError(f"ca_file {options.ca_file!r} cannot be used: {error}") from None

    tempo = tempo or Tempo(poll_seconds=options.poll_seconds)
    folder = options.cache_dir
    follower = Follower(
        parts.serving, transport(), address, parts.log,
        tempo,
        streaming=options.streaming,
        disk=None if folder is None else Disk(folder, address, parts.log),
    )  # fmt: skip
    bootstrap = _bootstrap(options.bootstrap)
    if bootstrap is not None:
        follower.bootstrap(bootstrap)
    if options.report and options.observe is not False:
        parts.exposures.observing = _observing(options, key)
    outbox = Outbox(
        parts.counting, parts.exposures, new_id, interval_seconds=options.report_seconds,
        now=time.monotonic(), wall=time.time(), pace=tempo.pace,
    )  # fmt: skip

    def identity() -> Identity:
        return Identity(options.application_name()[:100], os.urandom(8).hex())

    reporter = None
    if options.report:
        reporter = Reporter(parts.serving, transport(), outbox, identity(), parts.log)
    driver = Remote(
        parts.serving, parts.counting, parts.exposures, outbox, follower, reporter, identity
    )
    return _watched(parts, options, driver)


def _observing(options: Options, key: str) -> Observing:
    """The memory of contexts. Without names of its own it tells what exposures may tell."""
    from ..observing import Observing
    from ..withholding import Withholding, secret_of

    observe = options.report_attributes if options.observe is True else options.observe
    if observe is False:
        observe = ()
    secret = secret_of(key.strip(), options.private_values)
    withholding = Withholding(observe, options.private_attributes, secret)
    return Observing(withholding, time.time, most=options.observe_max)


def new_id() -> str:
    """A random UUID (version 4, RFC 9562)."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _bootstrap(given: Bootstrap | None) -> Snapshot | None:
    """The bootstrap as a snapshot. Raises `DocumentError`, or `OptionError` for a missing file."""
    if given is None:
        return None
    if isinstance(given, Document):
        return from_document(given)
    if isinstance(given, Mapping):
        return from_document(document_from_json(dict(given)))
    from .file import load

    if isinstance(given, bytes):
        return load(given)
    path = os.fspath(given)
    try:
        with open(path, "rb") as file:
            return load(file.read(), toml=path.endswith(".toml"))
    except OSError as error:
        raise OptionError(f"bootstrap: {path} cannot be read: {error.strerror}") from None
