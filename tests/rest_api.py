"""The REST application over a database in memory, called in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from tests.approvals_world import Exact

from yardarm.server.access.model import Grant, Principal
from yardarm.server.access.model import local as local_principal
from yardarm.server.access.secrets import Sealer
from yardarm.server.access.service import Access
from yardarm.server.approvals.book import RequestBook
from yardarm.server.approvals.gate import ApprovalGate
from yardarm.server.approvals.judge import Judge
from yardarm.server.approvals.policies import PolicyBook
from yardarm.server.approvals.service import Approvals
from yardarm.server.audit.service import Audit
from yardarm.server.changes.commands import CreateEnvironment
from yardarm.server.changes.listing.held import HeldFlags
from yardarm.server.changes.past import Past
from yardarm.server.changes.service import Changes
from yardarm.server.deployments.service import Deployments
from yardarm.server.imports.service import Imports
from yardarm.server.jobs.service import Jobs
from yardarm.server.observe.service import Observe
from yardarm.server.population.service import Population
from yardarm.server.previews.service import Previews, counting
from yardarm.server.previews.targeting import Targeting
from yardarm.server.projects.service import Projects
from yardarm.server.rest import rest_app
from yardarm.server.rollouts.service import Plans
from yardarm.server.settings import Settings
from yardarm.server.store.database import Database
from yardarm.server.views.service import Views
from yardarm.server.webhooks.send import Sender, system_resolver
from yardarm.server.webhooks.service import Webhooks

PROJECT = "shop"
ENVIRONMENTS = ("production", "staging")
SECRET = "a secret key for these tests only"


@dataclass
class Services:
    """What `bootstrap` puts together, without its wire protocols."""

    access: Access
    approvals: Approvals
    audit: Audit
    changes: Changes
    past: Past
    deployments: Deployments
    held_flags: HeldFlags
    imports: Imports
    jobs: Jobs
    observe: Observe
    plans: Plans
    policies: PolicyBook
    population: Population
    previews: Previews
    projects: Projects
    settings: Settings
    views: Views
    targeting: Targeting
    webhooks: Webhooks


async def open_services(database: Database, settings: Settings) -> Services:
    audit = Audit(database)
    observe = Observe(database)
    changes = Changes(database, observe, audit)
    jobs = Jobs(database)
    webhooks = Webhooks(database, audit, jobs, Sealer(SECRET), Sender(settings.webhook_allow))
    changes.witnesses.append(webhooks.witness)
    policies, book = PolicyBook(database, audit), RequestBook(webhooks.tell)
    judge = Judge(database, changes, policies, Exact(database))
    changes.gate = ApprovalGate(database, policies, judge, book)
    worker, population = counting(database.url), Population(database, audit)
    previews = Previews(database, changes, worker=worker)
    services = Services(
        access=Access(database, audit, SECRET),
        approvals=Approvals(database, changes, policies, judge, book),
        audit=audit,
        changes=changes,
        past=Past(database, changes),
        deployments=Deployments(database),
        held_flags=HeldFlags(database),
        imports=Imports(
            database,
            changes,
            previews,
            population,
            Sealer(SECRET),
            system_resolver,
            allow=settings.import_allow,
            databases=settings.import_databases,
        ),
        jobs=jobs,
        observe=observe,
        plans=Plans(database, audit, changes, jobs, emit=webhooks.tell),
        policies=policies,
        population=population,
        previews=previews,
        projects=Projects(database, audit),
        settings=settings,
        views=Views(database),
        targeting=Targeting(database, changes, worker=worker, analyst=counting(database.url)),
        webhooks=webhooks,
    )
    # Every call here is whole: the one endless stream says that it cannot be opened.
    changes.announcements.close()
    await services.access.start()
    await services.observe.start()
    await services.changes.start()
    await services.jobs.start()
    return services


async def close_services(services: Services) -> None:
    await services.targeting.close()
    await services.imports.close()
    await services.previews.close()
    await services.jobs.close()
    await services.changes.close()
    await services.observe.close()
    await services.access.close()


class Api:
    """Calls the REST application as the holder of a token. Every call is whole: no streams."""

    def __init__(self, runner: asyncio.Runner, services: Services, admin: str) -> None:
        self._run = runner.run
        self.services = services
        self.admin = admin
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(rest_app(services)),  # type: ignore[arg-type]
            base_url="http://yardarm.test/api/v1",
        )

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        match: str | None = "*",
        **more: Any,
    ) -> httpx.Response:
        """One request, as the admin unless another token is given (`""`: none)."""
        headers = {**more.pop("headers", {})}
        token = self.admin if token is None else token
        if token:
            headers.setdefault("Authorization", f"Bearer {token}")
        if match is not None and method != "GET":
            headers.setdefault("If-Match", match)
        if body is not None:
            more["json"] = body
        self._client.cookies.clear()  # every call stands alone
        return self._run(self._client.request(method, path, headers=headers, **more))

    def get(self, path: str, **more: Any) -> Any:
        """The parsed answer of a GET that must succeed."""
        response = self.call("GET", path, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def do(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The parsed answer of a mutation that must succeed."""
        response = self.call(method, path, body, **more)
        assert response.status_code in (200, 201, 202), response.text
        return response.json()

    def refused(
        self, status: int, method: str, path: str, body: Any = None, **more: Any
    ) -> dict[str, Any]:
        """The problem that a request is answered with, which must have that status."""
        response = self.call(method, path, body, **more)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = response.json()
        assert problem["status"] == status
        assert problem["type"].startswith("/problems/")
        return problem

    def token(self, *grants: Grant, actor: str = "somebody") -> str:
        """A token with these grants."""
        issue = self.services.access.issue_token(local_principal(), actor, "test", grants)
        return self._run(issue)[1]

    def versions(self) -> dict[str, int]:
        """The version of every environment of the project."""
        return {e: self.get(environment(e))["version"] for e in ENVIRONMENTS}

    def run(self, awaitable: Any) -> Any:
        """What an awaitable gives, on the application's loop."""
        return self._run(awaitable)

    def close(self) -> None:
        self._run(self._client.aclose())


@contextmanager
def rest_api(settings: Settings | None = None) -> Iterator[Api]:
    """The application with one project, its two environments, and an admin's token."""
    with asyncio.Runner() as runner:
        database = runner.run(Database.open("sqlite:///:memory:"))
        services = runner.run(open_services(database, settings or Settings()))
        admin = runner.run(_furnish(services))
        api = Api(runner, services, admin)
        try:
            yield api
        finally:
            api.close()
            runner.run(close_services(services))
            runner.run(database.close())


async def _furnish(services: Services) -> str:
    hand: Principal = local_principal()
    await services.projects.create_project(hand.actor, PROJECT, "The shop")
    for key in ENVIRONMENTS:
        command = CreateEnvironment(key, key.title())
        await services.changes.submit(command, hand, project=PROJECT, environments=None)
    _, token = await services.access.issue_token(hand, "ada", "test", [Grant("admin")])
    return token


def opened() -> Iterator[Api]:
    """For a fixture: `api = pytest.fixture(opened, scope="module")`."""
    with rest_api() as api:
        yield api


# --- paths ------------------------------------------------------------------------------------


def project(*segments: str) -> str:
    """A path below the project."""
    return _path("projects", PROJECT, *segments)


def environment(key: str = "production", *segments: str) -> str:
    """A path below an environment."""
    return _path("projects", PROJECT, "environments", key, *segments)


def _path(*segments: str) -> str:
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)
