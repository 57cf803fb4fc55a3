"""Which server, project and environment a command is about."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from .failures import Failure
from .http import Server, path

F = TypeVar("F", bound=Callable[..., Any])

_EMERGENCY = "yardarm.emergency"
_PREVIEW = "yardarm.preview"
_YES = "yardarm.yes"

DEV_FILE = Path(".yardarm") / "dev.json"
"""Where `yardarm dev` keeps addresses and keys, seen from the folder it was started in."""


@dataclass(frozen=True, slots=True)
class Target:
    """What options and environment variables say. `server` and the paths ask for what they need.

    `found` says where the address comes from, `usual` is the environment that is meant when no
    option names one.
    """

    url: str | None = None
    token: str | None = None
    project: str | None = None
    environment: str | None = None
    found: str = ""
    usual: str | None = None

    def server(self) -> Server:
        """The server. Raises `Failure` when none is named."""
        if not self.url:
            raise Failure(
                "no server is named: set YARDARM_URL and YARDARM_TOKEN, or start `yardarm dev` here"
            )
        if not _is_address(self.url):
            raise Failure(f"{self.url!r} is no address; write it like https://flags.example.com")
        token = self.token or ""
        if not re.fullmatch(r"[\x21-\x7e]*", token):
            raise Failure("the token holds characters that no token has; check YARDARM_TOKEN")
        return Server(self.url.rstrip("/"), token, self.found, _is_emergency(), _asking())

    def undo_words(self, number: int, environment: str) -> str:
        """How a person takes a change back."""
        more = "" if environment == self.usual else f" --environment {quote(environment)}"
        return f"take it back with `yardarm undo {number}{more}`"

    def in_project(self, *more: str) -> str:
        """The path of something in the project. Raises `Failure` when no project is named."""
        if not self.project:
            raise Failure("no project is named: set YARDARM_PROJECT or give --project")
        return path("projects", self.project, *more)

    def in_environment(self, *more: str, environment: str | None = None) -> str:
        """The path of something in the environment. Raises `Failure` when none is named."""
        named = environment or self.environment
        if not named:
            raise Failure("no environment is named: set YARDARM_ENVIRONMENT or give --environment")
        return self.in_project("environments", named, *more)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def find_target(
    url: str | None, token: str | None, project: str | None, environment: str | None
) -> Target:
    """The target of these options; what is missing comes from the `yardarm dev` of this folder.

    Its file counts when neither address nor token is given, or when it is the very server meant:
    its token must never go elsewhere, and another token never to it.
    """
    usual = os.environ.get("YARDARM_ENVIRONMENT")
    given = Target(url, token, project, environment, usual=usual)
    if url and token:
        return given
    dev = _dev_file()
    known = str(dev.get("url", ""))
    if not known or (token and not url) or (url and url.rstrip("/") != known.rstrip("/")):
        return given
    return Target(
        known,
        token or str(dev.get("admin_token", "")),
        project or dev.get("project"),
        environment or dev.get("environment"),
        f" (from {DEV_FILE})",
        usual or dev.get("environment"),
    )


def dev_key(target: Target) -> str | None:
    """The server key that `yardarm dev` gave out, if the target is its environment."""
    dev = _dev_file()
    same = dev.get("project") == target.project and dev.get("environment") == target.environment
    known = str(dev.get("url", "")).rstrip("/")
    if not same or not known or known != (target.url or "").rstrip("/"):
        return None
    return dev.get("server_key")


def _dev_file() -> dict[str, Any]:
    """What the file says; nothing when there is none or it belongs to somebody else."""
    try:
        status = DEV_FILE.stat()
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            return {}
        value = json.loads(DEV_FILE.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


_OPTIONS = (
    ("--url", "YARDARM_URL", "Address of the server."),
    ("--token", "YARDARM_TOKEN", "Token to speak with; better in the variable than here."),
    ("--project", "YARDARM_PROJECT", "Project."),
    ("--environment", "YARDARM_ENVIRONMENT", "Environment."),
)


def targeted(function: F) -> Any:
    """Give a command the options that name a target; it gets them as `target`."""

    @wraps(function)
    def wrapper(
        *args: Any,
        url: str | None,
        token: str | None,
        project: str | None,
        environment: str | None,
        **kwargs: Any,
    ) -> Any:
        return function(*args, target=find_target(url, token, project, environment), **kwargs)

    wrapped: Any = wrapper
    for option, variable, words in reversed(_OPTIONS):
        wrapped = click.option(option, envvar=variable, help=words, show_envvar=True)(wrapped)
    return wrapped


def as_json(function: F) -> F:
    """Give a command the option `--json`; it gets it as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(
        function
    )


def with_plain_reason(function: F) -> F:
    """Give a command the option `--reason`; it gets it as `reason`."""
    return click.option("--reason", default="", help="Why, for the log.")(function)


def with_reason(function: F) -> F:
    """Give a command that changes flags `--reason`, as `reason`, `--emergency` and `--preview`.

    In an emergency, all that the command asks of its server is asked as one.
    """
    preview = click.option(
        "--preview",
        is_flag=True,
        expose_value=False,
        callback=_noted(_PREVIEW),
        help="Show whom the change moves, and ask before it is made.",
    )
    yes = click.option(
        "--yes",
        is_flag=True,
        expose_value=False,
        callback=_noted(_YES),
        help="With --preview: make the change without asking.",
    )
    emergency = click.option(
        "--emergency",
        is_flag=True,
        expose_value=False,
        callback=_noted(_EMERGENCY),
        help="Wait for no approval, budget or freeze; needs --reason.",
    )
    return with_plain_reason(emergency(preview(yes(function))))


def _noted(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def note(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.meta[name] = value

    return note


def only_previewed() -> bool:
    """Whether the command was given `--preview`, and not `--yes`."""
    ctx = click.get_current_context()
    return bool(ctx.meta.get(_PREVIEW)) and not ctx.meta.get(_YES)


def _asking() -> Any:
    """What asks before each change; nothing unless the command was given `--preview`."""
    ctx = click.get_current_context(silent=True)
    if ctx is None or not ctx.meta.get(_PREVIEW):
        return None
    from .previewing import Asking

    return Asking(bool(ctx.meta.get(_YES)), bool(ctx.params.get("as_json")))


def _is_emergency() -> bool:
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(_EMERGENCY))


def with_force(words: str) -> Callable[[F], F]:
    """Give a command the option `--force`; it gets it as `force`."""
    return click.option("--force", is_flag=True, help=words)
