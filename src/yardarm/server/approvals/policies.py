"""The policies of projects and environments: kept, audited, and remembered while they hold.

The rules of its state: what is remembered of a project is dropped when a policy of it changes, on
this node or (PostgreSQL) another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..access.errors import Forbidden
from ..access.model import Principal
from ..audit.service import Audit
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from ..store.instants import utc_now
from ..store.projects import ProjectRow
from .model import POLICY_NAMES, Approval, Budgets, Policies, PolicyName
from .policy import read_policy

CHANNEL = "yardarm_policies"

_NONE = Policies()


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """A policy as it was set. Without an environment it is the project's."""

    environment: str | None
    name: PolicyName
    body: Any


class PolicyBook:
    """Budgets, freezes and approval by project and environment."""

    def __init__(
        self, database: Database, audit: Audit, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._known: dict[str, Mapping[str, Policies]] = {}
        self._rings = 0
        self._doorbell = database.doorbell(CHANNEL, self._rung)

    async def start(self) -> None:
        """Begin to hear of policies that other nodes set."""
        await self._doorbell.start()

    async def close(self) -> None:
        """Stop listening."""
        await self._doorbell.close()

    def _rung(self, project: str) -> None:
        self._rings += 1
        if project:
            self._known.pop(project, None)
        else:
            self._known.clear()  # something may have been missed

    # --- what holds ---------------------------------------------------------------------------

    async def of(self, project: str, environment: str) -> Policies:
        """What holds in an environment; from memory, once it was asked for in the project."""
        known = await self._all(project)
        return known.get(environment, known.get("", _NONE))

    async def rules(self, project: str, environments: Iterable[str]) -> dict[str, Approval]:
        """Who approves, by environment."""
        held = {at: await self.of(project, at) for at in environments}
        return {at: policies.approval or Approval() for at, policies in held.items()}

    async def any_asks(self, project: str) -> bool:
        """Whether anywhere in the project a change can need approval."""
        return any(policies.ask for policies in (await self._all(project)).values())

    async def _all(self, project: str) -> Mapping[str, Policies]:
        known = self._known.get(project)
        if known is None:
            rings = self._rings
            known = await self._read(project)
            if rings == self._rings:  # else it may be what was read before a policy was set
                self._known[project] = known
        return known

    async def _read(self, project: str) -> dict[str, Policies]:
        """By environment, the project's own under the empty key."""
        found: dict[str, dict[str, Any]] = {"": {}}
        for info in await self.list(project):
            found.setdefault(info.environment or "", {})[info.name] = info.body
        return {key: _policies({**found[""], **bodies}) for key, bodies in found.items()}

    async def list(self, project: str) -> list[PolicyInfo]:
        """Every policy of a project that is set."""
        async with self._database.read() as transaction:
            row = await transaction.projects.find(project)
            rows = [] if row is None else await transaction.policies.list(row.id)
        return [
            PolicyInfo(environment or None, _known(name), body)
            for environment, name, body in rows
            if name in POLICY_NAMES
        ]

    async def get(self, project: str, environment: str | None, name: str) -> PolicyInfo:
        """One policy. Raises `NotFound`."""
        known = _known(name)
        async with self._database.read() as transaction:
            row = await _place(transaction, project, environment)
            body = await transaction.policies.get(row.id, environment or "", known)
        if body is None:
            raise NotFound("policy", known, environment or project)
        return PolicyInfo(environment, known, body)

    # --- setting ------------------------------------------------------------------------------

    async def put(
        self,
        principal: Principal,
        project: str,
        environment: str | None,
        name: str,
        body: Any,
        reason: str = "",
    ) -> PolicyInfo:
        """Set a policy; audited. Raises `DocumentError`, `NotFound`, `Forbidden`."""
        known = _known(name)
        read_policy(known, body)
        await self._write(principal, project, environment, known, body, reason)
        return PolicyInfo(environment, known, body)

    async def remove(
        self,
        principal: Principal,
        project: str,
        environment: str | None,
        name: str,
        reason: str = "",
    ) -> None:
        """Remove a policy; audited. Raises `NotFound`, `Forbidden`."""
        await self._write(principal, project, environment, _known(name), None, reason)

    async def _write(
        self,
        principal: Principal,
        project: str,
        environment: str | None,
        name: PolicyName,
        body: Any | None,
        reason: str,
    ) -> None:
        if not principal.may("admin", project, environment):
            raise Forbidden(principal.actor, ("admin",), project, environment or "")
        at = self._clock()
        async with self._database.write() as transaction:
            row = await _place(transaction, project, environment)
            before = await transaction.policies.get(row.id, environment or "", name)
            if before is None and body is None:
                raise NotFound("policy", name, environment or project)
            if body is None:
                await transaction.policies.remove(row.id, environment or "", name)
            else:
                await transaction.policies.put(
                    row.id, environment or "", name, body, at=at, by=principal.actor
                )
            await self._audit.append(
                transaction,
                actor=principal.actor,
                action="policy.removed" if body is None else "policy.set",
                details={
                    "project": project,
                    "environment": environment,
                    "name": name,
                    "before": before,
                    "after": body,
                },
                at=at,
                reason=reason,
            )
            await transaction.ring(CHANNEL, project)
        self._rung(project)


def _known(name: str) -> PolicyName:
    for known in POLICY_NAMES:
        if name == known:
            return known
    raise NotFound("policy", name)


async def _place(transaction: Transaction, project: str, environment: str | None) -> ProjectRow:
    row = await transaction.projects.find(project)
    if row is None:
        raise NotFound("project", project)
    if environment is not None and (
        await transaction.projects.find_environment(project, environment) is None
    ):
        raise NotFound("environment", environment, project)
    return row


def _policies(bodies: Mapping[str, Any]) -> Policies:
    """What these bodies say. They were read before they were stored."""
    found: dict[str, Any] = {}
    for name, body in bodies.items():
        policy = read_policy(_known(name), body)
        match policy:
            case Budgets():
                found["budgets"] = policy
            case Approval():
                found["approval"] = policy
            case _:
                found["freezes"] = policy
    return Policies(**found)
