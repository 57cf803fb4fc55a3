"""Imports: begun, shown, read again, verified, previewed. What takes them over is the one door.

A document is read and verified in another process (`running`), and nothing of the environment
changes until somebody applies it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec

from yardarm.errors import DocumentError, Problem

from ..access.model import Principal
from ..access.secrets import Sealer
from ..changes import commands as c
from ..changes.errors import Refused
from ..changes.model import Submitted
from ..changes.service import Changes
from ..guard import Network, Resolver
from ..population.service import Population
from ..previews.model import Preview
from ..previews.service import Previews
from ..store.database import Database
from ..store.errors import NotFound
from ..store.imports import Part
from ..store.instants import utc_now
from . import sources
from .addresses import judged
from .book import Book, Original
from .contexts import asked_about
from .model import (
    Body,
    Contexts,
    Import,
    ImportApplied,
    ImportedFlag,
    ImportSummary,
    ImportTrouble,
    Mode,
    Verification,
)
from .process import Refusal
from .reading import Read, Reading
from .running import READ_SECONDS, VERIFY_SECONDS, Running
from .verifying import Verifying

_ENDED = "the server ended meanwhile; try again"


class Imports:
    """Every import of every environment.

    `allow` are networks beside the public internet whose addresses may be asked; `databases` says
    whether Redis and PostgreSQL may be.
    """

    def __init__(
        self,
        database: Database,
        changes: Changes,
        previews: Previews,
        population: Population,
        sealer: Sealer,
        resolver: Resolver,
        *,
        allow: Sequence[Network] = (),
        databases: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._changes = changes
        self._previews = previews
        self._population = population
        self._resolver = resolver
        self._allow = allow
        self._databases = databases
        self._clock = clock
        self._book = Book(database, sealer, clock)
        self._running = Running()

    async def close(self) -> None:
        """End what is being read or verified."""
        await self._running.close()

    def sources(self) -> list[sources.ImportSource]:
        """What can be imported from."""
        return sources.known(self._databases)

    # --- reading ------------------------------------------------------------------------------

    async def begin(
        self,
        principal: Principal,
        project: str,
        environment: str,
        dialect: str,
        options: Mapping[str, Any],
        *,
        files: Mapping[str, bytes] | None = None,
        address: str = "",
        key: str | None = None,
    ) -> Import:
        """Read a document: files by name, or what answers at an address.

        Raises `DocumentError` pointing at what was asked wrongly, `TooManyImports`, `NotFound`.
        """
        sources.found(dialect)
        sources.check_options(options)
        if (files is None) == (not address):
            raise DocumentError([Problem("", "give either files or an address")])
        to = ""
        if files is not None:
            sources.check_files(files)
        else:
            known = next(source for source in self.sources() if source.name == dialect)
            to = await judged(known, address, key, self._resolver, self._allow)
        self._running.room()
        shown = sources.shown(address) if files is None else _named(files)
        hidden = {name: options[name] for name in sources.SECRET_OPTIONS if name in options}
        open_options = {name: value for name, value in options.items() if name not in hidden}
        name = secrets.token_hex(12)
        present = await self._changes.document(project, environment)
        body = Body(dialect, shown, "reading", open_options, present.version)
        await self._book.add(name, project, environment, body, principal.actor)
        work = Reading(dialect, options, present, files or {}, address, key, to)
        self._read(name, body, work, hidden)
        return await self.get(project, environment, name)

    async def choose(
        self, project: str, environment: str, name: str, options: Mapping[str, Any]
    ) -> Import:
        """Read what was read anew, by other options, and compare it with what is there now.

        Raises `NotFound`, `DocumentError`, `Refused` when it is applied or no longer kept.
        """
        found = await self._unapplied(project, environment, name)
        sources.check_options(options)
        original = await self._book.original(name)
        await self._running.stop(name)
        self._running.room()
        present = await self._changes.document(project, environment)
        body = Body(
            found.body.dialect, found.body.source, "reading", dict(options), present.version
        )
        await self._book.change(name, lambda _: body)
        work = Reading(
            body.dialect, {**options, **original.secrets}, present, source=original.source
        )
        self._read(name, body, work, original.secrets)
        return await self.get(project, environment, name)

    def _read(self, name: str, body: Body, work: Reading, hidden: Mapping[str, Any]) -> None:
        async def end(result: Any, why: str) -> None:
            match result:
                case Read(source, document, flags, summary):
                    sealed = await self._book.sealed(name, Original(source, hidden))
                    told = msgspec.convert(summary, ImportSummary)
                    done = replace(body, state="read", progress=1.0, summary=told)
                    parts: dict[Part, bytes | None] = {
                        "source": sealed,
                        "document": document,
                        "flags": flags,
                    }
                    await self._book.change(name, lambda _: done, parts)
                case Refusal(problems):
                    troubles = tuple(ImportTrouble(p.pointer, p.message, p.hint) for p in problems)
                    failed = replace(body, state="failed", troubles=troubles)
                    await self._book.change(name, lambda _: failed)
                case _:
                    failed = replace(body, state="failed", error=why or "it was stopped")
                    await self._book.change(name, lambda _: failed)

        self._running.begin(name, work, end)

    # --- showing ------------------------------------------------------------------------------

    async def get(self, project: str, environment: str, name: str, seconds: float = 0) -> Import:
        """An import as it stands, or when its work has ended within so many seconds."""
        if seconds:
            await self._running.ended(name, seconds)
        return self._as_it_stands(await self._book.get(project, environment, name))

    async def recent(self, project: str, environment: str) -> list[Import]:
        """An environment's imports of the last days, newest first. Raises `NotFound`."""
        return [self._as_it_stands(one) for one in await self._book.recent(project, environment)]

    async def flags(
        self,
        project: str,
        environment: str,
        name: str,
        fits: Callable[[ImportedFlag], bool],
        after: int,
        limit: int,
    ) -> list[ImportedFlag]:
        """The report on the flags that fit, behind that number. Raises `NotFound`."""
        found = await self._book.get(project, environment, name)
        rows = await self._book.flags(found)
        return list(islice((row for row in islice(rows, after + 1, None) if fits(row)), limit))

    def _as_it_stands(self, found: Import) -> Import:
        body, progress = found.body, self._running.progress(found.id)
        verification = body.verification
        age = (self._clock() - found.updated_at).total_seconds()
        if body.state == "reading":
            if progress is not None:
                body = replace(body, progress=progress)
            elif age > READ_SECONDS:
                body = replace(body, state="failed", error=_ENDED)
        elif verification is not None and verification.state == "running":
            if progress is not None:
                verification = replace(verification, progress=progress)
            elif age > VERIFY_SECONDS:
                verification = replace(verification, state="failed", error=_ENDED)
            body = replace(body, verification=verification)
        return replace(found, body=body)

    # --- verifying ----------------------------------------------------------------------------

    async def verify(
        self,
        project: str,
        environment: str,
        name: str,
        contexts: Contexts,
        count: int,
        listed: Sequence[Any] = (),
    ) -> Import:
        """Ask the vendor's own SDK and ours for so many contexts, `listed` ones if given.

        Raises `NotFound`, `DocumentError`, `Refused` where it is not read or no longer kept.
        """
        found = await self._readable(project, environment, name)
        original, document = await self._book.original(name), await self._book.packed(name)
        asked = await asked_about(self._population, found, contexts, count, listed)
        await self._running.stop(name)
        self._running.room()
        count = count if asked is None else len(asked)
        running = Verification("running", contexts, count)
        await self._book.change(name, lambda body: replace(body, verification=running))
        dialect, options = found.body.dialect, {**found.body.options, **original.secrets}
        now = self._clock().timestamp()
        work = Verifying(dialect, options, original.source, document, asked, count, now)

        async def end(result: Any, why: str) -> None:
            match result:
                case dict():
                    told = {"seen": result.pop("contexts"), **result}
                    done = {"state": "done", "contexts": contexts, "count": count, "progress": 1.0}
                    verified = msgspec.convert({**told, **done}, Verification)
                case Refusal(problems):
                    words = "; ".join(map(str, problems[:5]))
                    verified = replace(running, state="failed", error=words)
                case _:
                    state: Any = "failed" if why else "cancelled"
                    verified = replace(running, state=state, error=why)
            await self._book.change(name, lambda body: replace(body, verification=verified))

        self._running.begin(name, work, end)
        return await self.get(project, environment, name)

    async def stop(self, project: str, environment: str, name: str) -> Import:
        """End what is being done with it. Raises `NotFound`."""
        await self._book.get(project, environment, name)
        await self._running.stop(name)
        return await self.get(project, environment, name)

    async def remove(self, project: str, environment: str, name: str) -> None:
        """Forget it, with all that was read. Raises `NotFound`."""
        await self.stop(project, environment, name)
        await self._book.remove(name)

    # --- taking over --------------------------------------------------------------------------

    async def command(
        self, project: str, environment: str, name: str, mode: Mode, force: bool
    ) -> c.ImportDocument:
        """What takes it over. Unless forced, raises `Refused` where answers differ."""
        found = await self._readable(project, environment, name)
        verification = found.body.verification
        if verification is not None and verification.differing and not force:
            raise Refused(
                "answers-differ",
                f"{verification.differing} answers differ from the vendor's SDK",
                hint="look at the differences; force takes it over all the same",
            )
        return c.ImportDocument(await self._book.document(name), mode, force)

    async def preview(
        self,
        principal: Principal,
        project: str,
        environment: str,
        name: str,
        mode: Mode,
    ) -> Preview:
        """Begin to count whom it would move. Raises what `Previews.start` raises."""
        command = await self.command(project, environment, name, mode, force=True)
        started = await self._previews.start(
            [command], principal, project=project, environments={environment: None}
        )
        await self._book.change(name, lambda body: replace(body, preview=started.id))
        return started

    async def movement(
        self, project: str, environment: str, name: str, seconds: float = 0
    ) -> Preview:
        """The last preview, or when it has ended within so many seconds. Raises `NotFound`."""
        found = await self._book.get(project, environment, name)
        if not found.body.preview:
            raise NotFound("preview", name, f"{project}/{environment}")
        return await self._previews.finished(project, found.body.preview, seconds)

    async def applied(
        self, principal: Principal, found: tuple[str, str, str], done: Submitted
    ) -> Import:
        """Note that it was taken over, and forget what was read."""
        project, environment, name = found
        change = next((one for one in done.changes if one.environment == environment), None)
        version = None if change is None else change.version
        told = ImportApplied(version, done.change_set, principal.actor, self._clock())
        await self._book.change(
            name,
            lambda body: replace(body, state="applied", applied=told),
            {"source": None, "document": None},
        )
        return await self.get(project, environment, name)

    async def _readable(self, project: str, environment: str, name: str) -> Import:
        found = await self._unapplied(project, environment, name)
        if found.body.state != "read":
            raise Refused("import-unread", "the document has not been read")
        return found

    async def _unapplied(self, project: str, environment: str, name: str) -> Import:
        found = await self._book.get(project, environment, name)
        if found.body.applied is not None:
            raise Refused("import-applied", "it has been taken over already")
        return found


def _named(files: Mapping[str, bytes]) -> str:
    first = next(iter(files))[:200]
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"
