"""What a middleware does for each request: the options that all frameworks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict

from ...errors import OptionError
from ..evaluating import Evaluating
from .addresses import Trusted, read_trusted
from .signed import SignedOverrides
from .visitors import Visitors


class GivenWeb(TypedDict, total=False):
    """The options by name, for type checkers; `WebOptions` says what each one means."""

    visitors: Visitors | None
    overrides: SignedOverrides | None
    address: str | None
    proxies: int | Sequence[str]
    client: Evaluating | None
    server_timing: bool
    status_path: str | None
    debug_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """What can be set on a middleware. Everything is off unless asked for.

    - `visitors`: gives visitors whom the application does not name a key of their own.
    - `overrides`: takes signed overrides of single requests.
    - `address`: the attribute of the context that holds the client's address; it is private, so
      rules may ask for it and reports never carry it. `proxies` says how many proxies of yours
      requests come through, or in which networks they are (`["10.0.0.0/8"]`): only what they add
      to `X-Forwarded-For` is believed. By default there are none, and the peer's address counts.
    - `client`: the one that the pages below ask, by default the process's.
    - `server_timing`: names the flags that were asked for until the answer began, with their
      variants, in the header `Server-Timing`, where browsers' tools show it. Everybody sees it.
    - `status_path`: where `GET <status_path>/<flag>` answers `{"active": …, "known": …}`, as
      Flagon's status endpoint did under `/v0`.
    - `debug_path`: a page of the last requests with every flag that each one asked for, and why it
      answered what it did. Whoever reaches the path may read it.

    `server_timing` and `debug_path` have every evaluation of the process take the longer way, which
    costs it a microsecond or two.
    """

    visitors: Visitors | None = None
    overrides: SignedOverrides | None = None
    address: str | None = None
    proxies: int | Sequence[str] = 0
    client: Evaluating | None = None
    server_timing: bool = False
    status_path: str | None = None
    debug_path: str | None = None
    trusted: Trusted = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trusted", read_trusted(self.proxies))
        for name in ("status_path", "debug_path"):
            path = getattr(self, name)
            if path is not None and (not path.startswith("/") or path == "/"):
                raise OptionError(f"{name} is a path such as '/v0', not {path!r:.100}")
        if self.client is not None and not isinstance(self.client, Evaluating):
            raise OptionError(f"client is a Client or an AsyncClient, not {self.client!r:.100}")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> WebOptions:
        """The options given by name. Raises `OptionError` for a name that is none."""
        known = [one.name for one in fields(cls) if one.init]
        for name in given:
            if name not in known:
                raise OptionError(f"there is no option {name!r}; there are {', '.join(known)}")
        return cls(**given)
