"""`yardarm dev`: a server with everything one needs to try it, without a question."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from socket import socket

from ... import dialects
from ...connect import files, sources
from ...connect.decryption import with_decrypter
from ...core.codec import document_to_json
from ...core.jsontext import canonical
from ...core.model import Json
from ...dialects.report import of_losses, publishable
from ...errors import DocumentError, OptionError
from ..access.model import Grant, Principal, local
from ..bootstrap import Services, build
from ..changes.commands import CreateEnvironment, ImportDocument
from ..projects.errors import NotFound
from ..settings import Settings
from ..web.dashboard import dashboard_folder
from ..web.log import configure
from . import demo, devfile, process, shop
from .devfile import DevFile
from .greeting import greeting
from .serving import read_settings

DEFAULT_PORT = 8180
DEFAULT_DATA = Path(".yardarm")
_HAND = local("yardarm dev")


@dataclass(frozen=True, slots=True)
class DevOptions:
    """What `yardarm dev` can be told.

    `data` None keeps everything in memory. A given key or token is used as it is; without one, that
    of the data folder, or a new one. `seeds` are files with documents, imported into each
    environment, once each; `NAME:SOURCE` is one in a vendor's dialect. Without `demo`, the project
    is empty. The shop runs with the demo, if it is there.
    """

    port: int = DEFAULT_PORT
    data: Path | None = DEFAULT_DATA
    seeds: tuple[str, ...] = ()
    server_key: str | None = None
    client_key: str | None = None
    admin_token: str | None = None
    demo: bool = True
    shop: bool = True
    ready_file: Path | None = None
    host: str = "127.0.0.1"


def dev(options: DevOptions) -> None:
    """Serve until SIGTERM or SIGINT. Raises `OptionError`, `DocumentError`, `StoreError`."""
    given = read_settings()
    # What is worth reading here is printed; the log is for what goes wrong.
    configure(given.log_format, "warning" if given.log_level == "info" else given.log_level)
    with nullcontext() if options.data is None else process.alone_in(options.data):
        kept = devfile.read(options.data)
        seeds = [_load_seed(name) for name in options.seeds]
        settings = replace(
            given,
            data=options.data or given.data,
            database_url="sqlite:///:memory:" if options.data is None else "",
            secret_key=given.secret_key or kept.secret_key,
            host=options.host,
            public_url="",
        )
        process.run(_dev(options, settings, kept, seeds))


async def _dev(
    options: DevOptions, settings: Settings, kept: DevFile, seeds: list[ImportDocument]
) -> None:
    listening = _bind(options)
    application = await build(settings, most_streams=process.most_streams())
    try:
        file = await _furnish(application.services, options, kept, seeds)
        port = listening.getsockname()[1]
        file = replace(file, url=process.address_of(listening), ports={"http": port})
        devfile.write(options.data, file)
    except BaseException:
        await application.close()
        raise
    beside = _Beside(options, application.services)
    try:
        await process.run_until_told(application, listening, partial(beside.begin, file))
    finally:
        await beside.end()


def _bind(options: DevOptions) -> socket:
    if options.port == 0:
        return process.bind(options.host, 0)
    listening = process.bind_near(options.host, options.port)
    port = listening.getsockname()[1]
    if port != options.port:
        print(f"Port {options.port} is taken; using {port}.", flush=True)
    return listening


class _Beside:
    """What runs and is written beside the server: the shop, the greeting, the ready file."""

    def __init__(self, options: DevOptions, services: Services) -> None:
        self._options = options
        self._services = services
        self._shop: shop.Shop | None = None

    async def begin(self, file: DevFile) -> None:
        """The server accepts connections."""
        options = self._options
        without_shop = "left out" if not (options.shop and options.demo) else shop.why_not()
        if not without_shop:
            log = None if options.data is None else options.data / "shop.log"
            self._shop = await shop.start(file, shop.PORT if options.port else 0, log)
            if self._shop is None:
                without_shop = f"the example shop did not start; see {log or 'its own log'}"
        if self._shop is not None:
            file = replace(file, ports={**(file.ports or {}), "shop": self._shop.port})
            devfile.write(options.data, file)
        shop_url = None if self._shop is None else self._shop.url
        code = await self._code(file.admin_token)
        print(greeting(file, options.data, shop_url, without_shop, code), flush=True)
        if options.ready_file is not None:
            _write_ready(options.ready_file, file)

    async def _code(self, token: str) -> str:
        """What signs in to the dashboard once; empty where it is not built."""
        if dashboard_folder() is None:
            return ""
        return await self._services.access.sessions.link(token)

    async def end(self) -> None:
        """The server has ended."""
        if self._shop is not None:
            await self._shop.stop()


def _write_ready(path: Path, file: DevFile) -> None:
    try:
        devfile.replace_file(path, json.dumps(file.ready()) + "\n")
    except OSError as error:
        raise OptionError(
            f"the ready file {path} cannot be written: {error.strerror or error}"
        ) from None


# --- what is in the database ------------------------------------------------------------------


async def _furnish(
    services: Services, options: DevOptions, kept: DevFile, seeds: list[ImportDocument]
) -> DevFile:
    """The demo project with its environments, flags, keys and token, and the seeds."""
    await _make_project(services, with_flags=options.demo)
    seeded = kept.seeded if options.data is not None else ()
    for seed in seeds:
        digest = sha256(canonical(seed.document)).hexdigest()
        if digest not in seeded:
            await services.changes.submit(
                seed, _HAND, project=demo.PROJECT,
                environments=dict.fromkeys(demo.ENVIRONMENTS), reason="seed",
            )  # fmt: skip
            seeded = (*seeded, digest)
    return DevFile(
        project=demo.PROJECT,
        environment=demo.ENVIRONMENT,
        server_key=await _key(services, "server", options.server_key, kept.server_key),
        client_key=await _key(services, "client", options.client_key, kept.client_key),
        admin_token=await _token(services, options.admin_token, kept.admin_token),
        secret_key=kept.secret_key,
        seeded=seeded,
    )


async def _make_project(services: Services, *, with_flags: bool) -> None:
    projects, changes = services.projects, services.changes
    try:
        await projects.get_project(demo.PROJECT)
    except NotFound:
        await projects.create_project(_HAND.actor, demo.PROJECT, demo.PROJECT_NAME)
    present = {e.key: e for e in await projects.list_environments(demo.PROJECT)}
    for key, name in demo.ENVIRONMENTS.items():
        if key not in present:
            command = CreateEnvironment(key, name)
            await changes.submit(command, _HAND, project=demo.PROJECT, environments=None)
    document = await changes.document(demo.PROJECT, demo.ENVIRONMENT)
    if with_flags and not document.flags:
        for key in demo.ENVIRONMENTS:
            await changes.submit(
                ImportDocument(demo.document(key)), _HAND, project=demo.PROJECT,
                environments={key: None}, reason="the demo",
            )  # fmt: skip


async def _key(services: Services, kind: str, given: str | None, kept: str) -> str:
    """An SDK key of the demo's environment: the one given, the one kept, or a new one."""
    wanted = given or kept
    if wanted:
        found = await services.access.find_key(wanted)
        if found is not None:
            place = (found.project, found.environment, found.kind)
            if place == (demo.PROJECT, demo.ENVIRONMENT, kind):
                return wanted
            raise OptionError(f"--{kind}-key is a {found.kind} key of {'/'.join(place[:2])} here")
    _, text = await services.access.issue_key(
        _HAND, demo.PROJECT, demo.ENVIRONMENT, "server" if kind == "server" else "client",
        "yardarm dev", key=wanted or None,
    )  # fmt: skip
    return text


async def _token(services: Services, given: str | None, kept: str) -> str:
    """A token with every right: the one given, the one kept, or a new one."""
    wanted = given or kept
    holder: Principal | None = await services.access.authenticate(wanted) if wanted else None
    if holder is not None:
        if not holder.may("admin"):
            raise OptionError("--admin-token is a token without admin here")
        return wanted
    _, text = await services.access.issue_token(
        _HAND, "developer", "yardarm dev", [Grant("admin")], token=wanted or None
    )
    return text


def _load_seed(name: str) -> ImportDocument:
    try:
        return ImportDocument(_in_dialect(name) or files.load(name).value)
    except OSError as error:
        raise OptionError(f"--seed {name}: {error.strerror or error}") from None
    except (DocumentError, OptionError) as error:
        raise OptionError(f"--seed {name}: {error}") from None


def _in_dialect(name: str) -> Json:
    """The document in `NAME:SOURCE` of a vendor's dialect, its losses printed; None for a file."""
    vendor, colon, source = name.partition(":")
    dialect = dialects.find(vendor.replace("-", "_")) if colon else None
    if dialect is None:
        return None
    reading = publishable(
        dialect.read(sources.load(dialect.name, source), with_decrypter(dialect.name, {}))
    )
    print(f"{dialect.title}: {len(reading.document.flags)} flags from {source}", flush=True)
    for words in of_losses(reading.losses):
        print(f"  {words}", flush=True)
    return document_to_json(reading.document)
