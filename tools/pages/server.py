"""Pages about the server: settings, problems, and OFREP."""

from __future__ import annotations

from yardarm.server import settings as server_settings
from yardarm.server.faces import ofrep
from yardarm.server.web import problems as web_problems

from .prose import cell, prose, table


def settings() -> str:
    """Every variable that the server reads."""
    return server_settings.reference()


def problems() -> str:
    """Every type of problem that the server answers."""
    rows = [
        f"`{slug}` | {kind.status} | {cell(kind.title)} | {cell(kind.advice)}"
        for slug, kind in web_problems.KINDS.items()
    ]
    return (
        "# Problems\n\n"
        "Whatever the server refuses, it answers with a problem document (RFC 9457), of type\n"
        "`application/problem+json`. OFREP's answers have the form that OFREP demands.\n\n"
        "| member | what it holds |\n|---|---|\n"
        "| `type` | `/problems/` and the word in the first column below: a stable interface |\n"
        "| `title`, `status` | as in the table |\n"
        "| `detail` | what is wrong with this very request |\n"
        "| `instance` | the path that was asked |\n"
        "| `request_id` | what the server's log knows the request by |\n"
        "| `errors` | one entry for each fault of the input: `pointer` (a JSON pointer into the "
        "body, or the name of a header or parameter), `detail`, and where there is advice `hint` "
        "|\n"
        "| `edits` | of a `conflict`: what was edited since the version in `If-Match`, as "
        "`kind`, `key`, `pointer`, `what` and in `words`; beside it `environment`, "
        "`base` and `current` |\n"
        "| `changed_since` | of a `conflict` of an undo: the later changes of the same things |\n"
        "| `reason`, `hint` | of a `refused`: the guard that refused, and what to do |\n\n"
        + table("type | status | title | what to do", rows)
    )


OFREP = """\

## Requests

Each carries `Authorization: Bearer KEY` or `X-API-Key: KEY`, with a server key or a client key.

| request | body | answer |
|---|---|---|
| `POST /ofrep/v1/evaluate/flags/KEY` | `{"context": {"targetingKey", …}}` | one flag |
| `POST /ofrep/v1/evaluate/flags` | the same | all flags, with `ETag` and `eventStreams` |
| `GET` what `eventStreams` names | | a stream that says when to ask again |

An answer has `key`, `value`, `variant`, `reason` and `metadata`, or `key`, `errorCode` and
`errorDetails`: words of OpenFeature. The context is read as everywhere else, with `targetingKey` as
its key.
"""


def ofrep_protocol() -> str:
    """OFREP, as this server speaks it."""
    return "# OFREP\n\n" + prose(ofrep.__doc__) + OFREP
