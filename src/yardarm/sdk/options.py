"""Options of a client, and how they are checked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from ..core.model import Document
from ..errors import OptionError
from .arguments import LocalFlags
from .hooks import Hook

if TYPE_CHECKING:
    from urllib.parse import SplitResult

Bootstrap = Document | Mapping[str, Any] | bytes | str | os.PathLike[str]
PrivateValues = Literal["remove", "hash"]


class Given(TypedDict, total=False):
    """The options by name, for type checkers; `Options` says what each one means."""

    application: str
    bootstrap: Bootstrap | None
    cache_dir: str | os.PathLike[str] | None
    ca_file: str | os.PathLike[str] | None
    hooks: Sequence[Hook]
    local: LocalFlags | None
    observe: bool | Collection[str]
    observe_max: int
    on_change: Callable[[frozenset[str]], object] | None
    overrides: str | os.PathLike[str] | None
    private_attributes: Collection[str]
    private_values: PrivateValues
    report: bool
    report_attributes: bool | Collection[str]
    report_seconds: float
    streaming: bool
    poll_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Options:
    """What can be set on a client. Everything has a default that is right for production.

    - `application`: the name that this program's reports carry; its file name by default.
    - `bootstrap`: a document (as dict, `Document`, bytes, or the path of a file) to serve until
      the server answers; the snapshot on disk goes before it.
    - `cache_dir`: a folder for the last known good snapshot, read when the server cannot be
      reached at start. Nothing is written without it.
    - `ca_file`: certificates to trust, in PEM, instead of the system's.
    - `hooks`: functions to run around every evaluation, see `Hook`.
    - `local`: values from the command line, the environment and files, which go before what the
      server says, see `LocalFlags`.
    - `observe`: whether the contexts that flags were evaluated for are reported, each once an hour,
      so that the server can say whom a change would move: with the attributes that
      `report_attributes` lets out (True), or those named. Attributes that are not told are named.
    - `observe_max`: how many contexts are remembered an hour; with more, a sample is reported.
    - `on_change`: a function told the keys of flags that changed, see `Client.on_change`.
    - `overrides`: a file that switches flags by hand, when the server cannot: see "The override
      file" in the reference. It is looked at twice a second.
    - `private_attributes`: attributes that never leave the process, whatever the context.
    - `private_values`: what the contexts that are reported have in place of private values:
      nothing (`"remove"`), or a hash of the value that only the SDK key makes (`"hash"`).
    - `report`: whether counts, exposures, metric events and contexts are sent to the server.
    - `report_attributes`: which attributes exposures carry: all (True), none, or those named.
    - `report_seconds`: how often reports are sent.
    - `streaming`: follow changes by a stream; False polls. A stream that keeps failing is replaced
      by polling in any case.
    - `poll_seconds`: how often to poll, and how often a file is looked at (at most once a second).
    - `timeout_seconds`: how long connecting and the beginning of an answer may take.
    """

    application: str = ""
    bootstrap: Bootstrap | None = None
    cache_dir: str | os.PathLike[str] | None = None
    ca_file: str | os.PathLike[str] | None = None
    hooks: Sequence[Hook] = ()
    local: LocalFlags | None = None
    observe: bool | Collection[str] = True
    observe_max: int = 50_000
    on_change: Callable[[frozenset[str]], object] | None = None
    overrides: str | os.PathLike[str] | None = None
    private_attributes: Collection[str] = ()
    private_values: PrivateValues = "remove"
    report: bool = True
    report_attributes: bool | Collection[str] = True
    report_seconds: float = 10.0
    streaming: bool = True
    poll_seconds: float = 30.0
    timeout_seconds: float = 10.0

    def __post_init__(self) -> None:
        for name in ("report_seconds", "poll_seconds", "timeout_seconds"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise OptionError(f"{name} is a number of seconds above 0, not {value!r}")
        for name in ("observe", "private_attributes", "report_attributes"):
            value = getattr(self, name)
            if name != "private_attributes" and isinstance(value, bool):
                continue
            if not _are(str, value):
                raise OptionError(f"{name} is a list of names, not {value!r:.100}")
        if type(self.observe_max) is not int or self.observe_max < 1:
            raise OptionError(f"observe_max is a number of contexts, not {self.observe_max!r:.100}")
        if self.private_values not in ("remove", "hash"):
            raise OptionError(
                f'private_values is "remove" or "hash", not {self.private_values!r:.100}'
            )
        if not _are(Hook, self.hooks):
            raise OptionError("hooks is a list of yardarm.Hook")
        if self.on_change is not None and not callable(self.on_change):
            raise OptionError("on_change is a function")
        if self.local is not None and not isinstance(self.local, LocalFlags):
            raise OptionError(f"local is a yardarm.LocalFlags, not {self.local!r:.100}")
        if self.overrides is not None and not isinstance(self.overrides, str | os.PathLike):
            raise OptionError(f"overrides is the path of a file, not {self.overrides!r:.100}")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        """The options given by name. Raises `OptionError` for a name that is none."""
        known = {one.name for one in fields(cls)}
        for name in given:
            if name not in known:
                options = ", ".join(sorted(known))
                raise OptionError(f"there is no option {name!r}; there are {options}")
        return cls(**given)

    def application_name(self) -> str:
        """The application's name, by default that of the program's file."""
        if self.application:
            return str(self.application)
        folder, name = os.path.split(os.path.abspath(sys.argv[0]) if sys.argv else "")
        name = os.path.basename(folder) if name == "__main__.py" else name
        return os.path.splitext(name)[0] or "python"


def _are(kind: type, values: object) -> bool:
    """Whether the values are a collection of this kind; a text is none."""
    if isinstance(values, str | bytes) or not isinstance(values, Collection):
        return False
    return all(isinstance(value, kind) for value in values)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and with which key. The key is left out of every text."""

    scheme: str
    host: str
    port: int
    path: str
    key: str = field(repr=False)

    @classmethod
    def of(cls, url: str, key: str) -> Address:
        """Check a URL and a key. Raises `OptionError`."""
        if any(type(given) is not str for given in (url, key)):
            raise OptionError("a client needs the server's URL and an SDK key, both as text")
        parts, port = _split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise OptionError(f"the server's URL looks like https://flags.example.com, not {url!r}")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise OptionError("the server's URL has no user, query or fragment")
        key = key.strip()
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise OptionError("the SDK key is empty or holds characters that no key has")
        default = 443 if parts.scheme == "https" else 80
        path = parts.path.rstrip("/")
        return cls(parts.scheme, parts.hostname, port or default, path, key)

    @property
    def url(self) -> str:
        """The server's URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def key_type(self) -> str:
        """What the key looks like."""
        kinds = {"ys_": "a server key", "yc_": "a client key", "yt_": "a token for the API"}
        return kinds.get(self.key[:3], "a key of a form unknown here")

    @property
    def key_hint(self) -> str:
        """Enough of the key to find it by, and no more."""
        return f"{self.key[:5]}…" if len(self.key) >= 16 else "…"


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    from urllib.parse import urlsplit  # not needed by clients without a server

    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        return None, None
