"""Documents as bytes: in JSON or TOML, or a snapshot in the native format."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ...core.codec import document_from_json
from ...core.jsontext import parse_json
from ...core.snapshot import Snapshot, decode, from_document
from ...core.validate import validate
from ...errors import DocumentError, Problem
from ..sources import MAX_BYTES


def load(data: bytes, *, toml: bool = False) -> Snapshot:
    """The snapshot that a file's bytes hold. Raises `DocumentError`."""
    if len(data) > MAX_BYTES:
        raise DocumentError([Problem("", f"more than {MAX_BYTES >> 20} MiB")])
    if not toml and _is_snapshot(data):
        return decode(data)
    document = document_from_json(_read_toml(data) if toml else parse_json(data))
    problems = [problem for problem in validate(document) if problem.severity == "error"]
    if problems:
        raise DocumentError(problems)
    return from_document(document)


def _is_snapshot(data: bytes) -> bool:
    """A snapshot's header is a line of its own that names a root."""
    first, end, _ = data.partition(b"\n")
    return bool(end) and first[:1] == b"{" and first.rstrip()[-1:] == b"}" and b'"root"' in first


def _read_toml(data: bytes) -> Any:
    import tomllib

    try:
        return _plain(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError([Problem("", f"not TOML: {error}")]) from None


def _plain(value: Any) -> Any:
    """TOML's dates as the text that a document has."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value
