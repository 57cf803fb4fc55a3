"""Puts the server together. The only place where its objects meet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ..core.model import Json
from ..core.snapshot import Snapshot
from ..sdk.fast import accelerate
from . import rest
from .access.secrets import Sealer
from .access.service import Access
from .access.setup_page import setup_page
from .approvals.book import RequestBook
from .approvals.errors import ApprovalNeeded
from .approvals.gate import ApprovalGate
from .approvals.judge import Judge
from .approvals.policies import PolicyBook
from .approvals.service import Approvals
from .audit.service import Audit
from .changes.announcements import Announcement
from .changes.listing.held import HeldFlags
from .changes.past import Past
from .changes.service import Changes
from .delivery.hub import Hub, HubClosed
from .delivery.overriding import Overriding
from .delivery.snapshots import Snapshots
from .deployments.service import Deployments
from .faces import native, ofrep
from .imports.service import Imports
from .jobs.service import Jobs
from .observe.service import Observe
from .population.service import Population
from .previews.service import Previews, counting
from .previews.targeting import Targeting
from .projects.service import Projects
from .rollouts.service import Plans
from .settings import Settings
from .store.database import Database, Transaction
from .store.errors import StoreError
from .views.service import Views
from .web.asgi import App
from .web.basics import basic_routes
from .web.credentials import Doorkeeper
from .web.dashboard import PREFIX, dashboard_folder, find_dashboard
from .web.docs.site import find_docs
from .web.metrics import Metrics
from .web.outer import Mount, Outer, Route
from .web.problems import Known, Problem, problem
from .webhooks.send import Sender, system_resolver
from .webhooks.service import Webhooks

PLACES = {
    "/api/v1": "REST: projects, flags, environments, changes (token)",
    "/api/v1/openapi.json": "its description, OpenAPI 3.1",
    "/ofrep/v1": "OpenFeature Remote Evaluation Protocol 0.3 (SDK key)",
    "/sdk/v1": "the native protocol of Yardarm's SDKs (server key)",
    "/healthz": "whether the process lives",
    "/readyz": "whether it can serve",
    "/metrics": "Prometheus metrics",
    "/problems": "every type of error that is answered",
}
"""What `/` says is here, beside the dashboard and the documentation where they were built."""

_log = logging.getLogger("yardarm.server")

CLOSE_SECONDS = 1.0
"""How long the services may take to write what they still hold when the server ends."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes and the faces work with."""

    settings: Settings
    database: Database
    audit: Audit
    access: Access
    policies: PolicyBook
    approvals: Approvals
    observe: Observe
    population: Population
    previews: Previews
    targeting: Targeting
    projects: Projects
    changes: Changes
    held_flags: HeldFlags
    past: Past
    deployments: Deployments
    imports: Imports
    jobs: Jobs
    plans: Plans
    views: Views
    webhooks: Webhooks
    snapshots: Snapshots
    overrides: Overriding
    hub: Hub


@dataclass(frozen=True, slots=True)
class Application:
    """A server that has begun: give `app` to an ASGI server, and `close` it at the end."""

    app: App
    services: Services

    async def end_streams(self) -> None:
        """Close every stream, before anybody waits for open responses."""
        self.services.changes.announcements.close()
        await self.services.hub.close()

    async def close(self) -> None:
        """End the services and give the database back; what hangs is left behind."""
        services = self.services
        await services.hub.close()
        ends: Iterable[Callable[[], Awaitable[None]]] = (
            services.jobs.close,
            services.imports.close,
            services.approvals.close,
            services.policies.close,
            services.targeting.close,
            services.previews.close,
            services.overrides.close,
            services.snapshots.close,
            services.changes.close,
            services.observe.close,
            services.population.close,
            services.access.close,
            services.database.close,
        )
        for end in ends:
            try:
                await asyncio.wait_for(end(), CLOSE_SECONDS)
            except (TimeoutError, StoreError):
                continue


async def build(settings: Settings, *, most_streams: int = 10_000) -> Application:
    """Open the database, begin the services, load the snapshots.

    `most_streams` may be open at a time. Raises `StoreError` and `OptionError`, each with one line
    that says what to do.
    """
    database = await Database.open(settings.database())
    try:
        services = _services(settings, database, most_streams)
        await _begin(services)
        return Application(_outer(services), services)
    except BaseException:
        await database.close()
        raise


def _services(settings: Settings, database: Database, most_streams: int) -> Services:
    audit = Audit(database)
    population = Population(database, audit)
    observe = Observe(
        database, retention_days=settings.retention_days, population=population.keeper
    )
    changes = Changes(
        database,
        observe,
        audit,
        archive_guard_hours=settings.archive_guard_hours,
        max_document_bytes=settings.max_document_bytes,
    )
    worker = counting(database.url)
    hub = Hub([native.RENDERING, ofrep.RENDERING], most_streams=most_streams)
    previews = Previews(database, changes, worker=worker, streams=hub)
    projects = Projects(database, audit)
    jobs = Jobs(database)
    sealer = Sealer(settings.secret_key)
    webhooks = Webhooks(database, audit, jobs, sealer, Sender(settings.webhook_allow))
    changes.witnesses.append(webhooks.witness)

    async def tell(transaction: Transaction, project: str, event: str, data: Json) -> None:
        # Whoever looks at a page sees what is said at once; a webhook is told of what is done.
        if data.get("what") != "commented":
            await webhooks.tell(transaction, project, event, data)
        await changes.announcements.tell_at_commit(transaction, project, Announcement(event))

    policies, book = PolicyBook(database, audit), RequestBook(tell)
    judge = Judge(database, changes, policies, previews)
    changes.gate = ApprovalGate(database, policies, judge, book)
    snapshots = Snapshots(_Log(projects, changes), accelerate=accelerate())
    return Services(
        settings=settings,
        database=database,
        audit=audit,
        access=Access(database, audit, settings.secret_key),
        policies=policies,
        approvals=Approvals(database, changes, policies, judge, book),
        observe=observe,
        population=population,
        previews=previews,
        targeting=Targeting(database, changes, worker=worker, analyst=counting(database.url)),
        projects=projects,
        changes=changes,
        held_flags=HeldFlags(database),
        past=Past(database, changes),
        deployments=Deployments(database),
        imports=Imports(
            database,
            changes,
            previews,
            population,
            sealer,
            system_resolver,
            allow=settings.import_allow,
            databases=settings.import_databases,
        ),
        jobs=jobs,
        plans=Plans(
            database,
            audit,
            changes,
            jobs,
            measure=previews,
            pending=_pending,
            emit=tell,
        ),
        views=Views(database),
        webhooks=webhooks,
        snapshots=snapshots,
        overrides=Overriding(settings.overrides, snapshots),
        hub=hub,
    )


async def _begin(services: Services) -> None:
    hub, snapshots = services.hub, services.snapshots
    await services.access.start()
    await services.observe.start()
    await services.population.start()
    await services.changes.start()
    hub.start()
    snapshots.on_version.append(hub.publish)
    snapshots.on_placed.append(hub.place)
    services.changes.subscribe(snapshots.published)
    services.access.subscribe(_Revocations(services.access, hub).suspect)
    services.access.subscribe(services.changes.announcements.stir)
    await services.overrides.start()
    await snapshots.load()
    await services.policies.start()
    await services.approvals.start()
    await services.jobs.start()


def _pending(error: Exception) -> int | None:
    """The change request that a plan's step became."""
    return error.request.id if isinstance(error, ApprovalNeeded) else None


def _outer(services: Services) -> App:
    settings, metrics = services.settings, Metrics()
    metrics.sources.append(partial(_hub_metrics, services.hub))
    metrics.sources.append(partial(_job_metrics, services.jobs))
    metrics.sources.append(partial(_override_metrics, services.overrides))
    door = Doorkeeper(services.access)
    services.access.subscribe(door.forget)
    native_face = native.NativeFace(
        door,
        services.snapshots,
        services.hub,
        services.observe,
        max_body_bytes=settings.max_body_bytes,
    )
    ofrep_face = ofrep.OfrepFace(
        door,
        services.snapshots,
        services.hub,
        services.observe,
        origins=settings.cors_origins,
        public_url=settings.public_url,
        max_body_bytes=settings.max_body_bytes,
    )
    setup = setup_page(services.access)
    checks = {
        "database": partial(_check_database, services),
        "snapshots": partial(_loaded, services),
    }
    dashboard = find_dashboard()
    docs = find_docs(dashboard_folder())
    places = {
        **({} if dashboard is None else {PREFIX: "the dashboard"}),
        **({} if docs is None else {"/docs": "the documentation"}),
        **PLACES,
    }
    notices = {"overrides": services.overrides.notice}
    routes: list[Route | Mount] = [
        *ofrep_face.routes(),
        *native_face.routes(),
        Mount("/api/v1", rest.rest_app(services)),
        Route("/setup", {"GET": setup, "POST": setup}),
        *(() if dashboard is None else dashboard.routes()),
        *(() if docs is None else docs.routes()),
        *basic_routes(checks, metrics, places, notices, "" if dashboard is None else f"{PREFIX}/"),
    ]
    return Outer(routes, known=KNOWN, metrics=metrics)


def _no_more_streams(error: HubClosed) -> Problem:
    return problem(
        "unavailable", "no further stream can be opened now", headers=[(b"retry-after", b"5")]
    )


KNOWN: Known = {**rest.KNOWN, HubClosed: _no_more_streams}
"""What to answer to the packages' exceptions."""


class _Revocations:
    """Closes the streams of keys that were revoked."""

    def __init__(self, access: Access, hub: Hub) -> None:
        self._access = access
        self._hub = hub
        self._again = False
        self._looking: asyncio.Task[None] | None = None

    def suspect(self) -> None:
        """Something may have been revoked: look for it."""
        self._again = True
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            while self._again:
                self._again = False
                for key_id in self._hub.key_ids():
                    if not await self._access.key_in_force(key_id):
                        self._hub.close_key(key_id)
        except StoreError as error:
            _log.warning("streams of revoked keys, if any, stay open: %s", error)
        finally:
            self._looking = None


class _Log:
    """The change log as `delivery` reads it."""

    def __init__(self, projects: Projects, changes: Changes) -> None:
        self._projects = projects
        self._changes = changes

    async def environments(self) -> Iterable[tuple[str, str]]:
        return [(e.project, e.key) for e in await self._projects.all_environments()]

    async def snapshot(self, project: str, environment: str) -> Snapshot:
        return await self._changes.snapshot(project, environment)

    async def patches(self, project: str, environment: str, after: int) -> Sequence[bytes]:
        found = await self._changes.published_since(project, environment, after)
        return [published.patch for published in found]


async def _check_database(services: Services) -> str:
    await services.database.check()
    return ""


async def _loaded(services: Services) -> str:
    return "" if services.snapshots.ready else "still loading"


def _job_metrics(jobs: Jobs) -> Iterable[Metric]:
    running = GaugeMetricFamily("yardarm_jobs_running", "Jobs that are being done.")
    running.add_metric((), jobs.running())
    yield running
    ended = CounterMetricFamily(
        "yardarm_jobs",
        "Attempts at jobs, by how they ended: done, failed (tried again), given_up.",
        labels=("kind", "outcome"),
    )
    for (kind, outcome), number in jobs.ended.items():
        ended.add_metric((kind, outcome), number)
    yield ended


def _override_metrics(overrides: Overriding) -> Iterable[Metric]:
    held = GaugeMetricFamily(
        "yardarm_overrides",
        "Flags that the override file holds, in each environment.",
        labels=("project", "environment"),
    )
    for each in overrides.environments():
        held.add_metric((each.project, each.environment), len(each.kill) + len(each.serve))
    yield held


def _hub_metrics(hub: Hub) -> Iterable[Metric]:
    counts = hub.counts()
    streams = GaugeMetricFamily("yardarm_streams_open", "Open streams.", labels=("protocol",))
    for protocol, number in counts.open.items():
        streams.add_metric((protocol,), number)
    yield streams
    for name, help_, value in (
        (
            "yardarm_streams_dropped",
            "Streams closed because their reader was too slow.",
            counts.dropped,
        ),
        (
            "yardarm_waves",
            "Times that changes were sent to all streams of an environment.",
            counts.waves,
        ),
        ("yardarm_wave_seconds", "Time that took.", counts.wave_seconds),
    ):
        yield CounterMetricFamily(name, help_, value)
