"""Where a vendor's document is found: a file, a folder, a database, an endpoint.

`load` gives what a dialect's reader takes: parsed JSON, text where the vendor has a format of its
own, ``{"redis": {key: value}}`` and ``{"tables": {name: [row, …]}}`` from databases, and
``{"files": {name: content}}`` from a folder. Nothing is executed, nothing is written, and size is
bounded before anything is parsed.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from ..core.jsontext import parse_json
from ..core.model import Json
from ..errors import DocumentError, OptionError, Problem
from .files import MAX_BYTES, parse_toml, read_bytes
from .yaml import parse_yaml

MAX_FILES = 1_000
"""Most files read from one folder."""

_TEXT = (".properties", ".ini", ".txt")


def load(
    dialect: str, source: str, *, key: str | None = None, options: Mapping[str, Json] | None = None
) -> Json:
    """What `source` holds for this dialect.

    `source` is a path (`-` for standard input), a folder, a `redis://`, `sqlite://` or
    `postgresql://` URL, or the `http(s)://` address of the vendor's SDK endpoint, with its `key`.
    Raises `OptionError` for a source of no known kind, one that cannot be reached, or a library
    that is not installed; `DocumentError` for content that cannot be parsed; `OSError` for a file.
    """
    found = _found(dialect, source, key, options or {})
    if dialect == "gutter":
        from .gutter import plain

        return plain(found)
    return found


def _found(dialect: str, source: str, key: str | None, options: Mapping[str, Json]) -> Json:
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    match scheme:
        case "":
            return load_folder(source) if Path(source).is_dir() else load_file(source)
        case "redis" | "rediss":
            from .redis_keys import load_redis

            return load_redis(dialect, source, options)
        case "http" | "https":
            from .endpoints import load_endpoint

            return load_endpoint(dialect, source, key)
        case _ if scheme.partition("+")[0] in ("sqlite", "postgresql", "postgres"):
            from .sql_tables import load_tables

            return load_tables(dialect, source)
        case _:
            raise OptionError(
                f"{scheme}:// is no source that is known; give a file, a folder, or a redis://, "
                "sqlite://, postgresql:// or https:// address"
            )


def load_file(path: str) -> Json:
    """A file's content: JSON, YAML, TOML, the constants of a Python file, or else its text."""
    return parse(read_bytes(path), path)


def load_folder(path: str) -> Json:
    """Every file of a folder (not of folders in it), by name."""
    found = sorted(file for file in Path(path).iterdir() if file.is_file())
    if len(found) > MAX_FILES:
        raise _refused(f"the folder has {len(found)} files", f"at most {MAX_FILES}")
    total = sum(file.stat().st_size for file in found)
    if total > MAX_BYTES:
        raise _refused("the folder's files are too large", f"at most {MAX_BYTES} bytes together")
    return {"files": {file.name: load_file(str(file)) for file in found}}


def parse(data: bytes, name: str = "") -> Json:
    """A file's bytes as what they hold. `name` is the file's name, for its ending."""
    if data[:2] == b"\x1f\x8b":
        data, name = _unpacked(data), name.removesuffix(".gz")
    if data[:4] == b"PK\x03\x04":
        raise _refused("a zip archive", "unpack it and give the file or folder that was in it")
    match Path(name).suffix.lower():
        case ".json" | ".jsonc":
            return parse_json(data)
        case ".yaml" | ".yml":
            return parse_yaml(data).value
        case ".toml":
            return parse_toml(data)
        case ".py":
            return _constants(data)
        case ending if ending in _TEXT:
            return _text(data)
    start = data[:64].lstrip()[:1]
    return parse_json(data) if start in (b"{", b"[") else _text(data)


def _unpacked(data: bytes) -> bytes:
    """What gzip packed, up to the bound: a small file can hold any amount of zeros."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise _refused(f"damaged gzip: {error}") from None
    if len(found) > MAX_BYTES:
        raise _refused("the file is too large when unpacked", f"at most {MAX_BYTES} bytes")
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"byte {error.start}: not valid UTF-8", "save the file as UTF-8") from None


def _constants(data: bytes) -> Json:
    """The constants that a Python file assigns to names, read and never run."""
    try:
        tree = ast.parse(_text(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refused(f"not Python: {error}") from None
    found: dict[str, Json] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                try:
                    found[target.id] = ast.literal_eval(node.value)
                except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
                    continue  # an expression: nobody but its program knows what it is
    return found


def _refused(message: str, hint: str = "") -> DocumentError:
    return DocumentError([Problem("", message, hint)])
