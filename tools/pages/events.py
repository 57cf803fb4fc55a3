"""The page about the event format: from the types by which the server reads a batch."""

from __future__ import annotations

from typing import Any

import msgspec.inspect as kinds

from yardarm.core import keeping
from yardarm.sdk import events as sent
from yardarm.server.observe import events as taken

from .prose import cell, prose, table

MEANINGS = {
    "batch.format": "always 1",
    "batch.batch": "names the batch; one that is sent again keeps its name and counts once",
    "batch.sdk": "`name` and `version` of who reports",
    "batch.application": "the program, as people know it; the archive guard names it",
    "batch.instance": "the one process of it",
    "batch.sent_at": "when it was sent",
    "batch.counts": "evaluation counts",
    "batch.exposures": "first assignments",
    "batch.metrics": "metric events",
    "batch.contexts": "whom flags were evaluated for",
    "batch.context_halvings": "k: only contexts in the lowest 2^-k of all places are reported",
    "batch.lost": "how many of each could not be reported: `counts`, `exposures`, `metrics`, "
    "`contexts`",
    "count.flag": "the flag's key",
    "count.reason": "the decision's reason",
    "count.count": "how many evaluations",
    "count.from": "counted from here",
    "count.to": "to here; the next period begins where this one ends",
    "count.variant": "the variant served; null where the caller's fallback was",
    "count.version": "the flag's version",
    "exposure.flag": "the flag's key",
    "exposure.unit": "who was given the variant: the context's key, or what the split goes by",
    "exposure.at": "when",
    "exposure.variant": "the variant served",
    "exposure.version": "the flag's version",
    "exposure.rule": "id of the rule that served; null for targets and the default",
    "exposure.kind": "the unit's kind",
    "exposure.attributes": "the context's attributes, without private ones",
    "metric.event": "what happened: a name of your own",
    "metric.unit": "to whom",
    "metric.at": "when",
    "metric.kind": "the unit's kind",
    "metric.value": "a number that belongs to it, such as an amount",
    "metric.attributes": "the context's attributes, without private ones",
    "context.context": "the context, which has a key; `_private` names what it had and lacks here",
    "context.at": "when it was first seen within this hour",
}
"""What each field is for. A field that is missing here keeps the page from being written."""

PARTS = {"batch": taken._Frame, "count": taken._Count, "exposure": taken._Exposure,
         "metric": taken._Metric, "context": taken._Context}  # fmt: skip


def events() -> str:
    """What SDKs report."""
    parts = [
        "# Events\n\n",
        "What an SDK reports to `POST /sdk/v1/events`, with a server key. The body is JSON, plain "
        "or with\n`Content-Encoding: gzip`. The answer is 202 with\n"
        '`{"accepted": N, "rejected": [{"pointer", "message"}], "duplicate": false}`.\n\n',
        prose(sent.__doc__.replace("Event format 1: what is reported, as JSON. Pure.\n\n", "")),
        "\n## What the server takes\n\n",
        prose("\n".join(taken.__doc__.split("\n")[2:])),
        f"\nAn entry holds at most {taken.MAX_ATTRIBUTES} attributes; lists, objects and null are "
        f"left out. Flag,\nvariant, kind and unit together have at most {taken.MAX_INDEXED_BYTES} "
        f"bytes. A context has at most {keeping.MAX_BYTES:,} bytes, {keeping.MAX_DEPTH} levels "
        f"and\nkeys of {keeping.MAX_KEY} characters.\n",
    ]
    for name, struct in PARTS.items():
        title = "The batch" if name == "batch" else f"An entry of `{name}s`"
        found = kinds.type_info(struct)
        rows = [_row(name, field) for field in found.fields]
        parts.append(f"\n## {title}\n\n" + table("field | type | meaning", rows))
    return "".join(parts)


def _row(owner: str, field: Any) -> str:
    name = field.encode_name
    needed = "" if field.required else ", may be left out"
    meaning = MEANINGS[f"{owner}.{name}"]
    return f"`{name}` | {_type(field.type)}{needed} | {cell(meaning)}"


def _type(found: Any) -> str:
    """A type and its bounds in words."""
    match found:
        case kinds.UnionType():
            return " or ".join(_type(one) for one in found.types)
        case kinds.StrType():
            most = f" of at most {found.max_length}" if found.max_length else ""
            return f"text{most}"
        case kinds.IntType():
            return f"integer, {_range(found)}" if found.ge is not None else "integer"
        case kinds.FloatType():
            return "number"
        case kinds.DateTimeType():
            return "RFC 3339 with zone"
        case kinds.ListType():
            return f"list of at most {found.max_length:,}"
        case kinds.NoneType():
            return "null"
        case _:
            return "object"


def _range(found: Any) -> str:
    return f"{found.ge} to {found.le}" if found.le is not None else f"at least {found.ge}"
