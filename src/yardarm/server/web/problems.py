"""Errors on the wire: problem details (RFC 9457), the same for every face and route.

A handler raises `RequestFailed(problem(...))`, or lets an exception of its own package pass; then
`problem_of` finds out what to answer, by the table that `bootstrap` put together (only `web`,
`faces` and `api` know HTTP, so the packages' exceptions carry no status). Whatever nobody knows
becomes a 500 that says nothing but the request id.

The body has `type` (`/problems/<slug>`), `title`, `status`, `detail`, `instance` (the path),
`request_id`, `errors` (`pointer`, `detail`, `hint`: one per fault of the input) and whatever else a
problem carries (`edits` of a conflict, say). Slugs are a stable interface; they are listed,
with what to do, in docs/reference/problems.md, which is made from `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from ...errors import DocumentError
from ...errors import Problem as DocumentProblem
from .asgi import Headers

CONTENT_TYPE = b"application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: its status, its title, and what the caller can do about it."""

    status: int
    title: str
    advice: str


KINDS: dict[str, Kind] = {
    "bad-request": Kind(400, "The request cannot be read", "Mend the request as `detail` says."),
    "not-json": Kind(400, "The body is not JSON", "Send UTF-8 JSON without duplicate names."),
    "unauthorized": Kind(
        401,
        "A valid key or token is needed",
        "Send `Authorization: Bearer …` with a token (REST) or an SDK key (SDKs, OFREP).",
    ),
    "forbidden": Kind(
        403, "The token may not do this", "Use a token with the scope that `detail` names."
    ),
    "wrong-key": Kind(
        403,
        "The key is of the wrong kind",
        "Native streams need a server key; a client key sees evaluated values only (OFREP).",
    ),
    "not-found": Kind(
        404,
        "There is nothing here",
        "Check the path: one spelling only, no trailing slash, no `//`, no needless escapes.",
    ),
    "method-not-allowed": Kind(405, "The method is not allowed here", "See the `Allow` header."),
    "conflict": Kind(
        409,
        "The configuration has changed meanwhile",
        "Look at `edits`, decide again, and send it on top of the current version.",
    ),
    "already-exists": Kind(
        409, "The key is taken", "Choose another key. Keys of archived flags stay taken."
    ),
    "idempotency-mismatch": Kind(
        409, "The idempotency key was used for another request", "Use a new key."
    ),
    "refused": Kind(
        409,
        "A rule of the house refuses this",
        "`detail` names the rule and who is affected; `force` overrides where it is allowed.",
    ),
    "gone": Kind(410, "This is no longer valid", "Ask for a new one."),
    "too-large": Kind(413, "The body is too large", "`detail` names the limit."),
    "unsupported-media-type": Kind(
        415,
        "The body is of an unsupported type",
        "Send `application/json`, plain or with `Content-Encoding: gzip`.",
    ),
    "invalid": Kind(422, "The input is not valid", "`errors` points at every fault."),
    "invalid-document": Kind(
        422, "The document is not valid", "`errors` points at every fault; nothing was changed."
    ),
    "precondition-required": Kind(
        428,
        "If-Match is required",
        'Send `If-Match: "<version>"` with the version you looked at, or `*` for any.',
    ),
    "too-many-requests": Kind(429, "Too many requests", "Wait for `Retry-After` seconds."),
    "internal": Kind(
        500, "The server failed", "It is not your fault. The log has the cause under `request_id`."
    ),
    "unavailable": Kind(503, "The server cannot answer now", "Try again after `Retry-After`."),
}
"""Every type of problem there is, by slug."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the input: where (JSON pointer), what, and how to mend it."""

    pointer: str
    detail: str
    hint: str = ""

    def to_json(self) -> dict[str, str]:
        out = {"pointer": self.pointer, "detail": self.detail}
        return {**out, "hint": self.hint} if self.hint else out


@dataclass(frozen=True, slots=True)
class Problem:
    """What is answered in place of a result. Made by `problem`."""

    slug: str
    status: int
    title: str
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    headers: tuple[tuple[bytes, bytes], ...] = ()
    members: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, instance: str = "", request_id: str = "") -> dict[str, Any]:
        """The members of the body."""
        out: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            out["detail"] = self.detail
        if instance:
            out["instance"] = instance
        if request_id:
            out["request_id"] = request_id
        if self.errors:
            out["errors"] = [fault.to_json() for fault in self.errors]
        return {**self.members, **out}

    def render(self, instance: str = "", request_id: str = "") -> bytes:
        """The body's bytes. `instance` is the path without its query."""
        return msgspec.json.encode(self.to_json(instance, request_id))

    def header_list(self, body: bytes) -> Headers:
        """The headers for that body."""
        return [
            (b"content-type", CONTENT_TYPE),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            *self.headers,
        ]


class RequestFailed(Exception):
    """Raised wherever a request ends with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.slug}: {problem.detail or problem.title}")
        self.problem = problem


def problem(
    slug: str,
    detail: str = "",
    *,
    errors: Iterable[Fault] = (),
    headers: Iterable[tuple[bytes, bytes]] = (),
    **members: Any,
) -> Problem:
    """A problem of a kind in `KINDS`. Raises `KeyError` for a slug that is not there.

    >>> problem("not-found", "there is no flag 'x'").status
    404
    """
    kind = KINDS[slug]
    return Problem(slug, kind.status, kind.title, detail, tuple(errors), tuple(headers), members)


def failed(slug: str, detail: str = "", **more: Any) -> RequestFailed:
    """`raise failed("not-found", "…")`: the exception around `problem(...)`."""
    return RequestFailed(problem(slug, detail, **more))


def faults(problems: Iterable[DocumentProblem]) -> tuple[Fault, ...]:
    """The faults of a `DocumentError`, warnings left out."""
    return tuple(Fault(p.pointer, p.message, p.hint) for p in problems if p.severity != "warning")


Known: TypeAlias = Mapping[type[Exception], Callable[[Any], Problem]]
"""What to answer to which exception. A class stands for its subclasses too."""


def problem_of(error: BaseException, known: Known) -> Problem:
    """What to answer to an exception: its own problem, the one of the table, or a bare 500.

    The nearest class in the exception's own order of bases decides, so a table may name a base
    class and one of its subclasses.
    """
    if isinstance(error, RequestFailed):
        return error.problem
    for kind in type(error).__mro__:
        make = known.get(kind)
        if make is not None:
            return make(error)
    if isinstance(error, DocumentError):
        return problem("invalid-document", str(error), errors=faults(error.problems))
    return problem("internal", "something unforeseen happened; the log names it by the request id")
