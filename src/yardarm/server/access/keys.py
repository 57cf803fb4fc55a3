"""SDK keys: issued, listed, shown again, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..audit.service import Audit
from ..store.access import KeyRow
from ..store.database import Database, Transaction
from ..store.errors import NotFound
from .errors import BadCredential, Forbidden
from .finding import Finding
from .model import KEY_KINDS, VENDORS, KeyInfo, KeyKind, Principal, Vendor
from .naming import given_alias, given_secret, label
from .rows import about, key_info
from .secrets import KEY_PREFIXES, Sealer, hash_secret, new_secret, shown_prefix
from .tokens import need_admin


class Keys:
    """The SDK keys of environments. Methods are described at `Access`."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        finding: Finding,
        sealer: Sealer,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._audit = audit
        self._finding = finding
        self._sealer = sealer
        self._clock = clock

    async def issue(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        name: str,
        key: str | None,
        revealable: bool | None,
    ) -> tuple[KeyInfo, str]:
        need_admin(principal, project, environment)
        secret = given_secret(key) or new_secret(KEY_PREFIXES[_known(kind)])
        keep = kind == "client" if revealable is None else revealable
        return await self._add(principal, project, environment, kind, name, secret, keep), secret

    async def add_alias(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        vendor: Vendor,
        key: str,
        name: str,
    ) -> KeyInfo:
        need_admin(principal, project, environment)
        if vendor not in VENDORS:
            raise BadCredential(f"an alias is of one of {', '.join(VENDORS)}")
        secret = given_alias(key)
        return await self._add(
            principal, project, environment, _known(kind), name, secret, keep=False, vendor=vendor
        )

    async def _add(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        name: str,
        secret: str,
        keep: bool,
        vendor: Vendor | None = None,
    ) -> KeyInfo:
        digest, at = hash_secret(secret), self._clock()
        async with self._database.write() as transaction:
            environment_id = await _environment_id(transaction, project, environment)
            row = await transaction.access.add_key(
                environment_id,
                {
                    "kind": kind,
                    "name": label(name),
                    "hash": digest,
                    "prefix": shown_prefix(secret),
                    # Bound to its hash, so that one row's text cannot be moved into another.
                    "sealed": self._sealer.seal(secret, digest) if keep else None,
                    "vendor": vendor,
                    "created_at": at,
                    "created_by": principal.actor,
                },
            )
            if row is None:
                raise BadCredential("this key is in use already, or was revoked: choose another")
            action = "key.issued" if vendor is None else "key.alias-added"
            await self._note(transaction, principal, action, row)
            await self._finding.forget_everywhere(transaction)
        self._finding.forget()
        return key_info(row)

    async def revoke(self, principal: Principal, key_id: int) -> None:
        async with self._database.write() as transaction:
            row = await self._own(transaction, principal, key_id)
            if not await transaction.access.revoke_key(key_id, self._clock()):
                raise NotFound("key", str(key_id))
            await self._note(transaction, principal, "key.revoked", row)
            await self._finding.forget_everywhere(transaction)
        self._finding.forget()

    async def list(self, principal: Principal, project: str, environment: str) -> list[KeyInfo]:
        need_admin(principal, project, environment)
        async with self._database.read() as transaction:
            environment_id = await _environment_id(transaction, project, environment)
            return [key_info(row) for row in await transaction.access.keys(environment_id)]

    async def reveal(self, principal: Principal, key_id: int) -> str | None:
        async with self._database.write() as transaction:
            row = await self._own(transaction, principal, key_id)
            if row.sealed is None:
                return None
            await self._note(transaction, principal, "key.revealed", row)
            return self._sealer.open(row.sealed, row.hash)

    async def _own(self, transaction: Transaction, principal: Principal, key_id: int) -> KeyRow:
        row = await transaction.access.key_by_id(key_id)
        if row is None:
            raise NotFound("key", str(key_id))
        if not principal.may("admin", row.project, row.environment):
            # Whether a key of that number exists is nobody else's business.
            if not principal.may("read", row.project, row.environment):
                raise NotFound("key", str(key_id))
            raise Forbidden(principal.actor, ("admin",), row.project, row.environment)
        return row

    async def _note(
        self, transaction: Transaction, principal: Principal, action: str, row: KeyRow
    ) -> None:
        await self._audit.append(
            transaction, actor=principal.actor, action=action, details=about(row), at=self._clock()
        )


def _known(kind: KeyKind) -> KeyKind:
    if kind not in KEY_KINDS:
        raise BadCredential(f"a key is of kind {' or '.join(KEY_KINDS)}")
    return kind


async def _environment_id(transaction: Transaction, project: str, environment: str) -> int:
    row = await transaction.projects.find_environment(project, environment)
    if row is None:
        raise NotFound("environment", environment, project)
    return row.id
