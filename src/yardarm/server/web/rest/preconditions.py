"""On which terms a mutation is asked for: `If-Match`, `Idempotency-Key`, and the reason.

One environment's ETag is its version, ``"12"``. What spans environments has the version of each,
``"production=12,staging=9"``, keys percent-encoded where they need it. A mutation names in
`If-Match` what it is meant to replace, or ``*`` for whatever is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import quote, unquote

from litestar import Response
from litestar.params import HeaderParameter

from ..problems import Fault, failed
from .bodies import StrictRequest

T = TypeVar("T")

MAX_REASON = 1_000
"""Longest reason, in characters."""

MAX_IDEMPOTENCY_KEY = 200
"""Longest idempotency key, in characters."""

TAGGED: dict[str, Any] = {"etag": True}
"""Route options: the answer has an ETag, and a 304 for who has it already."""

_VERSION = re.compile(r"[0-9]{1,15}")
_TAG = re.compile(r'"[^"]*"')

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description=(
            'The version to build on, as the `ETag` said it: `"12"` for one environment, '
            '`"production=12,staging=9"` for several; `*` for whatever is there.'
        ),
    ),
]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A key of your own: the same request with the same key is carried out once.",
    ),
]
ReasonHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Yardarm-Reason",
        description="Why, for the log; a `reason` in the body wins.",
    ),
]
EmergencyHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Yardarm-Emergency",
        description=(
            "`1`: wait for no budget, freeze or approval. Needs a reason, and is marked for "
            "everybody to see."
        ),
        schema_extra={"enum": ["0", "1"]},
    ),
]
PreviewHeader = Annotated[
    str | None,
    HeaderParameter(
        name="Yardarm-Preview",
        description=(
            "A finished preview of this change. Where a budget asks who moves, what it counted is "
            "taken, if it is of the same versions and the same population."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Base:
    """What a mutation builds on: the text of its `If-Match`."""

    if_match: str

    def version(self) -> int | None:
        """The version of the one environment, None for any. Raises a 400 problem."""
        if self.if_match == "*":
            return None
        text = _unquoted(self.if_match)
        if not _VERSION.fullmatch(text):
            raise _malformed(self.if_match, '"12"')
        return int(text)

    def versions(self) -> Mapping[str, int | None] | None:
        """The version of each environment named, None for any. Raises a 400 problem."""
        if self.if_match == "*":
            return None
        found: dict[str, int | None] = {}
        for part in _unquoted(self.if_match).split(","):
            key, equals, version = part.rpartition("=")
            name = unquote(key)
            if not equals or not name or name in found or not _VERSION.fullmatch(version):
                raise _malformed(self.if_match, '"production=12,staging=9"')
            found[name] = int(version)
        return found


@dataclass(frozen=True, slots=True)
class Terms:
    """What else the headers of a mutation say."""

    idempotency_key: str | None
    reason: str
    emergency: bool = False
    preview: str | None = None

    def because(self, reason: str) -> str:
        """The reason: the body's, or else the header's."""
        return reason or self.reason


async def read_base(if_match: IfMatch = None) -> Base:
    """What a mutation builds on. Raises a 428 problem without `If-Match`."""
    if if_match is None:
        raise failed(
            "precondition-required",
            "say what this builds on: the ETag of what you looked at, or * for whatever is there",
            errors=[Fault("/If-Match", "the header is missing", 'If-Match: "12" or If-Match: *')],
        )
    return Base(if_match.strip())


async def read_terms(
    idempotency_key: IdempotencyKey = None,
    reason_header: ReasonHeader = None,
    emergency: EmergencyHeader = None,
    preview: PreviewHeader = None,
) -> Terms:
    """What the headers say of a mutation. Raises a 400 problem for what cannot be used."""
    if idempotency_key is not None and not 0 < len(idempotency_key) <= MAX_IDEMPOTENCY_KEY:
        raise failed(
            "bad-request",
            "the idempotency key cannot be used",
            errors=[Fault("/Idempotency-Key", f"it has 1 to {MAX_IDEMPOTENCY_KEY} characters")],
        )
    if emergency not in (None, "0", "1"):
        raise failed(
            "bad-request",
            "Yardarm-Emergency cannot be read",
            errors=[Fault("/Yardarm-Emergency", "neither 0 nor 1", "leave it out, or say 1")],
        )
    return Terms(idempotency_key, reason_of(reason_header), emergency == "1", preview)


def reason_of(reason_header: str | None) -> str:
    """The reason that the header gives. Raises a 400 problem for one that is too long."""
    reason = as_text(reason_header or "")
    if len(reason) > MAX_REASON:
        raise failed(
            "bad-request",
            "the reason is too long",
            errors=[Fault("/Yardarm-Reason", f"at most {MAX_REASON} characters")],
        )
    return reason


def etag(version: int) -> str:
    """The ETag of one environment at a version."""
    return f'"{version}"'


def etag_of(versions: Mapping[str, int]) -> str:
    """The ETag of something that several environments have a part in."""
    parts = (f"{quote(key, safe='')}={versions[key]}" for key in sorted(versions))
    return f'"{",".join(parts)}"'


def is_current(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has that ETag already, so that a 304 will do."""
    text = (if_none_match or "").strip()
    return text == "*" or tag in _TAG.findall(text)


def answer(request: StrictRequest, content: T, tag: str) -> Response[T]:
    """What is shown under an ETag, or a 304 when the client has it."""
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_current(request.headers.get("if-none-match"), tag):
        return Response(cast(T, None), status_code=304, headers=headers)
    return Response(content, headers=headers)


def as_text(header: str) -> str:
    """A header's value as text: UTF-8 if it is that (ASGI hands over Latin-1)."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return ""


def _malformed(text: str, example: str) -> Exception:
    return failed(
        "bad-request",
        "If-Match cannot be read",
        errors=[
            Fault(
                "/If-Match",
                f"{text[:100]!r} names no version",
                f"If-Match: {example} or If-Match: *",
            )
        ],
    )
