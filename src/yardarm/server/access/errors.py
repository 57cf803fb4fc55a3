"""Refusals of access. They know no HTTP."""

from __future__ import annotations

from yardarm.errors import YardarmError


class Forbidden(YardarmError):
    """The actor lacks a scope. `scope` is what would be needed (one of them is enough)."""

    def __init__(
        self, actor: str, scope: tuple[str, ...], project: str = "", environment: str = ""
    ) -> None:
        self.actor = actor
        self.scope = scope
        self.project = project
        self.environment = environment
        where = "/".join(part for part in (project, environment) if part) or "the whole system"
        super().__init__(
            f"{actor!r} may not do this: it needs the scope {' or '.join(scope)} on {where}"
        )


class BadCredential(YardarmError):
    """A token, key, code or name given for a new credential cannot be used."""


class SetupClosed(YardarmError):
    """The set-up code is wrong, used or older than 15 minutes, or an administrator exists."""
