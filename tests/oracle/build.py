"""Short ways to write documents in tests: JSON in, documents, programs and snapshots out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.codec import document_from_json
from yardarm.core.decision import Decision
from yardarm.core.evaluate import evaluate
from yardarm.core.jsontext import parse_json
from yardarm.core.program import Program
from yardarm.core.validate import validate
from yardarm.errors import DocumentError, Problem

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
FALLBACK = ["the caller's fallback"]


def boolean(**fields: Any) -> dict[str, Any]:
    """A flag's JSON: switched on, `on` by default, `off` when off."""
    plain = {"type": "boolean", "variants": ON_OFF, "enabled": True, "off": "off", "default": "on"}
    return {**plain, **fields}


def rule(when: Any, serve: Any = "off", key: str = "r", **fields: Any) -> dict[str, Any]:
    return {"id": key, "when": when, "serve": serve, **fields}


def clause(attribute: str, operator: str, *values: Any, **fields: Any) -> dict[str, Any]:
    return {"attribute": attribute, "op": operator, "values": [*values], **fields}


def split(*arms: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    return {"split": {"arms": [{"variant": v, "weight": w} for v, w in arms], **fields}}


def document(flags: Mapping[str, Any], segments: Mapping[str, Any] | None = None) -> m.Document:
    return document_from_json({"flags": dict(flags), "segments": dict(segments or {})})


def program(flags: Mapping[str, Any], segments: Mapping[str, Any] | None = None) -> Program:
    return Program.of(document(flags, segments))


def answer(asked: Program, key: str = "f", context: Any = None, **options: Any) -> Decision:
    return evaluate(asked, key, context, FALLBACK, **options)


def refused(flags: Any, segments: Any = None) -> list[Problem]:
    """Why a publish of this document is refused: problems of form, or else of meaning."""
    return why({"flags": flags, "segments": segments or {}})


def why(value: Any) -> list[Problem]:
    """The same for a whole document, as JSON text or a parsed value."""
    try:
        parsed = parse_json(value) if isinstance(value, bytes | str) else value
        made = document_from_json(parsed)
    except DocumentError as error:
        return list(error.problems)
    return [problem for problem in validate(made) if problem.severity == "error"]


def pointers(problems: list[Problem]) -> list[str]:
    return [problem.pointer for problem in problems]


def forced(flags: Mapping[str, Any], segments: Mapping[str, Any] | None = None) -> Program:
    """A program of entries that nobody has checked, as a broken server would send them.

    Beside them stand `good`, which must keep working, and `needs`, whose prerequisite is `f`.
    Bodies are JSON values or raw bytes.
    """
    neighbours = {
        "good": boolean(),
        "needs": boolean(prerequisites=[{"flag": "f", "variants": ["on"]}]),
    }
    lines = [
        s.line_id(kind, key)
        + b"\t"
        + (body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode())
        for kind, entries in (("flag", {**neighbours, **flags}), ("segment", segments or {}))
        for key, body in entries.items()
    ]
    sent = s.from_lines(lines, "e", 1).encode()
    return Program(s.SnapshotSource(s.decode(sent)))
