"""Who may do what: finds who is behind a token or key, issues and revokes them.

Everything that changes access is written into the system chain in the same transaction. The work
is done by `finding`, `tokens` and `keys`; this is their one face.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ..audit.service import Audit
from ..store.database import Database
from ..store.instants import utc_now
from .finding import Finding
from .keys import Keys
from .model import ActorInfo, Grant, KeyInfo, KeyKind, Principal, SdkKey, TokenInfo, Vendor
from .secrets import Sealer
from .sessions import Sessions
from .tokens import Tokens


class Access:
    """Actors, tokens and SDK keys. `secret_key` is YARDARM_SECRET_KEY, at least 16 characters."""

    def __init__(
        self,
        database: Database,
        audit: Audit,
        secret_key: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._clock = clock
        self._sealer = Sealer(secret_key)
        self._finding = Finding(database, clock)
        self._tokens = Tokens(database, audit, self._finding, clock)
        self._keys = Keys(database, audit, self._finding, self._sealer, clock)
        self.sessions = Sessions(database, audit, self._finding, clock)

    # --- finding ------------------------------------------------------------------------------

    async def authenticate(self, token: str) -> Principal | None:
        """Who holds this token or session; None when it is unknown, revoked or expired."""
        return await self._finding.authenticate(token)

    async def find_key(self, key: str) -> SdkKey | None:
        """What this SDK key opens; None when it is unknown or revoked."""
        return await self._finding.find_key(key)

    async def key_in_force(self, key_id: int) -> bool:
        """Whether the SDK key with this id is there and not revoked."""
        return await self._finding.key_in_force(key_id)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever something may have been revoked, here or on another node."""
        self._finding.on_forget.append(callback)

    # --- actors and tokens --------------------------------------------------------------------

    async def create_actor(self, principal: Principal, name: str) -> ActorInfo:
        """A named actor. Raises `Forbidden`, `AlreadyExists`, `BadCredential`."""
        return await self._tokens.create_actor(principal, name)

    async def list_actors(self, principal: Principal) -> list[ActorInfo]:
        """Every actor, by name. Raises `Forbidden`."""
        return await self._tokens.list_actors(principal)

    async def issue_token(
        self,
        principal: Principal,
        actor_name: str,
        name: str,
        grants: Sequence[Grant],
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> tuple[TokenInfo, str]:
        """A token for an actor (made if new) and its text, which is never shown again.

        `token` gives the text instead of a random one (development). Nobody may give grants that
        they do not have, nor, without admin on everything, act in the name of an actor that
        somebody else made. Raises `Forbidden`, `BadCredential`.
        """
        return await self._tokens.issue(principal, actor_name, name, grants, expires_at, token)

    async def revoke_token(self, principal: Principal, token_id: int) -> None:
        """End a token at once; one's own, or any with admin. Raises `Forbidden`, `NotFound`."""
        await self._tokens.revoke(principal, token_id)

    async def list_tokens(self, principal: Principal) -> list[TokenInfo]:
        """Every token, newest first; without admin only one's own."""
        return await self._tokens.list(principal)

    # --- SDK keys -----------------------------------------------------------------------------

    async def issue_key(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        name: str = "",
        key: str | None = None,
        *,
        revealable: bool | None = None,
    ) -> tuple[KeyInfo, str]:
        """An SDK key for one environment and its text.

        `key` gives the text instead of a random one. `revealable` None: client keys are kept
        encrypted so that they can be shown again, server keys only as a hash.
        Raises `Forbidden`, `NotFound`, `BadCredential`.
        """
        return await self._keys.issue(principal, project, environment, kind, name, key, revealable)

    async def add_alias(
        self,
        principal: Principal,
        project: str,
        environment: str,
        kind: KeyKind,
        vendor: Vendor,
        key: str,
        name: str = "",
    ) -> KeyInfo:
        """Take over a key that another vendor gave, so that programs which hold it need no new one.

        It opens the environment like any key of its kind; only its hash is kept. Raises
        `Forbidden`, `NotFound`, `BadCredential`.
        """
        return await self._keys.add_alias(principal, project, environment, kind, vendor, key, name)

    async def revoke_key(self, principal: Principal, key_id: int) -> None:
        """End a key at once. Raises `Forbidden`, `NotFound`."""
        await self._keys.revoke(principal, key_id)

    async def list_keys(
        self, principal: Principal, project: str, environment: str
    ) -> list[KeyInfo]:
        """An environment's keys, newest first. Raises `Forbidden`, `NotFound`."""
        return await self._keys.list(principal, project, environment)

    async def reveal_key(self, principal: Principal, key_id: int) -> str | None:
        """The text of a key kept encrypted (audited); None when only its hash is kept, or it
        was encrypted under another secret key."""
        return await self._keys.reveal(principal, key_id)

    # --- first set-up -------------------------------------------------------------------------

    async def admin_exists(self) -> bool:
        """Whether a token in force has admin on everything."""
        return await self._tokens.admin_exists()

    async def setup_link(self) -> str | None:
        """A new one-time code, good for 15 minutes; None once an administrator exists."""
        return await self._tokens.setup_link()

    async def redeem(self, code: str, actor_name: str) -> tuple[TokenInfo, str]:
        """Trade the code for an admin token. Raises `SetupClosed`, `BadCredential`."""
        return await self._tokens.redeem(code, actor_name)

    def now(self) -> datetime:
        """The instant by this service's clock."""
        return self._clock()

    # --- short-lived stream tokens ------------------------------------------------------------

    def sign(self, payload: str, expires_at: datetime) -> str:
        """A URL-safe text that `verify` answers with `payload` until `expires_at`."""
        return self._sealer.sign(payload, expires_at)

    def verify(self, signed: str) -> str | None:
        """The payload of a signed text; None when it is forged or expired."""
        return self._sealer.verify(signed, self._clock())

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to listen for revocations made by other nodes, and to note uses of tokens."""
        await self._finding.start()

    async def close(self) -> None:
        """Stop listening, and write when tokens were last used."""
        await self._finding.close()

    async def flush(self) -> None:
        """Write when tokens were last used."""
        await self._finding.note_uses()
