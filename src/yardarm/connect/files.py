"""Load a document from a file that a person or a program wrote, whatever its format.

JSON, TOML and YAML hold the document's JSON form; a snapshot holds the native lines. The file's
name says which, and where it says nothing its content does.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal, TypeAlias

from ..core import snapshot
from ..core.codec import document_from_json, document_to_json
from ..core.jsontext import MAX_NESTING, check_value, parse_json
from ..core.model import Document, Json
from ..errors import DocumentError, Problem
from .yaml import Written, parse_yaml

Format: TypeAlias = Literal["json", "toml", "yaml", "snapshot"]

MAX_BYTES = 32 * 1024 * 1024
"""Largest file, in bytes: what a server accepts as a document by default."""

_BY_NAME: dict[str, Format] = {
    ".json": "json", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".snapshot": "snapshot",
}  # fmt: skip
_SNAPSHOT = re.compile(rb'\{[^\n]*"root":"[0-9a-f]{64}"[^\n]*\}\n(?:flag\t|segment\t|\Z)')
_TOML = re.compile(r"^\s*(?:\[{1,2}[\w.\"' -]+\]{1,2}\s*(?:#.*)?|[\w.\"'-]+\s*=.*)$")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found in a file: the document's JSON form and how it was written.

    `lines` gives the line on which a part begins, for the formats where that is known (YAML).
    """

    value: Json
    format: Format
    lines: Written = field(default_factory=lambda: Written(None))

    def document(self) -> Document:
        """The document. Raises `DocumentError` with every problem of form."""
        return document_from_json(self.value)

    def line(self, pointer: str) -> int | None:
        """The line on which a part begins, or None when that is not known."""
        return self.lines.at(pointer) if self.lines.lines else None


def read_bytes(path: str | Path) -> bytes:
    """A file's bytes; `-` is standard input. Raises `OSError`, and `DocumentError` if too large."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DocumentError([Problem("", "the file is too large", f"at most {MAX_BYTES} bytes")])
    return data


def load(path: str | Path) -> Loaded:
    """Read a file. Raises `OSError`, `DocumentError`, and `OptionError` for YAML uninstalled."""
    return parse(read_bytes(path), str(path))


def load_document(path: str | Path) -> Document:
    """The document in a file. Raises what `load` raises."""
    return load(path).document()


def parse(data: bytes, name: str = "") -> Loaded:
    """Read bytes. `name` is the file's name, for its ending. Raises `DocumentError`."""
    found = format_of(data, name)
    if found == "snapshot":
        document = snapshot.to_document(snapshot.decode(data))
        return Loaded(document_to_json(document), found)
    if found == "yaml":
        written = parse_yaml(data)
        return Loaded(written.value, found, written)
    return Loaded(parse_toml(data) if found == "toml" else parse_json(data), found)


def format_of(data: bytes, name: str = "") -> Format:
    """The format: by the content if it is a snapshot, by the name's ending, else by the content."""
    if _SNAPSHOT.match(data):
        return "snapshot"
    known = _BY_NAME.get(Path(name).suffix.lower())
    if known is not None:
        return known
    text = data[:4096].decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    if not text or text[0] in "{[":
        return "toml" if _TOML.match(text.partition("\n")[0]) else "json"
    telling = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return "toml" if _TOML.match(next(telling, "")) else "yaml"


def parse_toml(data: bytes) -> Json:
    """The value of a TOML file, its dates as RFC 3339 text. Raises `DocumentError`."""
    try:
        value = _plain(tomllib.loads(data.decode("utf-8-sig")), 0)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f"line {line}: not valid UTF-8", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _refused(f"not TOML: {error}", "check quotes and brackets there") from None
    except RecursionError:
        raise _refused("nested too deeply", f"at most {MAX_NESTING} levels") from None
    except ValueError as error:  # an integer of thousands of digits
        raise _refused(f"not TOML: {error}") from None
    if problems := check_value(value):
        raise DocumentError(problems)
    return value


def _plain(value: object, depth: int) -> Json:
    if depth > MAX_NESTING + 1:
        raise RecursionError
    if isinstance(value, dict):
        return {name: _plain(member, depth + 1) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date | time) else value


def _refused(message: str, hint: str = "") -> DocumentError:
    return DocumentError([Problem("", message, hint)])


def write_json(value: Json) -> str:
    """JSON text for people: indented, in the order given."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
